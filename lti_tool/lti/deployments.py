"""Which installations of a registered LMS are let in. An unknown one is noted, and waits for an administrator."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.errors import NotFoundError, UnknownDeploymentError
from lti_tool.facts.launch import Launch
from lti_tool.lti.tables import Deployment, DeploymentStatus, Platform

ASK_AGAIN_AFTER = timedelta(days=1)


def admit_deployment(sessions: SessionFactory, launch: Launch, *, now: datetime, is_open: bool) -> None:
    """Let a verified launch in, or raise UnknownDeploymentError. With `is_open` deployments nobody decided on are approved at sight.

    Has a transaction of its own: that a deployment was seen has to stay although the launch is refused.
    """
    new = DeploymentStatus.APPROVED if is_open else DeploymentStatus.WAITING
    with transaction(sessions) as session:
        status = _find_status(session, launch.platform_id, launch.deployment_id)
        if status is None:
            note_deployment(session, launch.platform_id, launch.deployment_id, status=new, now=now)
            status = _find_status(session, launch.platform_id, launch.deployment_id)
        elif status == DeploymentStatus.WAITING and is_open:
            approve_deployment(session, launch.platform_id, launch.deployment_id, now=now)
            status = DeploymentStatus.APPROVED
    if status == DeploymentStatus.APPROVED:
        return
    data = {"platform_id": str(launch.platform_id), "deployment_id": launch.deployment_id}
    if status == DeploymentStatus.REFUSED:
        raise UnknownDeploymentError(
            "This installation of InfoLit in your LMS was turned off by its administrator.", **data
        )
    raise UnknownDeploymentError(**data)


def note_deployment(
    session: Session, platform_id: uuid.UUID, deployment_id: str, *, status: DeploymentStatus, now: datetime
) -> None:
    """Remember a deployment, unless it is known already (two first launches at once are one)."""
    values = {
        "id": uuid.uuid4(),
        "platform_id": platform_id,
        "deployment_id": deployment_id,
        "status": status.value,
        "first_seen_at": now,
    }
    session.execute(insert(Deployment).values(**values).on_conflict_do_nothing())


def decide_deployment(
    session: Session, platform_id: uuid.UUID, deployment_id: str, *, status: DeploymentStatus, now: datetime
) -> None:
    """Approve or refuse a deployment, seen or not yet seen. Raises NotFoundError for an unknown platform."""
    if session.get(Platform, platform_id) is None:
        raise NotFoundError("There is no such platform.")
    note_deployment(session, platform_id, deployment_id, status=status, now=now)
    session.scalars(_one(platform_id, deployment_id)).one().status = status.value


def approve_deployment(
    session: Session, platform_id: uuid.UUID, deployment_id: str, *, now: datetime
) -> None:
    decide_deployment(session, platform_id, deployment_id, status=DeploymentStatus.APPROVED, now=now)


def refuse_deployment(session: Session, platform_id: uuid.UUID, deployment_id: str, *, now: datetime) -> None:
    decide_deployment(session, platform_id, deployment_id, status=DeploymentStatus.REFUSED, now=now)


def want_notices(session: Session, launch: Launch, *, handler: str, now: datetime) -> bool:
    """Whether the LMS should be asked now to tell us of copied courses; if so, that it was is kept. Once a day while it does not agree."""
    url = launch.services.notices_url
    row = session.scalars(_one(launch.platform_id, launch.deployment_id)).one_or_none()
    if url is None or row is None or (row.notice_url, row.notice_handler) == (url, handler):
        return False
    if row.notice_url == url and row.notice_tried_at and row.notice_tried_at > now - ASK_AGAIN_AFTER:
        return False
    row.notice_url, row.notice_handler, row.notice_tried_at = url, None, now
    return True


def find_notice_url(session: Session, platform_id: uuid.UUID, deployment_id: str) -> str | None:
    """Where to ask, as the newest launch said."""
    row = session.scalars(_one(platform_id, deployment_id)).one_or_none()
    return row.notice_url if row else None


def note_handler(session: Session, platform_id: uuid.UUID, deployment_id: str, handler: str) -> None:
    """The LMS has agreed to tell `handler`."""
    session.scalars(_one(platform_id, deployment_id)).one().notice_handler = handler


def _one(platform_id: uuid.UUID, deployment_id: str) -> Select[Deployment]:
    return select(Deployment).where(
        Deployment.platform_id == platform_id, Deployment.deployment_id == deployment_id
    )


def list_deployments(session: Session, platform_id: uuid.UUID) -> list[Deployment]:
    """The deployments of a platform, those that wait first."""
    query = select(Deployment).where(Deployment.platform_id == platform_id).order_by(Deployment.first_seen_at)
    rows = session.scalars(query).all()
    return sorted(rows, key=lambda row: row.status != DeploymentStatus.WAITING)


def _find_status(session: Session, platform_id: uuid.UUID, deployment_id: str) -> str | None:
    query = select(Deployment.status).where(
        Deployment.platform_id == platform_id, Deployment.deployment_id == deployment_id
    )
    return session.scalars(query).one_or_none()

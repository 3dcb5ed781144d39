"""The log of messages: what was exchanged with an LMS and how it ended, for its administrator. It tells nothing about anybody."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.errors import DeliveryRetryError, InfoLitError
from lti_tool.lti.tables import MessageLog, Platform

Kind = Literal["launch", "token", "score", "result", "roster", "registration", "notice", "column"]
Outcome = Literal["ok", "later", "refused"]
KEPT = timedelta(days=30)
MOST_PER_PLATFORM = 20_000


def note(
    session: Session,
    platform_id: uuid.UUID,
    kind: Kind,
    *,
    at: datetime,
    outcome: Outcome = "ok",
    status: int | None = None,
    reason: str | None = None,
) -> None:
    row = MessageLog(platform_id=platform_id, kind=kind, at=at, outcome=outcome, status=status, reason=reason)
    session.add(row)


@contextmanager
def noting_failure(
    sessions: SessionFactory, platform_id: uuid.UUID, kind: Kind, *, at: datetime
) -> Iterator[None]:
    """Note an error that ends the block, and let it go on. Not to be used within a transaction."""
    try:
        yield
    except InfoLitError as error:
        with transaction(sessions) as session:
            note_error(session, platform_id, kind, error, at=at)
        raise


def note_answer(
    sessions: SessionFactory, platform_id: uuid.UUID, kind: Kind, status: int, *, at: datetime
) -> None:
    """Note how an LMS answered us, in a transaction of its own."""
    outcome: Outcome = "ok" if 200 <= status < 300 else "later" if _may_pass(status) else "refused"
    with transaction(sessions) as session:
        note(session, platform_id, kind, at=at, outcome=outcome, status=status)


def _may_pass(status: int) -> bool:
    """Whether trying again may help: a token that ended, a limit, an LMS out of order."""
    return status in (401, 429) or status >= 500


def note_error(
    session: Session, platform_id: uuid.UUID, kind: Kind, error: InfoLitError, *, at: datetime
) -> None:
    status = error.data.get("status", error.status)
    note(
        session,
        platform_id,
        kind,
        at=at,
        outcome="later" if isinstance(error, DeliveryRetryError) else "refused",
        status=status if isinstance(status, int) else None,
        reason=type(error).__name__[:64],
    )


def list_messages(
    session: Session,
    tenant_id: uuid.UUID,
    platform_id: uuid.UUID,
    *,
    failed_only: bool = False,
    most: int = 50,
) -> list[MessageLog]:
    """The newest messages of a district's LMS, newest first."""
    query = (
        select(MessageLog)
        .join(Platform, Platform.id == MessageLog.platform_id)
        .where(Platform.tenant_id == tenant_id, MessageLog.platform_id == platform_id)
        .order_by(MessageLog.at.desc(), MessageLog.id.desc())
        .limit(most)
    )
    if failed_only:
        query = query.where(MessageLog.outcome != "ok")
    return list(session.scalars(query))


def last_launches(session: Session, tenant_id: uuid.UUID) -> dict[uuid.UUID, datetime]:
    """When each of a district's LMSs last sent a launch that was let in."""
    query = (
        select(MessageLog.platform_id, func.max(MessageLog.at))
        .join(Platform, Platform.id == MessageLog.platform_id)
        .where(Platform.tenant_id == tenant_id, MessageLog.kind == "launch", MessageLog.outcome == "ok")
        .group_by(MessageLog.platform_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def purge_messages(session: Session, *, now: datetime, most: int = MOST_PER_PLATFORM) -> int:
    """Delete what is older than a month, and of each LMS all but its newest messages; gives how many."""
    old = session.execute(delete(MessageLog).where(MessageLog.at < now - KEPT))
    place = func.row_number().over(partition_by=MessageLog.platform_id, order_by=MessageLog.id.desc())
    ranked = select(MessageLog.id, place.label("place")).subquery()
    too_many = select(ranked.c.id).where(ranked.c.place > most)
    over = session.execute(
        delete(MessageLog).where(MessageLog.id.in_(too_many)).execution_options(synchronize_session=False)
    )
    return int(getattr(old, "rowcount", 0)) + int(getattr(over, "rowcount", 0))

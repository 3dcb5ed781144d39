"""Invitations: the one-time word in the address at which an LMS may register itself for a district."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.errors import ForbiddenError
from lti_tool.lti.login import hash_secret
from lti_tool.lti.spec import REGISTER_PATH
from lti_tool.lti.tables import RegistrationTicket
from lti_tool.lti.values import find_text

HOURS = 24
_SPENT = (
    "This registration link was used already or is too old. Your InfoLit administrator can make a new one."
)


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """An invitation that can still be used."""

    tenant_id: uuid.UUID
    name: str | None


def make_invitation(
    session: Session, tenant_id: uuid.UUID, *, now: datetime, name: str | None = None, hours: int = HOURS
) -> str:
    """The path that an LMS administrator pastes into the LMS, after our own address: the only moment it is known."""
    ticket = secrets.token_urlsafe(32)
    row = RegistrationTicket(
        token_hash=hash_secret(ticket),
        tenant_id=tenant_id,
        name=find_text(name),
        expires_at=now + timedelta(hours=hours),
    )
    session.add(row)
    return f"{REGISTER_PATH}/{ticket}"


def get_invitation(session: Session, ticket: str, *, now: datetime) -> Invitation:
    """The invitation, without using it. Raises ForbiddenError for a spent, old or unknown one."""
    row = session.scalar(select(RegistrationTicket).where(*_usable(ticket, now)))
    if row is None:
        raise ForbiddenError(_SPENT)
    return Invitation(tenant_id=row.tenant_id, name=row.name)


def use_invitation(session: Session, ticket: str, *, now: datetime) -> Invitation:
    """Take it, so that nobody else can. Of two simultaneous uses exactly one succeeds."""
    found = session.execute(
        update(RegistrationTicket)
        .where(*_usable(ticket, now))
        .values(used_at=now)
        .returning(RegistrationTicket.tenant_id, RegistrationTicket.name)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if found is None:
        raise ForbiddenError(_SPENT)
    return Invitation(tenant_id=found.tenant_id, name=found.name)


def give_back_invitation(session: Session, ticket: str) -> None:
    """Nothing came of it: it may be used again until it is too old."""
    session.execute(
        update(RegistrationTicket)
        .where(RegistrationTicket.token_hash == hash_secret(ticket))
        .values(used_at=None)
        .execution_options(synchronize_session=False)
    )


def _usable(ticket: str, now: datetime) -> tuple:  # type: ignore[type-arg] # of SQL conditions
    return (
        RegistrationTicket.token_hash == hash_secret(ticket),
        RegistrationTicket.used_at.is_(None),
        RegistrationTicket.expires_at > now,
    )

"""Launch sessions: the token in a page's links, what it opens, and how it ends.

The token is 256 random bits in the page's own address and forms, so that nothing depends on a cookie. The database holds its hash.
No cookie is asked for afterwards: a page opened in another tab lives in another cookie partition than the LMS's frame. Instead the
session is bound to the kind of browser that launched (its User-Agent), so that an address passed on opens nothing on another device.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lti_tool.errors import SessionEndedError
from lti_tool.facts.people import Access, GradePart
from lti_tool.people.tables import AdminTicket, Enrollment, Grant, LaunchSession

TEACHING_ROLES = ("instructor", "assistant")
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class SessionLimits:
    """How long a session lasts without use, and at most."""

    idle: timedelta
    longest: timedelta


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    session: Session,
    *,
    limits: SessionLimits,
    now: datetime,
    browser: str | None = None,
    **fields: object,
) -> tuple[str, LaunchSession]:
    """Make a session and give its token: the only moment the token is known."""
    token = secrets.token_urlsafe(32)
    row = LaunchSession(
        id=uuid.uuid4(),
        token_hash=hash_token(token),
        browser_hash=hash_token(browser) if browser else None,
        created_at=now,
        used_at=now,
        expires_at=now + limits.idle,
        **fields,
    )
    session.add(row)
    session.flush()
    return token, row


def get_session(
    session: Session, token: str, *, limits: SessionLimits, now: datetime, browser: str | None
) -> LaunchSession:
    """The session a token opens. Raises SessionEndedError for an unknown, ended or foreign one."""
    row = session.scalar(select(LaunchSession).where(LaunchSession.token_hash == hash_token(token)))
    if row is None or row.expires_at <= now or row.created_at + limits.longest <= now:
        raise SessionEndedError
    if row.browser_hash and not hmac.compare_digest(row.browser_hash, hash_token(browser or "")):
        raise SessionEndedError
    if now - row.used_at > _TOUCH_EVERY:
        row.used_at = now
        row.expires_at = min(now + limits.idle, row.created_at + limits.longest)
    return row


def find_ended(session: Session, token: str, *, now: datetime, browser: str | None) -> LaunchSession | None:
    """The ended session behind a token, if its person has come again since with the same kind of browser, and is here now.

    Good for one thing: handing in what an old page still holds. A token alone opens nothing any more, nor does somebody else's return.
    """
    ended = session.scalar(select(LaunchSession).where(LaunchSession.token_hash == hash_token(token)))
    if ended is None or ended.person_id is None or not ended.browser_hash:
        return None
    if not hmac.compare_digest(ended.browser_hash, hash_token(browser or "")):
        return None
    again = select(LaunchSession.id).where(
        LaunchSession.person_id == ended.person_id,
        LaunchSession.tenant_id == ended.tenant_id,
        LaunchSession.browser_hash == ended.browser_hash,
        LaunchSession.created_at > ended.used_at,
        LaunchSession.expires_at > now,
    )
    return ended if session.scalar(again.limit(1)) is not None else None


def end_old_sessions(session: Session, *, now: datetime) -> int:
    """Delete sessions that ended over a day ago; gives how many."""
    result = session.execute(delete(LaunchSession).where(LaunchSession.expires_at < now - timedelta(days=1)))
    return int(getattr(result, "rowcount", 0))


def access_of(session: Session, launch_session: LaunchSession) -> Access:
    """What the session's person may see of other people's records: their own classes now, and what they were granted."""
    person_id = launch_session.person_id
    if person_id is None:
        return Access(tenant_id=launch_session.tenant_id, person_id=None, is_administrator=True)
    grants = session.scalars(
        select(Grant).where(Grant.person_id == person_id, Grant.tenant_id == launch_session.tenant_id)
    ).all()
    sections = session.scalars(
        select(Enrollment.section_id).where(
            Enrollment.person_id == person_id,
            Enrollment.tenant_id == launch_session.tenant_id,
            Enrollment.role.in_(TEACHING_ROLES),
            Enrollment.status == "active",
        )
    )
    specialist = [grant for grant in grants if grant.role == "specialist"]
    whole = [grant.school_id for grant in specialist if grant.grades is None]
    return Access(
        tenant_id=launch_session.tenant_id,
        person_id=person_id,
        section_ids=frozenset(sections),
        is_district_specialist=None in whole,
        school_ids=frozenset(school for school in whole if school is not None),
        grade_parts=frozenset(
            GradePart(grant.school_id, frozenset(grant.grades)) for grant in specialist if grant.grades
        ),
        led_school_ids=frozenset(
            grant.school_id for grant in grants if grant.role == "principal" and grant.school_id
        ),
        is_coordinator=any(grant.role == "coordinator" for grant in grants),
        is_administrator=any(grant.role == "administrator" for grant in grants),
    )


def make_ticket(session: Session, tenant_id: uuid.UUID, *, now: datetime, minutes: int = 30) -> str:
    """A one-time word that opens the administrator's pages."""
    token = secrets.token_urlsafe(32)
    session.add(
        AdminTicket(
            token_hash=hash_token(token), tenant_id=tenant_id, expires_at=now + timedelta(minutes=minutes)
        )
    )
    return token


def use_ticket(session: Session, token: str, *, now: datetime) -> uuid.UUID:
    """Spend a ticket and give its district. Of two simultaneous uses exactly one succeeds."""
    tenant_id: uuid.UUID | None = session.scalar(
        update(AdminTicket)
        .where(
            AdminTicket.token_hash == hash_token(token),
            AdminTicket.used_at.is_(None),
            AdminTicket.expires_at > now,
        )
        .values(used_at=now)
        .returning(AdminTicket.tenant_id)
    )
    if tenant_id is None:
        raise SessionEndedError(
            "This administrator link was used already or is too old. Make a new one with `infolit admin link`."
        )
    return tenant_id

"""What a person is given in every quiz: kept once, changed by their teacher or a specialist with a reason, each change in the audit log."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.audit.log import Subject, note
from lti_tool.errors import ForbiddenError
from lti_tool.facts.accommodations import NOTHING_GIVEN, Accommodation, read_accommodation
from lti_tool.facts.people import Access
from lti_tool.people.standing import get_visible_person
from lti_tool.people.tables import Accommodation as Row

ACTION = "accommodate"


def find_accommodation(session: Session, person_id: uuid.UUID) -> Accommodation:
    """What the person is given; nothing for most."""
    row = session.scalar(select(Row).where(Row.person_id == person_id))
    return read_accommodation(row.given) if row else NOTHING_GIVEN


def accommodations_of(
    session: Session, tenant_id: uuid.UUID, person_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Accommodation]:
    """Of those who are given something, by person."""
    rows = session.scalars(select(Row).where(Row.tenant_id == tenant_id, Row.person_id.in_(person_ids)))
    return {row.person_id: read_accommodation(row.given) for row in rows}


def give(
    session: Session,
    access: Access,
    person_id: uuid.UUID,
    accommodation: Accommodation,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Give a student of one's own this from now on, in place of what they had. Raises NotFoundError for anybody else's student.

    Nobody gives themselves anything.
    """
    person = get_visible_person(session, access, person_id)
    if person.id == access.person_id:
        raise ForbiddenError("Nobody sets this for themselves. Another teacher or a specialist can.")
    before, after = find_accommodation(session, person.id).given(), accommodation.given()
    entry = note(
        session,
        access,
        ACTION,
        Subject(person_id=person.id),
        now=now,
        reason=reason,
        before=before,
        after=after,
    )
    if not after:
        session.execute(delete(Row).where(Row.person_id == person.id))
        return
    values = {"given": after, "audit_id": entry.id}
    session.execute(
        insert(Row)
        .values(person_id=person.id, tenant_id=person.tenant_id, **values)
        .on_conflict_do_update(index_elements=["person_id"], set_=values)
    )

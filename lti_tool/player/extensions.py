"""A teacher's exceptions at one assignment: later dates, more attempts or more minutes, for one student or the whole class."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lti_tool.audit.log import Subject, get_entry, mark_undone, note
from lti_tool.errors import NotFoundError
from lti_tool.facts.people import Access
from lti_tool.player.rules import Extension
from lti_tool.player.tables import Extension as Row
from lti_tool.player.tables import Placement

EXTEND, UNDO = "extend", "extend_undo"


def extensions_for(session: Session, placement_id: uuid.UUID, person_id: uuid.UUID) -> list[Extension]:
    """What holds for one person: their own exceptions and those of the class."""
    query = select(Row).where(
        Row.placement_id == placement_id, or_(Row.person_id == person_id, Row.person_id.is_(None))
    )
    return [as_extension(row) for row in session.scalars(query)]


def rows_of(session: Session, placement_id: uuid.UUID) -> list[Row]:
    """Every exception at an assignment that the caller has checked, the newest last."""
    return list(session.scalars(select(Row).where(Row.placement_id == placement_id).order_by(Row.audit_id)))


def as_extension(row: Row) -> Extension:
    return Extension(
        due_at=row.due_at,
        closes_at=row.closes_at,
        extra_attempts=row.extra_attempts,
        extra_minutes=row.extra_minutes,
        is_for_class=row.person_id is None,
    )


def extend(
    session: Session,
    access: Access,
    placement: Placement,
    person_id: uuid.UUID | None,
    extension: Extension,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Make the exception at an assignment that the caller has checked, for a student of its class; None: for all of it."""
    subject = Subject(person_id=person_id, section_id=placement.section_id, placement_id=placement.id)
    entry = note(session, access, EXTEND, subject, now=now, reason=reason, after=_told(extension))
    session.add(
        Row(
            id=uuid.uuid4(),
            tenant_id=placement.tenant_id,
            placement_id=placement.id,
            person_id=person_id,
            due_at=extension.due_at,
            closes_at=extension.closes_at,
            extra_attempts=extension.extra_attempts,
            extra_minutes=extension.extra_minutes,
            audit_id=entry.id,
        )
    )
    session.flush()


def take_back(
    session: Session, access: Access, placement: Placement, extension_id: uuid.UUID, *, now: datetime
) -> None:
    """Undo an exception at an assignment that the caller has checked. Raises NotFoundError when it is gone already."""
    row = session.scalar(
        select(Row).where(Row.id == extension_id, Row.placement_id == placement.id).with_for_update()
    )
    if row is None:
        raise NotFoundError("This exception is gone already.")
    subject = Subject(person_id=row.person_id, section_id=placement.section_id, placement_id=placement.id)
    entry = note(session, access, UNDO, subject, now=now, before=_told(as_extension(row)))
    mark_undone(session, get_entry(session, access, row.audit_id), entry)
    session.delete(row)
    session.flush()


def _told(extension: Extension) -> dict[str, object]:
    """As the audit log keeps it."""
    told = asdict(extension)
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in told.items()
        if value and name != "is_for_class"
    }

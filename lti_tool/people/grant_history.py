"""Who holds which right in a district, how that came about, and taking a change back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.audit.log import Subject, get_entry, list_entries, mark_undone
from lti_tool.audit.tables import AuditEntry
from lti_tool.errors import ConflictError, ForbiddenError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.people.grants import GIVE, TAKE, Right, as_right, find_grant, give, held_of, right_of, take
from lti_tool.people.standing import shown_name
from lti_tool.people.tables import Enrollment, Grant, Person, School


@dataclass(frozen=True, kw_only=True)
class GrantLine:
    """A right somebody holds, as a list shows it."""

    person_id: uuid.UUID
    name: str
    email: str | None
    right: Right
    school: str | None
    granted_by: str
    since: datetime


def list_grants(
    session: Session, tenant_id: uuid.UUID, *, person_ids: Sequence[uuid.UUID] | None = None
) -> list[GrantLine]:
    """Every right of the district, or those of some persons, by role and name."""
    query = (
        select(Grant, Person, School.name)
        .join(Person, Person.id == Grant.person_id)
        .outerjoin(School, School.id == Grant.school_id)
        .where(Grant.tenant_id == tenant_id, Person.tenant_id == tenant_id)
    )
    if person_ids is not None:
        query = query.where(Grant.person_id.in_(person_ids))
    lines = [
        GrantLine(
            person_id=person.id,
            name=shown_name(person),
            email=person.email,
            right=as_right(grant),
            school=school,
            granted_by=grant.granted_by,
            since=grant.created_at,
        )
        for grant, person, school in session.execute(query)
    ]
    return sorted(lines, key=lambda line: (line.right.role, line.name.casefold(), line.school or ""))


def count_classes(session: Session, tenant_id: uuid.UUID, person_id: uuid.UUID) -> dict[str, int]:
    """In how many classes the LMSs say that a person has which part: what makes a student or a teacher."""
    rows = session.execute(
        select(Enrollment.role, func.count())
        .where(
            Enrollment.tenant_id == tenant_id,
            Enrollment.person_id == person_id,
            Enrollment.status == "active",
        )
        .group_by(Enrollment.role)
    )
    return {row[0]: row[1] for row in rows}


def list_changes(session: Session, access: Access, *, limit: int = 50) -> list[AuditEntry]:
    """The newest changes of rights in the district. For administrators."""
    if not access.is_administrator:
        raise ForbiddenError
    return list_entries(session, access, Subject(), actions=(GIVE, TAKE), limit=limit)


def undo(session: Session, access: Access, entry_id: int, *, granted_by: str, now: datetime) -> None:
    """Put a right back to what it was before a change. Raises ConflictError when it has changed since."""
    entry = get_entry(session, access, entry_id)
    held = entry.after or entry.before
    if entry.action not in (GIVE, TAKE) or entry.person_id is None or held is None:
        raise NotFoundError
    if held_of(find_grant(session, access.tenant_id, entry.person_id, right_of(held))) != entry.after:
        raise ConflictError("This right has changed since. Load the page again to see how things stand.")
    if entry.before is None:
        done: AuditEntry | None = take(
            session, access, entry.person_id, right_of(held), reason=entry.reason, now=now
        )
    else:
        done = give(
            session,
            access,
            entry.person_id,
            right_of(entry.before),
            reason=entry.reason,
            granted_by=granted_by,
            now=now,
        )
    assert done is not None  # noqa: S101 - what stands differs from what is put back
    mark_undone(session, entry, done)

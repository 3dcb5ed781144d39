"""Districts by name, and giving and taking back rights in them, by command or page. Rights live here, never in an LMS role.

Every change is one step of one right (a person, a role, a school), written to the audit log with what stood before; `grant_history` undoes it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.audit.log import Subject, note
from lti_tool.audit.tables import AuditEntry
from lti_tool.errors import BadFormError, ConflictError, ForbiddenError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.people.identity import find_part
from lti_tool.people.tables import Grant, Person, PersonAlias, School, Tenant

GrantRole: TypeAlias = Literal["specialist", "principal", "coordinator", "administrator"]
ROLES: tuple[GrantRole, ...] = ("specialist", "principal", "coordinator", "administrator")
GIVE, TAKE = "give right", "take right"
Held: TypeAlias = dict[str, Any]
"""A right as the audit log keeps it: role, school_id, grades."""


def get_tenant(session: Session, slug: str) -> Tenant:
    """The district with this short name. Raises BadFormError that lists the ones there are."""
    tenant = session.scalar(select(Tenant).where(Tenant.slug == slug))
    if tenant is None:
        known = ", ".join(session.scalars(select(Tenant.slug).order_by(Tenant.slug))) or "none yet"
        raise BadFormError(f"There is no district called {slug!r}. Known: {known}.")
    return tenant


def list_tenants(session: Session) -> list[tuple[str, uuid.UUID]]:
    """Every district's short name and id, by name."""
    return [
        (row.slug, row.id) for row in session.execute(select(Tenant.slug, Tenant.id).order_by(Tenant.slug))
    ]


def tenant_name(session: Session, tenant_id: uuid.UUID) -> str:
    return session.scalars(select(Tenant.name).where(Tenant.id == tenant_id)).one()


def smallest_group(session: Session, tenant_id: uuid.UUID) -> int:
    """Of fewer students than these, figures for principals and coordinators say nothing."""
    return session.scalars(select(Tenant.smallest_group).where(Tenant.id == tenant_id)).one()


def ensure_tenant(session: Session, slug: str, name: str) -> Tenant:
    session.execute(
        insert(Tenant)
        .values(id=uuid.uuid4(), slug=slug, name=name)
        .on_conflict_do_nothing(index_elements=["slug"])
    )
    return session.scalars(select(Tenant).where(Tenant.slug == slug)).one()


def find_people(session: Session, tenant_id: uuid.UUID, word: str) -> list[Person]:
    """Persons of the district whose e-mail (in any case), LMS user id or SIS id is exactly `word`."""
    aliases = select(PersonAlias.person_id).where(
        PersonAlias.tenant_id == tenant_id, PersonAlias.value == word, PersonAlias.retired_at.is_(None)
    )
    statement = select(Person).where(
        Person.tenant_id == tenant_id,
        Person.is_test_student.is_(False),
        or_(func.lower(Person.email) == word.casefold(), Person.id.in_(aliases)),
    )
    return list(session.scalars(statement.order_by(Person.created_at, Person.id).limit(20)))


@dataclass(frozen=True, kw_only=True)
class Right:
    """A role and where it holds: the whole district without a school, every grade without grades."""

    role: GrantRole
    school_id: uuid.UUID | None = None
    grades: frozenset[int] | None = None

    def held(self) -> Held:
        return {
            "role": self.role,
            "school_id": str(self.school_id) if self.school_id else None,
            "grades": sorted(self.grades) if self.grades else None,
        }


def right_of(held: Held) -> Right:
    """A right from what the audit log kept."""
    return Right(
        role=held["role"],
        school_id=uuid.UUID(held["school_id"]) if held["school_id"] else None,
        grades=frozenset(held["grades"]) if held["grades"] else None,
    )


def give_grant(
    session: Session,
    *,
    tenant_id: uuid.UUID,
    person_id: uuid.UUID,
    role: GrantRole,
    school: str | None,
    granted_by: str,
    now: datetime,
    grades: Collection[int] | None = None,
    reason: str = "",
) -> AuditEntry | None:
    """Give a right by command, the school by its name; giving it twice changes nothing, and gives None."""
    right = Right(
        role=role,
        school_id=_school_id(session, tenant_id, school) if school else None,
        grades=frozenset(grades) if grades else None,
    )
    by = Access(tenant_id=tenant_id, person_id=None, is_administrator=True)
    return give(session, by, person_id, right, reason=reason, granted_by=granted_by, now=now)


def give(
    session: Session,
    by: Access,
    person_id: uuid.UUID,
    right: Right,
    *,
    reason: str,
    granted_by: str,
    now: datetime,
) -> AuditEntry | None:
    """Give a right, or change the grades it holds in. Gives None where it was held already."""
    person = _changeable(session, by, person_id)
    _require_sense(session, by.tenant_id, right)
    if find_part(session, person.id) == "learner":
        raise BadFormError("This person learns here: nobody gives a student rights over others.")
    found = find_grant(session, by.tenant_id, person.id, right)
    before = held_of(found)
    if before == right.held():
        return None
    if found is None:
        found = Grant(tenant_id=by.tenant_id, person_id=person.id, role=right.role, school_id=right.school_id)
        session.add(found)
    found.grades = sorted(right.grades) if right.grades else None
    found.granted_by, found.created_at = granted_by[:64], now
    session.flush()
    subject = Subject(person_id=person.id)
    return note(session, by, GIVE, subject, now=now, reason=reason, before=before, after=right.held())


def take_grants(
    session: Session,
    *,
    tenant_id: uuid.UUID,
    person_id: uuid.UUID,
    role: GrantRole,
    now: datetime,
    school: str | None = None,
    reason: str = "",
) -> int:
    """Take back by command every right of this role, or the one for a school; gives how many there were."""
    by = Access(tenant_id=tenant_id, person_id=None, is_administrator=True)
    query = select(Grant).where(
        Grant.tenant_id == tenant_id, Grant.person_id == person_id, Grant.role == role
    )
    if school:
        query = query.where(Grant.school_id == _school_id(session, tenant_id, school))
    found = session.scalars(query).all()
    for grant in found:
        take(session, by, person_id, as_right(grant), reason=reason, now=now)
    return len(found)


def take(
    session: Session, by: Access, person_id: uuid.UUID, right: Right, *, reason: str, now: datetime
) -> AuditEntry:
    """Take a right back, whatever grades it holds in. Raises ConflictError for one that is gone, and for the last administrator's."""
    person = _changeable(session, by, person_id)
    found = find_grant(session, by.tenant_id, person.id, right)
    if found is None:
        raise ConflictError("This right was taken back already.")
    if right.role == "administrator":
        _require_another_administrator(session, by.tenant_id, person.id)
    before = held_of(found)
    session.delete(found)
    session.flush()
    return note(session, by, TAKE, Subject(person_id=person.id), now=now, reason=reason, before=before)


def find_grant(session: Session, tenant_id: uuid.UUID, person_id: uuid.UUID, right: Right) -> Grant | None:
    """The person's grant of this role for this school."""
    return session.scalar(
        select(Grant).where(
            Grant.tenant_id == tenant_id,
            Grant.person_id == person_id,
            Grant.role == right.role,
            Grant.school_id.is_not_distinct_from(right.school_id),
        )
    )


def as_right(grant: Grant) -> Right:
    return Right(
        role=next(role for role in ROLES if role == grant.role),
        school_id=grant.school_id,
        grades=frozenset(grant.grades) if grant.grades else None,
    )


def held_of(grant: Grant | None) -> Held | None:
    return as_right(grant).held() if grant else None


def _changeable(session: Session, by: Access, person_id: uuid.UUID) -> Person:
    """The person, once nobody else changes rights in the district. Refused: who has no right to, oneself, anybody of another district."""
    if not by.is_administrator:
        raise ForbiddenError
    if person_id == by.person_id:
        raise ForbiddenError("Nobody changes their own rights. Another administrator can.")
    session.execute(select(Tenant.id).where(Tenant.id == by.tenant_id).with_for_update())
    person = session.get(Person, person_id)
    if person is None or person.tenant_id != by.tenant_id or person.is_test_student:
        raise NotFoundError
    return person


def _require_sense(session: Session, tenant_id: uuid.UUID, right: Right) -> None:
    if right.role == "principal" and right.school_id is None:
        raise BadFormError("A principal is one of a school: say which.")
    if right.role in ("coordinator", "administrator") and right.school_id is not None:
        raise BadFormError(f"The role of {right.role} holds in the whole district: leave the school out.")
    if right.role != "specialist" and right.grades:
        raise BadFormError("Only a specialist's right can be for some grades.")
    school = session.get(School, right.school_id) if right.school_id else None
    if right.school_id is not None and (school is None or school.tenant_id != tenant_id):
        raise NotFoundError


def _require_another_administrator(session: Session, tenant_id: uuid.UUID, person_id: uuid.UUID) -> None:
    others = select(Grant.id).where(
        Grant.tenant_id == tenant_id, Grant.role == "administrator", Grant.person_id != person_id
    )
    if session.scalar(others.limit(1)) is None:
        raise ConflictError(
            "This is the district's last administrator. Give the role to somebody else first."
        )


def _school_id(session: Session, tenant_id: uuid.UUID, name: str) -> uuid.UUID:
    school = session.scalar(select(School).where(School.tenant_id == tenant_id, School.name == name))
    if school is None:
        known = (
            ", ".join(session.scalars(select(School.name).where(School.tenant_id == tenant_id))) or "none yet"
        )
        raise BadFormError(f"There is no school called {name!r} in this district. Known: {known}.")
    return school.id

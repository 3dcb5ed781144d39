"""Giving and taking back rights, by command. Rights live here, never in an LMS role."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.errors import BadFormError
from lti_tool.people.tables import Grant, Person, PersonAlias, School, Tenant


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


def ensure_tenant(session: Session, slug: str, name: str) -> Tenant:
    session.execute(
        insert(Tenant)
        .values(id=uuid.uuid4(), slug=slug, name=name)
        .on_conflict_do_nothing(index_elements=["slug"])
    )
    return session.scalars(select(Tenant).where(Tenant.slug == slug)).one()


def find_people(session: Session, tenant_id: uuid.UUID, word: str) -> list[Person]:
    """Persons of the district whose e-mail, LMS user id or SIS id is exactly `word`."""
    aliases = select(PersonAlias.person_id).where(
        PersonAlias.tenant_id == tenant_id, PersonAlias.value == word
    )
    statement = select(Person).where(
        Person.tenant_id == tenant_id, or_(Person.email == word, Person.id.in_(aliases))
    )
    return list(session.scalars(statement))


def give_grant(
    session: Session,
    *,
    tenant_id: uuid.UUID,
    person_id: uuid.UUID,
    role: Literal["specialist", "administrator"],
    school: str | None,
    granted_by: str,
    now: datetime,
) -> None:
    """Give a right; giving it twice changes nothing."""
    session.execute(
        insert(Grant)
        .values(
            id=uuid.uuid4(),
            tenant_id=tenant_id,
            person_id=person_id,
            role=role,
            school_id=_school_id(session, tenant_id, school) if school else None,
            granted_by=granted_by,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )


def take_grants(session: Session, *, tenant_id: uuid.UUID, person_id: uuid.UUID, role: str) -> int:
    """Take back every grant of this role; gives how many there were."""
    result = session.execute(
        delete(Grant).where(Grant.tenant_id == tenant_id, Grant.person_id == person_id, Grant.role == role)
    )
    return int(getattr(result, "rowcount", 0))


def _school_id(session: Session, tenant_id: uuid.UUID, name: str) -> uuid.UUID:
    school = session.scalar(select(School).where(School.tenant_id == tenant_id, School.name == name))
    if school is None:
        known = (
            ", ".join(session.scalars(select(School.name).where(School.tenant_id == tenant_id))) or "none yet"
        )
        raise BadFormError(f"There is no school called {name!r} in this district. Known: {known}.")
    return school.id

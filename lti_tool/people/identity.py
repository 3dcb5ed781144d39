"""One student, several records: which belong together, and which never may.

Each LMS account keeps its own record, with its classes, work and grades. Records of one student point to the one that holds what was
learned (`Person.merged_into_id`), so that joining moves no work, and taking apart finds everything where it was. Rights never follow.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from lti_tool.facts.launch import Role
from lti_tool.people.tables import Enrollment, Grant, Person, PersonAlias

Part = Literal["learner", "staff"]
STAFF_ROLES = ("instructor", "assistant", "designer")
_SEEN_AGAIN = timedelta(days=1)


def find_roots(session: Session, person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """For each record the one that holds the student's history: itself, unless it was merged."""
    wanted = list(person_ids)
    walk = (
        select(Person.id.label("start"), Person.id.label("at"), Person.merged_into_id.label("next"))
        .where(Person.id.in_(wanted))
        .cte("walk", recursive=True)
    )
    further = aliased(Person)
    walk = walk.union_all(
        select(walk.c.start, further.id, further.merged_into_id).join(further, further.id == walk.c.next)
    )
    rows = session.execute(select(walk.c.start, walk.c.at).where(walk.c.next.is_(None)))
    return {row.start: row.at for row in rows}


def find_root(session: Session, person_id: uuid.UUID) -> uuid.UUID:
    """The record that holds what was learned from this one."""
    return find_roots(session, [person_id])[person_id]


def hold_root(session: Session, person_id: uuid.UUID) -> uuid.UUID:
    """The same, for who is about to learn something of the person: nobody joins or parts their records until the transaction ends."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(read=True))
    return find_root(session, person_id)


def list_records(session: Session, person_id: uuid.UUID) -> list[uuid.UUID]:
    """All records of the student whose one record this is, in any order."""
    below = select(literal(find_root(session, person_id)).label("id")).cte("below", recursive=True)
    further = aliased(Person)
    below = below.union_all(select(further.id).join(below, further.merged_into_id == below.c.id))
    return list(session.scalars(select(below.c.id)))


def part_of_role(role: Role) -> Part | None:
    if role is Role.LEARNER:
        return "learner"
    return "staff" if role.value in STAFF_ROLES else None


def find_part(session: Session, person_id: uuid.UUID) -> Part | None:
    """Whether somebody is known as staff or as a learner; who is both counts as staff."""
    told = session.scalar(select(Person.roster_part).where(Person.id == person_id))
    roles = set(session.scalars(select(Enrollment.role).where(Enrollment.person_id == person_id).distinct()))
    if told == "staff" or holds_right(session, person_id) or roles & set(STAFF_ROLES):
        return "staff"
    return "learner" if told == "learner" or "learner" in roles else None


def holds_right(session: Session, person_id: uuid.UUID) -> bool:
    """Whether somebody was given a right in this tool."""
    return session.scalar(select(Grant.id).where(Grant.person_id == person_id).limit(1)) is not None


def find_alias(
    session: Session, tenant_id: uuid.UUID, kind: str, namespace: str, value: str
) -> uuid.UUID | None:
    """The person another system calls by this value, or None."""
    return session.scalar(
        select(PersonAlias.person_id).where(
            PersonAlias.tenant_id == tenant_id,
            PersonAlias.kind == kind,
            PersonAlias.namespace == namespace,
            PersonAlias.value == value,
        )
    )


def claim_alias(
    session: Session, tenant_id: uuid.UUID, person_id: uuid.UUID, alias: tuple[str, str, str], now: datetime
) -> uuid.UUID:
    """Record the alias, or that it was seen again, and give its owner: somebody else, when it is theirs already."""
    kind, namespace, value = alias
    statement = insert(PersonAlias).values(
        id=uuid.uuid4(),
        tenant_id=tenant_id,
        person_id=person_id,
        kind=kind,
        namespace=namespace,
        value=value,
        first_seen_at=now,
        last_seen_at=now,
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "kind", "namespace", "value"],
            set_={"last_seen_at": now},
            where=PersonAlias.last_seen_at < now - _SEEN_AGAIN,
        )
    )
    return find_alias(session, tenant_id, kind, namespace, value) or person_id


def holds_another(session: Session, person_id: uuid.UUID, alias: tuple[str, str, str]) -> bool:
    """Whether the person is known by another value of the same kind and namespace, which is in use."""
    kind, namespace, value = alias
    found = session.scalar(
        select(PersonAlias.id)
        .where(
            PersonAlias.person_id == person_id,
            PersonAlias.kind == kind,
            PersonAlias.namespace == namespace,
            PersonAlias.value != value,
            PersonAlias.retired_at.is_(None),
        )
        .limit(1)
    )
    return found is not None


def list_by_email(session: Session, tenant_id: uuid.UUID, email: str, *, limit: int = 4) -> list[uuid.UUID]:
    """Records with this address, whatever its case, the oldest first; of merged ones only those that hold the history."""
    return list(
        session.scalars(
            select(Person.id)
            .where(
                Person.tenant_id == tenant_id,
                func.lower(Person.email) == email.casefold(),
                Person.merged_into_id.is_(None),
                Person.is_test_student.is_(False),
            )
            .order_by(Person.created_at, Person.id)
            .limit(limit)
        )
    )


def list_by_name(
    session: Session, tenant_id: uuid.UUID, given: str, family: str, *, limit: int = 4
) -> list[uuid.UUID]:
    """Records with exactly these names, whatever their case, the oldest first."""
    return list(
        session.scalars(
            select(Person.id)
            .where(
                Person.tenant_id == tenant_id,
                func.lower(Person.family_name) == family.casefold(),
                func.lower(Person.given_name) == given.casefold(),
                Person.merged_into_id.is_(None),
                Person.is_test_student.is_(False),
            )
            .order_by(Person.created_at, Person.id)
            .limit(limit)
        )
    )

"""The merge queue: records that may be one student, side by side, until somebody who may decide has decided."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.errors import ForbiddenError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.people.standing import shown_name, visible_learners
from lti_tool.people.tables import (
    Enrollment,
    MergeCase,
    Person,
    PersonAlias,
    PersonYear,
    RosterClass,
    RosterEnrollment,
    School,
    Section,
)

AT_ONCE = 50


@dataclass(frozen=True, kw_only=True)
class Record:
    """One of the two records, as the page shows it."""

    person_id: uuid.UUID
    name: str
    email: str | None
    grade: int | None
    school: str | None
    is_assumed: bool
    """The grade was taken on from the year before."""
    classes: list[str]
    ids: list[tuple[str, str]]
    """Kind and value of each id in use; user ids of an LMS are long and say nothing, so only how many there are."""
    known_since: datetime
    is_merged: bool
    """Another record holds its history already."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A case with what is known of both sides."""

    case: MergeCase
    records: list[Record] = field(default_factory=list)


def open_case(
    session: Session,
    tenant_id: uuid.UUID,
    person_id: uuid.UUID,
    other_id: uuid.UUID | None,
    reason: str,
    *,
    value: str | None,
    now: datetime,
) -> None:
    """Put a doubt into the queue. What was decided before is not asked again."""
    if person_id == other_id:
        return
    known = select(MergeCase.id).where(
        MergeCase.tenant_id == tenant_id,
        or_(
            and_(MergeCase.person_id == person_id, MergeCase.other_id == other_id),
            and_(MergeCase.person_id == other_id, MergeCase.other_id == person_id),
        ),
    )
    if other_id is not None and session.scalar(known.limit(1)) is not None:
        return
    session.execute(
        insert(MergeCase)
        .values(
            id=uuid.uuid4(),
            tenant_id=tenant_id,
            person_id=person_id,
            other_id=other_id,
            reason=reason,
            value=value[:255] if value else None,
            opened_at=now,
        )
        .on_conflict_do_nothing()
    )


def count_open(session: Session, access: Access) -> int:
    return session.scalar(select(func.count()).where(MergeCase.state == "open", *_scope(access))) or 0


def list_open(session: Session, access: Access, *, school_year: int) -> list[Pair]:
    """The oldest cases that wait, of students the access covers."""
    cases = session.scalars(
        select(MergeCase)
        .where(MergeCase.state == "open", *_scope(access))
        .order_by(MergeCase.opened_at, MergeCase.id)
        .limit(AT_ONCE)
    ).all()
    return _pairs(session, list(cases), school_year)


def list_decided(session: Session, access: Access, *, since: datetime, school_year: int) -> list[Pair]:
    """Cases merged since then, the newest first: they can be taken apart."""
    cases = session.scalars(
        select(MergeCase)
        .where(MergeCase.state == "merged", MergeCase.decided_at >= since, *_scope(access))
        .order_by(MergeCase.decided_at.desc(), MergeCase.id)
        .limit(AT_ONCE)
    ).all()
    return _pairs(session, list(cases), school_year)


def get_case(session: Session, access: Access, case_id: uuid.UUID) -> MergeCase:
    """A case the access covers, locked. Raises NotFoundError."""
    found = session.scalar(
        select(MergeCase).where(MergeCase.id == case_id, *_scope(access)).with_for_update()
    )
    if found is None:
        raise NotFoundError
    return found


def _scope(access: Access) -> list[ColumnElement[bool]]:
    """Cases of the district for administrators and its specialists; a school's specialist sees those of two of their own students."""
    mine: list[ColumnElement[bool]] = [MergeCase.tenant_id == access.tenant_id]
    if access.is_administrator or access.is_district_specialist:
        return mine
    if not access.is_specialist:
        raise ForbiddenError
    seen = visible_learners(access)
    return [
        *mine,
        MergeCase.person_id.in_(seen),
        or_(MergeCase.other_id.is_(None), MergeCase.other_id.in_(seen)),
    ]


def _pairs(session: Session, cases: list[MergeCase], school_year: int) -> list[Pair]:
    ids = {each for case in cases for each in (case.person_id, case.other_id) if each is not None}
    records = _records(session, ids, school_year)
    return [
        Pair(
            case=case,
            records=[records[each] for each in (case.person_id, case.other_id) if each is not None],
        )
        for case in cases
    ]


def _records(session: Session, ids: set[uuid.UUID], school_year: int) -> dict[uuid.UUID, Record]:
    people = session.scalars(select(Person).where(Person.id.in_(ids))).all()
    years = {
        row.PersonYear.person_id: (row.PersonYear, row.name)
        for row in session.execute(
            select(PersonYear, School.name)
            .outerjoin(School, School.id == PersonYear.school_id)
            .where(PersonYear.person_id.in_(ids), PersonYear.school_year <= school_year)
            .order_by(PersonYear.school_year)
        )
    }
    classes: dict[uuid.UUID, list[str]] = {each: [] for each in ids}
    for row in session.execute(
        select(Enrollment.person_id, Section.title)
        .join(Section, Section.id == Enrollment.section_id)
        .where(Enrollment.person_id.in_(ids))
        .order_by(Section.title)
    ):
        classes[row.person_id].append(row.title)
    for row in session.execute(
        select(RosterEnrollment.person_id, RosterClass.title)
        .join(RosterClass, RosterClass.id == RosterEnrollment.class_id)
        .where(RosterEnrollment.person_id.in_(ids), RosterEnrollment.status == "active")
        .order_by(RosterClass.title)
    ):
        if row.title not in classes[row.person_id]:
            classes[row.person_id].append(row.title)
    return {
        person.id: _record(person, years.get(person.id), classes[person.id], _ids(session, person.id))
        for person in people
    }


def _record(
    person: Person, year: tuple[PersonYear, str | None] | None, classes: list[str], ids: list[tuple[str, str]]
) -> Record:
    return Record(
        person_id=person.id,
        name=shown_name(person),
        email=person.email,
        grade=year[0].grade if year else None,
        school=year[1] if year else None,
        is_assumed=bool(year and year[0].source == "assumed"),
        classes=classes,
        ids=ids,
        known_since=person.created_at,
        is_merged=person.merged_into_id is not None,
    )


def _ids(session: Session, person_id: uuid.UUID) -> list[tuple[str, str]]:
    rows = session.execute(
        select(PersonAlias.kind, PersonAlias.value)
        .where(
            PersonAlias.person_id == person_id,
            PersonAlias.kind.not_in(["lti", "email"]),
            PersonAlias.retired_at.is_(None),
        )
        .order_by(PersonAlias.kind, PersonAlias.value)
    )
    return [(row.kind, row.value) for row in rows]

"""Grade and school of a person by school year: who says so, whom to believe, and what is taken on until somebody says."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.people.identity import list_records
from lti_tool.people.tables import PersonYear

SOURCES = ("assumed", "launch", "specialist", "schoology", "clever", "roster")
"""Who tells a grade, the weakest first: last year's grade and one, the class of a launch, the specialist, a graduation year, Clever, a roster."""
HIGHEST = 12


class Year(NamedTuple):
    """One person's school year, named by the year it ends in."""

    tenant_id: uuid.UUID
    person_id: uuid.UUID
    school_year: int


def remember_year(
    session: Session,
    of: Year,
    *,
    grade: int | None,
    school_id: uuid.UUID | None,
    source: str,
) -> None:
    """Keep what was told of a year. A weaker source changes nothing, and what is left out erases nothing."""
    if grade is None and school_id is None:
        return
    statement = insert(PersonYear).values(**of._asdict(), school_id=school_id, grade=grade, source=source)
    told = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id", "school_year"],
            set_={
                "school_id": func.coalesce(told.school_id, PersonYear.school_id),
                "grade": func.coalesce(told.grade, PersonYear.grade),
                "source": told.source,
            },
            where=PersonYear.source.in_(SOURCES[: SOURCES.index(source) + 1]),
        )
    )


def assume_year(session: Session, of: Year) -> None:
    """Where nobody told the grade of this year, take the last known one on, a grade further for each year; it is marked as assumed."""
    if find_year(session, of.person_id, of.school_year) is not None:
        return
    last = session.scalars(
        select(PersonYear)
        .where(
            PersonYear.person_id.in_(list_records(session, of.person_id)),
            PersonYear.school_year < of.school_year,
        )
        .order_by(PersonYear.school_year.desc(), _rank().desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.grade is None:
        return
    grade = last.grade + of.school_year - last.school_year
    if grade <= HIGHEST:
        remember_year(session, of, grade=grade, school_id=last.school_id, source="assumed")


def find_year(session: Session, person_id: uuid.UUID, school_year: int) -> PersonYear | None:
    """What is known of the student in a year: from the strongest source of all their records."""
    return session.scalars(
        select(PersonYear)
        .where(
            PersonYear.person_id.in_(list_records(session, person_id)), PersonYear.school_year == school_year
        )
        .order_by(_rank().desc(), (PersonYear.person_id == person_id).desc())
        .limit(1)
    ).one_or_none()


def grade_from_graduation(year: int, school_year: int) -> int | None:
    """The grade of somebody who finishes grade 12 in `year`; None outside of K to 12.

    >>> [grade_from_graduation(year, 2027) for year in (2027, 2032, 2040, 2026)]
    [12, 7, None, None]
    """
    grade = HIGHEST - (year - school_year)
    return grade if 0 <= grade <= HIGHEST else None


def _rank() -> ColumnElement[int]:
    return case({source: place for place, source in enumerate(SOURCES)}, value=PersonYear.source)

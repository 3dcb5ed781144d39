"""The board's queries: cells by skill and grade, and one skill's standings in a class. Rollups only, scoped by the grant."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lti_tool.errors import ForbiddenError
from lti_tool.facts.people import Access
from lti_tool.facts.reach import covered
from lti_tool.reports.tables import LEVELS, BoardCell, PersonSkillYear


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One skill at one grade: how many persons stand where, over the schools asked for."""

    skill: str
    grade: int | None
    counts: dict[str, int]
    """Persons per level."""
    mean_expected: float
    """Mean expected score on the skill's items, 0..1."""
    answers: int

    @property
    def persons(self) -> int:
        return sum(self.counts.values())

    @property
    def judged(self) -> int:
        """Persons with enough evidence for a level."""
        return self.persons - self.counts["not_enough"]

    @property
    def proficient_ratio(self) -> float | None:
        """Share of those judged who are proficient; None when nobody is judged."""
        return self.counts["proficient"] / self.judged if self.judged else None


def board_cells(
    session: Session, access: Access, *, school_year: int, school_id: uuid.UUID | None = None
) -> dict[tuple[str, int | None], Cell]:
    """All cells of a year, over every school of the grant or one of them. Raises ForbiddenError for a school outside it."""
    columns = [func.sum(getattr(BoardCell, level)) for level in LEVELS]
    rows = session.execute(
        select(
            BoardCell.skill,
            BoardCell.grade,
            func.sum(BoardCell.sum_expected),
            func.sum(BoardCell.answers),
            *columns,
        )
        .where(
            BoardCell.tenant_id == access.tenant_id,
            BoardCell.school_year == school_year,
            *_reach(access, school_id),
        )
        .group_by(BoardCell.skill, BoardCell.grade)
    )
    cells = (_as_cell(tuple(row)) for row in rows)
    return {(cell.skill, cell.grade): cell for cell in cells if cell.persons}


def _as_cell(row: tuple[object, ...]) -> Cell:
    skill, grade, sum_expected, answers, *numbers = row
    counts = {level: int(str(number)) for level, number in zip(LEVELS, numbers, strict=True)}
    persons = sum(counts.values())
    return Cell(
        skill=str(skill),
        grade=grade if isinstance(grade, int) else None,
        counts=counts,
        mean_expected=float(str(sum_expected)) / persons if persons else 0.0,
        answers=int(str(answers)),
    )


def _reach(access: Access, school_id: uuid.UUID | None) -> list[ColumnElement[bool]]:
    """The cells a query may look at: those of the grant, within the one school asked for if the grant enters it."""
    if not access.is_specialist or (school_id is not None and not access.enters(school_id)):
        raise ForbiddenError
    mine = covered(access, BoardCell.school_id, BoardCell.grade)
    return [mine] if school_id is None else [mine, BoardCell.school_id == school_id]


def list_years(session: Session, access: Access) -> list[int]:
    """School years with evidence, newest first."""
    rows = session.scalars(
        select(BoardCell.school_year).where(BoardCell.tenant_id == access.tenant_id).distinct()
    )
    return sorted(rows, reverse=True)


@dataclass(frozen=True, kw_only=True)
class PersonStanding:
    """One person's newest standing in one skill in a year."""

    person_id: uuid.UUID
    skill: str
    level: str
    expected: float
    answers: int


def standings_of(
    session: Session,
    access: Access,
    person_ids: Iterable[uuid.UUID],
    *,
    school_year: int,
    skill: str | None = None,
) -> list[PersonStanding]:
    """Standings of persons the caller found through a scoped list."""
    statement = select(PersonSkillYear).where(
        PersonSkillYear.tenant_id == access.tenant_id,
        PersonSkillYear.person_id.in_(list(person_ids)),
        PersonSkillYear.school_year == school_year,
    )
    if skill is not None:
        statement = statement.where(PersonSkillYear.skill == skill)
    return [
        PersonStanding(
            person_id=row.person_id,
            skill=row.skill,
            level=row.level,
            expected=row.expected,
            answers=row.answers,
        )
        for row in session.scalars(statement)
    ]

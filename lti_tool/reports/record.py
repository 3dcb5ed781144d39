"""Keeping the rollups true: each new standing leaves its old cell and enters its new one, in the submission's transaction.

Cells are locked in one fixed order, so that simultaneous submissions of a class wait for each other and never deadlock.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.facts.answers import SkillStanding
from lti_tool.facts.people import Standing
from lti_tool.reports.tables import LEVELS, BoardCell, PersonSkillYear


class CellKey(NamedTuple):
    """Which cell, within a district and a school year."""

    school_id: uuid.UUID | None
    grade: int | None
    skill: str


Changes = dict[CellKey, dict[str, float]]
YearChanges = dict[int, Changes]


def record(session: Session, standings: Sequence[SkillStanding], where: Standing, *, now: datetime) -> None:
    """Write the standings of one person and move them between cells.

    The answers are counted in the year of `where`. A level is that of now, so a year that is over keeps its own once another has begun, and
    the newest one has it.
    """
    rows = _rows_since(session, standings, where.school_year)
    changes: YearChanges = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
    for standing in standings:
        by_year = rows[standing.skill]
        own = by_year.get(where.school_year)
        is_new = own is None
        if own is None:
            own = _new_row(standing, where.school_year)
            session.add(own)
        else:
            count_row(changes[own.school_year], own, by=-1)
        own.school_id, own.grade, own.section_id = where.school_id, where.grade, where.section_id
        own.answers, own.updated_at = own.answers + standing.new_answers, now
        newest = by_year[max(by_year)] if by_year else own
        if is_new or newest is own:
            own.level, own.expected = standing.level, standing.expected
        count_row(changes[own.school_year], own, by=+1)
        if newest is not own:
            _set_level(changes, newest, standing, now)
    session.flush()
    _apply_by_year(session, standings[0].tenant_id, changes)


def correct(session: Session, standings: Sequence[SkillStanding], school_year: int, *, now: datetime) -> None:
    """Write corrected standings of one person where they are counted last, in that year or since. Nobody moves to another school or grade by
    it, and nothing is counted that was not.
    """
    rows = _rows_since(session, standings, school_year)
    changes: YearChanges = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
    for standing in standings:
        by_year = rows[standing.skill]
        if by_year:
            _set_level(changes, by_year[max(by_year)], standing, now)
    session.flush()
    _apply_by_year(session, standings[0].tenant_id, changes)


def correct_levels(
    session: Session,
    tenant_id: uuid.UUID,
    levels: Mapping[tuple[uuid.UUID, str], str],
    school_year: int,
    *,
    now: datetime,
) -> None:
    """Write the levels of many persons of a district, by (person, skill), where they are counted in that year. Their learners are locked."""
    rows = session.scalars(
        select(PersonSkillYear)
        .where(
            PersonSkillYear.tenant_id == tenant_id,
            PersonSkillYear.person_id.in_({person_id for person_id, _ in levels}),
            PersonSkillYear.school_year == school_year,
        )
        .order_by(PersonSkillYear.person_id, PersonSkillYear.skill)
        .with_for_update()
    )
    changes: Changes = defaultdict(lambda: defaultdict(float))
    for row in rows:
        level = levels.get((row.person_id, row.skill), row.level)
        if level != row.level:
            count_row(changes, row, by=-1)
            row.level, row.updated_at = level, now
            count_row(changes, row, by=+1)
    session.flush()
    if changes:
        apply_changes(session, tenant_id, school_year, changes)


def _rows_since(
    session: Session, standings: Sequence[SkillStanding], school_year: int
) -> dict[str, dict[int, PersonSkillYear]]:
    """One person's rows of this year and later, by skill and year, locked."""
    rows = session.scalars(
        select(PersonSkillYear)
        .where(
            PersonSkillYear.person_id == standings[0].person_id,
            PersonSkillYear.school_year >= school_year,
            PersonSkillYear.skill.in_([each.skill for each in standings]),
        )
        .order_by(PersonSkillYear.skill, PersonSkillYear.school_year)
        .with_for_update()
    )
    found: dict[str, dict[int, PersonSkillYear]] = {each.skill: {} for each in standings}
    for row in rows:
        found[row.skill][row.school_year] = row
    return found


def _new_row(standing: SkillStanding, school_year: int) -> PersonSkillYear:
    return PersonSkillYear(
        tenant_id=standing.tenant_id,
        person_id=standing.person_id,
        skill=standing.skill,
        school_year=school_year,
        answers=0,
    )


def _set_level(changes: YearChanges, row: PersonSkillYear, standing: SkillStanding, now: datetime) -> None:
    """Let a row that is counted already have the level of now."""
    count_row(changes[row.school_year], row, by=-1)
    row.level, row.expected, row.updated_at = standing.level, standing.expected, now
    count_row(changes[row.school_year], row, by=+1)


def count_row(changes: Changes, row: PersonSkillYear, *, by: int) -> None:
    """Let a row enter (+1) or leave (-1) its cell."""
    cell = changes[CellKey(row.school_id, row.grade, row.skill)]
    cell[row.level] += by
    cell["sum_expected"] += by * row.expected
    cell["answers"] += by * row.answers


def apply_changes(session: Session, tenant_id: uuid.UUID, school_year: int, changes: Changes) -> None:
    """Change the cells of a year, locked in one order."""
    cells = _locked_cells(session, tenant_id, school_year, changes)
    for key, change in changes.items():
        cell = cells[key]
        for name, by in change.items():
            setattr(cell, name, getattr(cell, name) + (by if name == "sum_expected" else int(by)))
    session.flush()


def _apply_by_year(session: Session, tenant_id: uuid.UUID, changes: YearChanges) -> None:
    for year in sorted(changes):
        apply_changes(session, tenant_id, year, changes[year])


def _locked_cells(
    session: Session, tenant_id: uuid.UUID, school_year: int, changes: Changes
) -> dict[CellKey, BoardCell]:
    found = _find_cells(session, tenant_id, school_year, changes)
    if len(found) < len(changes):
        missing = sorted(set(changes) - set(found), key=str)
        session.execute(
            insert(BoardCell)
            .values([_empty(tenant_id, school_year, key) for key in missing])
            .on_conflict_do_nothing()
        )
        found = _find_cells(session, tenant_id, school_year, changes)
    return found


def _find_cells(
    session: Session, tenant_id: uuid.UUID, school_year: int, changes: Changes
) -> dict[CellKey, BoardCell]:
    """The cells, locked in one order for every transaction."""
    rows = session.scalars(
        select(BoardCell)
        .where(BoardCell.id.in_([_cell_id(tenant_id, school_year, key) for key in changes]))
        .order_by(BoardCell.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {CellKey(row.school_id, row.grade, row.skill): row for row in rows}


def _cell_id(tenant_id: uuid.UUID, school_year: int, key: CellKey) -> uuid.UUID:
    """The same id for the same cell in every process."""
    return uuid.uuid5(tenant_id, f"{school_year}/{key.school_id}/{key.grade}/{key.skill}")


def _empty(tenant_id: uuid.UUID, school_year: int, key: CellKey) -> dict[str, object]:
    counts: dict[str, object] = dict.fromkeys(LEVELS, 0)
    place = {"tenant_id": tenant_id, "school_year": school_year, **key._asdict()}
    return counts | place | {"id": _cell_id(tenant_id, school_year, key), "sum_expected": 0.0, "answers": 0}

"""A person's rollups from their evidence: after two records were put together or taken apart, and the cells of the board with them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.facts.answers import SkillStanding
from lti_tool.facts.people import Standing
from lti_tool.reports.record import Changes, apply_changes, count_row
from lti_tool.reports.tables import PersonSkillYear

Key = tuple[str, int]
"""Skill and school year."""
Level = tuple[str, float]
"""Level and expected score, 0..1."""


def levels_of(session: Session, person_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[Key, Level]]:
    """What the rollups say of each person now, by skill and year."""
    rows = session.scalars(select(PersonSkillYear).where(PersonSkillYear.person_id.in_(person_ids)))
    found: dict[uuid.UUID, dict[Key, Level]] = {each: {} for each in person_ids}
    for row in rows:
        found[row.person_id][row.skill, row.school_year] = (row.level, row.expected)
    return found


def rebuild(
    session: Session,
    tenant_id: uuid.UUID,
    person_id: uuid.UUID,
    years: Sequence[tuple[str, Standing, int]],
    standings: Sequence[SkillStanding],
    earlier: Mapping[Key, Level],
    *,
    now: datetime,
) -> None:
    """Replace a person's rollups. `years`: skill, place and number of answers of each year.

    The newest year of a skill gets the standing of now; a year that is over keeps the level it had (`earlier`).
    """
    changes: dict[int, Changes] = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
    old = session.scalars(
        select(PersonSkillYear)
        .where(PersonSkillYear.person_id == person_id)
        .order_by(PersonSkillYear.school_year, PersonSkillYear.skill)
        .with_for_update()
    ).all()
    for row in old:
        count_row(changes[row.school_year], row, by=-1)
        session.delete(row)
    session.flush()
    newest = {skill: where.school_year for skill, where, _ in years}
    now_at = {each.skill: (each.level, each.expected) for each in standings}
    for skill, where, answers in years:
        is_newest = newest[skill] == where.school_year
        found = now_at.get(skill) if is_newest else earlier.get((skill, where.school_year), now_at.get(skill))
        if found is None:
            continue
        row = PersonSkillYear(
            tenant_id=tenant_id,
            person_id=person_id,
            skill=skill,
            school_year=where.school_year,
            school_id=where.school_id,
            grade=where.grade,
            section_id=where.section_id,
            level=found[0],
            expected=found[1],
            answers=answers,
            updated_at=now,
        )
        session.add(row)
        count_row(changes[row.school_year], row, by=+1)
    session.flush()
    for school_year in sorted(changes):
        apply_changes(session, tenant_id, school_year, changes[school_year])

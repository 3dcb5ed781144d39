"""Evidence of two records that are one student's, put together and taken apart again; each time the history is replayed in time order."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from lti_tool.facts.answers import SkillStanding
from lti_tool.facts.people import Standing
from lti_tool.mastery.relearn import relearn_all
from lti_tool.mastery.tables import Evidence, LearnerState, LevelDecision, MasteryState

Dates = Mapping[str, datetime]
"""By skill: when proficient was reached first."""


@dataclass(frozen=True, kw_only=True)
class SkillYear:
    """A person's evidence in one skill and school year: how much, and where they stood at the last of it."""

    skill: str
    answers: int
    where: Standing


def pool(
    session: Session, tenant_id: uuid.UUID, *, kept: uuid.UUID, joined: uuid.UUID, now: datetime
) -> list[SkillStanding]:
    """Make `joined`'s evidence `kept`'s; gives the standings of `kept` in every skill. A level once earned keeps its earliest date."""
    _lock(session, (kept, joined))
    dates = dict(proficient_dates(session, kept))
    for skill, date in proficient_dates(session, joined).items():
        dates[skill] = min(date, dates.get(skill, date))
    for moving in (Evidence, LevelDecision):
        session.execute(update(moving).where(moving.person_id == joined).values(person_id=kept))
    for table in (MasteryState, LearnerState):
        session.execute(delete(table).where(table.person_id == joined))
    session.expire_all()
    return relearn_all(session, tenant_id, kept, proficient_since=dates, now=now)


def part(
    session: Session,
    tenant_id: uuid.UUID,
    *,
    kept: uuid.UUID,
    joined: uuid.UUID,
    record_ids: Iterable[uuid.UUID],
    attempt_ids: Iterable[uuid.UUID],
    dates: Mapping[uuid.UUID, Dates],
    now: datetime,
) -> dict[uuid.UUID, list[SkillStanding]]:
    """Give `joined` the evidence of its attempts back, and what was set on its records; `dates` are those of both from before they were put together.

    A level reached since then stays, with its date, where a record's own evidence alone is enough for it; one that was taken back since then
    does not come back.
    """
    _lock(session, (kept, joined))
    together = proficient_dates(session, kept)
    session.execute(
        update(Evidence)
        .where(Evidence.person_id == kept, Evidence.attempt_id.in_(list(attempt_ids)))
        .values(person_id=joined)
    )
    session.execute(
        update(LevelDecision)
        .where(LevelDecision.person_id == kept, LevelDecision.record_id.in_(list(record_ids)))
        .values(person_id=joined)
    )
    session.expire_all()
    standings = {
        each: relearn_all(
            session,
            tenant_id,
            each,
            proficient_since={skill: date for skill, date in dates[each].items() if skill in together},
            now=now,
        )
        for each in (kept, joined)
    }
    for state in session.scalars(
        select(MasteryState).where(
            MasteryState.person_id.in_([kept, joined]), MasteryState.proficient_since == now
        )
    ):
        state.proficient_since = together.get(state.skill, now)
        if state.shown_since == now:
            state.shown_since = state.proficient_since
    return standings


def proficient_dates(session: Session, person_id: uuid.UUID) -> dict[str, datetime]:
    rows = session.execute(
        select(MasteryState.skill, MasteryState.proficient_since).where(
            MasteryState.person_id == person_id, MasteryState.proficient_since.is_not(None)
        )
    )
    return {row.skill: row.proficient_since for row in rows}


def skill_years(session: Session, person_id: uuid.UUID) -> list[SkillYear]:
    """A person's evidence by skill and school year, years in order."""
    count = func.count().over(partition_by=(Evidence.skill, Evidence.school_year))
    rows = session.execute(
        select(
            Evidence.skill,
            Evidence.school_year,
            Evidence.school_id,
            Evidence.grade,
            Evidence.section_id,
            count.label("answers"),
        )
        .where(Evidence.person_id == person_id)
        .ext(distinct_on(Evidence.school_year, Evidence.skill))
        .order_by(Evidence.school_year, Evidence.skill, Evidence.answered_at.desc(), Evidence.id.desc())
    )
    return [
        SkillYear(
            skill=row.skill,
            answers=row.answers,
            where=Standing(
                school_year=row.school_year,
                school_id=row.school_id,
                grade=row.grade,
                section_id=row.section_id,
            ),
        )
        for row in rows
    ]


def _lock(session: Session, person_ids: Iterable[uuid.UUID]) -> None:
    session.scalars(
        select(LearnerState.person_id)
        .where(LearnerState.person_id.in_(list(person_ids)))
        .order_by(LearnerState.person_id)
        .with_for_update()
    ).all()

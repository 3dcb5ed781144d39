"""Evidence that came late or was corrected: the person's whole history is run again, in the order in which it was given.

The whole history and not one skill, because every answer also moves the overall ability that all skills share. Each piece of evidence keeps
what was believed of its item when it arrived, so the outcome is the state that answers in order would have left, with the items as
they were; and an item is not taught twice by one answer.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.mastery.belief import Belief
from lti_tool.mastery.engine import cold_skill, cold_student, pass_time
from lti_tool.mastery.published import Engine
from lti_tool.mastery.replay import years_between
from lti_tool.mastery.step import step
from lti_tool.mastery.tables import Evidence, LearnerState, MasteryState

DEFAULT_GRADE = 6
"""Taken for a learner whose grade nobody told: the model's anchor."""


def newest_evidence(session: Session, person_id: uuid.UUID) -> datetime | None:
    """When the person answered last, of what was learned from; None for a newcomer."""
    return session.scalar(select(func.max(Evidence.answered_at)).where(Evidence.person_id == person_id))


def attempts_with_evidence(session: Session, person_id: uuid.UUID, attempt_id: uuid.UUID) -> set[str]:
    """The skills for which this attempt is an occasion already."""
    return set(
        session.scalars(
            select(Evidence.skill)
            .where(Evidence.person_id == person_id, Evidence.attempt_id == attempt_id)
            .distinct()
        )
    )


def learned_items(session: Session, attempt_id: uuid.UUID) -> set[str]:
    """The items of an attempt whose answers were learned from: nothing is learned from one twice."""
    return set(session.scalars(select(Evidence.item_id).where(Evidence.attempt_id == attempt_id)))


def take_evidence(
    learner: LearnerState, state: MasteryState, row: Evidence, item: Belief, engine: Engine
) -> tuple[float, float]:
    """Move the beliefs by one piece of evidence, note on it what it did, and give the item's new mean and variance."""
    numbers = engine.parameters
    skill = Belief(state.mean, state.var)
    if state.answers:
        skill = pass_time(skill, years_between(state.last_at, row.answered_at), parameters=numbers)
    expected, learner.mean, learner.var, state.mean, state.var, mean, var, _, _, row.moved = step(
        learner.mean, learner.var, skill.mean, skill.var, item.mean, item.var, 0.0, 0.0,
        row.ratio, row.guess, row.weight, numbers.gain, numbers.drift,
    )  # fmt: skip
    row.expected = engine.calibrated(expected)
    state.answers += 1
    state.last_at = row.answered_at
    return mean, var


def evidence_in_order(session: Session, person_id: uuid.UUID) -> Sequence[Evidence]:
    """All of a person's evidence, in the order in which it was given."""
    session.flush()
    return session.scalars(
        select(Evidence)
        .where(Evidence.person_id == person_id)
        .order_by(Evidence.answered_at, Evidence.item_id, Evidence.id)
    ).all()


def run_again(session: Session, person_id: uuid.UUID, learner: LearnerState, engine: Engine) -> None:
    """Run all of a person's evidence again. The caller holds the learner's lock, and settles the levels afterwards."""
    rows = evidence_in_order(session, person_id)
    states = {
        state.skill: state
        for state in session.scalars(select(MasteryState).where(MasteryState.person_id == person_id))
    }
    if not rows:
        return
    grade = rows[0].grade if rows[0].grade is not None else DEFAULT_GRADE
    cold = cold_student(grade, parameters=engine.parameters)
    learner.mean, learner.var = cold.mean, cold.var
    fresh = cold_skill(parameters=engine.parameters)
    for state in states.values():
        state.mean, state.var, state.answers = fresh.mean, fresh.var, 0
    run_rows(rows, learner, states, engine)


def run_rows(
    rows: Sequence[Evidence], learner: LearnerState, states: Mapping[str, MasteryState], engine: Engine
) -> None:
    """Move cold beliefs by evidence in the order of answering, and count the sittings."""
    sittings: dict[str, set[uuid.UUID]] = defaultdict(set)
    for row in rows:
        take_evidence(learner, states[row.skill], row, Belief(row.item_mean, row.item_var), engine)
        sittings[row.skill].add(row.attempt_id)
    for name, attempts in sittings.items():
        states[name].occasions = len(attempts)

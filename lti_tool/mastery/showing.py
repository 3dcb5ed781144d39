"""The level that people see: what the district's method says of the evidence, or what a teacher set in its place.

For a gradebook rule the answers of the person in the skills touched are read, and no others.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from lti_tool.mastery.levels import Level
from lti_tool.mastery.methods import Choice, Judged, Result, judge, make_choice
from lti_tool.mastery.tables import Evidence, LevelDecision, MasteryState, MethodChoice

Key = tuple[uuid.UUID, str]
"""Person and skill."""


def find_choice_row(session: Session, tenant_id: uuid.UUID) -> MethodChoice | None:
    """The district's newest choice; None: it never chose."""
    return session.scalar(
        select(MethodChoice)
        .where(MethodChoice.tenant_id == tenant_id)
        .order_by(MethodChoice.id.desc())
        .limit(1)
    )


def find_choice(session: Session, tenant_id: uuid.UUID) -> Choice:
    """The method in force. Whoever changes levels by it holds the learner's lock before asking, so that a choice made meanwhile finds them."""
    row = find_choice_row(session, tenant_id)
    return Choice() if row is None else as_choice(row)


def as_choice(row: MethodChoice) -> Choice:
    return make_choice(
        row.method,
        number=row.number,
        min_results=row.min_results,
        proficient_from=row.proficient_from,
        developing_from=row.developing_from,
    )


def decisions_of(session: Session, person_ids: Collection[uuid.UUID]) -> dict[Key, LevelDecision]:
    """What was set for these histories; of two records' decisions the newer."""
    rows = session.scalars(
        select(LevelDecision)
        .where(LevelDecision.person_id.in_(person_ids))
        .ext(distinct_on(LevelDecision.person_id, LevelDecision.skill))
        .order_by(LevelDecision.person_id, LevelDecision.skill, LevelDecision.set_at.desc())
    )
    return {(row.person_id, row.skill): row for row in rows}


def results_of(
    session: Session,
    person_ids: Collection[uuid.UUID],
    skills: Collection[str] | None = None,
    *,
    until: datetime | None = None,
) -> dict[Key, list[Result]]:
    """Each one's results in time order; an attempt is dated by its last answer.

    A quiz's questions are pooled by their points, as `classic.pool` does; practice and what followed a hint weigh as they do everywhere.
    """
    weight = Evidence.points * Evidence.weight
    at, total = func.max(Evidence.answered_at), func.sum(weight)
    query = (
        select(
            Evidence.person_id,
            Evidence.skill,
            at.label("at"),
            (func.sum(Evidence.ratio * weight) / func.nullif(total, 0)).label("ratio"),
            func.count().label("answers"),
        )
        .where(Evidence.person_id.in_(person_ids))
        .group_by(Evidence.person_id, Evidence.skill, Evidence.attempt_id)
        .having(total > 0)
        .order_by(at, Evidence.attempt_id)
    )
    if skills is not None:
        query = query.where(Evidence.skill.in_(skills))
    if until is not None:
        query = query.where(Evidence.answered_at < until)
    found: dict[Key, list[Result]] = defaultdict(list)
    for person_id, skill, when, ratio, answers in session.execute(query):
        found[person_id, skill].append(Result(when, ratio, answers))
    return found


def judge_all(session: Session, states: Sequence[MasteryState], choice: Choice) -> dict[Key, Judged]:
    """What the method says of each state, as the evidence stands. Nothing is written."""
    if choice.rule is None:
        return {
            (each.person_id, each.skill): Judged(Level(each.level), None, each.proficient_since)
            for each in states
        }
    people = {each.person_id for each in states}
    # Of one person only the skills at hand are read; of many, all of theirs are at hand.
    skills = {each.skill for each in states} if len(people) == 1 else None
    results = results_of(session, people, skills)
    return {key: judge(results.get(key, []), choice) for key in ((s.person_id, s.skill) for s in states)}


def show(session: Session, states: Sequence[MasteryState], *, redated: Collection[str] = ()) -> None:
    """Write what people see of these states of one district. A level once reached keeps its date; in the skills `redated` it is asked for
    anew, because the method is another one, or evidence was corrected.
    """
    if not states:
        return
    session.flush()
    judged = judge_all(session, states, find_choice(session, states[0].tenant_id))
    decided = decisions_of(session, {each.person_id for each in states})
    for state in states:
        _show(state, judged[state.person_id, state.skill], decided, is_redated=state.skill in redated)


def _show(
    state: MasteryState, found: Judged, decided: Mapping[Key, LevelDecision], *, is_redated: bool
) -> None:
    decision = decided.get((state.person_id, state.skill))
    state.method_score, state.method_level = found.score, found.level
    if is_redated or state.shown_since is None or (found.since and found.since < state.shown_since):
        state.shown_since = found.since
    state.shown_level = decision.level if decision else found.level

"""Learning from a finished attempt, inside its transaction: beliefs in, one update per answer, beliefs and levels out.

Locks are taken in one order everywhere: the learner first, then items by id. So two students who finish at once never block each
other for good. Blank answers are not evidence: not knowing and not trying look different in the gradebook, not here. An answer that
arrives after later ones have been learned from makes `again` run the person's evidence again, in the order in which it was given.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.facts.answers import BankItem, ScoredAnswer, SkillStanding
from lti_tool.facts.people import Standing
from lti_tool.mastery.again import (
    DEFAULT_GRADE,
    attempts_with_evidence,
    newest_evidence,
    run_again,
    take_evidence,
)
from lti_tool.mastery.belief import Belief
from lti_tool.mastery.engine import cold_item, cold_skill, cold_student, evidence_weight
from lti_tool.mastery.levels import PoolItem, expected_score, level, mastery_probability, threshold
from lti_tool.mastery.parameters import Parameters
from lti_tool.mastery.published import Engine, find_published
from lti_tool.mastery.showing import show
from lti_tool.mastery.tables import Evidence, ItemState, LearnerState, MasteryState


def learn(
    session: Session,
    *,
    tenant_id: uuid.UUID,
    person_id: uuid.UUID,
    attempt_id: uuid.UUID,
    standing: Standing,
    answers: Sequence[ScoredAnswer],
    bank: Iterable[BankItem],
    now: datetime,
) -> list[SkillStanding]:
    """Update every belief the answers touch and give the person's new standing in each skill touched."""
    if not answers:
        return []
    grade = standing.grade if standing.grade is not None else DEFAULT_GRADE
    engine = find_published(session, tenant_id)
    learner = _learner(session, tenant_id, person_id, grade, engine.parameters, now=now)
    newest = newest_evidence(session, person_id)
    items = _known_items(session, tenant_id, answers, bank)
    names = sorted({answer.item.skill for answer in answers})
    skills = _skills(session, tenant_id, person_id, names, engine.parameters, now=now)
    before = attempts_with_evidence(session, person_id, attempt_id)
    in_order = sorted(answers, key=lambda each: (each.answered_at, each.item.item_id))
    for answer in in_order:
        item = items[answer.item.item_id, answer.item.item_version]
        state = skills[answer.item.skill]
        session.add(_learn_one(learner, state, item, answer, attempt_id, standing, engine))
    for state in skills.values():
        state.occasions += state.skill not in before
    learner.updated_at = now
    if newest is not None and in_order[0].answered_at < newest:
        run_again(session, person_id, learner, engine)
        skills = _skills(session, tenant_id, person_id, names, engine.parameters, now=now)
    counts: dict[str, int] = defaultdict(int)
    for answer in answers:
        counts[answer.item.skill] += 1
    return settle_all(session, learner, list(skills.values()), grade, engine, counts=counts, now=now)


def ensure_items(session: Session, tenant_id: uuid.UUID, bank: Iterable[BankItem]) -> None:
    """Make a cold belief for every item version not known yet."""
    rows = [_cold_row(tenant_id, item) for item in sorted(bank, key=lambda each: each.item_id)]
    if rows:
        session.execute(insert(ItemState).values(rows).on_conflict_do_nothing())


def _cold_row(tenant_id: uuid.UUID, item: BankItem) -> dict[str, object]:
    belief = cold_item(sum(item.grades) / 2, item.difficulty)
    return {
        "tenant_id": tenant_id,
        "item_id": item.item_id,
        "item_version": item.item_version,
        "skill": item.skill,
        "guess": item.guess,
        "grade_from": item.grades[0],
        "grade_to": item.grades[1],
        "mean": belief.mean,
        "var": belief.var,
        "answers": 0,
    }


def _learner(
    session: Session,
    tenant_id: uuid.UUID,
    person_id: uuid.UUID,
    grade: int,
    parameters: Parameters,
    *,
    now: datetime,
) -> LearnerState:
    cold = cold_student(grade, parameters=parameters)
    session.execute(
        insert(LearnerState)
        .values(person_id=person_id, tenant_id=tenant_id, mean=cold.mean, var=cold.var, updated_at=now)
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(LearnerState)
        .where(LearnerState.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _known_items(
    session: Session, tenant_id: uuid.UUID, answers: Sequence[ScoredAnswer], bank: Iterable[BankItem]
) -> dict[tuple[str, str], ItemState]:
    """The answered items, locked. The first answer to a new item makes its whole bank known, so that pools are complete."""
    items = _lock_items(session, tenant_id, answers)
    if all((answer.item.item_id, answer.item.item_version) in items for answer in answers):
        return items
    ensure_items(session, tenant_id, bank)
    return _lock_items(session, tenant_id, answers)


def _lock_items(
    session: Session, tenant_id: uuid.UUID, answers: Sequence[ScoredAnswer]
) -> dict[tuple[str, str], ItemState]:
    keys = sorted({(answer.item.item_id, answer.item.item_version) for answer in answers})
    rows = session.scalars(
        select(ItemState)
        .where(
            ItemState.tenant_id == tenant_id,
            tuple_(ItemState.item_id, ItemState.item_version).in_(keys),
        )
        .order_by(ItemState.item_id, ItemState.item_version)
        .with_for_update()
    )
    return {(row.item_id, row.item_version): row for row in rows}


def _skills(
    session: Session,
    tenant_id: uuid.UUID,
    person_id: uuid.UUID,
    names: Sequence[str],
    parameters: Parameters,
    *,
    now: datetime,
) -> dict[str, MasteryState]:
    known = session.scalars(
        select(MasteryState)
        .where(MasteryState.person_id == person_id, MasteryState.skill.in_(names))
        .with_for_update()
    )
    found = {row.skill: row for row in known}
    for name in names:
        if name not in found:
            found[name] = new_skill(tenant_id, person_id, name, parameters, now)
            session.add(found[name])
    return {name: found[name] for name in names}


def new_skill(
    tenant_id: uuid.UUID, person_id: uuid.UUID, name: str, parameters: Parameters, now: datetime
) -> MasteryState:
    cold = cold_skill(parameters=parameters)
    return MasteryState(
        tenant_id=tenant_id,
        person_id=person_id,
        skill=name,
        mean=cold.mean,
        var=cold.var,
        answers=0,
        occasions=0,
        last_at=now,
        p_mastered=0.0,
        expected=0.0,
        level="not_enough",
        method_level="not_enough",
        shown_level="not_enough",
    )


def _learn_one(
    learner: LearnerState,
    state: MasteryState,
    item: ItemState,
    answer: ScoredAnswer,
    attempt_id: uuid.UUID,
    standing: Standing,
    engine: Engine,
) -> Evidence:
    weight = evidence_weight(
        used_hint=answer.used_hint, is_practice=answer.is_practice, parameters=engine.parameters
    )
    row = Evidence(
        tenant_id=state.tenant_id,
        person_id=state.person_id,
        attempt_id=attempt_id,
        skill=state.skill,
        item_id=item.item_id,
        item_version=item.item_version,
        item_mean=item.mean,
        item_var=item.var,
        guess=item.guess,
        ratio=answer.ratio,
        points=answer.points,
        weight=weight,
        answered_at=answer.answered_at,
        school_year=standing.school_year,
        school_id=standing.school_id,
        grade=standing.grade,
        section_id=standing.section_id,
    )
    item.mean, item.var = take_evidence(learner, state, row, Belief(item.mean, item.var), engine)
    item.answers += 1
    return row


def settle_all(
    session: Session,
    learner: LearnerState,
    states: Sequence[MasteryState],
    grade: int,
    engine: Engine,
    *,
    counts: Mapping[str, int],
    now: datetime,
    redated: Collection[str] = (),
) -> list[SkillStanding]:
    """Write the levels that follow from the new beliefs, and give the standings; `counts` are new answers by skill. In the skills `redated`
    the dates that people see are asked for anew.
    """
    session.flush()
    pools = skill_pools(session, learner.tenant_id, [state.skill for state in states], grade)
    for state in states:
        settle(learner, state, pools[state.skill], engine, now=now)
    show(session, states, redated=redated)
    return [as_standing(state, new_answers=counts.get(state.skill, 0)) for state in states]


def as_standing(state: MasteryState, *, new_answers: int = 0) -> SkillStanding:
    """As people see it."""
    return SkillStanding(
        tenant_id=state.tenant_id,
        person_id=state.person_id,
        skill=state.skill,
        level=state.shown_level,
        expected=state.expected,
        new_answers=new_answers,
    )


def settle(
    learner: LearnerState,
    state: MasteryState,
    pool: Sequence[PoolItem],
    engine: Engine,
    *,
    now: datetime,
    tau: float | None = None,
) -> None:
    """Write the engine's level that follows from the beliefs; `tau` is `tau_of` the pool, where it is known."""
    student, skill = Belief(learner.mean, learner.var), Belief(state.mean, state.var)
    tau = tau_of(pool, engine) if tau is None else tau
    state.p_mastered = mastery_probability(student, skill, tau, engine.judgement)
    state.expected = expected_score(student, skill, pool).mean
    state.level = level(
        state.p_mastered,
        state.answers,
        state.occasions,
        state.proficient_since is not None,
        parameters=engine.parameters,
    )
    if state.level == "proficient" and state.proficient_since is None:
        state.proficient_since = now


def tau_of(pool: Sequence[PoolItem], engine: Engine) -> float:
    """The ability (logits) from which a skill that is judged on this pool is mastered."""
    return threshold(pool, _cut(pool, engine.parameters))


def skill_pools(
    session: Session, tenant_id: uuid.UUID, skills: Sequence[str], grade: int
) -> dict[str, list[PoolItem]]:
    """The items each skill is judged on at a grade; all of the skill's items where none was written for that grade."""
    rows = session.execute(
        select(
            ItemState.skill, ItemState.mean, ItemState.guess, ItemState.grade_from, ItemState.grade_to
        ).where(ItemState.tenant_id == tenant_id, ItemState.skill.in_(skills))
    ).all()
    pools = {}
    for skill in skills:
        own = [row for row in rows if row.skill == skill]
        fitting = [row for row in own if row.grade_from <= grade <= row.grade_to] or own
        pools[skill] = [PoolItem(mean=row.mean, guess=row.guess) for row in fitting]
    return pools


def _cut(pool: Sequence[PoolItem], parameters: Parameters) -> float:
    """The mastery cut, raised where guessing alone would come near it."""
    floor = sum(item.guess for item in pool) / len(pool)
    return max(parameters.mastery_cut, (1 + floor) / 2)

"""Correcting what was learned of one person: answers of an attempt count otherwise now, and their whole history is run again."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_tool.facts.answers import BankItem, ScoredAnswer, SkillStanding
from lti_tool.mastery.again import DEFAULT_GRADE, evidence_in_order, run_again
from lti_tool.mastery.earned import earned_skills
from lti_tool.mastery.engine import cold_student
from lti_tool.mastery.learn import ensure_items, new_skill, settle_all, skill_pools
from lti_tool.mastery.published import find_published
from lti_tool.mastery.tables import Evidence, ItemState, LearnerState, MasteryState


def relearn(
    session: Session,
    *,
    tenant_id: uuid.UUID,
    person_id: uuid.UUID,
    attempt_id: uuid.UUID,
    answers: Sequence[ScoredAnswer],
    bank: Iterable[BankItem],
    now: datetime,
) -> list[SkillStanding]:
    """Give the attempt's evidence its new scores and work all beliefs out anew. Empty when nothing was learned from it before.

    The date of a level that rested on what was corrected follows (`earned`).
    """
    learner = session.scalar(
        select(LearnerState).where(LearnerState.person_id == person_id).with_for_update()
    )
    if learner is None:
        return []
    ensure_items(session, tenant_id, bank)
    touched = session.scalars(
        select(Evidence).where(
            Evidence.person_id == person_id,
            Evidence.attempt_id == attempt_id,
            Evidence.item_id.in_([answer.item.item_id for answer in answers]),
        )
    ).all()
    if not touched:
        return []
    by_item = {answer.item.item_id: answer for answer in answers}
    lowered = [row for row in touched if by_item[row.item_id].ratio < row.ratio]
    weighed_anew = [row for row in touched if by_item[row.item_id].points != row.points]
    is_changed = any(by_item[row.item_id].ratio != row.ratio for row in touched)
    before = _earned(session, tenant_id, person_id) if is_changed else {}
    for row in touched:
        _correct(session, row, by_item[row.item_id])
    redated = {row.skill for row in (*lowered, *weighed_anew)}
    if is_changed:
        oldest = min((row.answered_at for row in lowered), default=None)
        redated |= _date_anew(session, person_id, before, _earned(session, tenant_id, person_id), oldest)
    return _run_and_settle(session, tenant_id, person_id, learner, now, redated=redated)


def _earned(session: Session, tenant_id: uuid.UUID, person_id: uuid.UUID) -> dict[str, datetime]:
    rows = evidence_in_order(session, person_id)
    grade = rows[-1].grade if rows and rows[-1].grade is not None else DEFAULT_GRADE
    pools = skill_pools(session, tenant_id, sorted({row.skill for row in rows}), grade)
    return earned_skills(rows, pools, find_published(session, tenant_id))


def _date_anew(
    session: Session,
    person_id: uuid.UUID,
    before: Mapping[str, datetime],
    after: Mapping[str, datetime],
    oldest: datetime | None,
) -> set[str]:
    """Let the dates of levels follow a correction, where it makes a difference; gives the skills. `oldest` is the earliest answer whose
    score was lowered: a date before it rests on nothing that was.
    """
    found = set()
    for state in session.scalars(select(MasteryState).where(MasteryState.person_id == person_id)):
        since, then = state.proficient_since, after.get(state.skill)
        if then == before.get(state.skill):
            continue
        is_earlier = then is not None and (since is None or then < since)
        is_shaken = since is not None and oldest is not None and oldest <= since
        if is_earlier or is_shaken:
            state.proficient_since = then
            found.add(state.skill)
    return found


def relearn_all(
    session: Session,
    tenant_id: uuid.UUID,
    person_id: uuid.UUID,
    *,
    proficient_since: Mapping[str, datetime],
    now: datetime,
) -> list[SkillStanding]:
    """Work a person's state out from their evidence alone, whatever it was before; `proficient_since` says by skill which levels were earned."""
    session.execute(delete(MasteryState).where(MasteryState.person_id == person_id))
    session.execute(delete(LearnerState).where(LearnerState.person_id == person_id))
    skills = session.scalars(
        select(Evidence.skill).where(Evidence.person_id == person_id).distinct().order_by(Evidence.skill)
    ).all()
    if not skills:
        return []
    engine = find_published(session, tenant_id)
    cold = cold_student(DEFAULT_GRADE, parameters=engine.parameters)
    learner = LearnerState(
        person_id=person_id, tenant_id=tenant_id, mean=cold.mean, var=cold.var, updated_at=now
    )
    session.add(learner)
    for skill in skills:
        state = new_skill(tenant_id, person_id, skill, engine.parameters, now)
        state.proficient_since = proficient_since.get(skill)
        session.add(state)
    return _run_and_settle(session, tenant_id, person_id, learner, now)


def _run_and_settle(
    session: Session,
    tenant_id: uuid.UUID,
    person_id: uuid.UUID,
    learner: LearnerState,
    now: datetime,
    *,
    redated: Collection[str] = (),
) -> list[SkillStanding]:
    engine = find_published(session, tenant_id)
    run_again(session, person_id, learner, engine)
    learner.updated_at = now
    states = session.scalars(
        select(MasteryState)
        .where(MasteryState.person_id == person_id)
        .order_by(MasteryState.skill)
        .with_for_update()
    ).all()
    newest = session.scalars(
        select(Evidence.grade).where(Evidence.person_id == person_id).order_by(Evidence.id.desc()).limit(1)
    ).first()
    grade = newest if newest is not None else DEFAULT_GRADE
    return settle_all(session, learner, states, grade, engine, counts={}, now=now, redated=redated)


def _correct(session: Session, row: Evidence, answer: ScoredAnswer) -> None:
    """The new score; and where the item counts as another version now, what is believed of that one."""
    row.ratio, row.points = answer.ratio, answer.points
    if row.item_version != answer.item.item_version:
        key = (row.tenant_id, row.item_id, answer.item.item_version)
        item = session.get_one(ItemState, key)
        row.item_version = item.item_version
        row.item_mean, row.item_var, row.guess = item.mean, item.var, item.guess

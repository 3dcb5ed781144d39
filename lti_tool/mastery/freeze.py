"""Levels frozen at the end of a term: what each person had reached then, never rewritten by what comes after.

A term that is frozen late is frozen as it was at its end: who has answered since is worked out from the evidence up to then, in the order
of answering, against the skill's questions as they are believed by now. Calibration, replay, a change of method and joined records leave what is frozen as it is; the database refuses a change of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, exists, func, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import Session

from lti_tool.facts.people import Access
from lti_tool.mastery.again import DEFAULT_GRADE, run_rows
from lti_tool.mastery.engine import cold_student
from lti_tool.mastery.learn import new_skill, settle, skill_pools
from lti_tool.mastery.methods import judge
from lti_tool.mastery.published import Engine, find_published
from lti_tool.mastery.showing import decisions_of, find_choice, results_of
from lti_tool.mastery.tables import Evidence, FrozenLevel, LearnerState, LevelDecision, MasteryState, Term


def end_of(last_day: date, zone: str) -> datetime:
    """The first moment that is no part of a term with this last day there."""
    return datetime.combine(last_day + timedelta(days=1), time(), tzinfo=ZoneInfo(zone))


def ensure_term(session: Session, tenant_id: uuid.UUID, name: str, ends_at: datetime) -> Term:
    """The district's term of this name, made unless it is there. What ends when is not changed once told."""
    session.execute(
        pg_insert(Term)
        .values(id=uuid.uuid4(), tenant_id=tenant_id, name=name, ends_at=ends_at)
        .on_conflict_do_nothing(index_elements=["tenant_id", "name"])
    )
    return session.scalars(select(Term).where(Term.tenant_id == tenant_id, Term.name == name)).one()


def tell_term(session: Session, tenant_id: uuid.UUID, name: str, ends_at: datetime) -> None:
    """As `ensure_term`, for whoever may correct themselves: the end moves as long as the term's levels are not kept yet."""
    term = ensure_term(session, tenant_id, name, ends_at)
    if term.frozen_at is None:
        term.ends_at = ends_at
        session.flush()


def due_terms(session: Session, tenant_id: uuid.UUID, *, now: datetime) -> list[Term]:
    """Terms that have ended and are not frozen yet, the oldest first; locked, so that two workers do not both begin."""
    query = (
        select(Term)
        .where(Term.tenant_id == tenant_id, Term.ends_at <= now, Term.frozen_at.is_(None))
        .order_by(Term.ends_at)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(query))


def has_evidence(session: Session, tenant_id: uuid.UUID, school_year: int) -> bool:
    own = (Evidence.tenant_id == tenant_id, Evidence.school_year == school_year)
    return bool(session.scalar(select(exists().where(*own))))


def freeze(session: Session, term: Term, *, now: datetime) -> int:
    """Keep everybody's levels as they stood at the term's end; gives how many. Once only: the term is frozen after."""
    engine = find_published(session, term.tenant_id)
    _freeze_settled(session, term, engine, now)
    done = exists().where(FrozenLevel.term_id == term.id, FrozenLevel.person_id == Evidence.person_id)
    later = session.scalars(
        select(Evidence.person_id)
        .where(Evidence.tenant_id == term.tenant_id, Evidence.answered_at >= term.ends_at, ~done)
        .distinct()
    ).all()
    for person_id in later:
        rows = _as_it_was(session, term, person_id, engine, now)
        if rows:
            session.execute(insert(FrozenLevel), rows)
    term.frozen_at = now
    session.flush()
    kept = select(func.count()).select_from(FrozenLevel).where(FrozenLevel.term_id == term.id)
    return session.scalar(kept) or 0


def frozen_of(
    session: Session, access: Access, record_ids: Iterable[uuid.UUID]
) -> list[tuple[Term, FrozenLevel]]:
    """What was frozen of any of a student's records, the newest term first; the caller has checked that they are theirs to see."""
    rows = session.execute(
        select(Term, FrozenLevel)
        .join(Term, Term.id == FrozenLevel.term_id)
        .where(FrozenLevel.tenant_id == access.tenant_id, FrozenLevel.person_id.in_(list(record_ids)))
        .order_by(Term.ends_at.desc(), FrozenLevel.skill, FrozenLevel.answers.desc())
    )
    return [(row.Term, row.FrozenLevel) for row in rows]


def _freeze_settled(session: Session, term: Term, engine: Engine, now: datetime) -> None:
    """In one statement: everybody who has not answered since the end stands as they stood then."""
    choice = find_choice(session, term.tenant_id)
    state, decided = MasteryState, LevelDecision
    since = exists().where(Evidence.person_id == state.person_id, Evidence.answered_at >= term.ends_at)
    newest = (
        select(decided.level)
        .where(
            decided.person_id == state.person_id,
            decided.skill == state.skill,
            decided.set_at < term.ends_at,
        )
        .order_by(decided.set_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    chosen: dict[str, Any] = {
        "term_id": literal(term.id),
        "person_id": state.person_id,
        "skill": state.skill,
        "tenant_id": state.tenant_id,
        "level": func.coalesce(newest, state.method_level),
        "is_set": newest.is_not(None),
        "evidence_level": state.method_level,
        "p_mastered": state.p_mastered,
        "expected": state.expected,
        "answers": state.answers,
        "occasions": state.occasions,
        "method": literal(choice.method),
        "method_number": literal(choice.number),
        "method_score": state.method_score,
        "engine_version": literal(engine.version),
        "proficient_since": case((state.shown_since < term.ends_at, state.shown_since)),
        "frozen_at": literal(now),
    }
    own = and_(state.tenant_id == term.tenant_id, state.answers > 0, ~since)
    statement = insert(FrozenLevel).from_select(list(chosen), select(*chosen.values()).where(own))
    session.execute(statement)


def _as_it_was(
    session: Session, term: Term, person_id: uuid.UUID, engine: Engine, now: datetime
) -> list[dict[str, Any]]:
    """One person's levels from their evidence up to the term's end; what is in force now is not touched."""
    rows = session.scalars(
        select(Evidence)
        .where(Evidence.person_id == person_id, Evidence.answered_at < term.ends_at)
        .order_by(Evidence.answered_at, Evidence.item_id, Evidence.id)
    ).all()
    if not rows:
        return []
    for row in rows:
        session.expunge(row)  # running it again notes on it what it moved, which must not be written
    states = _replay(session, term, person_id, rows, engine)
    results = results_of(session, [person_id], until=term.ends_at)
    choice, decided = find_choice(session, term.tenant_id), decisions_of(session, [person_id])
    frozen = []
    for skill, state in states.items():
        if choice.rule is None:
            level, score, since = state.level, None, state.proficient_since
        else:
            level, score, since = judge(results.get((person_id, skill), []), choice)
        decision = decided.get((person_id, skill))
        is_set = decision is not None and decision.set_at < term.ends_at
        frozen.append(
            {
                "term_id": term.id,
                "person_id": person_id,
                "skill": skill,
                "tenant_id": term.tenant_id,
                "level": decision.level if decision is not None and is_set else str(level),
                "is_set": is_set,
                "evidence_level": str(level),
                "p_mastered": state.p_mastered,
                "expected": state.expected,
                "answers": state.answers,
                "occasions": state.occasions,
                "method": choice.method,
                "method_number": choice.number,
                "method_score": score,
                "engine_version": engine.version,
                "proficient_since": since,
                "frozen_at": now,
            }
        )
    return frozen


def _replay(
    session: Session, term: Term, person_id: uuid.UUID, rows: Iterable[Evidence], engine: Engine
) -> dict[str, MasteryState]:
    """States made for this only, run through the evidence and settled. A date of proficient from before the end is kept."""
    rows = list(rows)
    grade = rows[0].grade if rows[0].grade is not None else DEFAULT_GRADE
    cold = cold_student(grade, parameters=engine.parameters)
    learner = LearnerState(
        person_id=person_id, tenant_id=term.tenant_id, mean=cold.mean, var=cold.var, updated_at=term.ends_at
    )
    states = {
        skill: new_skill(term.tenant_id, person_id, skill, engine.parameters, term.ends_at)
        for skill in sorted({row.skill for row in rows})
    }
    known = session.execute(
        select(MasteryState.skill, MasteryState.proficient_since).where(
            MasteryState.person_id == person_id, MasteryState.proficient_since < term.ends_at
        )
    )
    for skill, since in known:
        if skill in states:
            states[skill].proficient_since = since
    run_rows(rows, learner, states, engine)
    newest = max(rows, key=lambda each: each.id).grade
    pools = skill_pools(
        session, term.tenant_id, list(states), newest if newest is not None else DEFAULT_GRADE
    )
    for skill, state in states.items():
        settle(learner, state, pools[skill], engine, now=rows[-1].answered_at)
    return states

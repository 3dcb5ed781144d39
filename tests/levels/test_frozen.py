"""Levels at the end of a term: kept once, as they stood then, whatever comes after."""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from world import NOW

from lti_tool.corrections.terms import add_term, freeze_due
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError
from lti_tool.mastery.pooling import pool
from lti_tool.mastery.relearn import relearn_all
from lti_tool.mastery.tables import Calibration, Evidence, FrozenLevel, MasteryState, Term
from quizzes import BY_HIGHEST, SKILL, choose, quiz, take

FALL = "Fall 2026"
LAST_DAY = date(2026, 12, 18)
COLUMNS = [column.name for column in FrozenLevel.__table__.columns]


def frozen(world):
    rows = sorted(world.rows(FrozenLevel), key=lambda row: (row.person_id, row.skill))
    return [{name: getattr(row, name) for name in COLUMNS} for row in rows]


def publish(world, parameters):
    """Another engine from now on, as a calibration leaves it."""
    with transaction(world.sessions) as session:
        session.add(
            Calibration(
                tenant_id=world.tenant_id,
                engine_version=2,
                published_at=world.now,
                students=3,
                answers=30,
                parameters=parameters,
                platt={"slope": 0.5, "constant": 0.0},
                history={},
                quality={},
            )
        )


@pytest.fixture
def fall(world):
    """Three students with two quizzes each, the term told; its end is the 19th in Chicago, 06:00 UTC."""
    for number, person in enumerate(world.people):
        take(world, person, [quiz(week, [number > 0] * 5) for week in range(2)])
    ends_at = add_term(world.tool, world.tenant_id, FALL, LAST_DAY)
    assert ends_at.isoformat() == "2026-12-19T00:00:00-06:00"
    return world


def test_term_is_frozen_once_after_its_end(fall):
    assert freeze_due(fall.tool, fall.tenant_id) == []
    fall.now = NOW + timedelta(weeks=5)

    (done,) = freeze_due(fall.tool, fall.tenant_id)

    assert (done.name, done.levels) == (FALL, 3)
    states = {row.person_id: row for row in fall.rows(MasteryState)}
    for row in frozen(fall):
        state = states[row["person_id"]]
        assert (row["level"], row["evidence_level"], row["is_set"]) == (state.level, state.level, False)
        assert (row["p_mastered"], row["expected"]) == (state.p_mastered, state.expected)
        assert (row["answers"], row["occasions"], row["engine_version"]) == (10, 2, 1)
        assert (row["method"], row["method_score"], row["frozen_at"]) == ("engine", None, fall.now)
    assert freeze_due(fall.tool, fall.tenant_id) == []


def test_nothing_that_comes_later_changes_what_is_frozen(fall):
    fall.now = NOW + timedelta(weeks=5)
    freeze_due(fall.tool, fall.tenant_id)
    before = frozen(fall)
    one, other, _ = fall.people

    take(fall, one, [quiz(6, [1] * 8), quiz(7, [1] * 8)])
    choose(fall, BY_HIGHEST)
    with transaction(fall.sessions) as session:
        session.execute(text("UPDATE mastery_evidence SET ratio = 1 - ratio"))
    publish(fall, {"gain": 0.2})
    with transaction(fall.sessions) as session:
        relearn_all(session, fall.tenant_id, other, proficient_since={}, now=fall.now)
    with transaction(fall.sessions) as session:
        pool(session, fall.tenant_id, kept=one, joined=other, now=fall.now)
    assert freeze_due(fall.tool, fall.tenant_id) == []

    assert frozen(fall) == before
    assert {row.shown_level for row in fall.rows(MasteryState)} != {row["level"] for row in before}


def test_database_refuses_to_change_what_is_frozen(fall):
    fall.now = NOW + timedelta(weeks=5)
    freeze_due(fall.tool, fall.tenant_id)

    with pytest.raises(DBAPIError, match="never changed"), transaction(fall.sessions) as session:
        session.execute(text("UPDATE frozen_level SET level = 'proficient'"))


@pytest.mark.parametrize("choice", [None, BY_HIGHEST])
def test_term_frozen_late_is_frozen_as_it_was_at_its_end(fall, choice):
    """The server was down for a month: who went on meanwhile stands as they would have been frozen in time."""
    if choice is not None:
        choose(fall, choice)
    with transaction(fall.sessions) as session:
        session.execute(text("UPDATE item_state SET var = 1e-9"))
    with transaction(fall.sessions) as session:
        for person in fall.people:  # all judged against the questions as they are believed now
            relearn_all(session, fall.tenant_id, person, proficient_since={}, now=fall.now)
    before = {row.person_id: row for row in fall.rows(MasteryState)}
    for person in fall.people[:2]:
        take(fall, person, [quiz(5, [1] * 5, like=0), quiz(6, [1] * 5, like=1)])
    after = {row.person_id: row for row in fall.rows(MasteryState)}
    moved = [(row.id, row.moved, row.expected) for row in fall.rows(Evidence)]
    publish(fall, {})
    fall.now = NOW + timedelta(weeks=9)

    freeze_due(fall.tool, fall.tenant_id)

    assert len(frozen(fall)) == 3
    for row in frozen(fall):
        then = before[row["person_id"]]
        assert (row["level"], row["answers"], row["occasions"]) == (then.shown_level, 10, 2)
        assert row["p_mastered"] == pytest.approx(then.p_mastered, abs=1e-6)
        assert row["method_score"] == then.method_score
    assert [(row.id, row.moved, row.expected) for row in fall.rows(Evidence)] == moved
    for row in fall.rows(MasteryState):
        assert (row.mean, row.answers) == (after[row.person_id].mean, after[row.person_id].answers)


def test_school_year_is_frozen_by_itself_and_an_empty_one_is_not(world):
    take(world, world.people[0], [quiz(0, [1] * 5), quiz(1, [1] * 5)])
    world.now = NOW + timedelta(weeks=20)
    assert freeze_due(world.tool, world.tenant_id) == []
    world.now = NOW.replace(year=2027, month=7, day=2)

    (done,) = freeze_due(world.tool, world.tenant_id)

    assert (done.name, done.levels) == ("2026–2027", 1)
    world.now = NOW.replace(year=2028, month=7, day=2)
    assert freeze_due(world.tool, world.tenant_id) == []


def test_one_district_is_frozen_and_no_other(fall):
    fall.now = NOW + timedelta(weeks=5)

    assert freeze_due(fall.tool, uuid.uuid4()) == []

    assert fall.rows(FrozenLevel) == []
    with transaction(fall.sessions) as session:
        assert session.scalars(select(Term.frozen_at)).all() == [None]


def test_term_told_with_another_end_is_refused(fall):
    assert add_term(fall.tool, fall.tenant_id, FALL, LAST_DAY)
    with pytest.raises(BadFormError, match="already"):
        add_term(fall.tool, fall.tenant_id, FALL, LAST_DAY + timedelta(days=1))
    with pytest.raises(BadFormError, match="needs a name"):
        add_term(fall.tool, fall.tenant_id, "  ", LAST_DAY)


def test_skill_first_answered_after_the_term_is_not_in_it(fall):
    take(fall, fall.people[0], [quiz(6, [1] * 5, "leave-the-page")])
    fall.now = NOW + timedelta(weeks=8)

    freeze_due(fall.tool, fall.tenant_id)

    assert {row["skill"] for row in frozen(fall)} == {SKILL}

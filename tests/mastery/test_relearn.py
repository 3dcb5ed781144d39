"""Answers that come late, or are corrected, leave the state that answers in order would have left."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from test_learn import NOW, World, answer

from lti_tool.db.connect import transaction
from lti_tool.mastery.relearn import relearn
from lti_tool.mastery.tables import Evidence, ItemState, LearnerState, MasteryState

STATE = ("mean", "var", "answers", "occasions", "last_at")


@pytest.fixture
def world(engine):
    return World(engine, students=40)


def state_of(world, person):
    with transaction(world.sessions) as session:
        learner = session.scalars(select(LearnerState).where(LearnerState.person_id == person)).one()
        skills = session.scalars(
            select(MasteryState).where(MasteryState.person_id == person).order_by(MasteryState.skill)
        )
        return (learner.mean, learner.var), {
            each.skill: tuple(getattr(each, name) for name in STATE) for each in skills
        }


def freeze_items(world):
    """Items at a certain difficulty, so that only the order of arrival differs."""
    with transaction(world.sessions) as session:
        for item in session.scalars(select(ItemState)):
            item.mean, item.var = 0.1, 1e-9


def a_sitting(day, results):
    at = NOW + timedelta(days=day)
    return [
        answer(
            f"i{number}",
            float(right),
            at=at + timedelta(minutes=number),
            skill=("find-the-maker", "leave-the-page")[number % 2],
        )
        for number, right in enumerate(results)
    ]


def test_sittings_in_any_order_of_arrival_leave_the_same_state(world):
    world.learn(world.people[0], a_sitting(0, [1, 0, 1, 1]))
    freeze_items(world)
    people = iter(world.people[1:])

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.lists(st.booleans(), min_size=2, max_size=4), min_size=2, max_size=4), st.randoms())
    def check(sittings, shuffler):
        in_order, late = next(people, None), next(people, None)
        if late is None:
            return
        days = list(enumerate(sittings))
        for day, results in days:
            world.learn(in_order, a_sitting(30 * day, results), now=NOW + timedelta(days=30 * day))
        shuffler.shuffle(days)
        for day, results in days:
            world.learn(late, a_sitting(30 * day, results), now=NOW + timedelta(days=200))

        (one, skills), (other, others) = state_of(world, in_order), state_of(world, late)
        assert other == pytest.approx(one, abs=1e-7)
        assert set(others) == set(skills)
        for name, values in skills.items():
            assert others[name][:2] == pytest.approx(values[:2], abs=1e-7)
            assert others[name][2:] == values[2:]

    check()


def test_a_corrected_answer_counts_as_if_it_had_been_scored_so_at_once(world):
    world.learn(world.people[0], a_sitting(0, [1, 1, 1]))
    freeze_items(world)
    right, corrected = world.people[1:3]
    world.learn(right, a_sitting(0, [1, 0, 1]))
    world.learn(right, a_sitting(20, [1, 1]))
    world.learn(corrected, a_sitting(0, [1, 0, 0]))
    world.learn(corrected, a_sitting(20, [1, 1]))

    told = answer("i2", 1.0)
    with transaction(world.sessions) as session:
        row = session.scalars(
            select(Evidence).where(Evidence.person_id == corrected, Evidence.item_id == "i2")
        ).one()
        standings = relearn(
            session,
            tenant_id=world.tenant_id,
            person_id=corrected,
            attempt_id=row.attempt_id,
            answers=[told],
            bank=[told.item],
            now=NOW,
        )

    assert [each.new_answers for each in standings] == [0, 0]
    one, other = state_of(world, right), state_of(world, corrected)
    assert other[0] == pytest.approx(one[0], abs=1e-7)
    for name, values in one[1].items():
        assert other[1][name][:2] == pytest.approx(values[:2], abs=1e-7)


def test_one_attempt_is_one_occasion_however_often_it_is_learned_from(world):
    person = world.people[0]
    attempt_id = world.attempt(person)
    world.attempt = lambda person_id: attempt_id

    world.learn(person, a_sitting(0, [1, 1]))
    world.learn(person, a_sitting(1, [1, 1]))

    assert [values[3] for values in state_of(world, person)[1].values()] == [1, 1]


def correct(world, person, round_, ratio):
    """Every answer of one sitting is scored otherwise."""
    with transaction(world.sessions) as session:
        first = select(Evidence).where(Evidence.person_id == person, Evidence.item_id == f"q{round_}-0")
        attempt_id = session.scalars(first).one().attempt_id
        answers = [answer(f"q{round_}-{n}", ratio) for n in range(8)]
        relearn(
            session,
            tenant_id=world.tenant_id,
            person_id=person,
            attempt_id=attempt_id,
            answers=answers,
            bank=[each.item for each in answers],
            now=NOW + timedelta(days=50),
        )


def level_of(world, person):
    with transaction(world.sessions) as session:
        (state,) = session.scalars(select(MasteryState).where(MasteryState.person_id == person))
        return state.shown_level, state.proficient_since, state.shown_since


def test_level_that_rested_on_a_mistake_loses_its_date(world):
    """Four sittings all right make proficient; that the last three were not leaves a level that was never reached."""
    person, other = world.people[:2]
    for round_ in range(4):
        at = NOW + timedelta(days=round_)
        for who in (person, other):
            world.learn(who, [answer(f"q{round_}-{n}", 1.0, at=at) for n in range(8)], now=at)
    reached = level_of(world, person)
    assert reached[0] == "proficient" and reached[1] == reached[2] is not None

    correct(world, person, 3, 0.9)
    assert level_of(world, person) == reached, "a little less was enough as well, and the date stays"
    for round_ in (1, 2, 3):
        correct(world, person, round_, 0.0)

    level, *dates = level_of(world, person)
    assert level in ("beginning", "developing") and dates == [None, None]
    assert level_of(world, other) == reached, "nobody else's"


def test_level_that_was_earned_keeps_its_date_when_a_later_answer_is_corrected(world):
    person = world.people[0]
    for round_ in range(6):
        at = NOW + timedelta(days=round_)
        world.learn(person, [answer(f"q{round_}-{n}", 1.0, at=at) for n in range(8)], now=at)
    reached = level_of(world, person)

    correct(world, person, 5, 0.0)

    assert level_of(world, person)[1:] == reached[1:]

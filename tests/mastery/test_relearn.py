"""Answers that come late, or are corrected, leave the state that answers in order would have left."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from test_learn import NOW, World, answer

from lti_tool.db.connect import transaction
from lti_tool.mastery.learn import as_standing
from lti_tool.mastery.pooling import part, pool, proficient_dates, skill_years
from lti_tool.mastery.relearn import relearn
from lti_tool.mastery.tables import Evidence, ItemState, LearnerState, MasteryState, MethodChoice
from lti_tool.reports.rebuild import levels_of, rebuild
from lti_tool.reports.tables import BoardCell, PersonSkillYear

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


def correct(world, person, round_, ratio, **changes):
    """Every answer of one sitting is scored otherwise."""
    with transaction(world.sessions) as session:
        first = select(Evidence).where(Evidence.person_id == person, Evidence.item_id == f"q{round_}-0")
        attempt_id = session.scalars(first).one().attempt_id
        answers = [answer(f"q{round_}-{n}", ratio, **changes) for n in range(8)]
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


def sit(world, person, round_, day, ratio=1.0):
    at = NOW + timedelta(days=day)
    world.learn(person, [answer(f"q{round_}-{n}", ratio, at=at) for n in range(8)], now=at)


def test_date_is_older_than_the_mistake_and_stays(world):
    """Reached on day 3, and again after items have become harder; what is corrected then was given long after day 3."""
    person = world.people[0]
    for round_ in range(4):
        sit(world, person, round_, round_)
    reached = level_of(world, person)
    assert reached[0] == "proficient"
    with transaction(world.sessions) as session:
        session.execute(update(ItemState).values(mean=ItemState.mean + 2))
    for round_ in range(4, 8):
        sit(world, person, round_, 100 + round_)

    for round_ in range(4, 8):
        correct(world, person, round_, 0.0)

    assert level_of(world, person)[1:] == reached[1:]


def test_correction_that_is_taken_back_gives_the_date_back(world):
    person = world.people[0]
    for round_ in range(4):
        sit(world, person, round_, round_)
    reached = level_of(world, person)
    for ratio in (0.0, 1.0):
        for round_ in (1, 2, 3):
            correct(world, person, round_, ratio)
        assert level_of(world, person) == reached or ratio == 0.0

    assert level_of(world, person) == reached


def test_date_is_that_of_the_sitting_that_reached_it_as_scored_now(world):
    corrected, at_once = world.people[:2]
    for round_ in range(4):
        sit(world, corrected, round_, round_)
        sit(world, at_once, round_, round_, ratio=0.0 if round_ == 1 else 1.0)

    correct(world, corrected, 1, 0.0)

    assert level_of(world, corrected)[1:] == level_of(world, at_once)[1:] != (None, None)


def test_correction_in_one_skill_leaves_the_dates_of_others(world):
    """By a gradebook's rule, whose date is kept though an older answer came late."""
    person, skill = world.people[0], "find-the-maker"
    rule = {
        "method": "average",
        "number": 0,
        "min_results": 2,
        "proficient_from": 0.75,
        "developing_from": 0.5,
    }
    with transaction(world.sessions) as session:
        session.add(MethodChoice(tenant_id=world.tenant_id, chosen_at=NOW, applied_at=NOW, **rule))

    def shown():
        with transaction(world.sessions) as session:
            return session.get_one(MasteryState, (person, skill)).shown_since

    for name, day, ratio, of in (
        ("a1", 10, 0.8, skill),
        ("a2", 20, 0.8, skill),
        ("q9", 21, 1.0, "leave-the-page"),
        ("a0", 5, 0.0, skill),
    ):
        at = NOW + timedelta(days=day)
        world.learn(person, [answer(f"{name}-{n}", ratio, at=at, skill=of) for n in range(8)], now=at)
    reached = shown()
    assert reached is not None

    correct(world, person, 9, 0.9, skill="leave-the-page")

    assert shown() == reached


def test_split_brings_no_date_back_that_was_taken_away_since(world):
    kept, joined = world.people[:2]
    for round_ in range(4):
        sit(world, kept, round_, round_)
    sit(world, joined, 9, 5, ratio=0.0)
    with transaction(world.sessions) as session:
        dates = {each: proficient_dates(session, each) for each in (kept, joined)}
        pool(session, world.tenant_id, kept=kept, joined=joined, now=NOW + timedelta(days=6))
    assert dates[kept]
    for round_ in (1, 2, 3):
        correct(world, kept, round_, 0.0)

    with transaction(world.sessions) as session:
        own = session.scalars(select(Evidence.attempt_id).where(Evidence.item_id == "q9-0")).all()
        part(
            session,
            world.tenant_id,
            kept=kept,
            joined=joined,
            record_ids=[joined],
            attempt_ids=own,
            dates=dates,
            now=NOW + timedelta(days=60),
        )
        assert proficient_dates(session, kept) == proficient_dates(session, joined) == {}


def test_late_work_of_a_year_that_is_over_is_counted_as_a_rebuild_counts_it(world):
    person = world.people[0]
    world.learn(person, [answer("a", 1.0)])
    world.standing = replace(world.standing, school_year=world.standing.school_year - 1)
    world.learn(person, [answer("b", 1.0, at=NOW + timedelta(days=1))], now=NOW + timedelta(days=1))

    def years():
        return sorted((row.school_year, row.answers, row.level) for row in world.rows(PersonSkillYear))

    recorded = years()
    assert [answers for _, answers, _ in recorded] == [1, 1]
    assert_cells_agree_with_a_recount_by_year(world)
    with transaction(world.sessions) as session:
        states = session.scalars(select(MasteryState).where(MasteryState.person_id == person))
        standings = [as_standing(state) for state in states]
        evidence = [(each.skill, each.where, each.answers) for each in skill_years(session, person)]
        earlier = levels_of(session, [person])[person]
        rebuild(session, world.tenant_id, person, evidence, standings, earlier, now=NOW)
    assert years() == recorded


def assert_cells_agree_with_a_recount_by_year(world):
    rows = world.rows(PersonSkillYear)
    for cell in world.rows(BoardCell):
        own = [row for row in rows if (row.school_year, row.skill) == (cell.school_year, cell.skill)]
        assert cell.answers == sum(row.answers for row in own)
        assert cell.sum_expected == pytest.approx(sum(row.expected for row in own))

"""What a finished attempt teaches the model, in the database: the pure engine's numbers, levels, evidence, and no deadlock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from world import NOW, World, assert_cells_agree_with_a_recount

from lti_tool.facts.answers import BankItem, ScoredAnswer
from lti_tool.gradebook import tables as _grade_tables  # noqa: F401
from lti_tool.mastery.engine import cold_item, cold_skill, cold_student, update
from lti_tool.mastery.tables import Evidence, ItemState, LearnerState, MasteryState
from lti_tool.reports.tables import LEVELS, BoardCell


def item(name, skill="find-the-maker", guess=0.25):
    return BankItem(
        item_id=name, item_version="v1", skill=skill, guess=guess, difficulty="medium", grades=(6, 8)
    )


def answer(name, ratio, at=NOW, **changes):
    told = {"is_practice": False, "used_hint": False} | changes
    skill = told.pop("skill", "find-the-maker")
    return ScoredAnswer(item=item(name, skill), ratio=ratio, answered_at=at, **told)


@pytest.fixture
def world(engine):
    return World(engine)


def test_one_answer_moves_the_beliefs_as_the_engine_says(world):
    world.learn(world.people[0], [answer("a", 1.0)])

    expected = update(cold_student(6), cold_skill(), cold_item(7, "medium"), score=1.0, guess=0.25)
    learner, state, asked = world.rows(LearnerState)[0], world.rows(MasteryState)[0], world.rows(ItemState)[0]
    assert (learner.mean, learner.var) == pytest.approx((expected.student.mean, expected.student.var))
    assert (state.mean, state.var) == pytest.approx((expected.skill.mean, expected.skill.var))
    assert (asked.mean, asked.var) == pytest.approx((expected.item.mean, expected.item.var))
    evidence = world.rows(Evidence)[0]
    assert evidence.moved == pytest.approx(expected.moved)
    assert evidence.expected == pytest.approx(expected.expected)
    assert (evidence.grade, evidence.school_year) == (6, 2027)


def test_practice_and_hints_weigh_less_than_a_quiz(world):
    for person, changes in zip(
        world.people, ({}, {"is_practice": True}, {"is_practice": True, "used_hint": True}), strict=True
    ):
        world.learn(person, [answer(f"i-{changes}"[:20], 1.0, **changes)])

    moved = [row.moved for row in sorted(world.rows(Evidence), key=lambda row: row.id)]
    assert moved[0] > moved[1] > moved[2] > 0


def test_one_attempt_is_not_enough_evidence_however_good(world):
    standings = world.learn(world.people[0], [answer(f"q{n}", 1.0) for n in range(10)])

    assert [each.level for each in standings] == ["not_enough"]


def test_reached_level_keeps_its_date(world):
    person = world.people[0]
    for round_ in range(4):
        world.learn(
            person, [answer(f"q{round_}-{n}", 1.0) for n in range(8)], now=NOW + timedelta(days=round_)
        )
    reached = world.rows(MasteryState)[0].proficient_since
    assert world.rows(MasteryState)[0].level == "proficient"

    world.learn(person, [answer(f"late-{n}", 0.0) for n in range(8)], now=NOW + timedelta(days=9))

    assert world.rows(MasteryState)[0].proficient_since == reached


def test_skill_unseen_for_a_year_is_less_certain(world):
    person = world.people[0]
    world.learn(person, [answer("a", 1.0)])
    before = world.rows(MasteryState)[0].var

    world.learn(person, [answer("b", 1.0, at=NOW + timedelta(days=365))], now=NOW + timedelta(days=365))

    assert world.rows(MasteryState)[0].var > before


def test_attempt_without_answers_teaches_nothing(world):
    assert world.learn(world.people[0], []) == []
    assert world.rows(LearnerState) == []


def test_simultaneous_finishes_of_a_class_neither_deadlock_nor_lose_an_answer(engine):
    world = World(engine, students=12)
    skills = ("find-the-maker", "leave-the-page", "compare-sources")
    quiz = [(f"q{n}", skills[n % 3]) for n in range(9)]

    def finish(number):
        order = quiz if number % 2 else quiz[::-1]
        at = [NOW + timedelta(seconds=n) for n in range(len(order))]
        return world.learn(
            world.people[number],
            [
                answer(name, float(number % 3 > 0), at=moment, skill=skill)
                for (name, skill), moment in zip(order, at, strict=True)
            ],
        )

    with ThreadPoolExecutor(max_workers=12) as pool:
        results = list(pool.map(finish, range(12)))

    assert all(len(standings) == 3 for standings in results)
    assert {row.answers for row in world.rows(ItemState)} == {12}
    assert len(world.rows(Evidence)) == 12 * 9
    assert_cells_agree_with_a_recount(world)


def test_board_follows_a_person_from_level_to_level(world):
    for round_ in range(4):
        for number, person in enumerate(world.people):
            ratio = 1.0 if number else 0.0
            world.learn(
                person, [answer(f"q{round_}-{n}", ratio) for n in range(6)], now=NOW + timedelta(days=round_)
            )
            assert_cells_agree_with_a_recount(world)

    cell = world.rows(BoardCell)[0]
    assert sum(getattr(cell, level) for level in LEVELS) == 3
    assert cell.not_enough == 0
    assert cell.answers == 3 * 4 * 6

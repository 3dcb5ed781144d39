"""Late and corrected answers give the state that answers in order would have given."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.mastery.engine import Belief, cold_skill, pass_time, update
from lti_tool.mastery.replay import Answer, replay

START = datetime(2025, 9, 1, 9, 0, tzinfo=UTC)
COLD = Belief(0.15, 1.0)
ITEMS = {"i1": Belief(-0.8, 0.45), "i2": Belief(0.0, 0.45), "i3": Belief(0.8, 0.45)}


def an_answer(key="a1", hours=0.0, **given_fields):
    fields = {"skill": "evaluate", "item": "i1", "occasion": "first", "score": 1.0, "guess": 0.25}
    return Answer(key=key, answered_at=START + timedelta(hours=hours), **{**fields, **given_fields})


histories = st.lists(
    st.builds(
        dict,
        hours=st.integers(0, 24 * 400),
        skill=st.sampled_from(["evaluate", "search", "cite"]),
        item=st.sampled_from(sorted(ITEMS)),
        occasion=st.sampled_from(["first", "second"]),
        score=st.sampled_from([0.0, 0.5, 1.0]),
        weight=st.sampled_from([0.0, 0.3, 1.0]),
    ),
    max_size=25,
).map(lambda rows: [an_answer(f"a{number:02}", **row) for number, row in enumerate(rows)])


def as_they_came(answers, *, item_learns=False):
    """The same history, one answer after another, as the server would have seen it live."""
    student, items, skills, last = COLD, dict(ITEMS), {}, {}
    for answer in sorted(answers, key=lambda a: (a.answered_at, a.key)):
        if not answer.weight:
            continue
        gap = (answer.answered_at - last.get(answer.skill, answer.answered_at)) / timedelta(days=365.25)
        skill = pass_time(skills.get(answer.skill, cold_skill()), gap)
        after = update(
            student, skill, items[answer.item], score=answer.score, guess=answer.guess, weight=answer.weight
        )
        student, skills[answer.skill], last[answer.skill] = after.student, after.skill, answer.answered_at
        if item_learns:
            items[answer.item] = after.item
    return student, skills, items


@given(histories, st.randoms(use_true_random=False), st.booleans())
def test_answers_in_any_order_of_arrival_give_the_same_state(answers, shuffler, item_learns):
    student, skills, items = as_they_came(answers, item_learns=item_learns)
    arrived = list(answers)
    shuffler.shuffle(arrived)

    after = replay(arrived, student=COLD, items=ITEMS, item_learns=item_learns)

    assert after.student == student
    assert {name: standing.skill for name, standing in after.standings.items()} == skills
    assert after.items == {name: items[name] for name in after.items}


def test_a_late_answer_counts_where_it_belongs():
    early, late = an_answer("a1", 0, score=0.0), an_answer("a2", 5000, score=1.0)

    in_order = replay([early, late], student=COLD, items=ITEMS)
    late_arrival = replay([late, early], student=COLD, items=ITEMS)
    misdated = replay([late, an_answer("a1", 6000, score=0.0)], student=COLD, items=ITEMS)

    assert late_arrival == in_order
    assert misdated.standings["evaluate"].skill != in_order.standings["evaluate"].skill


def test_standing_counts_answers_and_sittings_and_keeps_the_last_time():
    answers = [
        an_answer("a1", 0),
        an_answer("a2", 1, item="i2"),
        an_answer("a3", 48, item="i3", occasion="second"),
        an_answer("a4", 60, item="i3", occasion="third", weight=0.0),
    ]
    random.Random(3).shuffle(answers)

    standing = replay(answers, student=COLD, items=ITEMS).standings["evaluate"]

    assert (standing.n, standing.occasions) == (3, 2)
    assert standing.last_at == START + timedelta(hours=48)


def test_steps_say_what_moved_the_estimate():
    after = replay([an_answer("a2", 2, score=0.0), an_answer("a1", 1)], student=COLD, items=ITEMS)

    assert [step.answer.key for step in after.steps] == ["a1", "a2"]
    assert after.steps[0].update.moved > 0 > after.steps[1].update.moved


def test_known_items_stay_put_unless_they_learn():
    answers = [an_answer("a1", score=0.0)]

    assert replay(answers, student=COLD, items=ITEMS).items == {"i1": ITEMS["i1"]}
    assert replay(answers, student=COLD, items=ITEMS, item_learns=True).items["i1"].mean > ITEMS["i1"].mean
    assert ITEMS["i1"] == Belief(-0.8, 0.45)


def test_no_answers_leave_a_newcomer():
    after = replay([], student=COLD, items=ITEMS)

    assert (after.student, dict(after.standings), after.steps) == (COLD, {}, ())


def test_unusable_histories_are_refused_by_name():
    with pytest.raises(ValueError, match="'a1' is listed more than once"):
        replay([an_answer("a1"), an_answer("a1", 3)], student=COLD, items=ITEMS)
    with pytest.raises(ValueError, match="'i9'"):
        replay([an_answer(item="i9")], student=COLD, items=ITEMS)
    with pytest.raises(ValueError, match="answered_at"):
        Answer(key="a1", answered_at=datetime(2025, 9, 1), skill="s", item="i1", occasion="o", score=1.0)  # noqa: DTZ001

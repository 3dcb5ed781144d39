"""What `order` scores, refuses and shows."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import render, spec_of
from pydantic import ValidationError

from lti_tool.interactions import order
from lti_tool.interactions.contract import without_key
from lti_tool.interactions.runs import longest_run, mean_longest_run

KEY = ["stop", "name", "tab", "search", "compare", "decide"]


def score_of(ids):
    form = {f"place.{step_id}": [str(place)] for place, step_id in enumerate(ids, start=1)}
    spec = spec_of("order", "moves")
    return order.score(spec, order.parse(spec, form))


@pytest.mark.parametrize(
    ("steps", "advice"),
    [
        ([("a", "A"), ("b", "B")], "write at least 3"),
        ([("a", "A"), ("a", "B"), ("c", "C")], "ids of the steps"),
        ([("a", "A"), ("b", "A"), ("c", "C")], "texts of the steps"),
        ([(f"s{n}", f"S{n}") for n in range(11)], "keep at most 10"),
    ],
)
def test_author_is_told_what_to_do(steps, advice):
    steps = [{"id": step_id, "text": text} for step_id, text in steps]

    with pytest.raises(ValidationError, match=advice):
        spec_of("order", "moves", steps=steps)


@given(ids=st.permutations(KEY), index=st.integers(0, 5), to=st.integers(0, 5))
def test_one_step_moved_costs_or_earns_at_most_one_step(ids, index, to):
    before = score_of(ids).ratio
    moved = list(ids)
    moved.insert(to, moved.pop(index))

    assert abs(score_of(moved).ratio - before) <= 0.2 + 1e-9


@pytest.mark.parametrize("index", range(6))
@pytest.mark.parametrize("to", range(6))
def test_one_of_six_out_of_place_keeps_four_fifths(index, to):
    moved = [*KEY]
    moved.insert(to, moved.pop(index))

    assert score_of(moved).ratio == pytest.approx(1.0 if index == to else 0.8)


def test_reversed_order_scores_nothing_and_praises_no_step():
    score = score_of(KEY[::-1])

    assert score.ratio == 0
    assert score.count("right") == 0


@given(ids=st.permutations(KEY))
def test_steps_called_right_stand_in_order(ids):
    score = score_of(ids)

    right = [part.part_id for part in score.parts if part.verdict == "right"]
    assert right == sorted(right, key=KEY.index)
    assert [part.part_id for part in score.parts] == list(ids)


@pytest.mark.parametrize("count", [3, 4, 5, 6])
def test_guess_floor_is_the_mean_over_all_orders(count):
    lengths = [len(longest_run([(str(i), p) for i, p in enumerate(o)])) for o in permutations(range(count))]

    assert mean_longest_run(count) == pytest.approx(sum(lengths) / len(lengths))


def test_untouched_steps_are_no_answer_even_when_they_stand_right():
    spec = spec_of("order", "oldest")
    shown = {tuple(step.id for step in order.public(spec, seed).steps) for seed in range(60)}

    assert len(shown) == 6, "every order can be shown, the key's too: leaving it out would tell something"
    assert "selected" not in render("order", spec)


def test_steps_are_shown_in_the_order_answered():
    spec = spec_of("order", "oldest")

    html = render("order", spec, response={"places": {"video": 1, "letter": 2}})

    assert html.index('data-step="video"') < html.index('data-step="letter"') < html.index('data-step="book"')


def test_right_places_are_named_only_at_the_end():
    spec = spec_of("order", "moves")
    response = {"places": {"stop": 2, "name": 1}}
    score = order.score(spec, response)

    early = render("order", spec, response=response, score=without_key(score))
    late = render("order", spec, response=response, score=score, is_locked=True)

    assert "It belongs in place" not in early and "No place yet." not in early
    assert "It belongs in place 6." in late
    assert "data-keep" in early and "data-keep" not in late

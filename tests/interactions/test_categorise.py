"""What `categorise` scores and refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import spec_of
from pydantic import ValidationError

from lti_tool.interactions import categorise
from lti_tool.interactions.categorise import net

FEEDBACK = {"correct": "Yes.", "incorrect": "No."}
CATEGORIES = [{"id": "x", "label": "X"}, {"id": "y", "label": "Y"}]
BOXES = [(thing.id, name) for thing in spec_of("categorise").things for name in spec_of("categorise").labels]


def build(fits):
    things = [{"id": f"t{n}", "text": f"T{n}", "fits": names} for n, names in enumerate(fits)]
    return categorise.Spec.model_validate(
        {"prompt": "Tick.", "feedback": FEEDBACK, "categories": CATEGORIES, "things": things}
    )


@pytest.mark.parametrize(
    ("fits", "advice"),
    [
        ([["x"], ["z"]], "fits “z”, which does not exist: use some of x, y"),
        ([[], []], "Nothing fits anywhere"),
        ([["x", "y"], ["x", "y"]], "Everything fits everywhere"),
        ([["x", "x"], []], "stands more than once"),
    ],
)
def test_author_is_told_what_to_do(fits, advice):
    with pytest.raises(ValidationError, match=advice):
        build(fits)


def test_worked_example_scores_as_the_docstring_says():
    assert net(4, 1, 5, 7) == pytest.approx(0.657, abs=0.001)
    assert [net(5, 7, 5, 7), net(5, 0, 5, 7), net(0, 3, 5, 7)] == [0, 1, 0]


@given(ticked=st.sets(st.sampled_from(BOXES)))
def test_only_all_right_boxes_and_no_other_score_in_full(ticked):
    spec = spec_of("categorise")
    form = {}
    for thing_id, name in ticked:
        form.setdefault(f"fits.{thing_id}", []).append(name)

    score = categorise.score(spec, categorise.parse(spec, form))

    assert (score.ratio == 1) == (ticked == spec.keys)
    assert 0 <= score.ratio <= 1


def test_guess_floor_is_the_mean_over_all_ways_of_ticking():
    spec = build([["x"], ["y"]])
    boxes = [("t0", "x"), ("t0", "y"), ("t1", "x"), ("t1", "y")]
    ratios = []
    for ways in range(16):
        ticked = {box for index, box in enumerate(boxes) if ways >> index & 1}
        right, wrong = len(ticked & spec.keys), len(ticked - spec.keys)
        ratios.append(net(right, wrong, 2, 2))

    assert categorise.guess_floor(spec) == pytest.approx(sum(ratios) / 16)

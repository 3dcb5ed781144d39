"""What `fair_use` scores and refuses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_harness import spec_of
from pydantic import ValidationError

from lti_tool.interactions import fair_use

FULL = {
    "facts": {"who": "makers"},
    "factors": {"purpose": 2, "nature": 1, "amount": 3, "effect": 2},
    "decision": "ask",
}
RANGES = {"purpose": (2, 3), "nature": (1, 2), "amount": (1, 3), "effect": (1, 2)}


def ratio_of(response, example="song", **changes):
    return fair_use.score(spec_of("fair_use", example, **changes), response).ratio


@settings(deadline=None)
@given(
    who=st.sampled_from(["school", "makers", "nobody"]),
    factors=st.fixed_dictionaries({factor: st.integers(1, 5) for factor in RANGES}),
    decision=st.sampled_from(["use", "ask", "licensed", "own"]),
)
def test_full_marks_only_when_all_of_it_is_sound(who, factors, decision):
    in_range = all(low <= factors[factor] <= high for factor, (low, high) in RANGES.items())
    is_sound = who == "makers" and in_range and decision != "use"

    assert (ratio_of({"facts": {"who": who}, "factors": factors, "decision": decision}) == 1) == is_sound


@pytest.mark.parametrize(("step", "worth"), [(1, 0.5), (2, 1), (3, 1), (4, 0.5), (5, 0)])
def test_one_step_beside_the_range_earns_half(step, worth):
    factors = FULL["factors"] | {"purpose": step}

    assert ratio_of(FULL | {"factors": factors}) == pytest.approx(0.9 + 0.1 * worth)


@pytest.mark.parametrize("part", FULL)
def test_what_is_left_out_earns_nothing(part):
    weight = {"facts": 0.4, "factors": 0.4, "decision": 0.2}[part]

    assert ratio_of({name: value for name, value in FULL.items() if name != part}) == pytest.approx(
        1 - weight
    )


def test_shares_of_what_a_case_does_not_ask_go_to_the_rest():
    assert ratio_of({"facts": {"protected": "yes", "license": "credit"}}, "poster") == pytest.approx(2 / 3)
    assert ratio_of({"decision": "own"}, facts=[]) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"facts": [], "factors": []}, "write `facts`, `factors` or both"),
        ({"factors": [{"factor": "amount", "low": 3, "high": 2}]}, "let `low` be the smaller"),
        ({"factors": [{"factor": "amount", "low": 1, "high": 5}]}, "nothing to weigh"),
        ({"factors": [{"factor": "amount", "low": 1, "high": 2}] * 2}, "the factors"),
        ({"decisions": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]}, "No decision is sound"),
        ({"decisions": [{"id": i, "text": i, "accepted": True} for i in "ab"]}, "Every decision is accepted"),
        (
            {
                "facts": [
                    {
                        "id": "x",
                        "question": "X",
                        "answers": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}],
                    }
                ]
            },
            "exactly one answer",
        ),
    ],
)
def test_author_is_told_what_to_do(changes, advice):
    with pytest.raises(ValidationError, match=advice):
        spec_of("fair_use", "song", **changes)

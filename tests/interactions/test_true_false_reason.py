"""What `true_false_reason` scores and refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import spec_of
from pydantic import ValidationError

from lti_tool.interactions import true_false_reason


@pytest.mark.parametrize(
    ("judgment", "reason", "ratio"),
    [
        ("false", "older", 1),
        ("false", "looks", 0.5),
        ("false", None, 0.5),
        ("true", "older", 0),
        (None, "older", 0),
        (None, None, 0),
    ],
)
def test_reason_counts_only_beside_the_right_judgment(judgment, reason, ratio):
    spec = spec_of("true_false_reason", "storm-photo")

    score = true_false_reason.score(spec, {"judgment": judgment, "reason": reason})

    assert score.ratio == ratio


@given(judgment=st.sampled_from(["true", "false", "maybe", ""]), reason=st.text(max_size=8))
def test_full_score_needs_both(judgment, reason):
    spec = spec_of("true_false_reason", "dragon")
    response = true_false_reason.parse(spec, {"judgment": [judgment], "reason": [reason]})

    assert (true_false_reason.score(spec, response).ratio == 1) == (
        response == {"judgment": "false", "reason": "made-up"}
    )


def test_reasons_need_one_key():
    with pytest.raises(ValidationError, match="0 reasons have `key: true`"):
        spec_of(
            "true_false_reason",
            reasons=[{"id": "a", "text": "A"}, {"id": "b", "text": "B"}],
        )

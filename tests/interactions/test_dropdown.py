"""How `dropdown` lays out its text, scores and refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import render, spec_of
from pydantic import ValidationError

from lti_tool.interactions import dropdown
from lti_tool.interactions.contract import without_key

FEEDBACK = {"correct": "Yes.", "incorrect": "No."}
OPTIONS = [{"id": "yes", "text": "yes", "key": True}, {"id": "no", "text": "no"}]


def build(text="One [[a]], two [[b]].\n\nThree [[c]]?", gaps="abc", options=OPTIONS):
    return dropdown.Spec.model_validate(
        {
            "prompt": "Fill.",
            "feedback": FEEDBACK,
            "text": text,
            "gaps": [{"id": gap, "options": options} for gap in gaps],
        }
    )


@pytest.mark.parametrize(
    ("fields", "advice"),
    [
        ({"text": "One [[a]]."}, r"The gap “b” is nowhere in `text`: write \[\[b\]\]"),
        ({"text": "One [[a]] [[b]] [[c]] [[d]]."}, "`gaps` has no “d”"),
        ({"text": "One [[a]] [[b]] [[c]] [[a]]."}, "stands more than once"),
        ({"options": [OPTIONS[0], OPTIONS[1] | {"key": True}]}, "2 options have `key: true`"),
        ({"options": [*OPTIONS[1:], {"id": "x", "text": "x"}]}, "0 options have `key: true`"),
        ({"options": OPTIONS[:1]}, "write at least 2"),
    ],
)
def test_author_is_told_what_to_do(fields, advice):
    with pytest.raises(ValidationError, match=advice):
        build(**fields)


def test_text_is_cut_at_its_gaps_and_marks_stay_with_them():
    shown = dropdown.public(build(), 1).paragraphs

    assert [[(p.number, p.text, p.gap and p.gap.id, p.closing) for p in each] for each in shown] == [
        [(1, "One ", "a", ","), (2, " two ", "b", "."), (3, "", None, "")],
        [(4, "Three ", "c", "?"), (5, "", None, "")],
    ]


@given(picks=st.lists(st.sampled_from(["yes", "no", "", "other"]), min_size=3, max_size=3))
def test_ratio_is_the_share_of_right_gaps(picks):
    spec = build()
    form = {f"gap.{gap}": [pick] for gap, pick in zip("abc", picks, strict=True)}

    score = dropdown.score(spec, dropdown.parse(spec, form))

    assert score.ratio == pytest.approx(picks.count("yes") / 3)


def test_right_word_of_a_wrong_gap_is_told_only_at_the_end():
    spec = spec_of("dropdown")
    response = {"chosen": {"when": "night"}}
    score = dropdown.score(spec, response)

    early = render("dropdown", spec, response=response, score=without_key(score))
    late = render("dropdown", spec, response=response, score=score, is_locked=True)

    assert "Gap 1: not this word." in early and "It says:" not in early and "left open" not in early
    assert late.count("It says:") == 3

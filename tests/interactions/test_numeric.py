"""What `numeric` reads as a number, scores and refuses."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import render, spec_of
from pydantic import ValidationError

from lti_tool.interactions import numeric
from lti_tool.interactions.numeric.numbers import read_numbers

FEEDBACK = {"correct": "Yes.", "incorrect": "No."}


def build(**fields):
    return numeric.Spec.model_validate(
        {"prompt": "How many?", "feedback": FEEDBACK, "answer": 480, "tolerance": 20} | fields
    )


def score_of(spec, text):
    return numeric.score(spec, numeric.parse(spec, {"number": [text]}))


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("12", ["12"]),
        ("12.", ["12"]),
        (".5", ["0.5"]),
        ("-,5", ["-0.5"]),
        ("− 3", ["-3"]),
        ("1,250", ["1250", "1.250"]),
        ("0.125", ["0.125"]),
        ("1.250,5", ["1250.5"]),
        ("1,250.5", ["1250.5"]),
        ("1 250 000", ["1250000"]),
        ("1’250", ["1250"]),
        ("1.250.000", ["1250000"]),
        ("3/4", ["0.75"]),
        ("1 1/2", ["1.5"]),
        ("1½", ["1.5"]),
        ("about $12 each", ["12"]),
        ("about 1,250 books", ["1250", "1.250"]),
        ("４２", ["42"]),
        ("12km", ["12"]),
        ("", []),
        ("twelve", []),
        ("12 or 13", []),
        ("10:30", []),
        ("2020-2021", []),
        ("1,25,0", []),
        ("1.2.3", []),
        ("12 13", []),
        ("3/0", []),
        ("1e5", []),
        ("٣", []),
        ("9" * 21, []),
    ],
)
def test_numbers_are_read_as_people_write_them(text, readings):
    assert read_numbers(text) == {Decimal(reading) for reading in readings}


@given(number=st.decimals(-(10**9), 10**9, places=3))
def test_every_plain_number_is_read_as_itself(number):
    assert number in read_numbers(format(number, "f"))


@given(number=st.integers(-2000, 2000))
def test_only_the_tolerance_decides(number):
    assert score_of(build(), str(number)).ratio == (460 <= number <= 500)


def test_tenths_are_compared_as_written():
    spec = build(answer=0.3, tolerance=0.1)

    assert [score_of(spec, text).ratio for text in ("0.2", "0.4", "0.4001")] == [1, 1, 0]


def test_worked_example_scores_as_the_docstring_says():
    near = {"value": 240, "credit": 0.5, "feedback": "That is half."}
    spec = build(near=[near], too_high="Too many.")

    told = [score_of(spec, text) for text in ("465", "480 books", "240", "501", "many")]

    assert [score.ratio for score in told] == [1, 1, 0.5, 0, 0]
    assert [told[2].message, told[3].message, told[4].is_blank] == ["That is half.", "Too many.", True]


def test_near_number_that_is_right_already_is_refused():
    with pytest.raises(ValidationError, match="near number 500 is already right"):
        build(near=[{"value": 500, "feedback": "No."}])


def test_text_that_is_no_number_is_told_at_once():
    spec = spec_of("numeric")

    page = render("numeric", spec, response={"text": "three"})

    assert "cannot be read as one number" in page and 'aria-invalid="true"' in page
    assert "cannot be read" not in render("numeric", spec, response={"text": "3"})

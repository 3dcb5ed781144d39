"""What `choice` scores, refuses and shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import render, spec_of
from pydantic import ValidationError

from lti_tool.interactions import choice
from lti_tool.interactions.contract import without_key

FEEDBACK = {"correct": "Yes.", "incorrect": "No."}


def build(*options, **fields):
    return choice.Spec.model_validate(
        {"prompt": "Which?", "feedback": FEEDBACK, "options": list(options)} | fields
    )


def option(option_id, **fields):
    return {"id": option_id, "text": f"Text of {option_id}"} | fields


@pytest.mark.parametrize(
    ("options", "fields", "advice"),
    [
        ([option("a", key=True)], {}, "write at least 2"),
        ([option("a"), option("b")], {}, "add `key: true` to the right one"),
        (
            [option("a", key=True), option("b", key=True), option("c")],
            {},
            "leave one, or add `multiple: true`",
        ),
        ([option("a", key=True), option("b", key=True)], {"multiple": True}, "add an option that is not"),
        (
            [option("a", key=True), option("a", text="Other")],
            {},
            "ids of the options, “a” stands more than once",
        ),
        ([option("a", key=True, text="Same"), option("b", text="Same")], {}, "texts of the options, “Same”"),
        ([option(f"o{n}", key=n == 0) for n in range(11)], {}, "keep at most 10"),
    ],
)
def test_author_is_told_what_to_do(options, fields, advice):
    with pytest.raises(ValidationError, match=advice):
        build(*options, **fields)


@given(picked=st.sets(st.sampled_from(["reverse", "shadows", "archive", "likes", "colors"])))
def test_a_wrong_pick_never_raises_the_score(picked):
    spec = spec_of("choice", "evidence")

    def ratio(ids):
        return choice.score(spec, choice.parse(spec, {"pick": sorted(ids)})).ratio

    assert ratio(picked | {"likes"}) <= ratio(picked)
    assert ratio(picked | {"reverse"}) >= ratio(picked)


def test_unshuffled_options_stay_as_written():
    spec = build(option("one"), option("two"), option("three", key=True), shuffle=False)

    assert all(
        [o.id for o in choice.public(spec, seed).options] == ["one", "two", "three"] for seed in range(9)
    )


def test_wrong_single_choice_shows_its_own_remark_and_not_the_key():
    spec = spec_of("choice", "who-runs-it")
    response = {"picked": ["school"]}
    score = choice.score(spec, response)

    early = render("choice", spec, response=response, score=without_key(score))
    late = render("choice", spec, response=response, score=score, is_locked=True)

    assert "What on the page would a class have made?" in early
    assert "The button shows what the site is for." not in early
    assert "This is the right one." not in early
    assert "This is the right one." in late
    assert "fieldset" in late and " disabled" in late


def test_early_result_is_the_same_wherever_the_key_is_among_the_others():
    options = [option("a"), option("b"), option("c")]
    pages = set()
    for key in ("b", "c"):
        spec = build(*[o | {"key": o["id"] == key} for o in options])
        response = {"picked": ["a"]}
        pages.add(render("choice", spec, response=response, score=without_key(choice.score(spec, response))))

    assert len(pages) == 1


def test_fallback_text_carries_its_language_and_the_buttons_do_not():
    html = render("choice", spec_of("choice"), lang="en")

    assert '<span class="option-text" lang="en">' in html
    assert '<span class="prompt-text" lang="en">' in html
    assert '<p class="instruction" id="item-q1-instruction">' in html


def test_markup_in_an_answer_is_text():
    html = render("choice", build(option("a", key=True, text="<script>alert(1)</script>"), option("b")))

    assert "<script" not in html

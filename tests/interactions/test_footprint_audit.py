"""What `footprint_audit` scores, records and refuses."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import render, spec_of
from pydantic import ValidationError

from lti_tool.interactions import footprint_audit as kind
from lti_tool.interactions.contract import without_key

SPEC = spec_of("footprint_audit", "map-app")
KEY = {line.id: line.answer for line in SPEC.lines}
OTHER = {"share": "keep", "keep": "share"}
DECISIONS = st.fixed_dictionaries({each: st.sampled_from(["", "share", "keep"]) for each in KEY})


def form(decided):
    return {f"line.{each}": [how] for each, how in decided.items()}


def ratio(decided):
    return kind.score(SPEC, kind.parse(SPEC, form(decided))).ratio


@given(decided=DECISIONS)
def test_only_all_lines_decided_well_earn_all(decided):
    assert (ratio(decided) == 1) == (decided == KEY)


@given(decided=DECISIONS, line=st.sampled_from(sorted(KEY)))
def test_one_line_decided_well_never_costs(decided, line):
    assert (
        ratio(decided | {line: KEY[line]})
        >= ratio(decided | {line: ""})
        >= ratio(decided | {line: OTHER[KEY[line]]})
    )


@pytest.mark.parametrize("how", ["share", "keep"])
def test_one_answer_for_all_earns_nothing(how):
    assert ratio(dict.fromkeys(KEY, how)) == 0


def test_a_greater_risk_weighs_more():
    wrong = {each: KEY | {each: "share"} for each in ("always", "contacts")}

    assert ratio(wrong["always"]) < ratio(wrong["contacts"]) < 1


def test_what_would_be_wise_is_told_only_at_the_end():
    response = kind.parse(SPEC, form(KEY | {"always": "share", "news": "keep"}))
    score = kind.score(SPEC, response)

    early = render("footprint_audit", SPEC, response=response, score=without_key(score))
    late = render("footprint_audit", SPEC, response=response, score=score, is_locked=True)

    assert "Keep it:" not in early and "safely say yes" not in early
    assert "Keep it: this can do great harm." in late and "You can safely say yes here." in late


def test_changes_of_mind_are_told_in_order_at_the_end():
    response = {}
    for how in ("share", "keep"):
        response = kind.revise(SPEC, response, form({"microphone": how}))

    page = render(
        "footprint_audit", SPEC, response=response, score=kind.score(SPEC, response), is_locked=True
    )

    told = page[page.index("How the decisions were made") :]
    assert told.index("Allow") < told.index("Do not allow")


def test_record_stays_small():
    response = {}
    for number in range(300):
        response = kind.revise(SPEC, response, form(dict.fromkeys(KEY, ("share", "keep")[number % 2])))

    assert len(json.dumps(response)) < 4000


def lines(*answers, **fields):
    return [{"id": f"l{n}", "text": f"L{n}", "answer": answer} | fields for n, answer in enumerate(answers)]


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"lines": lines("keep", "keep", "keep", "keep")}, "No line has `answer: share`"),
        ({"lines": lines("keep", "share", "keep")}, "write at least 4"),
        ({"lines": lines("keep", "share", "keep", "share", risk=4)}, "less than or equal to 3"),
        ({"lines": lines("keep", "share", "keep", "share", text="Same")}, "texts of the lines"),
    ],
)
def test_author_is_told_what_to_do(changes, advice):
    with pytest.raises(ValidationError, match=advice):
        spec_of("footprint_audit", "map-app", **changes)

"""What `ai_fact_check` scores, remembers and refuses."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import render, spec_of
from pydantic import ValidationError

from lti_tool.interactions import ai_fact_check as kind
from lti_tool.interactions.contract import without_key

SPEC = spec_of("ai_fact_check", "octopus")
KEY = {each.id: each.verdict for each in SPEC.statements}
VERDICTS = st.fixed_dictionaries({each: st.sampled_from(["", "holds", *SPEC.labels]) for each in KEY})


def score_of(judged):
    return kind.score(
        SPEC, kind.parse(SPEC, {f"verdict.{each}": [verdict] for each, verdict in judged.items()})
    )


@given(judged=VERDICTS)
def test_only_the_whole_key_earns_all(judged):
    assert (score_of(judged).ratio == 1) == (judged == KEY)


@given(judged=VERDICTS, statement=st.sampled_from(sorted(KEY)))
def test_one_verdict_set_right_never_costs(judged, statement):
    assert score_of(judged | {statement: KEY[statement]}).ratio >= score_of(judged).ratio


@pytest.mark.parametrize("verdict", ["holds", *SPEC.labels])
def test_one_verdict_for_all_earns_nothing(verdict):
    assert score_of(dict.fromkeys(KEY, verdict)).ratio == 0


def test_what_is_wrong_with_a_statement_is_named_only_at_the_end():
    judged = KEY | {"arms": "holds", "hearts": "number"}
    response = {"judged": judged}
    score = kind.score(SPEC, response)

    early = render("ai_fact_check", SPEC, response=response, score=without_key(score))
    late = render("ai_fact_check", SPEC, response=response, score=score, is_locked=True)

    assert "Its flaw:" not in early and "It holds." not in early
    assert "Its flaw:" in late and "It holds." in late


def test_sources_are_shut_until_opened_and_the_order_is_told_at_the_end():
    response = {}
    for act in ("open:library", "close:library", "open:museum"):
        response = kind.revise(SPEC, response, {"act": [act], "verdict.hearts": ["holds"]})

    page = render("ai_fact_check", SPEC, response=response)
    late = render("ai_fact_check", SPEC, response=response, score=kind.score(SPEC, response), is_locked=True)

    assert "0 journals found" not in page and "eight arms" in page
    assert (
        late.index("Sources opened, in order")
        < late.rindex("Library catalogue")
        < late.rindex("Museum of the Sea")
    )


def test_record_stays_small():
    response = {}
    for _ in range(200):
        response = kind.revise(SPEC, response, {"act": ["open:museum"]})

    assert len(json.dumps(response)) < 2000


def statements(*verdicts):
    return [{"id": f"s{n}", "text": f"S{n}", "verdict": verdict} for n, verdict in enumerate(verdicts)]


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"statements": statements("holds", "holds", "holds")}, "nothing to find"),
        ({"statements": statements("number", "number", "invented")}, "suspecting all is right"),
        ({"statements": statements("holds", "number", "wrong")}, "“wrong”, which does not exist"),
        ({"statements": statements("holds", "number")}, "write at least 3"),
        (
            {"flaws": [{"id": "holds", "label": "H"}, {"id": "number", "label": "N"}]},
            "cannot have the id `holds`",
        ),
        ({"sources": []}, "write at least 1"),
    ],
)
def test_author_is_told_what_to_do(changes, advice):
    with pytest.raises(ValidationError, match=advice):
        spec_of("ai_fact_check", "octopus", **changes)

"""What `question_funnel` scores, keeps and refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import render, spec_of
from pydantic import ValidationError

from lti_tool.interactions import question_funnel as kind
from lti_tool.interactions.contract import without_key

SPEC = spec_of("question_funnel", "sleep")
KEY = {f"step.{step.id}": step.key.id for step in SPEC.steps} | {
    f"judge.{each.id}": each.judgement for each in SPEC.questions
}
WRONG = dict.fromkeys(KEY, "nothing")


def score_of(decided, **more):
    return kind.score(SPEC, kind.parse(SPEC, {name: [value] for name, value in (decided | more).items()}))


@given(right=st.sets(st.sampled_from(sorted(KEY))))
def test_every_right_decision_counts_the_same(right):
    decided = {field: KEY[field] for field in right}

    assert score_of(WRONG | decided).ratio == pytest.approx(len(right) / 6)


@given(own=st.text(max_size=900))
def test_own_question_is_kept_and_never_scored(own):
    response = kind.parse(SPEC, {"own": [own], "judge.bell": ["narrow"]})

    assert kind.score(SPEC, response).ratio == pytest.approx(1 / 6)
    assert len(response.get("own", "")) <= kind.LONGEST_OWN
    assert kind.parse(SPEC, {"own": [response.get("own", "")]}).get("own", "") == response.get("own", "")


def test_own_question_is_shown_as_it_was_typed():
    response = kind.parse(SPEC, {"own": ["Is </textarea> a word?\r\nWhy?"]})

    assert "Is &lt;/textarea&gt; a word?\nWhy?" in render("question_funnel", SPEC, response=response)


def test_nothing_is_asked_where_the_author_does_not_want_it():
    spec = spec_of("question_funnel", "sleep", own=None)

    assert "<textarea" not in render("question_funnel", spec)
    assert kind.parse(spec, {"own": ["Why?"]}) == {}


def test_good_steps_and_judgements_are_named_only_at_the_end():
    response = kind.parse(SPEC, {"step.who": ["me"], "judge.bell": ["good"]})
    score = kind.score(SPEC, response)

    early = render("question_funnel", SPEC, response=response, score=without_key(score))
    late = render("question_funnel", SPEC, response=response, score=score, is_locked=True)

    assert "Nobody has written about it." in early and "A good step:" not in early and "It is:" not in early
    assert late.count("A good step:") == 2 and late.count("It is:") == 4


def step(*keys):
    return [
        {
            "id": "s",
            "prompt": "?",
            "options": [{"id": f"o{n}", "text": f"O{n}", "key": key} for n, key in enumerate(keys)],
        }
    ]


def questions(*judgements):
    return [{"id": f"q{n}", "text": f"Q{n}", "judgement": each} for n, each in enumerate(judgements)]


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"steps": step(False, False)}, "0 options of step “s” have `key: true`"),
        ({"steps": step(True, True)}, "2 options of step “s” have `key: true`"),
        ({"steps": step(True)}, "write at least 2"),
        ({"steps": []}, "write at least 1"),
        ({"questions": questions("good", "huge")}, "“huge”, which does not exist"),
        ({"questions": questions("good", "good")}, "nothing to tell apart"),
        ({"judgements": [{"id": "good", "label": "Good"}]}, "write at least 2"),
    ],
)
def test_author_is_told_what_to_do(changes, advice):
    with pytest.raises(ValidationError, match=advice):
        spec_of("question_funnel", "sleep", **changes)

"""Every example of every kind is there in Spanish, whole and up to date, and its answers score as they do in English."""

import pytest
from kind_harness import example_params, respond

from lti_tool.content.worked_examples import example_in, list_gaps
from lti_tool.interactions import find_kinds, get_kind


@pytest.mark.parametrize("kind", find_kinds())
def test_every_string_is_translated_from_its_present_wording(kind):
    assert list(list_gaps(kind, "es")) == []


@pytest.mark.parametrize(("kind", "example"), example_params())
def test_answers_score_as_in_english(kind, example):
    module = get_kind(kind)
    translated = example_in(kind, example, "es")
    assert translated, "a string is missing or does not fit its place"
    spec = module.Spec.model_validate(translated.spec)

    for case in translated.cases:
        score = module.score(spec, respond(kind, spec, case))

        assert (case.name, score.ratio) == (case.name, pytest.approx(case.ratio, abs=1e-6))
        assert (score.verdict, score.message) == (case.verdict, case.message)
        assert {part_id: score.part(part_id).verdict for part_id in case.parts} == case.parts


def test_a_language_nobody_has_translated_into_has_no_examples():
    assert example_in(*example_params()[0].values, "fr") is None

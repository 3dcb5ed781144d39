"""How `passage_set` holds items of other kinds: their fields, scores, secrets and translations."""

import pytest
from kind_harness import render, respond, spec_of
from pydantic import ValidationError

from lti_tool.content.overlay import Translated, list_paths, translate_model
from lti_tool.interactions import (
    find_kinds,
    has_memory,
    is_manual,
    kinds_within,
    load_examples,
    passage_set,
)
from lti_tool.interactions.contract import without_key

QUESTIONS = [question.model_dump() for question in spec_of("passage_set", "poster").questions]


@pytest.mark.parametrize(
    ("questions", "advice"),
    [
        (QUESTIONS[:1], "only 1 questions: write at least 2"),
        ([QUESTIONS[0], QUESTIONS[0]], "ids of the questions"),
        ([QUESTIONS[0], QUESTIONS[1] | {"kind": "telepathy"}], "does not match any of the expected tags"),
        ([QUESTIONS[0], QUESTIONS[1] | {"accept": []}], "only 0 accepted answers"),
        ([QUESTIONS[0], QUESTIONS[1] | {"kind": "passage_set"}], "does not match any of the expected tags"),
    ],
)
def test_author_is_told_what_to_do(questions, advice):
    with pytest.raises(ValidationError, match=advice):
        spec_of("passage_set", questions=questions)


def test_set_of_nothing_that_counts_is_refused():
    unsure = spec_of("confidence").model_dump() | {"kind": "confidence"}

    with pytest.raises(ValidationError, match="No question is marked"):
        spec_of("passage_set", questions=[unsure | {"id": "a"}, unsure | {"id": "b", "prompt": "And now?"}])


def test_every_kind_without_memory_may_stand_inside():
    kinds = find_kinds()
    stands_alone = {name for name, kind in kinds.items() if not passage_set.may_stand_inside(kind)}

    assert set(passage_set.KINDS) == set(kinds) - stands_alone - {"passage_set"}
    assert {"choice", "sorter", "numeric", "confidence"} <= set(passage_set.KINDS)
    assert not any(has_memory(kind) or is_manual(kind) for kind in passage_set.KINDS.values())


def test_points_weigh_and_unmarked_questions_do_not_count():
    spec = spec_of("passage_set", "bottle-bill")
    numbers = {"answers": {"fewer": {"text": "900"}}}
    sure = {"answers": numbers["answers"] | {"sure": {"level": "high"}}}

    assert passage_set.score(spec, numbers).ratio == pytest.approx(1 / 3)
    assert passage_set.score(spec, sure).ratio == pytest.approx(1 / 3)
    assert passage_set.score(spec, {"answers": {"sure": {"level": "high"}}}).is_blank


def test_key_of_a_question_is_told_only_at_the_end():
    spec, case = spec_of("passage_set", "bottle-bill"), load_examples("passage_set")[1].cases[0]
    response = respond("passage_set", spec, case)
    score = passage_set.score(spec, response)

    early = render("passage_set", spec, response=response, score=without_key(score))
    late = render("passage_set", spec, response=response, score=score, is_locked=True)

    assert "Try another bin." in early and "It belongs in:" not in early
    assert "Wrong bin." in late and late.count("It belongs in:") == 1


def test_page_with_a_set_needs_what_its_questions_need():
    shown = passage_set.public(spec_of("passage_set", "bottle-bill"), 1)

    assert kinds_within("passage_set", shown) == {"passage_set", "sorter", "numeric", "confidence"}
    assert kinds_within("sorter", shown.questions[0].public) == {"sorter"}


def test_set_is_translated_down_to_its_options():
    spec = spec_of("passage_set", "poster")
    paths = list_paths(spec)

    assert {"questions.what.options.owl.text", "questions.day.accept", "questions.day.prompt"} <= paths

    told = {
        path: Translated(text=f"ES {path}") for path in paths if not path.startswith("questions.day.accept")
    }
    told["questions.day.accept"] = Translated(text=["viernes"])
    told["hints"] = Translated(text=["ES"])
    spanish = translate_model(spec, told)

    assert spanish.questions[0].options[0].text == "ES questions.what.options.owl.text"
    assert spanish.questions[1].accept == ("viernes",)

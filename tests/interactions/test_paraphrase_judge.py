"""What `paraphrase_judge` sees of a text, and what it scores and refuses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_harness import spec_of
from pydantic import ValidationError

from lti_tool.interactions import paraphrase_judge
from lti_tool.interactions.paraphrase_judge.words import has_any, shared_run, words_of

ORIGINAL = "Eelgrass meadows shelter young cod from predators and slow the waves."


def ratio_of(text, judged=None):
    spec = spec_of("paraphrase_judge", "eelgrass")
    judged = {"close": "copied", "sound": "good"} if judged is None else judged
    return paraphrase_judge.score(spec, {"judged": judged, "text": text}).ratio


@pytest.mark.parametrize(
    ("text", "run"),
    [
        ("They shelter young cod in the bay", "shelter young cod"),
        ("SHELTER Young, cód!", "shelter young cod"),
        ("Nothing of it", ""),
        ("“shelter young cod from predators”, they write of the waves", "the waves"),
        ("cod young shelter", "cod"),
        (ORIGINAL, "eelgrass meadows shelter young cod from predators and slow the waves"),
    ],
)
def test_longest_run_of_shared_words(text, run):
    assert " ".join(shared_run(text, ORIGINAL)) == run


def test_kept_terms_count_as_one_word():
    assert len(shared_run("to shelter young cod", ORIGINAL, ["young cod"])) == 2


@settings(deadline=None)
@given(text=st.text(max_size=80), other=st.text(max_size=80))
def test_run_stands_in_both_texts(text, other):
    run = " ".join(shared_run(text, other))

    assert run in " ".join(words_of(text))
    assert run in " ".join(words_of(other))


@pytest.mark.parametrize(
    ("text", "phrases", "is_there"),
    [
        ("It gives shelter.", ["shelter*"], True),
        ("It was sheltering them", ["shelter*"], True),
        ("It sheltered", ["shelter"], False),
        ("by OKAFOR and others", ["Okafor"], True),
        ("the warm water", ["warm water"], True),
        ("warmwater", ["warm water"], False),
        ("sea grass", ["seagrass"], False),
    ],
)
def test_ideas_are_found_as_whole_words(text, phrases, is_there):
    assert has_any(text, phrases) == is_there


def test_a_copy_in_quotation_marks_is_no_paraphrase():
    copy = "“Eelgrass meadows shelter young cod from predators and slow the waves that would otherwise wear away the coast.”"

    assert ratio_of(f"{copy} That is what Okafor and Lee write.") < 0.6 + 0.4 / 2


def test_the_original_earns_nothing_as_a_paraphrase():
    spec = spec_of("paraphrase_judge", "eelgrass")

    assert ratio_of(f"Okafor: {spec.original}") == pytest.approx(0.6)
    assert ratio_of(f"Okafor: {spec.original}", judged={}) == 0


@settings(deadline=None)
@given(text=st.lists(st.sampled_from(ORIGINAL.split()), max_size=30).map(" ".join))
def test_words_of_the_original_shuffled_never_earn_full_marks(text):
    assert ratio_of(text) < 1


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"samples": [{"id": "a", "text": "A", "judgement": "good"}]}, "write at least 2"),
        (
            {"samples": [{"id": i, "text": i, "judgement": "good"} for i in "ab"]},
            "nothing to tell apart",
        ),
        (
            {
                "samples": [
                    {"id": "own-a", "text": "A", "judgement": "good"},
                    {"id": "b", "text": "B", "judgement": "copied"},
                ]
            },
            "name it otherwise",
        ),
        (
            {"write": {"ideas": [{"id": "a", "text": "A", "words": ["?"]}], "credit": ["x"]}},
            "no letter or digit",
        ),
    ],
)
def test_author_is_told_what_to_do(changes, advice):
    with pytest.raises(ValidationError, match=advice):
        spec_of("paraphrase_judge", "otters", **changes)

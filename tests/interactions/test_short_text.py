"""What `short_text` takes for the same answer, and what it never does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import render, spec_of
from pydantic import ValidationError

from lti_tool.interactions import short_text
from lti_tool.interactions.contract import without_key
from lti_tool.interactions.short_text.normalise import normalise
from lti_tool.interactions.short_text.typos import count_slips, distance

LETTERS = st.text(alphabet="abcd", max_size=9)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("  Lateral\tREADING ", "lateral reading"),
        ("The author’s name.", "authors name"),
        ("los derechos de autor", "Derechos de Autor"),
        ("canción", "cancion"),
        ("ｗｉｄｅ", "wide"),
        ("Straße", "STRASSE"),
        ("fact-check", "fact check"),
        ("“quoted” — text…", "quoted text"),
        ("don't", "dont"),
    ],
)
def test_what_does_not_matter(left, right):
    assert normalise(left) == normalise(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("3.5", "35"), ("vitamin A", "vitamin"), ("C++", "C"), ("10/12", "1012"), ("la", "el"), ("-", "a")],
)
def test_what_does_matter(left, right):
    assert normalise(left) != normalise(right)


@given(text=st.text(max_size=40))
def test_normalised_text_is_settled(text):
    once = normalise(text)

    assert normalise(once) == once
    assert once.split() == once.split(" ") or once == ""


@pytest.mark.parametrize(
    ("typed", "known", "slips"),
    [
        ("source", "source", 0),
        ("sorce", "source", 1),
        ("soruce", "source", 1),
        ("sourse", "source", 1),
        ("bibliografy", "bibliography", 2),
        ("latteral readign", "lateral reading", 2),
        ("lateralreading", "lateral reading", 1),
        ("web site", "website", 1),
    ],
)
def test_slips_that_are_forgiven(typed, known, slips):
    assert count_slips(typed, known) == slips


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("fake", "fact"),
        ("srouce", "sauces"),
        ("unreliable", "reliable"),
        ("misinformation", "disinformation"),
        ("information", "misinformation"),
        ("illegal", "legal"),
        ("not reliable", "now reliable"),
        ("reliable", "not reliable"),
        ("article 2018", "article 2019"),
        ("tree sources", "three sources"),
        ("thirteen", "thirty"),
        ("no table", "notable"),
        ("copyrigth lawws today", "copyright laws todays"),
        ("laterel reeding pagge", "lateral reading pages"),
        ("", "source"),
        ("reading", "lateral reading"),
    ],
)
def test_answers_that_are_never_a_slip(typed, known):
    assert count_slips(typed, known) is None


@given(left=LETTERS, right=LETTERS)
def test_distance_is_symmetric_and_within_bounds(left, right):
    far = distance(left, right, 20)

    assert far == distance(right, left, 20)
    assert (far == 0) == (left == right)
    assert abs(len(left) - len(right)) <= far <= max(len(left), len(right))
    assert distance(left, right, 1) == min(far, 2)


@given(word=st.text(alphabet="abcd", min_size=2, max_size=9), index=st.integers(0, 7))
def test_swapping_neighbours_is_one_slip(word, index):
    index %= len(word) - 1
    swapped = word[:index] + word[index + 1] + word[index] + word[index + 2 :]

    assert distance(word, swapped, 9) == (word != swapped)


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"accept": []}, "write at least 1"),
        ({"accept": ["…"]}, "has no letter or digit"),
        ({"accept": ["The Owl", "owl!"]}, "“owl” stands more than once"),
        ({"accept": ["owl"], "near": [{"text": "An owl"}]}, "“owl” stands more than once"),
        ({"near": [{"text": "vertical", "credit": 1}]}, "less than 1"),
    ],
)
def test_author_is_told_what_to_do(changes, advice):
    with pytest.raises(ValidationError, match=advice):
        spec_of("short_text", **changes)


def test_closest_known_answer_wins():
    spec = spec_of("short_text", accept=["misinformation"], near=[{"text": "missinformation", "credit": 0.5}])

    assert short_text.find_match(spec, "missinformation").credit == 0.5
    assert short_text.find_match(spec, "misinformaton").credit == 1


def test_spelling_is_shown_after_a_slip_and_the_key_only_at_the_end():
    spec = spec_of("short_text", "lateral")

    def page(text, show):
        response = {"text": text}
        return render("short_text", spec, response=response, score=show(short_text.score(spec, response)))

    assert "It is spelled:" in page("latteral reading", without_key)
    assert "It is spelled:" not in page("lateral reading", without_key)
    assert "A right answer:" not in page("owl", without_key)
    assert "A right answer:" in page("owl", lambda score: score)


def test_answer_is_cut_not_refused():
    spec = spec_of("short_text")

    assert len(short_text.parse(spec, {"text": ["x" * 5000]})["text"]) == 200


def test_what_a_database_cannot_store_is_left_out():
    assert short_text.parse(spec_of("short_text"), {"text": ["o\0w\ud800l"]}) == {"text": "owl"}


def test_answer_with_markup_stays_text():
    html = render("short_text", spec_of("short_text"), response={"text": '"><script>'})

    assert "<script>" not in html

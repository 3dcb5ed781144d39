"""What the kinds that mark a text score and refuse: `claim_marker` and `highlight`."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_harness import spec_of
from pydantic import ValidationError

from lti_tool.interactions import claim_marker, highlight
from lti_tool.interactions.marking import f1, mean_f1

SENTENCES = ["hello", "opened", "slide", "best", "swings", "paint"]
KEY = {"opened": "fact", "slide": "fact", "best": "opinion", "swings": "fact", "paint": "opinion"}


def marked(marks):
    spec = spec_of("claim_marker", "playground")
    form = {f"mark.{sentence}": [label] for sentence, label in marks.items()}
    return claim_marker.score(spec, claim_marker.parse(spec, form))


@settings(deadline=None)
@given(marks=st.dictionaries(st.sampled_from(SENTENCES), st.sampled_from(["fact", "opinion"])))
def test_full_marks_only_for_exactly_the_key(marks):
    score = marked(marks)

    assert (score.ratio == 1) == (marks == KEY)
    assert {part.part_id for part in score.parts if part.verdict == "right"} == {
        sentence for sentence in marks if KEY.get(sentence) == marks[sentence]
    }


@settings(deadline=None)
@given(sentence=st.sampled_from(sorted(KEY)))
def test_one_mark_less_or_another_costs(sentence):
    other = {"fact": "opinion", "opinion": "fact"}[KEY[sentence]]

    assert marked({each: KEY[each] for each in KEY if each != sentence}).ratio < 1
    assert marked(KEY | {sentence: other}).ratio < 1


@pytest.mark.parametrize("label", ["fact", "opinion"])
def test_one_pen_for_all_is_no_way_to_half_the_score(label):
    assert marked(dict.fromkeys(SENTENCES, label)).ratio < 0.5


@pytest.mark.parametrize(("keys", "others", "parts"), [(2, 2, 2), (1, 3, 3), (3, 1, 2)])
def test_mean_f1_is_the_mean_over_all_ways_of_marking(keys, others, parts):
    ways = list(product(range(parts), repeat=keys + others))
    fits = [f1({i for i, mark in enumerate(way) if mark == 0}, set(range(keys))) for way in ways]

    assert mean_f1(keys, others, 1 / parts) == pytest.approx(sum(fits) / len(fits))


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"labels": [{"id": "a", "text": "A"}]}, "write at least 2"),
        (
            {"labels": [{"id": "fact", "text": "A"}, {"id": "other", "text": "B"}]},
            "“opinion”, which does not exist",
        ),
        (
            {"labels": [{"id": i, "text": i} for i in ("fact", "opinion", "third")]},
            "No sentence has the label “third”",
        ),
    ],
)
def test_author_of_a_text_to_mark_is_told_what_to_do(changes, advice):
    with pytest.raises(ValidationError, match=advice):
        spec_of("claim_marker", "playground", **changes)


@settings(deadline=None)
@given(picked=st.sets(st.sampled_from(["how", "sea", "find", "back", "beach", "where", "hatched"])))
def test_highlights_are_net_correct(picked):
    spec = spec_of("highlight", "keywords")
    keys = {"sea", "beach", "hatched"}

    score = highlight.score(spec, highlight.parse(spec, {"pick": sorted(picked)}))

    assert score.ratio == pytest.approx(max(0, len(picked & keys) - len(picked - keys)) / 3)
    assert (score.ratio == 1) == (picked == keys)


@pytest.mark.parametrize(
    ("pieces", "advice"),
    [
        ([{"key": True}, {"key": True}], "Every piece is right"),
        ([{}, {}], "No piece is right"),
        ([{"key": True, "pick": False}, {}], "cannot be picked"),
        ([{"key": True}], "write at least 2"),
    ],
)
def test_author_of_a_highlight_is_told_what_to_do(pieces, advice):
    pieces = [piece | {"id": f"p{index}", "text": f"P {index}"} for index, piece in enumerate(pieces)]

    with pytest.raises(ValidationError, match=advice):
        spec_of("highlight", "keywords", pieces=pieces)

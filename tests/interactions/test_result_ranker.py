"""What `result_ranker` scores and refuses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_harness import spec_of
from pydantic import ValidationError

from lti_tool.interactions import result_ranker

WORTH = {"review": 4, "agency": 4, "news": 3, "old": 1, "shop": 0}


def ranked(ids):
    spec = spec_of("result_ranker", "vaping")
    return result_ranker.score(spec, {"places": {each: place for place, each in enumerate(ids, start=1)}})


@settings(deadline=None)
@given(ids=st.permutations(list(WORTH)))
def test_full_marks_for_any_order_that_falls_in_worth(ids):
    worths = [WORTH[each] for each in ids]

    assert (ranked(ids).ratio == 1) == (worths == sorted(worths, reverse=True))
    assert ranked(ids).ratio + ranked(ids[::-1]).ratio == pytest.approx(1)


@settings(deadline=None)
@given(ids=st.permutations(list(WORTH)), left_out=st.integers(1, 5))
def test_results_left_out_earn_nothing(ids, left_out):
    assert ranked(ids[left_out:]).ratio < 1


def test_best_places_of_tied_results_are_a_span():
    score = ranked(["shop", "old", "news", "agency", "review"])

    assert score.part("review").answer == "1–2"
    assert score.part("shop").answer == "5"


def test_author_is_told_that_worths_must_differ():
    results = [{"id": f"r{i}", "title": f"R {i}", "worth": 1} for i in range(3)]

    with pytest.raises(ValidationError, match="give the better ones more"):
        spec_of("result_ranker", results=results)

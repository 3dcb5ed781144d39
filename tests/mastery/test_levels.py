"""From a belief to the level and score that people read."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.mastery.engine import (
    Belief,
    Level,
    Parameters,
    expected_score,
    level,
    mastery_probability,
    predict,
    threshold,
)

ORDER = [Level.BEGINNING, Level.NEEDS_REFRESH, Level.DEVELOPING, Level.PROFICIENT]

pools = st.lists(st.tuples(st.floats(-50.0, 50.0), st.floats(0.0, 0.5)), min_size=1, max_size=12)
probabilities = st.floats(0.0, 1.0)


@given(pools, st.floats(0.55, 0.99))
def test_the_expected_score_at_the_threshold_is_the_cut(pool, cut):
    tau = threshold(pool, cut)

    score = statistics.fmean(c + (1 - c) / (1 + math.exp(min(m - tau, 700.0))) for m, c in pool)
    assert score == pytest.approx(cut, abs=1e-7)


def test_a_harder_pool_asks_for_more_ability():
    assert threshold([(1.0, 0.0), (2.0, 0.25)], 0.75) > threshold([(0.0, 0.0), (1.0, 0.25)], 0.75)


@pytest.mark.parametrize("cut", [0.5, 0.3, 1.0, math.nan])
def test_a_cut_that_guessing_reaches_is_refused(cut):
    with pytest.raises(ValueError, match="cut"):
        threshold([(0.0, 0.5)], cut)


def test_an_empty_pool_is_refused():
    with pytest.raises(ValueError, match="pool"):
        threshold([], 0.75)
    with pytest.raises(ValueError, match="guess"):
        threshold([(0.0, 1.0)], 0.75)
    with pytest.raises(ValueError, match="mean"):
        expected_score(Belief(0.0, 1.0), Belief(0.0, 1.0), [(math.inf, 0.0)])


def test_mastery_is_the_normal_tail_above_the_threshold():
    student, skill = Belief(0.9, 0.3), Belief(0.2, 0.2)

    p = mastery_probability(student, skill, 0.6)

    assert p == pytest.approx(1 - statistics.NormalDist(1.1, math.sqrt(0.5)).cdf(0.6))
    assert mastery_probability(Belief(-1e6, 1e-9), skill, 0.6) == 0.0
    assert mastery_probability(Belief(1e6, 1e-9), skill, 0.6) == 1.0


@pytest.mark.parametrize(
    ("p", "n", "occasions", "was_proficient", "shown"),
    [
        (0.99, 3, 2, False, Level.NOT_ENOUGH),
        (0.99, 30, 1, False, Level.NOT_ENOUGH),
        (0.99, 3, 1, True, Level.NOT_ENOUGH),
        (0.19, 4, 2, False, Level.BEGINNING),
        (0.2, 4, 2, False, Level.DEVELOPING),
        (0.79, 4, 2, False, Level.DEVELOPING),
        (0.8, 4, 2, False, Level.PROFICIENT),
        (0.79, 4, 2, True, Level.PROFICIENT),
        (0.6, 4, 2, True, Level.PROFICIENT),
        (0.59, 4, 2, True, Level.NEEDS_REFRESH),
        (0.01, 4, 2, True, Level.NEEDS_REFRESH),
    ],
)
def test_the_level_shown(p, n, occasions, was_proficient, shown):
    assert level(p, n, occasions, was_proficient) is shown


def test_a_district_may_move_the_cuts():
    strict = Parameters(proficient_from=0.95, min_answers=8)

    assert level(0.9, 10, 2, parameters=strict) is Level.DEVELOPING
    assert level(0.99, 7, 2, parameters=strict) is Level.NOT_ENOUGH


@given(st.tuples(probabilities, probabilities), st.booleans())
def test_more_certainty_never_lowers_the_level(two, was_proficient):
    low, high = sorted(two)

    below, above = level(low, 9, 3, was_proficient), level(high, 9, 3, was_proficient)

    assert ORDER.index(below) <= ORDER.index(above)


@pytest.mark.parametrize("arguments", [(1.2, 5, 2), (0.5, -1, 2), (0.5, 5, -2), (math.nan, 5, 2)])
def test_an_impossible_level_is_refused(arguments):
    with pytest.raises(ValueError, match=r"(p|n|occasions) must"):
        level(*arguments)


beliefs = st.builds(Belief, st.floats(-20.0, 20.0), st.floats(1e-6, 9.0))


@given(beliefs, beliefs, pools)
def test_the_expected_score_lies_in_its_band(student, skill, pool):
    score = expected_score(student, skill, pool)

    floor = statistics.fmean(guess for _, guess in pool)
    assert floor - 1e-12 <= score.low <= score.mean <= score.high <= 1.0


def test_the_expected_score_is_the_mean_prediction_and_its_band_one_deviation_of_ability():
    student, skill = Belief(0.4, 0.5), Belief(0.2, 0.4)
    pool = [(0.0, 0.25), (1.0, 0.0)]

    score = expected_score(student, skill, pool)

    exact = [predict(student, skill, Belief(m, 1e-9), c) for m, c in pool]
    assert score.mean == pytest.approx(statistics.fmean(exact))
    sd = math.sqrt(0.9)
    low = [c + (1 - c) / (1 + math.exp(m - 0.6 + sd)) for m, c in pool]
    high = [c + (1 - c) / (1 + math.exp(m - 0.6 - sd)) for m, c in pool]
    assert (score.low, score.high) == pytest.approx((statistics.fmean(low), statistics.fmean(high)))

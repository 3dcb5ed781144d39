"""From a belief to words: P(mastered), the level shown, and the expected score a teacher can picture.

A level is shown only on enough evidence, and a level once reached is kept by the caller with its date: what is decided
here is what to show today.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from lti_tool.mastery.belief import Belief, check_guess, check_not_negative, check_ratio
from lti_tool.mastery.curve import chance, predict
from lti_tool.mastery.judgement import AS_BELIEVED, Judgement
from lti_tool.mastery.parameters import DEFAULTS, Parameters

_BRACKET = 40.0
"""Logits beyond the hardest and easiest item between which the threshold is sought."""


class PoolItem(NamedTuple):
    """One item of the pool a skill is judged on at a grade: its difficulty (logits) and its guess floor."""

    mean: float
    guess: float


class Level(StrEnum):
    NOT_ENOUGH = "not_enough"
    BEGINNING = "beginning"
    DEVELOPING = "developing"
    PROFICIENT = "proficient"
    NEEDS_REFRESH = "needs_refresh"


class ExpectedScore(NamedTuple):
    """Ratios of a full score: the mean, and the scores one standard deviation of ability below and above."""

    mean: float
    low: float
    high: float


def threshold(pool: Sequence[tuple[float, float]], cut: float = DEFAULTS.mastery_cut) -> float:
    """The ability (logits) at which the expected score on the pool of (mean, guess) equals the cut; by bisection.

    >>> round(threshold([(0.0, 0.0)], 0.75), 6)   # ln 3
    1.098612
    >>> round(threshold([(0.0, 0.25), (-0.8, 0.0)], 0.75), 3)
    0.492
    """
    _check_pool(pool)
    floor = sum(guess for _, guess in pool) / len(pool)
    if not floor < cut < 1.0:
        raise ValueError(f"cut must lie above the pool's mean guess ({floor:g}) and below 1, not {cut}")
    low = min(mean for mean, _ in pool) - _BRACKET
    high = max(mean for mean, _ in pool) + _BRACKET
    while high - low > 1e-12 * max(1.0, abs(low), abs(high)):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        if _pool_score(middle, pool) < cut:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def mastery_probability(
    student: Belief, skill: Belief, tau: float, judgement: Judgement = AS_BELIEVED
) -> float:
    """Probability that student + skill lies above the threshold tau (logits), as the district's calibration judges beliefs.

    >>> mastery_probability(Belief(0.5, 0.6), Belief(0.1, 0.4), 0.6)
    0.5
    >>> round(mastery_probability(Belief(1.0, 0.6), Belief(0.6, 0.4), 0.6), 3)
    0.841
    """
    if not math.isfinite(tau):
        raise ValueError(f"tau must be a finite number of logits, not {tau}")
    return judgement.chance(student, skill, tau)


def level(
    p: float, n: int, occasions: int, was_proficient: bool = False, *, parameters: Parameters = DEFAULTS
) -> Level:
    """The level to show for P(mastered) after n answers on so many occasions.

    Somebody once proficient stays so until P falls below `refresh_below`, then is asked to refresh: never back to
    "beginning", and no flicker around one cut.

    >>> level(0.95, n=3, occasions=2), level(0.7, n=9, occasions=2)
    (<Level.NOT_ENOUGH: 'not_enough'>, <Level.DEVELOPING: 'developing'>)
    >>> level(0.7, 9, 2, was_proficient=True), level(0.5, 9, 2, was_proficient=True)
    (<Level.PROFICIENT: 'proficient'>, <Level.NEEDS_REFRESH: 'needs_refresh'>)
    """
    check_ratio("p", p)
    check_not_negative("n", n)
    check_not_negative("occasions", occasions)
    if n < parameters.min_answers or occasions < parameters.min_occasions:
        return Level.NOT_ENOUGH
    if was_proficient:
        return Level.NEEDS_REFRESH if p < parameters.refresh_below else Level.PROFICIENT
    if p < parameters.developing_from:
        return Level.BEGINNING
    return Level.DEVELOPING if p < parameters.proficient_from else Level.PROFICIENT


def expected_score(student: Belief, skill: Belief, pool: Sequence[tuple[float, float]]) -> ExpectedScore:
    """What the student would score on the pool of (mean, guess), with a band of one standard deviation of ability.

    >>> [round(20 * share, 1) for share in expected_score(Belief(0.4, 0.5), Belief(0.2, 0.3), [(0.0, 0.25)] * 20)]
    [14.4, 11.4, 17.3]
    """
    _check_pool(pool)
    ability = student.mean + skill.mean
    sd = math.sqrt(student.var + skill.var)
    low, high = _pool_score(ability - sd, pool), _pool_score(ability + sd, pool)
    known = 1e-9
    mean = sum(predict(student, skill, Belief(mean, known), guess) for mean, guess in pool) / len(pool)
    # At the ends of the scale the mean leaves the band by a hair, because doubt pulls it towards the middle.
    return ExpectedScore(mean, min(low, mean), max(high, mean))


def _pool_score(ability: float, pool: Sequence[tuple[float, float]]) -> float:
    return sum(chance(ability, mean, guess) for mean, guess in pool) / len(pool)


def _check_pool(pool: Sequence[tuple[float, float]]) -> None:
    if not pool:
        raise ValueError("pool must hold at least one item")
    for mean, guess in pool:
        check_guess(guess)
        if not math.isfinite(mean):
            raise ValueError(f"mean of a pool item must be a finite number of logits, not {mean}")

"""The rules of gradebooks, for districts whose policy names one: averages per quiz, with the formulas of Canvas and Schoology.

Pure. All scores are in the points of the scale, and a result is one quiz: Canvas first pools the questions of a quiz into one score, weighted
by their points, and only then averages, decays or picks (`pool`). Results are ordered by the time of submission or assessment.

Sources: instructure/canvas-lms, OutcomeCalculationMethod and RollupScore (every outcome is rounded to two decimals; the former "decaying
average" is now called weighted average, and the decaying average follows Mastery Connect's recursion); Schoology's district mastery
settings (decaying average with 75 %, a least number of observations); Otus's worked example 1, 2, 3, 4 → 3.48 for the recursion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean


class Method(StrEnum):
    DECAYING_AVERAGE = "decaying_average"
    WEIGHTED_AVERAGE = "weighted_average"
    N_MASTERY = "n_mastery"
    HIGHEST = "highest"
    LATEST = "latest"
    AVERAGE = "average"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A method with its number, as a district chooses it. Raises ValueError for a number the method does not know.

    >>> Rule(method=Method.N_MASTERY, number=6)
    Traceback (most recent call last):
    ValueError: the number of n_mastery must be between 1 and 5, not 6
    """

    method: Method
    number: int = 0
    """Percent the newest result weighs (1 to 99) for the two decaying rules; how often (1 to 5) for n_mastery; else 0."""
    min_results: int = 1
    """Results below which there is no score: Schoology's least number of observations."""

    def __post_init__(self) -> None:
        low, high = _NUMBERS.get(self.method, (0, 0))
        if not low <= self.number <= high:
            raise ValueError(
                f"the number of {self.method} must be between {low} and {high}, not {self.number}"
            )
        if self.min_results < 1:
            raise ValueError(f"min_results must be at least 1, not {self.min_results}")


_NUMBERS = {
    Method.DECAYING_AVERAGE: (1, 99),
    Method.WEIGHTED_AVERAGE: (1, 99),
    Method.N_MASTERY: (1, 5),
}
CANVAS = Rule(method=Method.DECAYING_AVERAGE, number=65)
"""What Canvas offers for a new outcome."""
SCHOOLOGY = Rule(method=Method.DECAYING_AVERAGE, number=75)


def pool(questions: Sequence[tuple[float, float]]) -> float:
    """One quiz's ratio from (ratio, points possible) of its questions, weighted by points; 0 where nothing could be earned.

    >>> pool([(1.0, 3.0), (0.0, 1.0)])
    0.75
    """
    possible = sum(points for _, points in questions)
    return sum(ratio * points for ratio, points in questions) / possible if possible else 0.0


def score(results: Sequence[float], rule: Rule, *, mastery: float) -> float | None:
    """The score that results in time order add up to, to two decimals; None where the rule says there is none yet.

    `mastery` is the score from which a result counts as mastered; only n_mastery asks.

    >>> score([1, 2, 3, 4], CANVAS, mastery=3), score([1, 4, 3, 5], Rule(method=Method.N_MASTERY, number=3), mastery=3)
    (3.48, 4.0)
    """
    if len(results) < rule.min_results or not results:
        return None
    found = _score(results, rule, mastery)
    return None if found is None else round(found, 2)


def _score(results: Sequence[float], rule: Rule, mastery: float) -> float | None:
    weight = rule.number / 100
    match rule.method:
        case Method.HIGHEST:
            return max(results)
        case Method.LATEST:
            return results[-1]
        case Method.AVERAGE:
            return fmean(results)
        case Method.N_MASTERY:
            kept = [each for each in results if each >= mastery]
            return fmean(kept) if len(kept) >= rule.number else None
        case Method.WEIGHTED_AVERAGE:
            earlier = results[:-1]
            return weight * results[-1] + (1 - weight) * fmean(earlier) if earlier else results[-1]
        case Method.DECAYING_AVERAGE:
            return decayed(results, weight)


def decayed(results: Sequence[float], weight: float) -> float:
    """D_1 = x_1, D_t = (1-w) D_{t-1} + w x_t, not rounded."""
    value = float(results[0])
    for each in results[1:]:
        value = (1 - weight) * value + weight * each
    return value

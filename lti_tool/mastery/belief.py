"""A number we do not know exactly, and the checks every number passes before the engine believes it.

All means are in logits: 0 is the ability of a typical sixth-grader, and an item 1 logit easier than the student is
answered rightly 73 times in 100. All variances are in logits squared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MEAN_LIMIT = 1e6
"""Logits. No real belief comes near it; within it no sum or product of the engine overflows."""

VAR_MIN = 1e-9
"""Logits squared. A variance of zero would claim certainty, and never move again."""

VAR_MAX = 1e6


@dataclass(frozen=True, slots=True)
class Belief:
    """A normal distribution over a logit. Positional arguments are allowed: mean, then variance.

    >>> Belief(0.15, 1.0).sd
    1.0
    >>> Belief(0.0, -1.0)
    Traceback (most recent call last):
    ValueError: var must be a number between 1e-09 and 1000000, not -1.0
    """

    mean: float
    var: float

    def __post_init__(self) -> None:
        # Written so that NaN fails both comparisons.
        if not -MEAN_LIMIT <= self.mean <= MEAN_LIMIT:
            raise ValueError(f"mean must be a number between -1000000 and 1000000, not {self.mean}")
        if not VAR_MIN <= self.var <= VAR_MAX:
            raise ValueError(f"var must be a number between 1e-09 and 1000000, not {self.var}")

    @property
    def sd(self) -> float:
        return math.sqrt(self.var)


def settled(mean: float, var: float) -> Belief:
    """The belief after a calculation, kept inside the range in which the next calculation is safe."""
    # Comparisons instead of min() and max(): this runs four times for every answer.
    if not -MEAN_LIMIT <= mean <= MEAN_LIMIT:
        mean = math.copysign(MEAN_LIMIT, mean)
    if not VAR_MIN <= var <= VAR_MAX:
        var = VAR_MIN if var < VAR_MIN else VAR_MAX
    return Belief(mean, var)


def check_ratio(name: str, value: float) -> None:
    """Raise ValueError unless 0 <= value <= 1."""
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} must be between 0 and 1, not {value}")


def check_guess(guess: float) -> None:
    """Raise ValueError unless the guess floor is in [0, 1): a floor of 1 would make every answer meaningless."""
    if not 0.0 <= guess < 1.0:
        raise ValueError(f"guess must be at least 0 and below 1, not {guess}")


def check_not_negative(name: str, value: float) -> None:
    """Raise ValueError unless the value is a finite number, zero or above."""
    if not 0.0 <= value < math.inf:
        raise ValueError(f"{name} must be a finite number, zero or above, not {value}")

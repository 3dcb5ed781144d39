"""How likely a right answer is: the logistic curve above a guessing floor.

A single-choice item with k options has the floor 1/k, any other kind 0. Scores between 0 and 1 (partly right) are
treated as that share of a right answer.
"""

from __future__ import annotations

import math

from lti_tool.mastery.belief import Belief, check_guess

CHANCE_MIN = 1e-9
"""The logistic is kept this far from 0 and 1, so that no answer counts as impossible."""

_EXTREME = -math.log(CHANCE_MIN)
"""Logits beyond which the limit holds: 20.7."""


def sigmoid(x: float) -> float:
    """The logistic function of a logit, never quite 0 or 1 and never overflowing.

    >>> sigmoid(0.0), sigmoid(-1e300), sigmoid(1e300)
    (0.5, 1e-09, 0.999999999)
    """
    if x > _EXTREME:
        return 1.0 - CHANCE_MIN
    if x < -_EXTREME:
        return CHANCE_MIN
    return 1.0 / (1.0 + math.exp(-x))


def chance(ability: float, difficulty: float, guess: float) -> float:
    """Chance of a right answer when ability and difficulty (logits) are known exactly."""
    return guess + (1.0 - guess) * sigmoid(ability - difficulty)


def predict(
    student: Belief, skill: Belief, item: Belief, guess: float, *, shared: Belief | None = None
) -> float:
    """Chance of a right answer, in [guess, 1], as far as we know the student and the item.

    Doubt pulls it towards the middle: p = c + (1-c) σ(x / √(1 + πV/8)), x the sum of means and V of variances.
    `shared` is the difficulty all items of the skill have in common, when `item` is only the deviation from it.
    Source: online Bayesian logistic / Glicko-like, diagonal Gaussian; MacKay's approximation of the integral.

    >>> round(predict(Belief(0.0, 1.0), Belief(0.0, 0.4), Belief(-0.8, 0.45), 0.25), 3)
    0.736
    >>> round(predict(Belief(0.0, 0.01), Belief(0.0, 0.01), Belief(-0.8, 0.01), 0.25), 3)
    0.767
    """
    check_guess(guess)
    x = student.mean + skill.mean - item.mean
    var = student.var + skill.var + item.var
    if shared is not None:
        x -= shared.mean
        var += shared.var
    return guess + (1.0 - guess) * sigmoid(x / math.sqrt(1.0 + math.pi * var / 8.0))

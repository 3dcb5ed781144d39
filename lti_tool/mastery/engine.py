"""The mastery engine: what one scored answer teaches us about a student, a skill and an item.

Three unknowns in logits: the student's overall ability, the student's deviation on a skill, the item's difficulty. Each is
a `Belief` (mean, variance). An answer moves all three at once, each by its share of the doubt, in constant time; between
answers a skill fades and doubt grows. Pure: no database, no clock, no randomness; the caller says how many years went by.

    predict → update (one answer) … pass_time (a gap) … mastery_probability → level

Source: online Bayesian logistic / Glicko-like, diagonal Gaussian (one extended-Kalman step per answer). On ASSISTments
2009 it predicts better than the DKT network; `benchmarks/mastery/` measures that and more. The names below are all a
caller needs; they live in `belief`, `parameters`, `curve`, `levels` and here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from lti_tool.mastery.belief import Belief, check_guess, check_not_negative, check_ratio, settled
from lti_tool.mastery.curve import predict
from lti_tool.mastery.levels import (
    ExpectedScore,
    Level,
    PoolItem,
    expected_score,
    level,
    mastery_probability,
    threshold,
)
from lti_tool.mastery.parameters import DEFAULTS, Parameters
from lti_tool.mastery.step import step

__all__ = [
    "DEFAULTS",
    "Belief",
    "Difficulty",
    "ExpectedScore",
    "Level",
    "Parameters",
    "Peers",
    "PoolItem",
    "Update",
    "cold_item",
    "cold_shared",
    "cold_skill",
    "cold_student",
    "evidence_weight",
    "expected_score",
    "level",
    "mastery_probability",
    "pass_time",
    "predict",
    "threshold",
    "update",
]


class Difficulty(StrEnum):
    """What an item's author says of it."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, kw_only=True, slots=True)
class Peers:
    """Students of the same school and grade: how many are known, and the mean of their overall ability (logits)."""

    count: int
    mean: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """The beliefs after one answer."""

    student: Belief
    skill: Belief
    item: Belief
    shared: Belief | None = None
    expected: float
    """The score predicted before the answer was seen, in [guess, 1]."""
    moved: float
    """Logits by which student + skill rose or fell, the gain from practice included."""


def update(
    student: Belief,
    skill: Belief,
    item: Belief,
    *,
    score: float,
    guess: float = 0.0,
    weight: float = 1.0,
    shared: Belief | None = None,
    parameters: Parameters = DEFAULTS,
) -> Update:
    """The beliefs after an answer with `score` in [0, 1] to an item with guess floor `guess`.

    `weight` is the evidence in the answer (see `evidence_weight`); an answer of weight 0 changes nothing at all, not even
    by gain or drift, while any weight above 0 adds both in full: practice happened. `shared`, if given, is the difficulty
    the skill's items have in common; then `item` is the deviation from it, and both learn.

    With s = σ(x), P = c + (1-c)s and slope P' = (1-c)s(1-s), the step is e = ω(y-P)P'/(P(1-P)), its information
    I = ωP'²/(P(1-P)) and κ = 1/(1+VI): every mean moves by ±v·e·κ and every variance shrinks by v²·I·κ. Because
    1-P = (1-c)(1-s), both fractions reduce to forms that divide by P alone, which is never 0.

    >>> after = update(Belief(0.0, 1.0), Belief(0.0, 0.4), Belief(0.0, 1.0), score=1.0)
    >>> f"{after.student.mean:.4f} {after.skill.mean:.4f} {after.item.mean:.4f} {after.moved:.4f}"
    '0.3125 0.1550 -0.3125 0.4675'
    >>> f"{after.student.var:.5f} {after.skill.var:.3f} {after.item.var:.5f}"
    '0.84375 0.405 0.84375'
    """
    if not (0.0 <= score <= 1.0 and 0.0 <= weight < math.inf):
        _refuse(score, weight)
    check_guess(guess)
    common, common_var = (0.0, 0.0) if shared is None else (shared.mean, shared.var)
    expected, gm, gv, km, kv, im, iv, sm, sv, moved = step(
        student.mean, student.var, skill.mean, skill.var, item.mean, item.var, common, common_var,
        score, guess, weight, parameters.gain, parameters.drift,
    )  # fmt: skip
    return Update(
        student=Belief(gm, gv),
        skill=Belief(km, kv),
        item=Belief(im, iv),
        shared=None if shared is None else Belief(sm, sv),
        expected=expected,
        moved=moved,
    )


def pass_time(skill: Belief, years: float, *, parameters: Parameters = DEFAULTS) -> Belief:
    """A skill's belief after `years` without an answer: the deviation fades, doubt grows.

    Apply it once per gap, from the last answer to now, on reading and before the next update. Two half-years are not
    quite one year: what is stored stays the belief at the last answer.

    >>> after = pass_time(Belief(1.0, 0.2), 1.0)
    >>> round(after.mean, 6), round(after.var, 6)   # .85 · 1.0 ; .85² · 0.2 + .25
    (0.85, 0.3945)
    """
    check_not_negative("years", years)
    kept = parameters.yearly_retention**years
    return settled(kept * skill.mean, kept * kept * skill.var + parameters.yearly_drift * years)


def evidence_weight(
    *,
    is_retry: bool = False,
    used_hint: bool = False,
    is_practice: bool = False,
    parameters: Parameters = DEFAULTS,
) -> float:
    """How much an answer says, against a quiz answer at first try; the reductions multiply.

    >>> evidence_weight(), evidence_weight(is_retry=True, is_practice=True)
    (1.0, 0.15)
    """
    weight = parameters.practice_weight if is_practice else parameters.quiz_weight
    weight *= parameters.retry_weight if is_retry else 1.0
    return weight * (parameters.hint_weight if used_hint else 1.0)


def cold_item(
    grade_band: float, difficulty: Difficulty | str | None = None, *, parameters: Parameters = DEFAULTS
) -> Belief:
    """An item nobody has answered yet: `grade_band` is the middle of its band (7 for grades 6 to 8).

    >>> cold_item(6, "hard"), cold_item(6)
    (Belief(mean=0.8, var=0.45), Belief(mean=0.0, var=1.0))
    """
    grade_mean = parameters.grade_slope * (_grade("grade_band", grade_band) - parameters.anchor_grade)
    if difficulty is None:
        return Belief(grade_mean, parameters.item_var)
    steps = {Difficulty.EASY: -1.0, Difficulty.MEDIUM: 0.0, Difficulty.HARD: 1.0}[_difficulty(difficulty)]
    return Belief(grade_mean + steps * parameters.difficulty_step, parameters.tagged_item_var)


def cold_student(grade: float, *, peers: Peers | None = None, parameters: Parameters = DEFAULTS) -> Belief:
    """A student nobody has seen answer: from the mean of enough known peers, else from the grade alone.

    >>> cold_student(8).mean, cold_student(8, peers=Peers(count=30, mean=0.42)).mean
    (0.3, 0.42)
    """
    if peers is not None and peers.count >= parameters.min_peers:
        return Belief(peers.mean, parameters.student_var)
    return Belief(
        parameters.grade_slope * (_grade("grade", grade) - parameters.anchor_grade), parameters.student_var
    )


def cold_skill(*, parameters: Parameters = DEFAULTS) -> Belief:
    """A student's deviation on a skill before the first answer in it."""
    return Belief(0.0, parameters.skill_var)


def cold_shared(*, parameters: Parameters = DEFAULTS) -> Belief:
    """The difficulty a skill's items have in common, before the first answer to any of them."""
    return Belief(0.0, parameters.shared_var)


def _refuse(score: float, weight: float) -> None:
    check_ratio("score", score)
    check_not_negative("weight", weight)


def _grade(name: str, grade: float) -> float:
    if not -2.0 <= grade <= 20.0:
        raise ValueError(f"{name} must be a school grade (kindergarten is 0), not {grade}")
    return float(grade)


def _difficulty(difficulty: Difficulty | str) -> Difficulty:
    try:
        return Difficulty(difficulty)
    except ValueError as error:
        raise ValueError(f"difficulty must be easy, medium or hard, not {difficulty!r}") from error

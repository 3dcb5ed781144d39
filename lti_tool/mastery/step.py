"""One answer in plain numbers: the arithmetic of the engine, once, for the request path and for the compiled loop.

No classes and no calls but to `math`, so that numba compiles this very function and a request pays a microsecond for it. What the
numbers mean and where the formulas come from stands at `engine.update`.
"""

from __future__ import annotations

import math

from lti_tool.mastery.belief import MEAN_LIMIT, VAR_MAX, VAR_MIN
from lti_tool.mastery.curve import CHANCE_MIN

_EXTREME = -math.log(CHANCE_MIN)
_MOST = 1.0 - CHANCE_MIN
_DOUBT = math.pi / 8.0

Numbers = tuple[float, float, float, float, float, float, float, float, float, float]
"""Expected, then mean and variance of student, skill, item and shared difficulty, then moved."""


def step(
    student: float,
    student_var: float,
    skill: float,
    skill_var: float,
    item: float,
    item_var: float,
    shared: float,
    shared_var: float,
    score: float,
    guess: float,
    weight: float,
    gain: float,
    drift: float,
) -> Numbers:
    """What an answer makes of the beliefs. Means in logits, variances in logits squared; a `shared_var` of 0 leaves `shared` alone.

    Numbers are taken as checked: score in [0, 1], guess in [0, 1), weight zero or above; a weight of 0 changes nothing.
    """
    x = student + skill - item - shared
    var = student_var + skill_var + item_var + shared_var
    damped = x / math.sqrt(1.0 + _DOUBT * var)
    if damped > _EXTREME:
        s = _MOST
    elif damped < -_EXTREME:
        s = CHANCE_MIN
    else:
        s = 1.0 / (1.0 + math.exp(-damped))
    expected = guess + (1.0 - guess) * s
    if weight == 0.0:
        return (
            expected, student, student_var, skill, skill_var, item, item_var, shared, shared_var, 0.0,
        )  # fmt: skip
    if x > _EXTREME:
        s = _MOST
    elif x < -_EXTREME:
        s = CHANCE_MIN
    else:
        s = 1.0 / (1.0 + math.exp(-x))
    p = guess + (1.0 - guess) * s
    information = weight * (1.0 - guess) * (1.0 - s) * s * s / p
    kappa = 1.0 / (1.0 + var * information)
    by = weight * (score - p) * s / p * kappa
    shrink = information * kappa
    new_student = student + student_var * by
    new_skill = skill + skill_var * by + gain
    new_item = item - item_var * by
    new_student_var = student_var - student_var * student_var * shrink
    new_skill_var = skill_var - skill_var * skill_var * shrink + drift
    new_item_var = item_var - item_var * item_var * shrink
    if shared_var > 0.0:
        shared = min(max(shared - shared_var * by, -MEAN_LIMIT), MEAN_LIMIT)
        shared_var = min(max(shared_var - shared_var * shared_var * shrink, VAR_MIN), VAR_MAX)
    furthest = max(abs(new_student), abs(new_skill), abs(new_item))
    if furthest > MEAN_LIMIT or not min(new_student_var, new_skill_var, new_item_var) >= VAR_MIN:
        new_student = min(max(new_student, -MEAN_LIMIT), MEAN_LIMIT)
        new_skill = min(max(new_skill, -MEAN_LIMIT), MEAN_LIMIT)
        new_item = min(max(new_item, -MEAN_LIMIT), MEAN_LIMIT)
        new_student_var = max(new_student_var, VAR_MIN)
        new_skill_var = max(new_skill_var, VAR_MIN)
        new_item_var = max(new_item_var, VAR_MIN)
    new_skill_var = min(new_skill_var, VAR_MAX)  # the others only shrink
    return (
        expected, new_student, new_student_var, new_skill, new_skill_var, new_item, new_item_var,
        shared, shared_var, new_student - student + new_skill - skill,
    )  # fmt: skip

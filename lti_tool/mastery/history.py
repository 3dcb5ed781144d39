"""What a student's history adds to the engine's prediction: counts, recent results, and where in a run of questions one is.

The engine weighs every answer alike. Real answers also depend on whether the student has just met the same item, has done several of
the skill in a row, or is on a losing streak. Each feature below is a plain fact known before the answer; `readout` weighs them.
"""

from __future__ import annotations

import math

import numpy as np

from lti_tool.mastery.answer_log import AnswerLog, Floats, Ints
from lti_tool.mastery.compiled import Trace, jit

HISTORY = (
    "right answers in the skill, log(1 + n)",
    "wrong answers in the skill, log(1 + n)",
    "right answers overall, log(1 + n)",
    "wrong answers overall, log(1 + n)",
    "last answer in the skill, -1 to 1",
    "last answer, -1 to 1",
    "answer before it, -1 to 1",
    "recent form in the skill, halving with each answer",
    "recent form, falling by a fifth with each answer",
    "times this item was met before, log(1 + n)",
    "last answer to this item, -1 to 1",
    "first answer in the skill, 0 or 1",
    "same skill as the answer before, 0 or 1",
    "answers of this skill in a row, log(1 + n)",
    "hours since the answer before, log(1 + h)",
    "seconds the answer before took, log",
    "answer before took under 3 seconds, 0 or 1",
)
BELIEFS = (
    "engine's logit",
    "engine's logit, squared with its sign",
    "student",
    "student's doubt",
    "skill",
    "skill's doubt",
    "item",
    "item's doubt",
    "shared difficulty",
)
FEATURES = BELIEFS + HISTORY
_HOURS_PER_YEAR = 365.25 * 24


def features(log: AnswerLog, trace: Trace) -> Floats:
    """By answer × FEATURES, as known before the answer."""
    known = np.clip(trace.expected, 1e-6, 1.0 - 1e-6)
    logit = np.log(known / (1.0 - known))
    names = ("student", "student_var", "skill", "skill_var", "item", "item_var", "shared")
    history = np.zeros((len(log), len(HISTORY)))
    _history(
        log.student, log.skill, log.item, log.score, log.years, log.took_s, log.skills, log.items, history
    )
    return np.column_stack([logit, logit * np.abs(logit), *(trace.column(name) for name in names), history])


@jit
def _history(
    student: Ints, skill: Ints, item: Ints, score: Floats, years: Floats, took_s: Floats,
    skills: int, items: int, out: Floats,
) -> None:  # fmt: skip
    seen, right = np.zeros(skills), np.zeros(skills)
    last, form = np.zeros(skills), np.zeros(skills)
    met, met_last = np.zeros(items), np.zeros(items)
    whose_skill, whose_item = np.full(skills, -1), np.full(items, -1)
    now, before, row = -1, -1, 0.0
    n, n_right, last1, last2, form1, at, took = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for t in range(len(student)):
        k, i = skill[t], item[t]
        if student[t] != now:
            now, before, row, at, took = student[t], -1, 0.0, years[t], math.nan
            n, n_right, last1, last2, form1 = 0.0, 0.0, 0.0, 0.0, 0.0
        if whose_skill[k] != now:
            whose_skill[k], seen[k], right[k], last[k], form[k] = now, 0.0, 0.0, 0.0, 0.0
        if whose_item[i] != now:
            whose_item[i], met[i], met_last[i] = now, 0.0, 0.0
        out[t, 0], out[t, 1] = math.log1p(right[k]), math.log1p(seen[k] - right[k])
        out[t, 2], out[t, 3] = math.log1p(n_right), math.log1p(n - n_right)
        out[t, 4], out[t, 5], out[t, 6], out[t, 7], out[t, 8] = last[k], last1, last2, form[k], form1
        out[t, 9], out[t, 10] = math.log1p(met[i]), met_last[i]
        out[t, 11] = 1.0 if seen[k] == 0.0 else 0.0
        out[t, 12] = 1.0 if before == k else 0.0
        out[t, 13] = math.log1p(row) if before == k else 0.0
        out[t, 14] = math.log1p(max(years[t] - at, 0.0) * _HOURS_PER_YEAR)
        if took > 0.0:
            out[t, 15], out[t, 16] = math.log(max(took, 0.1)), 1.0 if took < 3.0 else 0.0
        sign = 2.0 * score[t] - 1.0
        seen[k] += 1.0
        right[k] += score[t]
        n += 1.0
        n_right += score[t]
        last[k], last2, last1 = sign, last1, sign
        form[k], form1 = 0.5 * form[k] + 0.5 * sign, 0.8 * form1 + 0.2 * sign
        met[i] += 1.0
        met_last[i] = sign
        row = row + 1.0 if before == k else 1.0
        before, at, took = k, years[t], took_s[t]

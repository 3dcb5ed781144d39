"""The engine's loop compiled, for replaying and calibrating millions of answers: the same numbers as `engine`, to 1e-9.

Import it where it is needed and not at the top of what the server starts with: numba takes seconds to arrive. The first use on a
machine compiles (some seconds) and keeps the result beside this file, or where NUMBA_CACHE_DIR says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import numba
import numpy as np

from lti_tool.mastery.answer_log import AnswerLog, Floats, Ints
from lti_tool.mastery.belief import VAR_MAX, VAR_MIN
from lti_tool.mastery.parameters import Parameters
from lti_tool.mastery.step import step

_F = TypeVar("_F", bound=Callable[..., Any])


def jit(function: _F) -> _F:
    """The function compiled by numba without its fast-but-loose arithmetic, so that it gives Python's numbers."""
    return cast(_F, numba.njit(cache=True, fastmath=False)(function))


_step = jit(step)


@dataclass(frozen=True, kw_only=True)
class Bank:
    """What is known of every item: its own difficulty and what the items of its skill share; means and variances in logits."""

    mean: Floats
    var: Floats
    shared_mean: Floats
    shared_var: Floats
    """By skill. All zero where nothing is shared: then `mean` is the whole difficulty."""

    def copy(self) -> Bank:
        return Bank(
            mean=self.mean.copy(),
            var=self.var.copy(),
            shared_mean=self.shared_mean.copy(),
            shared_var=self.shared_var.copy(),
        )


def cold_bank(log: AnswerLog, parameters: Parameters, *, is_shared: bool = True) -> Bank:
    """Items of which nothing is known."""
    return Bank(
        mean=np.zeros(log.items),
        var=np.full(log.items, parameters.item_var),
        shared_mean=np.zeros(log.skills),
        shared_var=np.full(log.skills, parameters.shared_var if is_shared else 0.0),
    )


COLUMNS = ("student", "student_var", "skill", "skill_var", "item", "item_var", "shared", "shared_var")
"""What a trace tells of each answer, as it stood before it: means and variances."""


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What the engine believed before each answer, and where every student stands after their last."""

    expected: Floats
    """The score predicted, by answer."""
    moved: Floats
    """Logits by which student + skill rose or fell, by answer."""
    beliefs: Floats
    """By answer × COLUMNS."""

    def column(self, name: str) -> Floats:
        column: Floats = self.beliefs[:, COLUMNS.index(name)]
        return column


def run_log(log: AnswerLog, bank: Bank, parameters: Parameters, *, items_learn: bool) -> Trace:
    """Run every student's answers through the engine. With `items_learn` the bank's arrays move along, in the log's order."""
    n = len(log)
    trace = Trace(expected=np.empty(n), moved=np.empty(n), beliefs=np.empty((n, len(COLUMNS))))
    numbers = np.array(
        [
            parameters.student_var, parameters.skill_var, parameters.gain, parameters.drift,
            parameters.yearly_retention, parameters.yearly_drift,
        ]
    )  # fmt: skip
    _run(
        log.student, log.skill, log.item, log.score, log.guess, log.weight, log.years,
        log.cold,
        numbers, bank.mean, bank.var, bank.shared_mean, bank.shared_var, items_learn,
        trace.expected, trace.moved, trace.beliefs,
    )  # fmt: skip
    return trace


@jit
def _run(
    student: Ints, skill: Ints, item: Ints, score: Floats, guess: Floats, weight: Floats, years: Floats,
    cold: Floats, numbers: Floats, item_mean: Floats, item_var: Floats, shared_mean: Floats, shared_var: Floats,
    items_learn: bool, expected: Floats, moved: Floats, beliefs: Floats,
) -> None:  # fmt: skip
    student_var0, skill_var0, gain, drift, retention, yearly_drift = numbers
    km, kv = np.zeros(len(shared_mean)), np.zeros(len(shared_mean))
    last_at, whose = np.zeros(len(shared_mean)), np.full(len(shared_mean), -1)
    now, gm, gv = -1, 0.0, 0.0
    for t in range(len(student)):
        k, i, c = skill[t], item[t], guess[t]
        if student[t] != now:
            now = student[t]
            gm, gv = cold[now], student_var0
        wm, wv = 0.0, skill_var0
        if whose[k] == now:
            wm, wv = km[k], kv[k]
            gap = years[t] - last_at[k]
            if gap > 0.0:
                kept = retention**gap
                wm = kept * wm
                wv = min(max(kept * kept * wv + yearly_drift * gap, VAR_MIN), VAR_MAX)
        im, iv, sm, sv = item_mean[i], item_var[i], shared_mean[k], shared_var[k]
        beliefs[t, 0], beliefs[t, 1], beliefs[t, 2], beliefs[t, 3] = gm, gv, wm, wv
        beliefs[t, 4], beliefs[t, 5], beliefs[t, 6], beliefs[t, 7] = im, iv, sm, sv
        expected[t], gm, gv, wm, wv, im, iv, sm, sv, moved[t] = _step(
            gm, gv, wm, wv, im, iv, sm, sv, score[t], c, weight[t], gain, drift
        )
        if weight[t] == 0.0:
            continue
        whose[k], km[k], kv[k], last_at[k] = now, wm, wv, years[t]
        if items_learn:
            item_mean[i], item_var[i], shared_mean[k], shared_var[k] = im, iv, sm, sv

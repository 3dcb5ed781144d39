"""Fitting the engine to a log of answers: hyper-parameters, item difficulties, readouts. The weekly calibration and the benchmark call this.

1. Hyper-parameters: random draws, widely around the defaults and then ever closer around the best, by the log loss of predictions each made
   before its answer was seen, items learning on the way.
2. Items: one pass over all students, then MAP refits against what was known of each student before the answer.
3. Readouts (Platt scaling; the same with history): on predictions for students whose fold the items had not seen.
4. Judgement (from beliefs to chances of mastery): by the answers that followed each belief, see `fit_judgement`.

Nothing is taken from students outside of the log, and everything random from the seed.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace

import numpy as np

from lti_tool.mastery.answer_log import AnswerLog, Flags, Floats
from lti_tool.mastery.compiled import Bank, Trace, cold_bank, run_log
from lti_tool.mastery.fit_judgement import fit_judgement
from lti_tool.mastery.history import BELIEFS, FEATURES, features
from lti_tool.mastery.judgement import Judgement
from lti_tool.mastery.parameters import DEFAULTS, Parameters
from lti_tool.mastery.quality import log_loss
from lti_tool.mastery.readout import Readout, fit_readout

DRAWN = {
    "student_var": 4.0,
    "skill_var": 8.0,
    "shared_var": 2.0,
    "item_var": 3.0,
    "gain": 4.0,
    "drift": 8.0,
}
"""Hyper-parameters drawn, log-uniform from the start divided by the factor to the start times it."""
DRAWN_IF_TIMED = {"yearly_drift": 4.0}
DRAWS = 150
REFITS = 2
FOLDS = 5
PLATT = BELIEFS[:1]


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """An engine fitted to a log."""

    parameters: Parameters
    bank: Bank
    platt: Readout
    """On the engine's logit alone."""
    history: Readout
    """With history."""
    judgement: Judgement
    """From beliefs to chances of mastery."""


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """Chances by answer, each made before the answer was seen."""

    engine: Floats
    platt: Floats
    history: Floats


def fit(
    log: AnswerLog, *, seed: int, draws: int = DRAWS, prior: Bank | None = None, refits: int = REFITS
) -> Fitted:
    """The engine fitted to the log. `prior` holds what authors say of the items; nothing if left out."""
    parameters = draw_parameters(log, seed=seed, draws=draws, prior=prior)
    bank = learn_bank(log, parameters, prior=prior, refits=refits)
    seen, score = _unseen_features(log, parameters, seed=seed, prior=prior, refits=refits)
    return Fitted(
        parameters=parameters,
        bank=bank,
        platt=fit_readout(PLATT, seen[:, :1], score),
        history=fit_readout(FEATURES, seen, score),
        judgement=fit_judgement(log, bank, parameters, seed=seed),
    )


def predict_log(log: AnswerLog, fitted: Fitted, *, items_learn: bool = False) -> Prediction:
    """What the fitted engine says of other students' answers; the fitted bank itself stays as it is."""
    trace = run_log(log, fitted.bank.copy(), fitted.parameters, items_learn=items_learn)
    seen = features(log, trace)
    return Prediction(
        engine=trace.expected, platt=fitted.platt.predict(seen[:, :1]), history=fitted.history.predict(seen)
    )


def hold_out(log: AnswerLog, *, seed: int, share: float = 0.2) -> Flags:
    """A random share of the students, as a mask of their answers. At least one student, and never all of them."""
    rng = np.random.default_rng(seed)
    present = np.unique(log.student)
    count = min(max(1, int(len(present) * share)), max(len(present) - 1, 0))
    chosen = np.zeros(log.students, dtype=bool)
    chosen[rng.permutation(present)[:count]] = True
    mask: Flags = chosen[log.student]
    return mask


def draw_parameters(
    log: AnswerLog, *, seed: int, draws: int, prior: Bank | None = None, start: Parameters = DEFAULTS
) -> Parameters:
    """The draw that predicts the log's answers best, each before it was seen and the items learning on the way; the start competes.

    A draw as far from the start as its factor pays for it like one standard deviation of a normal prior: a small log moves little.
    """
    if not len(log):
        return start
    rng = random.Random(seed)  # noqa: S311 - draws of hyper-parameters, repeatable on purpose
    factors = DRAWN | (DRAWN_IF_TIMED if log.is_timed else {})

    def loss(tried: Parameters) -> float:
        trace = run_log(log, _start(log, tried, prior), tried, items_learn=True)
        far = sum(
            (math.log(getattr(tried, name) / getattr(start, name)) / math.log(by)) ** 2
            for name, by in factors.items()
        )
        return log_loss(trace.expected, log.score) + 0.5 * far / len(log)

    best, least = start, loss(start)
    for number in range(draws):
        centre, width = (
            (start, 1.0) if number < draws // 3 else (best, 0.3 if number < 2 * draws // 3 else 0.1)
        )
        tried = replace(
            centre,
            **{
                name: getattr(centre, name) * by ** rng.uniform(-width, width) for name, by in factors.items()
            },
        )
        if (found := loss(tried)) < least:
            best, least = tried, found
    return best


def learn_bank(
    log: AnswerLog, parameters: Parameters, *, prior: Bank | None = None, refits: int = REFITS
) -> Bank:
    """Items learned from the log: online in one pass, then refitted by MAP that many times."""
    bank = _start(log, parameters, prior)
    run_log(log, bank, parameters, items_learn=True)
    for _ in range(refits):
        bank = refit_items(log, bank, _start(log, parameters, prior), parameters)
    return bank


def refit_items(log: AnswerLog, bank: Bank, prior: Bank, parameters: Parameters, *, steps: int = 6) -> Bank:
    """The items' MAP difficulties, Laplace variances, against each student as known before the answer; Newton's method.

    The likelihood is that of the engine's own prediction, c + (1-c) σ(x / √(1+πV/8)), with V the doubt about the student.
    """
    trace = run_log(log, bank.copy(), parameters, items_learn=False)
    found = bank.copy()
    _newton(log, trace, found, prior, steps)
    return found


def _newton(log: AnswerLog, trace: Trace, found: Bank, prior: Bank, steps: int) -> None:
    ability = trace.column("student") + trace.column("skill")
    doubt = trace.column("student_var") + trace.column("skill_var")
    shrink = 1.0 / np.sqrt(1.0 + np.pi * doubt / 8.0)
    c = log.guess
    for step in range(steps):
        s = 1.0 / (
            1.0
            + np.exp(
                -np.clip((ability - found.mean[log.item] - found.shared_mean[log.skill]) * shrink, -30, 30)
            )
        )
        p = c + (1.0 - c) * s
        slope = log.weight * (log.score - p) * s / p * shrink
        information = log.weight * (1.0 - c) * (1.0 - s) * s * s / p * shrink * shrink
        targets = [("mean", "var", log.item, log.items)]
        if prior.shared_var.any():  # the two are moved in turn, as each explains the other's rest
            targets = targets if step % 2 else [("shared_mean", "shared_var", log.skill, log.skills)]
        for mean_name, var_name, index, count in targets:
            mean, var = getattr(found, mean_name), getattr(found, var_name)
            before, before_var = getattr(prior, mean_name), getattr(prior, var_name)
            precision = np.bincount(index, weights=information, minlength=count) + 1.0 / before_var
            pull = -np.bincount(index, weights=slope, minlength=count) - (mean - before) / before_var
            mean += np.clip(pull / precision, -1.0, 1.0)
            var[:] = 1.0 / precision


def _start(log: AnswerLog, parameters: Parameters, prior: Bank | None) -> Bank:
    return prior.copy() if prior is not None else cold_bank(log, parameters)


def _unseen_features(
    log: AnswerLog, parameters: Parameters, *, seed: int, prior: Bank | None, refits: int
) -> tuple[Floats, Floats]:
    """Features of every answer, from items that learned from other students only; and the scores."""
    rng = np.random.default_rng(seed)
    fold = rng.integers(0, FOLDS, log.students)[log.student]
    made, scores = [], []
    for number in range(FOLDS):
        judged = log.only(fold == number)
        bank = learn_bank(log.only(fold != number), parameters, prior=prior, refits=refits)
        made.append(features(judged, run_log(judged, bank, parameters, items_learn=False)))
        scores.append(judged.score)
    return np.concatenate(made), np.concatenate(scores)

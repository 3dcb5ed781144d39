"""Which `Judgement` a log of answers bears out. Nobody sees mastery itself; but of somebody who has it, the next answers come right together.

For each student and skill the next answers (up to five) are looked at as one, against the belief before them. Under *even* their likelihood is
that of an ability somewhere on the moved and widened belief; under *jump* that of somebody either clearly above the threshold or clearly below,
who may come to know the skill after any answer (else those who learn meanwhile would pass for masters before, most of all after few answers).
Each form is fitted on half of the students, and the one that says most of the other half is fitted on all; it is taken only if it says much more
than belief alone, because a small correction would move levels for nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lti_tool.mastery.answer_log import AnswerLog, Flags, Floats, Ints
from lti_tool.mastery.compiled import Bank, run_log
from lti_tool.mastery.judgement import AS_BELIEVED, Judgement
from lti_tool.mastery.levels import threshold
from lti_tool.mastery.parameters import Parameters

TOGETHER = 5
"""Answers looked at as one."""
WORTH = 0.005
"""Nats a group by which a correction must be better than none. A world of two states gains .07 to .1, an even one .001."""
FEWEST, MOST = 400, 20_000
"""Groups of answers below which nothing is corrected, and above which a random part is enough."""
POINTS, WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
EVEN_START, JUMP_START = (0.0, 0.0, 0.0), (0.5, 0.5, 0.0, 0.5, -3.0)
Loss = Callable[[Sequence[float], Flags], float]


@dataclass(frozen=True, kw_only=True)
class _Groups:
    """Groups of answers that follow each other, with the belief before them: one row a group, answers × TOGETHER, unused places marked."""

    student: Ints
    above: Floats
    """The belief's mean above the threshold."""
    sd: Floats
    ease: Floats
    """The threshold above each item's difficulty."""
    guess: Floats
    score: Floats
    used: Flags


def fit_judgement(log: AnswerLog, bank: Bank, parameters: Parameters, *, seed: int) -> Judgement:
    """The judgement that the log bears out best; as believed where it says too little."""
    groups = _group(log, bank, parameters, seed)
    if groups is None:
        return AS_BELIEVED
    half = np.random.default_rng(seed).random(log.students)[groups.student] < 0.5
    everybody = np.ones(len(half), dtype=bool)
    even, jump = _even_loss(groups), _jump_loss(groups)
    loss_of = {
        "believed": even(EVEN_START, ~half) - WORTH,
        "even": even(_search(even, half, EVEN_START), ~half),
        "jump": jump(_search(jump, half, JUMP_START), ~half),
    }
    chosen = min(loss_of, key=lambda form: loss_of[form])
    if chosen == "even":
        shift, pull, spread = _search(even, everybody, EVEN_START)
        return Judgement(form="even", shift=shift, pull=math.exp(pull), spread=math.exp(spread))
    if chosen == "jump":
        pull, shift, *_ = _search(jump, everybody, JUMP_START)
        return Judgement(form="jump", shift=shift, pull=math.exp(pull))
    return AS_BELIEVED


def _group(log: AnswerLog, bank: Bank, parameters: Parameters, seed: int) -> _Groups | None:
    trace = run_log(log, bank.copy(), parameters, items_learn=False)
    order = np.lexsort((np.arange(len(log)), log.skill, log.student))
    whose = log.student[order] * log.skills + log.skill[order]
    first = np.flatnonzero(np.r_[True, whose[1:] != whose[:-1]]) if len(order) else np.array([], dtype=int)
    place = np.arange(len(order)) - np.repeat(first, np.diff(np.r_[first, len(order)]))
    starts = np.flatnonzero((place % TOGETHER == 0) & (place > 0))
    if len(starts) > MOST:
        starts = np.sort(np.random.default_rng(seed).choice(starts, MOST, replace=False))
    if len(starts) < FEWEST:
        return None
    taken = starts[:, None] + np.arange(TOGETHER)
    used = (taken < len(order)) & (whose[np.minimum(taken, len(order) - 1)] == whose[starts][:, None])
    answers = order[np.minimum(taken, len(order) - 1)]
    begin = order[starts]
    difficulty = bank.mean + bank.shared_mean[_skill_of_item(log)]
    taus = _thresholds(log, difficulty, parameters)[log.skill[begin]]
    return _Groups(
        student=log.student[begin],
        above=trace.column("student")[begin] + trace.column("skill")[begin] - taus,
        sd=np.sqrt(trace.column("student_var")[begin] + trace.column("skill_var")[begin]),
        ease=taus[:, None] - difficulty[log.item[answers]],
        guess=log.guess[answers],
        score=log.score[answers],
        used=used,
    )


def _skill_of_item(log: AnswerLog) -> Ints:
    found = np.zeros(log.items, dtype=np.int64)
    found[log.item] = log.skill
    return found


def _thresholds(log: AnswerLog, difficulty: Floats, parameters: Parameters) -> Floats:
    """By skill, over the items that were answered; a cut that guessing alone would come near is raised, as for levels."""
    found = np.zeros(log.skills)
    for skill in np.unique(log.skill):
        items, where = np.unique(log.item[log.skill == skill], return_index=True)
        guesses = log.guess[log.skill == skill][where]
        cut = max(parameters.mastery_cut, (1.0 + float(guesses.mean())) / 2.0)
        pool = [(float(mean), float(guess)) for mean, guess in zip(difficulty[items], guesses, strict=True)]
        found[skill] = threshold(pool, cut)
    return found


def _likelihood(groups: _Groups, above: Floats, chosen: Flags) -> Floats:
    """Of the answers of each chosen group, for abilities above the threshold (groups × points)."""
    whole: Floats = np.exp(_log_likelihoods(groups, above, chosen).sum(axis=1))
    return whole


def _log_likelihoods(groups: _Groups, above: Floats, chosen: Flags) -> Floats:
    """Of each answer (groups × answers × points)."""
    x = np.clip(above[:, None, :] + groups.ease[chosen][:, :, None], -30.0, 30.0)
    guess, score = groups.guess[chosen][:, :, None], groups.score[chosen][:, :, None]
    p = guess + (1.0 - guess) / (1.0 + np.exp(-x))
    log_p = score * np.log(p) + (1.0 - score) * np.log1p(-np.minimum(p, 1.0 - 1e-12))
    found: Floats = np.where(groups.used[chosen][:, :, None], log_p, 0.0)
    return found


def _even_loss(groups: _Groups) -> Loss:
    """(shift, log pull, log spread) → mean negative log likelihood of a group."""

    def loss(x: Sequence[float], chosen: Flags) -> float:
        above = x[0] + math.exp(x[1]) * groups.above[chosen]
        points = above[:, None] + math.exp(x[2]) * groups.sd[chosen][:, None] * POINTS
        return float(-np.log(_likelihood(groups, points, chosen) @ WEIGHTS + 1e-300).mean())

    return loss


def _jump_loss(groups: _Groups) -> Loss:
    """(log pull, shift, log of how far above masters lie, log of how far below the others, logit of learning at an answer) → the same."""

    def loss(x: Sequence[float], chosen: Flags) -> float:
        z = groups.above[chosen] / groups.sd[chosen]
        master = 1.0 / (1.0 + np.exp(-np.clip(math.exp(x[0]) * z + x[1], -30.0, 30.0)))
        ends = np.broadcast_to(np.array([math.exp(x[2]), -math.exp(x[3])]), (len(z), 2))
        each = np.exp(_log_likelihoods(groups, ends, chosen))
        learn = 1.0 / (1.0 + math.exp(-x[4]))
        knows, not_yet = master, 1.0 - master
        for place in range(TOGETHER):  # the forward algorithm of two states
            knows, not_yet = knows * each[:, place, 0], not_yet * each[:, place, 1]
            knows, not_yet = knows + learn * not_yet, (1.0 - learn) * not_yet
        return float(-np.log(knows + not_yet + 1e-300).mean())

    return loss


def _search(loss_of: Loss, chosen: Flags, start: Sequence[float]) -> tuple[float, ...]:
    """The least by trying each number up and down, in steps that halve: three to five numbers on a smooth valley need no more."""
    best, least, width = list(start), loss_of(start, chosen), 0.5
    while width > 0.02:
        moved = False
        for place in range(len(best)):
            for by in (width, -width):
                tried = list(best)
                tried[place] = min(max(tried[place] + by, -5.0), 3.0)
                if (found := loss_of(tried, chosen)) < least - 1e-6:
                    best, least, moved = tried, found, True
        width = width if moved else width / 2.0
    return tuple(best)

"""What the engine is compared with on real answers, each fitted on the training students: multilevel Elo, BKT, averages.

Sources: Elo with K(n) = a/(1+bn), Pelánek 2016; Bayesian Knowledge Tracing, Corbett and Anderson 1995, fitted by EM for each skill
(pyBKT's method, without forgetting); averages as in `baselines`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from lti_tool.mastery.answer_log import AnswerLog, Floats, Ints
from lti_tool.mastery.compiled import jit
from lti_tool.mastery.fit import hold_out
from lti_tool.mastery.quality import log_loss

Model = Callable[[AnswerLog, AnswerLog], Floats]


def elo(train: AnswerLog, test: AnswerLog) -> Floats:
    """Student, student × skill and item ratings; a and b chosen on a fifth of the training students."""
    held = hold_out(train, seed=7)
    learning, judged = train.only(~held), train.only(held)
    tried = [(a, b) for a in (0.6, 1.0, 1.4, 1.8) for b in (0.02, 0.05, 0.1, 0.2)]
    a, b = min(tried, key=lambda ab: log_loss(_elo_of(learning, judged, *ab), judged.score))
    return _elo_of(train, test, a, b)


def _elo_of(train: AnswerLog, test: AnswerLog, a: float, b: float) -> Floats:
    item, met = np.zeros(train.items), np.zeros(train.items)
    for log, learns in ((train, True), (test, False)):
        said = np.empty(len(log))
        _elo(log.student, log.skill, log.item, log.score, log.skills, item, met, a, b, learns, said)
    return said


@jit
def _elo(
    student: Ints, skill: Ints, item: Ints, score: Floats, skills: int, difficulty: Floats, met: Floats,
    a: float, b: float, learns: bool, said: Floats,
) -> None:  # fmt: skip
    rating, n, whose = np.zeros(skills), np.zeros(skills), np.full(skills, -1)
    now, overall, total = -1, 0.0, 0.0
    for t in range(len(student)):
        k, i = skill[t], item[t]
        if student[t] != now:
            now, overall, total = student[t], 0.0, 0.0
        if whose[k] != now:
            whose[k], rating[k], n[k] = now, 0.0, 0.0
        p = 1.0 / (1.0 + math.exp(-(overall + rating[k] - difficulty[i])))
        said[t] = p
        error = score[t] - p
        overall += a / (1.0 + b * total) * error * 0.5
        rating[k] += a / (1.0 + b * n[k]) * error * 0.5
        total += 1.0
        n[k] += 1.0
        if learns:
            difficulty[i] -= a / (1.0 + b * met[i]) * error
            met[i] += 1.0


def bkt(train: AnswerLog, test: AnswerLog) -> Floats:
    """Known from the start, learned, guess and slip for each skill, by 30 rounds of EM."""
    numbers = np.tile(np.array([0.4, 0.1, 0.25, 0.15]), (train.skills, 1))
    said = np.empty(len(test))
    for skill in range(train.skills):
        own = train.only(train.skill == skill)
        if len(own):
            _fit_bkt(own.student, own.score, numbers[skill], 30)
    _bkt(test.student, test.skill, test.score, numbers, said)
    return said


@jit
def _fit_bkt(student: Ints, score: Floats, numbers: Floats, rounds: int) -> None:
    n = len(student)
    forward, gamma = np.empty(n), np.empty(n)
    for _ in range(rounds):
        known, learn, guess, slip = numbers
        start_known, starts, learned, could = 1.0, 2.5, 1.0, 10.0
        right_unknown, unknown, wrong_known, knows = 2.5, 10.0, 1.5, 10.0
        begin = 0
        while begin < n:
            end = begin
            p = known
            while end < n and student[end] == student[begin]:
                y = score[end] >= 0.5
                a, b = (1.0 - slip, guess) if y else (slip, 1.0 - guess)
                forward[end] = min(max(p * a / (p * a + (1.0 - p) * b), 1e-9), 1.0 - 1e-9)
                p = forward[end] + (1.0 - forward[end]) * learn
                end += 1
            gamma[end - 1] = forward[end - 1]
            for t in range(end - 2, begin - 1, -1):
                ahead = forward[t] + (1.0 - forward[t]) * learn
                stays = (1.0 - forward[t]) * (1.0 - learn) / (1.0 - ahead)
                moves = (1.0 - forward[t]) * learn / ahead
                moved = gamma[t + 1] * moves
                gamma[t] = gamma[t + 1] * (1.0 - moves)
                learned += moved
                could += moved + (1.0 - gamma[t + 1]) * stays
            start_known += gamma[begin]
            starts += 1.0
            for t in range(begin, end):
                y = 1.0 if score[t] >= 0.5 else 0.0
                right_unknown += (1.0 - gamma[t]) * y
                unknown += 1.0 - gamma[t]
                wrong_known += gamma[t] * (1.0 - y)
                knows += gamma[t]
            begin = end
        numbers[0], numbers[1] = start_known / starts, learned / could
        numbers[2], numbers[3] = min(right_unknown / unknown, 0.6), min(wrong_known / knows, 0.4)
        for j in range(4):
            numbers[j] = min(max(numbers[j], 0.001), 0.999)


@jit
def _bkt(student: Ints, skill: Ints, score: Floats, numbers: Floats, said: Floats) -> None:
    known, whose = np.zeros(len(numbers)), np.full(len(numbers), -1)
    for t in range(len(student)):
        k = skill[t]
        if whose[k] != student[t]:
            whose[k], known[k] = student[t], numbers[k, 0]
        learn, guess, slip = numbers[k, 1], numbers[k, 2], numbers[k, 3]
        said[t] = known[k] * (1.0 - slip) + (1.0 - known[k]) * guess
        a, b = (1.0 - slip, guess) if score[t] >= 0.5 else (slip, 1.0 - guess)
        after = known[k] * a / (known[k] * a + (1.0 - known[k]) * b)
        known[k] = after + (1.0 - after) * learn


def averages(weight: float | None, added: float = 0.0) -> Model:
    """A gradebook's number before each answer: the mean, or a decaying average; the skill's mean before the first one.

    `added` answers at the skill's mean shrink an average.
    """

    def predict(train: AnswerLog, test: AnswerLog) -> Floats:
        n = np.bincount(train.skill, minlength=train.skills)
        total = np.bincount(train.skill, weights=train.score, minlength=train.skills)
        means = (total + 0.5) / (n + 1.0)
        said = np.empty(len(test))
        _average(test.student, test.skill, test.score, means, -1.0 if weight is None else weight, added, said)
        return said

    return predict


@jit
def _average(
    student: Ints, skill: Ints, score: Floats, means: Floats, weight: float, added: float, said: Floats
) -> None:
    n, value, whose = np.zeros(len(means)), np.zeros(len(means)), np.full(len(means), -1)
    for t in range(len(student)):
        k = skill[t]
        if whose[k] != student[t]:
            whose[k], n[k], value[k] = student[t], 0.0, 0.0
        if weight >= 0.0:
            said[t] = value[k] if n[k] else means[k]
            value[k] = (1.0 - weight) * value[k] + weight * score[t] if n[k] else score[t]
        else:
            said[t] = (value[k] + added * means[k]) / (n[k] + added) if n[k] + added > 0.0 else means[k]
            value[k] += score[t]
        n[k] += 1.0


MODELS: dict[str, Model] = {
    "multilevel Elo": elo,
    "BKT, by skill": bkt,
    "average, shrunk to the skill's mean": averages(None, added=2.0),
    "average": averages(None),
    "decaying 65": averages(0.65),
    "decaying 75": averages(0.75),
}

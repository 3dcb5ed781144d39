"""Students, items and answers whose truth is known: the simulation behind every claim about false mastery.

The world, on purpose not the engine's own assumptions where that could flatter it:

- A student's overall ability is N(0, 1) logits; each skill deviates from it by N(0, .4). (The engine assumes the same.)
- Every skill has a bank of items. Difficulties are N(-.4, .9²); three in four are multiple choice, where a student who does
  not know guesses right one time in five. The author's tag (easy, medium, hard) cuts a noisy impression of the
  difficulty, correlated .75 with the truth, into thirds.
- Each answer teaches: its gain is exponential with mean .03 logits, so some students take nothing from it. Between quizzes, a quarter
  of a year apart, the deviation falls back by 2.5 % and wanders by a standard deviation of .15 logits. (The engine's defaults
  expect more drift than this, so here its probabilities err towards caution.)
- In the long summer it falls back by 6 % and loses .15 ± .2 logits. The engine knows of no summer, only of time.
- A skill is truly mastered when the student's true expected score on the skill's whole bank is at least 75 %.

`make_two_state_world` is the other extreme, the world in which Bayesian Knowledge Tracing is right: a skill is known or not, at first by
3 in 10, learned with chance .1 at each answer and never lost; who knows it slips one time in ten, who does not guesses right one time in
four, whatever the item. Mastered is known.

Same seed, same world: numbers come from `random.Random` alone.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

QUIZ_LENGTH = 5
QUIZZES = 4
"""Three in the first school year, one in the autumn after it."""

QUARTER_YEARS = 0.25
SUMMER_YEARS = 0.4
CUT = 0.75
_TAG_CORRELATION = 0.75
_ITEM_MEAN, _ITEM_SD = -0.4, 0.9
_CHOICE_SHARE, _CHOICE_GUESS = 0.75, 0.2


class SimulatedItem(NamedTuple):
    name: str
    difficulty: float
    guess: float
    tag: str


class SimulatedAnswer(NamedTuple):
    skill: int
    item: SimulatedItem
    score: float
    at_years: float


class Sitting(NamedTuple):
    """One quiz of one student on one skill, and whether the skill was truly mastered before and after it."""

    skill: int
    answers: tuple[SimulatedAnswer, ...]
    mastered_before: bool
    mastered: bool


@dataclass(frozen=True, kw_only=True)
class World:
    banks: tuple[tuple[SimulatedItem, ...], ...]
    """Items by skill."""
    students: tuple[tuple[Sitting, ...], ...]
    """Sittings by student, in time order."""


def make_world(*, seed: int, students: int, skills: int = 6, bank_size: int = 30) -> World:
    rng = random.Random(seed)
    banks = tuple(tuple(_item(rng, skill, number) for number in range(bank_size)) for skill in range(skills))
    return World(banks=banks, students=tuple(tuple(_student(rng, banks)) for _ in range(students)))


def make_two_state_world(*, seed: int, students: int, skills: int = 6, bank_size: int = 30) -> World:
    rng = random.Random(seed)
    banks = tuple(
        tuple(
            SimulatedItem(f"s{skill}i{number}", 0.0, _CHOICE_GUESS, "medium") for number in range(bank_size)
        )
        for skill in range(skills)
    )
    return World(banks=banks, students=tuple(tuple(_two_state_student(rng, banks)) for _ in range(students)))


def _two_state_student(rng: random.Random, banks: tuple[tuple[SimulatedItem, ...], ...]) -> Iterator[Sitting]:
    known = [rng.random() < 0.3 for _ in banks]
    for quiz in range(QUIZZES):
        for skill in rng.sample(range(len(banks)), len(banks)):
            before = known[skill]
            answers = []
            for item in rng.sample(banks[skill], QUIZ_LENGTH):
                right = rng.random() < (0.9 if known[skill] else 0.25)
                answers.append(SimulatedAnswer(skill, item, float(right), quiz * QUARTER_YEARS))
                known[skill] = known[skill] or rng.random() < 0.1
            yield Sitting(skill, tuple(answers), before, known[skill])


def true_score(ability: float, bank: tuple[SimulatedItem, ...]) -> float:
    """Expected score of a student of that ability on the whole bank."""
    return sum(_chance(ability, item) for item in bank) / len(bank)


def _item(rng: random.Random, skill: int, number: int) -> SimulatedItem:
    z = rng.gauss(0.0, 1.0)
    impression = _TAG_CORRELATION * z + math.sqrt(1.0 - _TAG_CORRELATION**2) * rng.gauss(0.0, 1.0)
    tag = "easy" if impression < -0.43 else "hard" if impression > 0.43 else "medium"
    guess = _CHOICE_GUESS if rng.random() < _CHOICE_SHARE else 0.0
    return SimulatedItem(f"s{skill}i{number}", _ITEM_MEAN + _ITEM_SD * z, guess, tag)


def _student(rng: random.Random, banks: tuple[tuple[SimulatedItem, ...], ...]) -> Iterator[Sitting]:
    overall = rng.gauss(0.0, 1.0)
    deviations = [rng.gauss(0.0, math.sqrt(0.4)) for _ in banks]
    at_years = 0.0
    for quiz in range(QUIZZES):
        for skill in rng.sample(range(len(banks)), len(banks)):
            before = true_score(overall + deviations[skill], banks[skill]) >= CUT
            answers = []
            for item in rng.sample(banks[skill], QUIZ_LENGTH):
                right = rng.random() < _chance(overall + deviations[skill], item)
                answers.append(SimulatedAnswer(skill, item, float(right), at_years))
                deviations[skill] += rng.expovariate(1.0 / 0.03)
            mastered = true_score(overall + deviations[skill], banks[skill]) >= CUT
            yield Sitting(skill, tuple(answers), before, mastered)
        summer = quiz == QUIZZES - 2
        at_years += SUMMER_YEARS if summer else QUARTER_YEARS
        deviations = [_after_gap(rng, deviation, summer) for deviation in deviations]


def _after_gap(rng: random.Random, deviation: float, summer: bool) -> float:
    if summer:
        return 0.94 * deviation - 0.15 + rng.gauss(0.0, 0.2)
    return 0.975 * deviation + rng.gauss(0.0, 0.15)


def _chance(ability: float, item: SimulatedItem) -> float:
    return item.guess + (1.0 - item.guess) / (1.0 + math.exp(item.difficulty - ability))

"""One student's answers, run through the engine in the order they were given.

An answer written offline arrives late; a re-score changes an old one. Then the student's whole history is replayed, not
one skill alone, because every answer also moves the overall ability that all skills share. Some hundred answers take about
a millisecond. Pure: answers bring their times with them, and the result does not depend on the order they are listed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from lti_tool.mastery.belief import Belief
from lti_tool.mastery.engine import DEFAULTS, Parameters, Update, cold_skill, pass_time, update

_YEAR_S = 365.25 * 24 * 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One scored answer of the student."""

    key: str
    """The answer's own id. It settles the order of answers with equal times; a key listed twice is an error."""
    answered_at: datetime
    """When the student answered (aware), not when it arrived."""
    skill: str
    item: str
    occasion: str
    """The sitting it belongs to, for instance the attempt's id."""
    score: float
    guess: float = 0.0
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.answered_at.tzinfo is None:
            raise ValueError("answered_at must be aware of its time zone")


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where the student stands on one skill, as of the last answer in it (apply `pass_time` to read it later)."""

    skill: Belief
    n: int
    """Answers with any weight."""
    occasions: int
    last_at: datetime


class Step(NamedTuple):
    """One answer and what it did."""

    answer: Answer
    update: Update


@dataclass(frozen=True, kw_only=True, slots=True)
class Replay:
    """The state after all answers."""

    student: Belief
    standings: Mapping[str, Standing]
    items: Mapping[str, Belief]
    """Every item that was answered: as given, or as learned."""
    steps: tuple[Step, ...]
    """In time order: "what moved it"."""


def replay(
    answers: Iterable[Answer],
    *,
    student: Belief,
    items: Mapping[str, Belief],
    item_learns: bool = False,
    parameters: Parameters = DEFAULTS,
) -> Replay:
    """The state after `answers`, listed in any order, beginning with the `student`'s cold belief and no skills.

    >>> from datetime import UTC
    >>> right = Answer(key="a1", answered_at=datetime(2026, 9, 1, tzinfo=UTC), skill="cite", item="i1", occasion="o1", score=1)
    >>> after = replay([right], student=Belief(0.0, 1.0), items={"i1": Belief(0.0, 1.0)})
    >>> round(after.student.mean, 4), round(after.standings["cite"].skill.mean, 3), after.standings["cite"].n
    (0.3125, 0.155, 1)

    Items are taken as known by default: a correction of one student's answers must not teach the items twice. With
    `item_learns` they move along, as when a whole class is built up from nothing.
    """
    run = _Run(student=student, items=dict(items), item_learns=item_learns, parameters=parameters)
    for answer in in_time_order(answers):
        run.take(answer)
    return Replay(
        student=run.student,
        standings={name: tally.standing() for name, tally in run.tallies.items()},
        items={step.answer.item: run.items[step.answer.item] for step in run.steps},
        steps=tuple(run.steps),
    )


def in_time_order(answers: Iterable[Answer]) -> list[Answer]:
    """The answers as they were given; ValueError if one is listed twice."""
    ordered = sorted(answers, key=lambda answer: (answer.answered_at, answer.key))
    keys = [answer.key for answer in ordered]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"key {twice!r} is listed more than once")
    return ordered


def years_between(earlier: datetime, later: datetime) -> float:
    """Years from one time to another, never below 0."""
    return max((later - earlier).total_seconds() / _YEAR_S, 0.0)


@dataclass(kw_only=True, slots=True)
class _Tally:
    skill: Belief
    last_at: datetime
    n: int = 0
    occasions: set[str] = field(default_factory=set)

    def standing(self) -> Standing:
        return Standing(skill=self.skill, n=self.n, occasions=len(self.occasions), last_at=self.last_at)


@dataclass(kw_only=True, slots=True)
class _Run:
    student: Belief
    items: dict[str, Belief]
    item_learns: bool
    parameters: Parameters
    tallies: dict[str, _Tally] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def take(self, answer: Answer) -> None:
        if answer.weight == 0.0:
            return
        tally = self.tallies.get(answer.skill)
        if tally is None:
            tally = _Tally(skill=cold_skill(parameters=self.parameters), last_at=answer.answered_at)
            self.tallies[answer.skill] = tally
        waited = pass_time(
            tally.skill, years_between(tally.last_at, answer.answered_at), parameters=self.parameters
        )
        after = update(
            self.student,
            waited,
            self._item(answer.item),
            score=answer.score,
            guess=answer.guess,
            weight=answer.weight,
            parameters=self.parameters,
        )
        self.student, tally.skill, tally.last_at = after.student, after.skill, answer.answered_at
        tally.n += 1
        tally.occasions.add(answer.occasion)
        if self.item_learns:
            self.items[answer.item] = after.item
        self.steps.append(Step(answer, after))

    def _item(self, name: str) -> Belief:
        try:
            return self.items[name]
        except KeyError as error:
            raise ValueError(f"items has no belief for item {name!r}") from error

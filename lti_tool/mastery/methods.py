"""By which method a district shows levels: the engine's, or a gradebook rule that is as honest about too little evidence.

Pure. The engine learns from every answer whichever method is chosen, so a district that goes back to it finds every level as if it had
never left. A gradebook rule reads results: one for each finished attempt that asked the skill, its questions pooled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from lti_tool.mastery.classic import Method, Rule, score
from lti_tool.mastery.levels import Level
from lti_tool.mastery.parameters import DEFAULTS

ENGINE = "engine"
METHODS = (ENGINE, *(each.value for each in Method))
NUMBERS: dict[str, tuple[int, int, int]] = {
    Method.DECAYING_AVERAGE: (1, 99, 65),
    Method.WEIGHTED_AVERAGE: (1, 99, 65),
    Method.N_MASTERY: (1, 5, 3),
}
"""Least, most and usual number of a method that has one."""
FEWEST_RESULTS, MOST_RESULTS = DEFAULTS.min_occasions, 10
"""No method shows a level on one sitting."""


class Result(NamedTuple):
    """One attempt's answers in a skill, pooled."""

    at: datetime
    ratio: float
    """0..1."""
    answers: int


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A method with its numbers. Raises ValueError for numbers that make no sense.

    >>> Choice(rule=Rule(method=Method.HIGHEST), proficient_from=0.4)
    Traceback (most recent call last):
    ValueError: developing must begin above 0 % and below where proficient begins, and that at 100 % or less
    """

    rule: Rule | None = None
    """None: the engine's method."""
    proficient_from: float = 0.75
    """Score ratio from which a gradebook rule says proficient."""
    developing_from: float = 0.5

    def __post_init__(self) -> None:
        if not 0 < self.developing_from < self.proficient_from <= 1:
            raise ValueError(
                "developing must begin above 0 % and below where proficient begins, and that at 100 % or less"
            )
        if self.rule is not None and not FEWEST_RESULTS <= self.rule.min_results <= MOST_RESULTS:
            raise ValueError(f"the fewest results must be between {FEWEST_RESULTS} and {MOST_RESULTS}")

    @property
    def method(self) -> str:
        return self.rule.method.value if self.rule else ENGINE

    @property
    def number(self) -> int:
        return self.rule.number if self.rule else 0


class Judged(NamedTuple):
    """What a gradebook rule says."""

    level: Level
    score: float | None
    """0..1; None: the rule gives none yet."""
    since: datetime | None
    """When it first said proficient."""


def make_choice(
    method: str,
    *,
    number: int | None = None,
    min_results: int = FEWEST_RESULTS,
    proficient_from: float = 0.75,
    developing_from: float = 0.5,
) -> Choice:
    """A choice from plain values; a method's usual number where none is told. Raises ValueError."""
    if method not in METHODS:
        raise ValueError(f"there is no method {method!r}: choose one of {', '.join(METHODS)}")
    if method == ENGINE:
        return Choice()
    usual = NUMBERS[method][2] if method in NUMBERS else 0
    rule = Rule(method=Method(method), number=usual if number is None else number, min_results=min_results)
    return Choice(rule=rule, proficient_from=proficient_from, developing_from=developing_from)


def judge(results: Sequence[Result], choice: Choice) -> Judged:
    """What the choice's rule makes of results in time order. Not for the engine's method.

    Somebody once proficient is never called beginning again: below the line they need a refresh.
    """
    since: datetime | None = None
    level, found = Level.NOT_ENOUGH, None
    for count, newest in enumerate(results, start=1):
        level, found = _judge(results[:count], choice, was_proficient=since is not None)
        if level is Level.PROFICIENT and since is None:
            since = newest.at
    return Judged(level, found, since)


def _judge(results: Sequence[Result], choice: Choice, *, was_proficient: bool) -> tuple[Level, float | None]:
    rule = choice.rule
    if rule is None:
        raise ValueError("the engine's method reads no results")
    # In per cent, because the formulas round to two decimals of the scale's points.
    per_cent = [round(100 * each.ratio, 6) for each in results]
    found = score(per_cent, rule, mastery=round(100 * choice.proficient_from, 6))
    ratio = None if found is None else found / 100
    if len(results) < _fewest(rule) or sum(each.answers for each in results) < DEFAULTS.min_answers:
        return Level.NOT_ENOUGH, ratio
    if ratio is not None and ratio >= choice.proficient_from:
        return Level.PROFICIENT, ratio
    if was_proficient:
        return Level.NEEDS_REFRESH, ratio
    return _below(results, ratio, choice), ratio


def _below(results: Sequence[Result], ratio: float | None, choice: Choice) -> Level:
    """Where "n times" gives no score, one result at the line is a beginning of it."""
    if ratio is None:
        is_any_there = any(each.ratio >= choice.proficient_from for each in results)
        return Level.DEVELOPING if is_any_there else Level.BEGINNING
    return Level.DEVELOPING if ratio >= choice.developing_from else Level.BEGINNING


def _fewest(rule: Rule) -> int:
    own = rule.number if rule.method is Method.N_MASTERY else 1
    return max(own, rule.min_results, FEWEST_RESULTS)

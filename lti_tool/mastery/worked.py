"""A worked example of every method: one student's four quizzes, and what each method makes of them. Computed by what counts in earnest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lti_tool.mastery.belief import Belief
from lti_tool.mastery.engine import cold_item, cold_skill, cold_student, update
from lti_tool.mastery.levels import Level, PoolItem, level, mastery_probability, threshold
from lti_tool.mastery.methods import ENGINE, METHODS, Result, judge, make_choice

GRADE, QUESTIONS, GUESS = 7, 5, 0.25
RIGHT = (2, 4, 5, 4)
"""Questions right of each quiz's five."""


@dataclass(frozen=True, kw_only=True)
class After:
    """Where the student stands after a quiz."""

    value: float | None
    """The engine's chance of mastery, or the rule's score; None: no score yet."""
    level: Level


def worked_example() -> dict[str, list[After]]:
    """By method with its usual numbers: where the student stands after each quiz."""
    return {method: _engine() if method == ENGINE else _rule(method) for method in METHODS}


def _rule(method: str) -> list[After]:
    begun = datetime(2026, 9, 1, tzinfo=UTC)
    results = [
        Result(begun + timedelta(weeks=week), right / QUESTIONS, QUESTIONS)
        for week, right in enumerate(RIGHT)
    ]
    found = (judge(results[: count + 1], make_choice(method)) for count in range(len(results)))
    return [After(value=each.score, level=each.level) for each in found]


def _engine() -> list[After]:
    """Ordinary questions of four options, each quiz's right answers first."""
    student, skill = cold_student(GRADE), cold_skill()
    fresh = cold_item(GRADE, "medium")
    tau = threshold([PoolItem(fresh.mean, GUESS)])
    found, answers, was_proficient = [], 0, False
    for sitting, right in enumerate(RIGHT, start=1):
        for number in range(QUESTIONS):
            moved = update(student, skill, fresh, score=float(number < right), guess=GUESS)
            student, skill = moved.student, moved.skill
        answers += QUESTIONS
        now = _level(student, skill, tau, answers, sitting, was_proficient)
        was_proficient = was_proficient or now.level is Level.PROFICIENT
        found.append(now)
    return found


def _level(
    student: Belief, skill: Belief, tau: float, answers: int, sittings: int, was_proficient: bool
) -> After:
    chance = mastery_probability(student, skill, tau)
    return After(value=chance, level=level(chance, answers, sittings, was_proficient))

"""The rules that gradebooks use, to compare with: averages, decaying averages, three in a row.

The formulas are those of `lti_tool.mastery.classic`. All take a student's scores on one skill in time order.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from lti_tool.mastery.classic import decayed


def plain_average(scores: Sequence[float]) -> float:
    """Mean of all answers; with equal quizzes the same as the mean of the quiz scores."""
    return fmean(scores)


def decaying_average(scores: Sequence[float], weight: float = 0.65) -> float:
    """Over items, which no LMS does but gradebooks of single questions amount to: Canvas with .65, Schoology with .75."""
    return decayed(scores, weight)


def decaying_quiz_average(scores: Sequence[float], quiz_length: int, weight: float = 0.65) -> float:
    """The same over quiz scores, which is how an LMS rolls up a quiz: first one score per quiz, then the decay."""
    quizzes = [fmean(scores[start : start + quiz_length]) for start in range(0, len(scores), quiz_length)]
    return decaying_average(quizzes, weight)


def has_three_in_a_row(scores: Sequence[float]) -> bool:
    """ASSISTments' rule: three right answers in a row at any time so far."""
    return any(min(scores[start : start + 3]) >= 1.0 for start in range(len(scores) - 2))

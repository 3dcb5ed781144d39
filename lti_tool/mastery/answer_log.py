"""Many students' answers as columns: what the compiled engine runs and calibration fits. Needs numpy.

One answer per place; a student's answers stand together and in time order. Students, skills and items are numbers from 0 on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class AnswerLog:
    """Columns of equal length n, and how many students, skills and items their numbers may name."""

    student: Ints
    skill: Ints
    item: Ints
    score: Floats
    """0..1."""
    guess: Floats
    """Chance of a right answer by guessing, 0..1."""
    weight: Floats
    """Evidence in the answer, see `engine.evidence_weight`; 0 is skipped."""
    years: Floats
    """When it was given, in years since a moment that is the same for the whole log. All equal where nobody noted it."""
    took_s: Floats
    """Seconds the answer took; NaN where nobody measured it."""
    cold: Floats
    """By student, not by answer: the mean of their ability before the first answer, in logits."""
    students: int
    skills: int
    items: int

    def __len__(self) -> int:
        return len(self.student)

    @property
    def is_timed(self) -> bool:
        """Whether the answers' times are known."""
        return len(self) > 0 and bool(np.ptp(self.years) > 0)

    @property
    def is_right(self) -> Flags:
        """What yes-or-no measures of quality compare with: at least half of the score."""
        return self.score >= 0.5

    def only(self, chosen: Flags) -> AnswerLog:
        """The chosen answers; numbers keep their meaning."""
        columns = {
            field.name: getattr(self, field.name)[chosen]
            for field in fields(self)
            if field.name != "cold" and isinstance(getattr(self, field.name), np.ndarray)
        }
        return replace(self, **columns)


def make_log(
    *,
    student: Sequence[int] | Ints,
    skill: Sequence[int] | Ints,
    item: Sequence[int] | Ints,
    score: Sequence[float] | Floats,
    guess: Sequence[float] | Floats | float = 0.0,
    weight: Sequence[float] | Floats | float = 1.0,
    years: Sequence[float] | Floats | float = 0.0,
    took_s: Sequence[float] | Floats | float = float("nan"),
    cold: Floats | None = None,
    counts: tuple[int, int, int] | None = None,
) -> AnswerLog:
    """A log from columns in any order of students; answers of equal time keep their order. Raises ValueError on bad numbers.

    `counts` are the students, skills and items there are, if more than the columns name.

    >>> log = make_log(student=[1, 0, 1], skill=[0, 0, 0], item=[0, 1, 1], score=[1, 0, 1], years=[0.5, 0, 0.1])
    >>> log.student.tolist(), log.item.tolist()
    ([0, 1, 1], [1, 1, 0])
    """
    whose = np.asarray(student, dtype=np.int64)
    n = len(whose)

    def floats(values: Sequence[float] | Floats | float) -> Floats:
        return np.ascontiguousarray(np.broadcast_to(np.asarray(values, dtype=np.float64), (n,)))

    when = floats(years)
    order = np.lexsort((np.arange(n), when, whose))
    whose, skills, items = (np.asarray(column, dtype=np.int64)[order] for column in (whose, skill, item))
    scores, guesses, weights = (floats(column)[order] for column in (score, guess, weight))
    if not (np.all((scores >= 0) & (scores <= 1)) and np.all((guesses >= 0) & (guesses < 1))):
        raise ValueError("scores must be between 0 and 1, guess floors at least 0 and below 1")
    if not (np.all((weights >= 0) & np.isfinite(weights)) and np.all(np.isfinite(when))):
        raise ValueError("weights must be zero or above, and times finite")
    named = counts or tuple(int(column.max(initial=-1)) + 1 for column in (whose, skills, items))
    return AnswerLog(
        student=whose, skill=skills, item=items, score=scores, guess=guesses, weight=weights,
        years=when[order], took_s=floats(took_s)[order],
        cold=np.zeros(named[0]) if cold is None else cold, students=named[0], skills=named[1], items=named[2],
    )  # fmt: skip

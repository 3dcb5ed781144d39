"""The picture of an analysis: every question by how many are right and how well it tells students apart. Geometry only; the table holds the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lti_tool.web.question_views import QuestionView

WIDTH, HEIGHT, MARGIN = 640, 260, 44
_LOWEST = -0.5


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One question."""

    x: float
    y: float
    number: int
    anchor: str
    is_odd: bool
    """Something is found about it."""


@dataclass(frozen=True, kw_only=True)
class Map:
    """Right across, discrimination up; `zero` is the height where it is 0."""

    width: int
    height: int
    margin: int
    zero: float
    dots: Sequence[Dot]
    ticks: Sequence[tuple[float, int]]
    """(x, per cent right)."""


def question_map(questions: Sequence[QuestionView]) -> Map | None:
    """Those questions whose discrimination may be shown. None without any."""
    dots = [
        Dot(
            x=_x(each.difficulty),
            y=_y(each.item_rest),
            number=each.number,
            anchor=each.anchor,
            is_odd=bool(each.sentences),
        )
        for each in questions
        if each.difficulty is not None and each.item_rest is not None
    ]
    if not dots:
        return None
    ticks = [(_x(share / 100), share) for share in (0, 25, 50, 75, 100)]
    return Map(width=WIDTH, height=HEIGHT, margin=MARGIN, zero=_y(0.0), dots=dots, ticks=ticks)


def _x(difficulty: float) -> float:
    return round(MARGIN + difficulty * (WIDTH - 2 * MARGIN), 1)


def _y(item_rest: float) -> float:
    share = (max(_LOWEST, item_rest) - _LOWEST) / (1 - _LOWEST)
    return round(HEIGHT - MARGIN - share * (HEIGHT - MARGIN - 16), 1)

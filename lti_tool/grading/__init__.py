"""From item marks to the grade of an attempt: pure arithmetic, the same for every screen and for the gradebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lti_tool.facts.answers import ItemMark


def part_ratio(marks: Iterable[ItemMark]) -> float | None:
    """Points-weighted mean of the ratios, 0..1; None when no item carries points.

    >>> a = ItemMark(item_id="a", part="quiz", points=1, ratio=1.0)
    >>> b = ItemMark(item_id="b", part="quiz", points=3, ratio=0.0)
    >>> part_ratio([a, b])
    0.25
    """
    counted = [mark for mark in marks if mark.points > 0]
    total = sum(mark.points for mark in counted)
    if not total:
        return None
    return sum(mark.ratio * mark.points for mark in counted) / total


def attempt_ratio(marks: Iterable[ItemMark], weights: Mapping[str, float] | None = None) -> float:
    """The grade of an attempt, 0..1.

    With `weights` (per cent of activities and quiz) each part's ratio counts by its weight; a part without items hands its weight
    to the other. Without weights all items count by their points alone.

    >>> a = ItemMark(item_id="a", part="activities", points=1, ratio=0.5)
    >>> b = ItemMark(item_id="b", part="quiz", points=9, ratio=1.0)
    >>> attempt_ratio([a, b], {"activities": 40, "quiz": 60})
    0.8
    >>> round(attempt_ratio([a, b]), 2)
    0.95
    """
    all_marks = list(marks)
    if not weights:
        return part_ratio(all_marks) or 0.0
    parts = {name: part_ratio(mark for mark in all_marks if mark.part == name) for name in weights}
    present = {name: ratio for name, ratio in parts.items() if ratio is not None}
    total = sum(weights[name] for name in present)
    if not total:
        return part_ratio(all_marks) or 0.0
    return sum(ratio * weights[name] for name, ratio in present.items()) / total


def scale(ratio: float, points: float) -> float:
    """A ratio as points in the gradebook, rounded to hundredths so that every LMS shows the same number.

    >>> scale(2 / 3, 20)
    13.33
    """
    return round(min(max(ratio, 0.0), 1.0) * points, 2)

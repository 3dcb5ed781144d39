"""What strong and weak students do at an item: upper and lower group, thirds, and the options each chose. Pure.

These cannot be had from running sums, because who belongs to the strongest changes with every submission. They are worked out from the counts of
(total, score, options chosen), which the database groups; that is exact. Where students with equal totals straddle a border, each counts for the
share of them that lies inside: the same as the mean over every order of the equal ones, so no chance is in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lti_tool.reports.questions.statistics import correlation
from lti_tool.reports.questions.tables import UNIT

EXTREME = 0.27
"""Kelley's share of an upper and a lower group."""
THIRDS = ("low", "middle", "high")


@dataclass(frozen=True, kw_only=True)
class Tally:
    """So many students with this total, this score of the item, these options."""

    total: int
    score: int
    picks: tuple[str, ...] | None
    count: int


@dataclass(frozen=True, kw_only=True)
class OptionUse:
    """One option of an item: how many chose it, all in all and in each third by total."""

    option_id: str
    share: float
    by_third: Mapping[str, float]
    """Share of the students of that third, by `THIRDS`."""
    with_rest: float | None
    """Correlation of choosing it with the score of the rest: positive for the key, negative for a distractor that does its work."""


def upper_lower(tallies: Sequence[Tally]) -> float | None:
    """Mean score of the upper 27 per cent less that of the lower, -1..1. None without students.

    >>> upper_lower([Tally(total=3 * UNIT, score=UNIT, picks=None, count=50), Tally(total=0, score=0, picks=None, count=50)])
    1.0
    """
    n = sum(each.count for each in tallies)
    if not n:
        return None
    size = EXTREME * n
    low = sum(share * each.score for each, share in _within(tallies, 0, size))
    high = sum(share * each.score for each, share in _within(tallies, n - size, n))
    return (high - low) / (size * UNIT)


def option_use(tallies: Sequence[Tally], option_ids: Sequence[str]) -> list[OptionUse]:
    """Every option's use, in the order given; empty where no picks are known."""
    known = [each for each in tallies if each.picks is not None]
    n = sum(each.count for each in known)
    if not n:
        return []
    chosen: dict[str, Counter[str]] = defaultdict(Counter)
    for number, third in enumerate(THIRDS):
        for each, share in _within(known, n * number / 3, n * (number + 1) / 3):
            for option_id in each.picks or ():
                chosen[option_id][third] += share  # type: ignore[assignment]  # a Counter counts shares as well
    return [
        OptionUse(
            option_id=option_id,
            share=sum(each.count for each in known if option_id in (each.picks or ())) / n,
            by_third={third: chosen[option_id][third] / (n / 3) for third in THIRDS},
            with_rest=_with_rest(known, option_id),
        )
        for option_id in option_ids
    ]


def _with_rest(tallies: Sequence[Tally], option_id: str) -> float | None:
    sums: Counter[str] = Counter()
    for each in tallies:
        x, rest = int(option_id in (each.picks or ())), each.total - each.score
        for name, value in (("n", 1), ("x", x), ("z", rest), ("zz", rest * rest), ("xz", x * rest)):
            sums[name] += each.count * value
    return correlation(sums["n"], sums["x"], sums["x"], sums["z"], sums["zz"], sums["xz"])


def _within(tallies: Sequence[Tally], start: float, stop: float) -> Iterator[tuple[Tally, float]]:
    """The tallies with how many of their students stand on the places `start` to `stop`, counted from the lowest total."""
    by_total: dict[int, list[Tally]] = defaultdict(list)
    for each in tallies:
        by_total[each.total].append(each)
    place = 0
    for total in sorted(by_total):
        count = sum(each.count for each in by_total[total])
        inside = max(0.0, min(stop, place + count) - max(start, place)) / count
        for each in by_total[total] if inside else ():
            yield each, inside * each.count
        place += count

"""The longest run of steps that stand in the right relative order, and how long it is by chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from math import factorial, prod


def longest_run(placed: Sequence[tuple[str, int]]) -> frozenset[str]:
    """The ids of a longest run of strictly growing places; `placed` is in the key's order."""
    best: list[list[str]] = []
    for index, (step_id, place) in enumerate(placed):
        before = [best[earlier] for earlier in range(index) if placed[earlier][1] < place]
        best.append([*_longest(before), step_id])
    return frozenset(_longest(best))


def _longest(runs: Sequence[list[str]]) -> list[str]:
    return max(runs, key=len, default=[])


@cache
def mean_longest_run(count: int) -> float:
    """The mean length of the longest run over all orders of `count` steps.

    By Schensted's theorem the orders with a longest run of k are counted by the squared numbers of standard Young tableaux
    whose first row has k boxes; the hook lengths give those numbers.
    """
    return sum(shape[0] * _tableaux(shape) ** 2 for shape in _shapes(count, count)) / factorial(count)


def _shapes(count: int, widest: int) -> Iterator[tuple[int, ...]]:
    if count == 0:
        yield ()
    for row in range(min(count, widest), 0, -1):
        for rest in _shapes(count - row, row):
            yield (row, *rest)


def _tableaux(shape: tuple[int, ...]) -> int:
    hooks = (
        width - column + sum(lower > column for lower in shape[row + 1 :])
        for row, width in enumerate(shape)
        for column in range(width)
    )
    return factorial(sum(shape)) // prod(hooks)

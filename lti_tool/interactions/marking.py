"""How well marks on a text fit its key: F1 for one label, net-correct for picks; and what each is by chance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from math import comb


def f1(marked: Set[str], keys: Set[str]) -> float:
    """The harmonic mean of precision and recall, 0..1: 2 * hits / (marked + keys)."""
    return 2 * len(marked & keys) / (len(marked) + len(keys)) if marked or keys else 1.0


def mean_f1(keys: int, others: int, chance: float) -> float:
    """The mean F1 when each thing is marked with this chance."""
    return sum(
        _ways(keys, hits, chance) * _ways(others, false, chance) * 2 * hits / (hits + false + keys)
        for hits in range(1, keys + 1)
        for false in range(others + 1)
    )


def _ways(count: int, of_them: int, chance: float) -> float:
    return comb(count, of_them) * chance**of_them * (1 - chance) ** (count - of_them)


def read_picks(ids: Iterable[str], posted: Sequence[str], *, multiple: bool) -> list[str]:
    """The posted ids that exist, as written; one of them where several may not be picked.

    A radio button posts one value; of several, which only a made-up form can hold, the first counts.
    """
    known = [each for each in ids if each in posted]
    return known if multiple else [each for each in posted if each in known][:1]


def net_correct(picked: Set[str], keys: Set[str]) -> float:
    """(right picks - wrong picks) / keys, never below 0."""
    return max(0, len(picked & keys) - len(picked - keys)) / len(keys)


def mean_net_correct(keys: int, others: int) -> float:
    """The mean over all ways of picking at least one thing."""
    earned = sum(
        comb(keys, right) * comb(others, wrong) * (right - wrong) / keys
        for right in range(keys + 1)
        for wrong in range(min(right, others + 1))
    )
    return earned / ((1 << keys + others) - 1)

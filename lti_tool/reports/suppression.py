"""Shares of groups that tell of no single student: small groups are hidden, and what is shown cannot be subtracted to find them.

The rule in two steps (facts/mastery.md, section 7; docs/specialists.md in words):

1. A group of one skill, school and grade is shown only from a district's smallest size on (10, or what it set). Its share is a whole per
   cent, and the ends are cut by the group's size: of 20 students "all" is shown as ≥90 %, since "all of them" tells of each.
2. Every total is worked out from the shown groups alone, as they are shown. So totals hold nothing that the groups do not say already, and no
   arithmetic over them, nor over the totals of other schools or years, leads to a hidden group or behind a cut end.

The price: hidden groups are missing from totals, and a total with cut ends is a bound (≥, ≤) or about right (≈).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Sign: TypeAlias = Literal["", "≥", "≤", "≈"]
_ENDS = ((300, 1), (100, 2), (40, 5), (20, 10), (0, 20))
"""From how many students on, and how many per cent from 0 and 100 the ends are cut there."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many students with enough evidence, and how many per cent of them are proficient."""

    n: int
    percent: int
    sign: Sign = ""

    @property
    def text(self) -> str:
        return f"{self.sign}{self.percent}"


def shown_share(n: int, proficient: int, *, smallest: int) -> Share | None:
    """A group's share as it may be shown; None for one that is too small.

    >>> [shown_share(n, p, smallest=10) and shown_share(n, p, smallest=10).text for n, p in ((9, 4), (10, 5), (20, 20), (400, 0))]
    [None, '50', '≥90', '≤1']
    """
    if n < max(smallest, 1):
        return None
    return _cut(n, round(100 * proficient / n), "")


def total_share(shares: Iterable[Share]) -> Share | None:
    """Several shown groups together, from what is shown of each; None of none."""
    found = list(shares)
    n = sum(each.n for each in found)
    if not n:
        return None
    signs: set[Sign] = {each.sign for each in found}
    sign: Sign = signs.pop() if len(signs) == 1 else "≈"
    return _cut(n, round(sum(each.n * each.percent for each in found) / n), sign)


def _cut(n: int, percent: int, sign: Sign) -> Share:
    end = next(end for least, end in _ENDS if n >= least)
    if percent >= 100 - end:
        return Share(n=n, percent=100 - end, sign="≥")
    if percent <= end:
        return Share(n=n, percent=end, sign="≤")
    return Share(n=n, percent=percent, sign=sign)

"""The formulas of classical item analysis, from exact sums. Scores come in ten-thousandths (`tables.UNIT`), results in whole points or as ratios.

- difficulty p = Σy / n, the mean score of the item (Moodle and others count first attempts only, as we do)
- discrimination r = corr(y, t − y), the item with the rest of its part: the corrected point-biserial correlation
- alpha = k/(k−1) · (1 − Σσ²ᵢ/σ²ₜ), which is KR-20 where every item is right or wrong. Where students were asked different questions (drawn
  from a bank), items have no common variance; then alpha = 1 − k·σ²ᵥ/σ²ₜ, with σ²ᵥ the mean variance within a student's own questions. That is
  KR-21 where every item is right or wrong, and not above what alpha would be
- SEM = σₜ √(1 − alpha), the standard error of a student's total
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lti_tool.reports.questions.tables import UNIT


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Over the answers to one item: n, Σy, Σy², Σt, Σt², Σyt."""

    n: int
    y: int
    yy: int
    t: int
    tt: int
    yt: int

    @property
    def difficulty(self) -> float:
        """Mean score, 0..1: the higher, the easier."""
        return self.y / (self.n * UNIT)

    @property
    def variance(self) -> float:
        """Of the item's score in whole points, of the students there are (divided by n)."""
        return (self.n * self.yy - self.y**2) / (self.n * UNIT) ** 2

    @property
    def item_rest(self) -> float | None:
        """The corrected point-biserial correlation; None where everybody got the same on the item or on the rest.

        >>> round(Sums(n=4, y=2 * UNIT, yy=2 * UNIT**2, t=6 * UNIT, tt=14 * UNIT**2, yt=5 * UNIT**2).item_rest, 3)
        0.707
        """
        rest, rest_squared = self.t - self.y, self.tt - 2 * self.yt + self.yy
        return correlation(self.n, self.y, self.yy, rest, rest_squared, self.yt - self.yy)


def correlation(n: int, x: int, xx: int, z: int, zz: int, xz: int) -> float | None:
    """Pearson's r from n, Σx, Σx², Σz, Σz², Σxz; None where one of both never varies."""
    spread = (n * xx - x * x) * (n * zz - z * z)
    return (n * xz - x * z) / math.sqrt(spread) if spread > 0 else None


@dataclass(frozen=True, kw_only=True)
class TotalSums:
    """Over the attempts whose part has `items` questions: n, Σt, Σt², and Σy² over all answers."""

    items: int
    n: int
    t: int
    tt: int
    yy: int

    @property
    def mean(self) -> float:
        """Of the totals, as a share of the most that can be had."""
        return self.t / (self.n * UNIT * self.items)

    @property
    def variance(self) -> float:
        """Of the totals in whole points (divided by n)."""
        return (self.n * self.tt - self.t**2) / (self.n * UNIT) ** 2


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """How far a total would come out alike another time."""

    alpha: float
    sem: float
    """Standard error of measurement, as a share of the most that can be had."""
    is_drawn: bool
    """From questions that differ between students."""


def reliability(totals: TotalSums, items: Sequence[Sums]) -> Reliability | None:
    """Of a part in which every student was asked `items`, or of one whose questions were drawn. None where totals do not vary."""
    k, spread = totals.items, totals.variance
    if k < 2 or spread <= 0:
        return None
    is_drawn = len(items) != k or any(each.n != totals.n for each in items)
    if is_drawn:
        within = (totals.yy - totals.tt / k) / (UNIT**2 * totals.n * (k - 1))
        alpha = 1 - k * within / spread
    else:
        alpha = k / (k - 1) * (1 - sum(each.variance for each in items) / spread)
    sem = math.sqrt(spread * max(0.0, 1 - alpha)) / k
    return Reliability(alpha=alpha, sem=sem, is_drawn=is_drawn)

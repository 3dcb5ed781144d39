"""Does an item treat two groups alike that do equally well on the rest? Mantel and Haenszel's test, pure.

Students are compared within strata of equal rest score (the part's total without the item, in whole points). An answer counts as right when it
has full marks. alpha = Σ(ad/n) / Σ(bc/n) with a, b the reference group's right and wrong, c, d the focal group's; Δ = −2.35 ln alpha, negative
where the item is harder for the focal group. Classes of the Educational Testing Service: A, small: |Δ| < 1, or not surely unlike 0; C, large: |Δ| ≥ 1.5
and surely more than 1; B between. "Surely" is 5 per cent, for 0 by the chi-square with continuity correction, for 1 one-sided by the variance of
Robins, Breslow and Greenland. Even C overlooks much in small groups, hence the words of the page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

DELTA = 2.35
_Z_TWO_SIDED = 1.959963984540054
_Z_ONE_SIDED = 1.6448536269514722
ETSClass = Literal["A", "B", "C"]


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """Students with the same rest score."""

    reference_right: int
    reference_wrong: int
    focal_right: int
    focal_wrong: int

    @property
    def n(self) -> int:
        return self.reference_right + self.reference_wrong + self.focal_right + self.focal_wrong


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How an item treats a focal group beside the others."""

    log_alpha: float
    """Logarithm of the common odds ratio; positive: easier for the reference group."""
    log_alpha_se: float
    chi_square: float
    """With continuity correction, one degree of freedom."""

    @property
    def delta(self) -> float:
        return -DELTA * self.log_alpha

    @property
    def ets_class(self) -> ETSClass:
        size = abs(self.delta)
        is_unlike_0 = self.chi_square > _Z_TWO_SIDED**2
        if size < 1 or not is_unlike_0:
            return "A"
        is_over_1 = (size - 1) / (DELTA * self.log_alpha_se) > _Z_ONE_SIDED
        return "C" if size >= 1.5 and is_over_1 else "B"


def mantel_haenszel(strata: Iterable[Stratum]) -> Difference | None:
    """The common odds ratio over the strata. None where one group is alone, or all or none are right."""
    used = [each for each in strata if each.n > 1]
    r = [each.reference_right * each.focal_wrong / each.n for each in used]
    s = [each.reference_wrong * each.focal_right / each.n for each in used]
    if not sum(r) or not sum(s):
        return None
    chi_square = _chi_square(used)
    return Difference(
        log_alpha=math.log(sum(r) / sum(s)),
        log_alpha_se=math.sqrt(_variance(used, r, s)),
        chi_square=chi_square,
    )


def _variance(strata: list[Stratum], r: list[float], s: list[float]) -> float:
    p = [(each.reference_right + each.focal_wrong) / each.n for each in strata]
    q = [(each.reference_wrong + each.focal_right) / each.n for each in strata]
    rows = list(zip(p, q, r, s, strict=True))
    pr = sum(pp * rr for pp, _, rr, _ in rows)
    cross = sum(pp * ss + qq * rr for pp, qq, rr, ss in rows)
    qs = sum(qq * ss for _, qq, _, ss in rows)
    return pr / (2 * sum(r) ** 2) + cross / (2 * sum(r) * sum(s)) + qs / (2 * sum(s) ** 2)


def _chi_square(strata: list[Stratum]) -> float:
    observed = expected = variance = 0.0
    for each in strata:
        reference = each.reference_right + each.reference_wrong
        focal = each.focal_right + each.focal_wrong
        right = each.reference_right + each.focal_right
        observed += each.reference_right
        expected += reference * right / each.n
        variance += reference * focal * right * (each.n - right) / (each.n**2 * (each.n - 1))
    return (abs(observed - expected) - 0.5) ** 2 / variance if variance else 0.0

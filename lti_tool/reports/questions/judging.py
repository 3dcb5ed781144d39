"""What the figures of an item mean: findings, the gravest first, and how sure they are. Words for them belong to the page.

Thresholds are measured: with n students a difficulty is uncertain by about ±.11 (n = 10), ±.09 (30), ±.05 (100), a discrimination by ±.31,
±.17, ±.08. So under 10 nothing is shown, under 30 the difficulty alone, under 100 the rest as tentative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from lti_tool.interactions.contract import AnswerOption
from lti_tool.reports.questions.options import OptionUse
from lti_tool.reports.questions.statistics import Sums

SHOWN, TENTATIVE, FIRM = 10, 30, 100
FAIRNESS_SHOWN, FAIRNESS_FIRM = 100, 200
"""Students per group."""
_DEAD = 0.05
_WEAK, _EASY, _HARD = 0.15, 0.95, 0.25
_NEAR_GUESSING = 0.05
Certainty = Literal["hidden", "rough", "tentative", "firm"]


class Finding(StrEnum):
    """What is odd about an item, the gravest first."""

    STRONG_CHOOSE_OTHER = "strong_choose_other"
    """Most of the strongest third chose a wrong option: the key may be wrong."""
    KEY_NEGATIVE = "key_negative"
    """Those who do well on the rest do worse here."""
    DISTRACTOR_BETTER = "distractor_better"
    """A wrong option goes along with doing well on the rest, more than the key does."""
    NEAR_GUESSING = "near_guessing"
    """Not more are right than would be by guessing."""
    WEAK = "weak"
    """Tells little about who does well on the rest."""
    TOO_HARD = "too_hard"
    TOO_EASY = "too_easy"
    DEAD_DISTRACTOR = "dead_distractor"
    """Hardly anybody chose this wrong option."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A finding, with the option it speaks of where it does."""

    finding: Finding
    option: AnswerOption | None = None


def certainty(n: int) -> Certainty:
    """How far figures from n students may be shown.

    >>> [certainty(n) for n in (9, 10, 30, 100)]
    ['hidden', 'rough', 'tentative', 'firm']
    """
    if n < SHOWN:
        return "hidden"
    if n < TENTATIVE:
        return "rough"
    return "tentative" if n < FIRM else "firm"


def judge(
    sums: Sums, options: Sequence[AnswerOption], uses: Sequence[OptionUse], *, guess: float, is_single: bool
) -> list[Found]:
    """The findings of one item, the gravest first; none while figures are rough. `is_single`: one option is to be chosen."""
    if certainty(sums.n) in ("hidden", "rough"):
        return []
    found = [*_about_options(sums, options, uses, is_single=is_single), *_about_scores(sums, guess)]
    order = list(Finding)
    return sorted(found, key=lambda each: order.index(each.finding))


def _about_options(
    sums: Sums, options: Sequence[AnswerOption], uses: Sequence[OptionUse], *, is_single: bool
) -> list[Found]:
    by_id = {use.option_id: use for use in uses}
    wrong = [(each, by_id[each.id]) for each in options if not each.is_key and each.id in by_id]
    found = [Found(finding=Finding.DEAD_DISTRACTOR, option=each) for each, use in wrong if use.share < _DEAD]
    if not is_single or not wrong:
        return found
    key = next(by_id[each.id] for each in options if each.is_key)
    liked = max(wrong, key=lambda pair: pair[1].by_third["high"])
    if liked[1].by_third["high"] > max(key.by_third["high"], 1 / (len(options) + 1)):
        return [*found, Found(finding=Finding.STRONG_CHOOSE_OTHER, option=liked[0])]
    better = [
        each
        for each, use in wrong
        if use.share >= _DEAD and (use.with_rest or 0.0) > max(0.0, sums.item_rest or 0.0)
    ]
    return [*found, *(Found(finding=Finding.DISTRACTOR_BETTER, option=each) for each in better)]


def _about_scores(sums: Sums, guess: float) -> list[Found]:
    found, r = [], sums.item_rest
    if r is not None and r < 0:
        found.append(Finding.KEY_NEGATIVE)
    elif r is not None and r < _WEAK and sums.n >= FIRM:
        found.append(Finding.WEAK)
    if guess > 0 and sums.difficulty < guess + _NEAR_GUESSING:
        found.append(Finding.NEAR_GUESSING)
    elif sums.difficulty < _HARD:
        found.append(Finding.TOO_HARD)
    elif sums.difficulty > _EASY:
        found.append(Finding.TOO_EASY)
    return [Found(finding=each) for each in found]

"""The nearest equivalent of an item among the kinds another program knows, and in words what is lost.

A kind that a format lacks is turned into one that is closer to what everybody has (`plain.py`, `investigations.py`), step by step until the
format knows it. What nothing fits becomes a question to write about, with the key as its model answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from lti_tool.content.model import Item
from lti_tool.interactions import get_kind
from lti_tool.interchange import investigations, plain
from lti_tool.interchange.deriving import CannotError, Step, derive

Convert = Callable[[Item], Step]
STEPS: Mapping[str, Convert] = {**plain.STEPS, **investigations.STEPS}
WRITTEN = "written"
MOST_STEPS = 6


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """What an item is exported as: none where it is left out."""

    items: tuple[Item, ...]
    losses: tuple[str, ...] = ()


def find_nearest(item: Item, kinds: frozenset[str]) -> Nearest:
    """Items of these kinds only. `kinds` holds at least `choice`, `short_text` and `open_response`."""
    return _convert(item, kinds, MOST_STEPS)


def _convert(item: Item, kinds: frozenset[str], left: int) -> Nearest:
    if item.kind in kinds:
        return Nearest(items=(item,))
    try:
        step = STEPS[item.kind](item) if left and item.kind in STEPS else to_written(item)
    except (CannotError, ValidationError):
        step = to_written(item)
    found = [_convert(each, kinds, left - 1) for each in step.items]
    losses = dict.fromkeys([step.loss, *(loss for each in found for loss in each.losses)])
    return Nearest(items=tuple(inner for each in found for inner in each.items), losses=tuple(losses))


def to_written(item: Item) -> Step:
    """A question to write about, with the key in words as its model answer."""
    key = get_kind(item.kind).key_text(item.spec)
    levels = [
        {
            "id": "full",
            "label": "Complete",
            "points": item.points,
            "text": "The answer says what the key says.",
        },
        {"id": "none", "label": "Not yet", "points": 0, "text": "The answer does not say it."},
    ]
    written = derive(
        item,
        "open_response",
        rubric=[{"id": "answer", "title": "Answer", "levels": levels}],
        model_answer=" ".join(key.split()) or "–",
    )
    return Step(
        (written,), "It became a question to write about, with the key in words for whoever marks it."
    )

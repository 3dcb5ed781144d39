"""The worked examples of a kind: its tests, its pages in the gallery and its documentation at once.

They are written in English; `examples.es.yaml` beside them holds the same in Spanish (`content.worked_examples`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from lti_tool import quick_yaml
from lti_tool.interactions.contract import Id, Part, Verdict

FOLDER = Path(__file__).parent


class Case(Part):
    """One answer to an example, as a browser posts it, and what must come of it."""

    name: str
    answer: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    steps: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    """For a kind with memory: the forms posted before `answer`, one after the other."""
    keys: tuple[str, ...] = ()
    """How to give this answer by keyboard, from the top of the blank activity with scripts on: names of keys as browsers have them
    (`Tab`, `Shift+Tab`, `Enter`, `Space`, `ArrowDown`), `Tab*3` for three times, `type:some words`, `choose:value` for the select box in
    focus, and `wait` after a key that makes the server answer."""
    ratio: float
    verdict: Verdict
    message: str = ""
    parts: Mapping[str, Verdict] = Field(default_factory=dict)
    part_messages: Mapping[str, str] = Field(default_factory=dict)


class Example(Part):
    """One item as an author writes it, without the fields that all items share."""

    id: Id
    title: str
    spec: Mapping[str, Any]
    key: str
    guess_floor: float
    other_key: Mapping[str, Any] = Field(default_factory=dict)
    """Fields that give the same item another key where that takes more than turning around what is marked secret; laid over `spec`
    (mappings are merged, all else replaced). Only what is marked secret may differ."""
    cases: tuple[Case, ...] = Field(min_length=1)


@cache
def load_examples(kind: str) -> tuple[Example, ...]:
    """All examples of one kind. `spec` is raw: the kind's own Spec validates it."""
    raw = quick_yaml.load((FOLDER / kind / "examples.yaml").read_text("utf-8"))
    return tuple(Example.model_validate(entry) for entry in raw)

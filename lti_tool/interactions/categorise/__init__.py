"""Categorise: tick all that is true of each thing.

**Scoring.** Over the whole grid, the share of right ticks that were made, less the share of wrong ones, so that ticking everything
earns nothing:

    right ticks / ticks that belong - wrong ticks / boxes to be left empty, never below 0

**Worked example.** In a grid of 12 boxes 5 belong ticked and 7 empty. Four right ticks and one wrong one give 4/5 - 1/7 = 0.657;
all 12 ticked give 1 - 1 = 0; all five and nothing else give 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import comb
from typing import Self

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_parts, check_unique
from lti_tool.interactions.contract import (
    SECRET,
    BaseSpec,
    Form,
    Id,
    Part,
    PartScore,
    PublicText,
    Response,
    Score,
    SecretText,
    Text,
    Verdict,
    message_for,
)
from lti_tool.interactions.seeding import seeded_order

MOST_CATEGORIES = 6
MOST_THINGS = 8


class Category(Part):
    id: Id
    label: Text


class Thing(Part):
    id: Id
    text: Text
    fits: tuple[Id, ...] = Field(json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """Things, and categories of which each may fit several or none."""

    categories: tuple[Category, ...] = Field(json_schema_extra={"minItems": 2, "maxItems": MOST_CATEGORIES})
    things: tuple[Thing, ...] = Field(json_schema_extra={"minItems": 2, "maxItems": MOST_THINGS})

    @model_validator(mode="after")
    def check_lists(self) -> Self:
        check_parts(self.categories, "categories", at_least=2, at_most=MOST_CATEGORIES, unlike="label")
        check_parts(self.things, "things", at_least=2, at_most=MOST_THINGS, unlike="text")
        return self

    @model_validator(mode="after")
    def check_fits(self) -> Self:
        for thing in self.things:
            check_unique(thing.fits, f"the categories of thing “{thing.id}”")
            for name in thing.fits:
                if name not in self.labels:
                    raise ValueError(
                        f"Thing “{thing.id}” fits “{name}”, which does not exist: use some of {', '.join(self.labels)}."
                    )
        if not self.keys:
            raise ValueError("Nothing fits anywhere: write into `fits` which categories are true of a thing.")
        if len(self.keys) == self.box_count:
            raise ValueError("Everything fits everywhere, so there is nothing to decide: leave some out.")
        return self

    @property
    def labels(self) -> dict[str, str]:
        return {category.id: category.label for category in self.categories}

    @property
    def keys(self) -> frozenset[tuple[str, str]]:
        """The boxes that belong ticked, as (thing, category)."""
        return frozenset((thing.id, name) for thing in self.things for name in thing.fits)

    @property
    def box_count(self) -> int:
        return len(self.things) * len(self.categories)

    def say(self, names: Iterable[str]) -> str:
        """The labels of categories, in the order written."""
        wanted = set(names)
        return ", ".join(label for name, label in self.labels.items() if name in wanted)


@dataclass(frozen=True, kw_only=True)
class PublicCategory:
    id: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    categories: tuple[PublicCategory, ...]
    things: tuple[PublicText, ...]


def public(spec: Spec, seed: int) -> Public:
    texts = {thing.id: thing.text for thing in spec.things}
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        categories=tuple(PublicCategory(id=name, label=label) for name, label in spec.labels.items()),
        things=tuple(PublicText(id=thing_id, text=texts[thing_id]) for thing_id in seeded_order(texts, seed)),
    )


def parse(spec: Spec, form: Form) -> Response:
    posted = {thing.id: form.get(f"fits.{thing.id}") or () for thing in spec.things}
    ticked = {
        thing_id: [name for name in spec.labels if name in values] for thing_id, values in posted.items()
    }
    ticked = {thing_id: names for thing_id, names in ticked.items() if names}
    return {"ticked": ticked} if ticked else {}


def score(spec: Spec, response: Response) -> Score:
    ticked = _ticked(spec, response)
    boxes = frozenset((thing_id, name) for thing_id, names in ticked.items() for name in names)
    right, wrong = len(boxes & spec.keys), len(boxes - spec.keys)
    ratio = net(right, wrong, len(spec.keys), spec.box_count - len(spec.keys))
    return Score(
        ratio=ratio,
        message=message_for(spec.feedback, ratio) if boxes else "",
        parts=tuple(_part(spec, thing, ticked[thing.id], is_blank=not boxes) for thing in spec.things),
        is_blank=not boxes,
    )


def _ticked(spec: Spec, response: Response) -> dict[str, frozenset[str]]:
    saved = response.get("ticked", {})
    return {thing.id: frozenset(saved.get(thing.id, ())) & spec.labels.keys() for thing in spec.things}


def net(right: int, wrong: int, keys: int, others: int) -> float:
    """The score of so many right and wrong ticks, 0..1."""
    return max(0.0, (right * others - wrong * keys) / (keys * others))


def _part(spec: Spec, thing: Thing, ticked: frozenset[str], *, is_blank: bool) -> PartScore:
    """A thing that nothing fits is right without a tick, once anything was ticked at all."""
    fits = frozenset(thing.fits)
    message = thing.feedback or ""
    if ticked == fits and not is_blank:
        return PartScore(part_id=thing.id, label=thing.text, verdict="right", message=message)
    verdict: Verdict = "missed" if not ticked else "partial" if ticked & fits else "wrong"
    answer = spec.say(fits) or "–"
    return PartScore(part_id=thing.id, label=thing.text, verdict=verdict, message=message, answer=answer)


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return ({f"fits.{thing.id}": list(thing.fits) for thing in spec.things},)


def guess_floor(spec: Spec) -> float:
    """The mean over all ways of ticking the boxes."""
    keys, others = len(spec.keys), spec.box_count - len(spec.keys)
    earned = sum(
        comb(keys, right) * comb(others, wrong) * net(right, wrong, keys, others)
        for right in range(keys + 1)
        for wrong in range(others + 1)
    )
    return float(earned / 2**spec.box_count)


def key_text(spec: Spec) -> str:
    """One line a thing: its text, then what fits."""
    return "\n".join(f"{thing.text}: {spec.say(thing.fits) or '–'}" for thing in spec.things)

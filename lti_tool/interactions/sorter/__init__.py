"""Sorter: put each card into the bin where it belongs.

Scoring. Each card counts the same; a card left out earns nothing:

    cards in the right bin / cards

Worked example: of six cards four are in the right bin, one in another bin and one in none: 4/6.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Self

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_parts
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
    first,
    score_by_share,
)
from lti_tool.interactions.seeding import seeded_order

MOST_BINS = 4
MOST_CARDS = 16


class Bin(Part):
    id: Id
    label: Text


class Card(Part):
    id: Id
    text: Text
    bin: Id = Field(json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """Cards to be sorted into two to four bins."""

    bins: tuple[Bin, ...] = Field(json_schema_extra={"minItems": 2, "maxItems": MOST_BINS})
    cards: tuple[Card, ...] = Field(json_schema_extra={"minItems": 2, "maxItems": MOST_CARDS})

    @model_validator(mode="after")
    def check_bins(self) -> Self:
        check_parts(self.bins, "bins", at_least=2, at_most=MOST_BINS, unlike="label")
        return self

    @model_validator(mode="after")
    def check_cards(self) -> Self:
        check_parts(self.cards, "cards", at_least=2, at_most=MOST_CARDS, unlike="text")
        return self

    @model_validator(mode="after")
    def check_places(self) -> Self:
        for card in self.cards:
            if card.bin not in self.labels:
                raise ValueError(
                    f"Card “{card.id}” goes into bin “{card.bin}”, which does not exist: use one of {', '.join(self.labels)}."
                )
        for bin_id in self.labels:
            if all(card.bin != bin_id for card in self.cards):
                raise ValueError(
                    f"No card goes into bin “{bin_id}”: write a card for it, or take the bin away."
                )
        return self

    @property
    def labels(self) -> dict[str, str]:
        return {a_bin.id: a_bin.label for a_bin in self.bins}


@dataclass(frozen=True, kw_only=True)
class PublicBin:
    id: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    bins: tuple[PublicBin, ...]
    cards: tuple[PublicText, ...]


def public(spec: Spec, seed: int) -> Public:
    """Bins stay as written; cards are shuffled, since authors tend to write them bin by bin."""
    texts = {card.id: card.text for card in spec.cards}
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        bins=tuple(PublicBin(id=a_bin.id, label=a_bin.label) for a_bin in spec.bins),
        cards=tuple(PublicText(id=card_id, text=texts[card_id]) for card_id in seeded_order(texts, seed)),
    )


def parse(spec: Spec, form: Form) -> Response:
    posted = {card.id: first(form, f"bin.{card.id}") for card in spec.cards}
    placed = {card_id: bin_id for card_id, bin_id in posted.items() if bin_id in spec.labels}
    return {"placed": placed} if placed else {}


def score(spec: Spec, response: Response) -> Score:
    placed = response.get("placed", {})
    parts = tuple(_part(spec, card, placed.get(card.id)) for card in spec.cards)
    return score_by_share(spec.feedback, parts)


def _part(spec: Spec, card: Card, bin_id: str | None) -> PartScore:
    if bin_id == card.bin:
        return PartScore(part_id=card.id, label=card.text, verdict="right", message=card.feedback or "")
    return PartScore(
        part_id=card.id,
        label=card.text,
        verdict="wrong" if bin_id in spec.labels else "missed",
        message=card.feedback or "",
        answer=spec.labels[card.bin],
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return ({f"bin.{card.id}": [card.bin] for card in spec.cards},)


def mistake(spec: Spec, rng: Random) -> tuple[Form, ...]:
    """Half of the cards lie in another bin."""
    placed = {card.id: card.bin for card in spec.cards}
    for card in rng.sample(list(spec.cards), k=max(1, len(spec.cards) // 2)):
        placed[card.id] = rng.choice([each.id for each in spec.bins if each.id != card.bin])
    return ({f"bin.{card_id}": [bin_id] for card_id, bin_id in placed.items()},)


def guess_floor(spec: Spec) -> float:
    return 1 / len(spec.bins)


def key_text(spec: Spec) -> str:
    """One line a bin: its label, then its cards."""
    lines = []
    for bin_id, label in spec.labels.items():
        texts = [card.text for card in spec.cards if card.bin == bin_id]
        lines.append(f"{label}: {'; '.join(texts)}")
    return "\n".join(lines)

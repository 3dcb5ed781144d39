"""Dropdown: choose the word for each gap of a text.

**Scoring.** Each gap counts the same; a gap left open earns nothing:

    gaps with the right word / gaps

**Worked example.** Of three gaps two have the right word and one another word: 2/3; with one right and two left open: 1/3.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from statistics import fmean
from typing import Self

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_count, check_parts, check_unique
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
from lti_tool.interactions.seeding import seeded_order, spare

MOST_GAPS = 10
MOST_OPTIONS = 8
GAP = re.compile(r"\[\[([^\[\]]*)\]\]")
CLOSING = re.compile(r"[.,;:!?)\]”’»…]*")
"""What belongs to the word before it and must not begin a line."""


class Option(Part):
    id: Id
    text: Text
    key: bool = Field(default=False, json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Gap(Part):
    id: Id
    options: tuple[Option, ...] = Field(json_schema_extra={"minItems": 2, "maxItems": MOST_OPTIONS})

    @model_validator(mode="after")
    def check_options(self) -> Self:
        where = f"the gap “{self.id}”"
        check_count(self.options, f"options in {where}", at_least=2, at_most=MOST_OPTIONS)
        check_unique((option.id for option in self.options), f"the ids of the options of {where}")
        check_unique((option.text for option in self.options), f"the words of the options of {where}")
        count = sum(option.key for option in self.options)
        if count != 1:
            raise ValueError(f"In {where} {count} options have `key: true`: give it to the one right word.")
        return self

    @property
    def answer(self) -> Option:
        return next(option for option in self.options if option.key)

    def find(self, option_id: str | None) -> Option | None:
        return next((option for option in self.options if option.id == option_id), None)


class Spec(BaseSpec):
    """A text with gaps; each gap has its own words to choose from."""

    text: Text = Field(description="The text, with `[[id]]` where a gap is; an empty line begins a paragraph")
    shuffle: bool = Field(default=True, description="False keeps the words of each gap in the order written")
    gaps: tuple[Gap, ...] = Field(json_schema_extra={"minItems": 1, "maxItems": MOST_GAPS})

    @model_validator(mode="after")
    def check_gaps(self) -> Self:
        check_parts(self.gaps, "gaps", at_least=1, at_most=MOST_GAPS)
        named = GAP.findall(self.text)
        check_unique((f"[[{name}]]" for name in named), "the gaps in `text`")
        known = {gap.id for gap in self.gaps}
        for name in named:
            if name not in known:
                raise ValueError(
                    f"The text has a gap [[{name}]], but `gaps` has no “{name}”: add it, or use one of {', '.join(sorted(known))}."
                )
        for gap in self.gaps:
            if gap.id not in named:
                raise ValueError(
                    f"The gap “{gap.id}” is nowhere in `text`: write [[{gap.id}]] where it belongs."
                )
        return self

    @property
    def in_text_order(self) -> tuple[Gap, ...]:
        """The gaps as one meets them while reading."""
        by_id = {gap.id: gap for gap in self.gaps}
        return tuple(by_id[name] for name in GAP.findall(self.text))


@dataclass(frozen=True, kw_only=True)
class PublicGap:
    id: str
    number: int
    options: tuple[PublicText, ...]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text, then perhaps a gap and the marks that close it."""

    number: int
    text: str
    gap: PublicGap | None
    closing: str


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    paragraphs: tuple[tuple[Piece, ...], ...]
    gaps: tuple[PublicGap, ...]


def public(spec: Spec, seed: int) -> Public:
    gaps = {
        gap.id: public_gap(gap, number, seed, shuffle=spec.shuffle)
        for number, gap in enumerate(spec.in_text_order, start=1)
    }
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        paragraphs=lay_out(spec.text, gaps),
        gaps=tuple(gaps.values()),
    )


def public_gap(gap: Gap, number: int, seed: int, *, shuffle: bool) -> PublicGap:
    texts = {option.id: option.text for option in gap.options}
    ids = seeded_order(texts, seed + number) if shuffle else tuple(texts)
    options = tuple(PublicText(id=option_id, text=texts[option_id]) for option_id in ids)
    return PublicGap(id=gap.id, number=number, options=options)


def lay_out(text: str, gaps: dict[str, PublicGap]) -> tuple[tuple[Piece, ...], ...]:
    """The paragraphs, each cut at its gaps. Pieces are numbered through the whole text."""
    paragraphs, number = [], 0
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        pieces = cut(" ".join(paragraph.split("\n")), gaps, number + 1)
        number += len(pieces)
        paragraphs.append(pieces)
    return tuple(paragraphs)


def cut(paragraph: str, gaps: dict[str, PublicGap], number: int) -> tuple[Piece, ...]:
    """The pieces of a paragraph, numbered from `number` on."""
    texts, names = GAP.split(paragraph)[::2], GAP.findall(paragraph)
    closings = [first_match(CLOSING, text) for text in texts[1:]]
    rests = texts[:1] + [text.removeprefix(mark) for text, mark in zip(texts[1:], closings, strict=True)]
    return tuple(
        Piece(
            number=number + index,
            text=rest,
            gap=gaps[names[index]] if index < len(names) else None,
            closing=closings[index] if index < len(names) else "",
        )
        for index, rest in enumerate(rests)
    )


def first_match(pattern: re.Pattern[str], text: str) -> str:
    """What the pattern finds at the beginning of the text."""
    match = pattern.match(text)
    return match[0] if match else ""


def leavable(spec: Spec, seed: int, fewer: int) -> tuple[str, ...]:
    """Wrong words of each gap, at most all but one, as `gap/option`."""
    return tuple(
        f"{gap.id}/{option_id}"
        for gap in spec.gaps
        for option_id in spare([option.id for option in gap.options if not option.key], seed, fewer)
    )


def without(spec: Spec, left_out: Collection[str]) -> Spec:
    gaps = tuple(
        gap.model_copy(
            update={"options": tuple(each for each in gap.options if f"{gap.id}/{each.id}" not in left_out)}
        )
        for gap in spec.gaps
    )
    return spec.model_copy(update={"gaps": gaps})


def parse(spec: Spec, form: Form) -> Response:
    posted = {gap.id: first(form, f"gap.{gap.id}") for gap in spec.gaps}
    chosen = {gap.id: posted[gap.id] for gap in spec.gaps if gap.find(posted[gap.id])}
    return {"chosen": chosen} if chosen else {}


def score(spec: Spec, response: Response) -> Score:
    chosen = response.get("chosen", {})
    parts = tuple(_part(gap, gap.find(chosen.get(gap.id))) for gap in spec.in_text_order)
    return score_by_share(spec.feedback, parts)


def _part(gap: Gap, chosen: Option | None) -> PartScore:
    if chosen is None:
        return PartScore(part_id=gap.id, label="", verdict="missed", answer=gap.answer.text)
    message = chosen.feedback or ""
    if chosen.key:
        return PartScore(part_id=gap.id, label=chosen.text, verdict="right", message=message)
    return PartScore(
        part_id=gap.id, label=chosen.text, verdict="wrong", message=message, answer=gap.answer.text
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return ({f"gap.{gap.id}": [gap.answer.id] for gap in spec.gaps},)


def guess_floor(spec: Spec) -> float:
    return fmean(1 / len(gap.options) for gap in spec.gaps)


def key_text(spec: Spec) -> str:
    """The text with its right words."""
    answers = {gap.id: gap.answer.text for gap in spec.gaps}
    return GAP.sub(lambda match: f"**{answers[match[1]]}**", spec.text.strip())

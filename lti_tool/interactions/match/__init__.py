"""Match: find the partner of each row.

**Scoring.** Each row counts the same; a row left open earns nothing, and giving every row the same partner earns one row only:

    rows with the right partner / rows

**Worked example.** Of four rows three have their partner and one has another row's: 3/4; the same partner in all four rows: 1/4.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Self

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_count, check_unique
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

MOST_ROWS = 8
MOST_PARTNERS = 10


class Partner(Part):
    id: Id
    text: Text


class Row(Part):
    id: Id
    text: Text
    partner: Id = Field(json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """Rows, and the partners to choose from. Partners that no row needs make it harder to guess the last one."""

    rows: tuple[Row, ...] = Field(json_schema_extra={"minItems": 2, "maxItems": MOST_ROWS})
    partners: tuple[Partner, ...] = Field(json_schema_extra={"minItems": 3, "maxItems": MOST_PARTNERS})

    @model_validator(mode="after")
    def check_lists(self) -> Self:
        check_count(self.rows, "rows", at_least=2, at_most=MOST_ROWS)
        check_count(self.partners, "partners", at_least=3, at_most=MOST_PARTNERS)
        check_unique((row.id for row in self.rows), "the ids of the rows")
        check_unique((row.text for row in self.rows), "the texts of the rows")
        check_unique((partner.id for partner in self.partners), "the ids of the partners")
        check_unique((partner.text for partner in self.partners), "the texts of the partners")
        return self

    @model_validator(mode="after")
    def check_partners(self) -> Self:
        for row in self.rows:
            if row.partner not in self.texts:
                raise ValueError(
                    f"Row “{row.id}” has the partner “{row.partner}”, which does not exist: use one of {', '.join(self.texts)}."
                )
        check_unique(
            (row.partner for row in self.rows),
            "the partners of the rows (where several rows go to one place, use the kind `sorter`)",
        )
        return self

    @property
    def texts(self) -> dict[str, str]:
        return {partner.id: partner.text for partner in self.partners}


@dataclass(frozen=True, kw_only=True)
class PublicPartner:
    id: str
    letter: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    rows: tuple[PublicText, ...]
    partners: tuple[PublicPartner, ...]


def public(spec: Spec, seed: int) -> Public:
    """Rows stay as written; partners are shuffled, then lettered."""
    ids = seeded_order(spec.texts, seed)
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        rows=tuple(PublicText(id=row.id, text=row.text) for row in spec.rows),
        partners=tuple(
            PublicPartner(id=partner_id, letter=letter, text=spec.texts[partner_id])
            for letter, partner_id in zip(ascii_uppercase, ids, strict=False)
        ),
    )


def leavable(spec: Spec, seed: int, fewer: int) -> tuple[str, ...]:
    """Partners that no row needs."""
    needed = {row.partner for row in spec.rows}
    return spare(
        [partner.id for partner in spec.partners if partner.id not in needed], seed, fewer, at_least=0
    )


def without(spec: Spec, left_out: Collection[str]) -> Spec:
    kept = tuple(partner for partner in spec.partners if partner.id not in left_out)
    return spec.model_copy(update={"partners": kept})


def parse(spec: Spec, form: Form) -> Response:
    posted = {row.id: first(form, f"row.{row.id}") for row in spec.rows}
    matched = {row_id: partner for row_id, partner in posted.items() if partner in spec.texts}
    return {"matched": matched} if matched else {}


def score(spec: Spec, response: Response) -> Score:
    matched = response.get("matched", {})
    parts = tuple(_part(spec, row, matched.get(row.id)) for row in spec.rows)
    return score_by_share(spec.feedback, parts)


def _part(spec: Spec, row: Row, partner: str | None) -> PartScore:
    message = row.feedback or ""
    if partner == row.partner:
        return PartScore(part_id=row.id, label=row.text, verdict="right", message=message)
    return PartScore(
        part_id=row.id,
        label=row.text,
        verdict="wrong" if partner in spec.texts else "missed",
        message=message,
        answer=spec.texts[row.partner],
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return ({f"row.{row.id}": [row.partner] for row in spec.rows},)


def guess_floor(spec: Spec) -> float:
    """Whether somebody draws the partners with or without putting them back, a row is right once in their number."""
    return 1 / len(spec.partners)


def key_text(spec: Spec) -> str:
    return "\n".join(f"{row.text}: {spec.texts[row.partner]}" for row in spec.rows)

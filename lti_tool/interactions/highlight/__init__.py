"""Highlight: pick in a running text the words or sentences that do what is asked for.

Scoring. Net-correct, so that highlighting everything earns nothing for free:

    (right picks - wrong picks) / keys, never below 0

Worked example: three phrases of eight are keys. Two of them and one other: (2 - 1)/3 = 0.33. All eight: (3 - 5)/3, so 0.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    Response,
    Score,
    SecretText,
    Text,
    Verdict,
    message_for,
)
from lti_tool.interactions.marking import mean_net_correct, net_correct

MOST_PIECES = 60


class Piece(Part):
    """Words of the text, in its order."""

    id: Id
    text: Text
    pick: bool = Field(default=True, description="False for words that only join others and cannot be picked")
    paragraph: bool = Field(default=False, description="True where a new paragraph begins")
    key: bool = Field(default=False, json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """A text, cut into pieces that can be highlighted."""

    pieces: tuple[Piece, ...] = Field(
        description="The text in order, cut where a highlight may begin and end",
        json_schema_extra={"minItems": 2, "maxItems": MOST_PIECES},
    )

    @model_validator(mode="after")
    def check_pieces(self) -> Self:
        check_parts(self.pieces, "pieces", at_least=2, at_most=MOST_PIECES)
        for piece in self.pieces:
            if piece.key and not piece.pick:
                raise ValueError(
                    f"Piece “{piece.id}” is a key, but cannot be picked: take away `pick: false`."
                )
        if not self.keys:
            raise ValueError("No piece is right: add `key: true` to those that should be highlighted.")
        if len(self.keys) == len(self.choices):
            raise ValueError("Every piece is right, so there is nothing to decide: add one that is not.")
        return self

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(piece.id for piece in self.pieces if piece.pick)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(piece.id for piece in self.pieces if piece.key)


@dataclass(frozen=True, kw_only=True)
class PublicPiece:
    id: str
    text: str
    pick: bool


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    paragraphs: tuple[tuple[PublicPiece, ...], ...]


def public(spec: Spec, seed: int) -> Public:
    """The text stays as it is written."""
    paragraphs: list[list[PublicPiece]] = [[]]
    for piece in spec.pieces:
        if piece.paragraph and paragraphs[-1]:
            paragraphs.append([])
        paragraphs[-1].append(PublicPiece(id=piece.id, text=piece.text, pick=piece.pick))
    return Public(prompt=spec.prompt, stimulus=spec.stimulus, paragraphs=tuple(map(tuple, paragraphs)))


def parse(spec: Spec, form: Form) -> Response:
    posted = form.get("pick") or ()
    picked = [piece_id for piece_id in spec.choices if piece_id in posted]
    return {"picked": picked} if picked else {}


def score(spec: Spec, response: Response) -> Score:
    picked = frozenset(response.get("picked", ())) & frozenset(spec.choices)
    ratio = net_correct(picked, spec.keys)
    return Score(
        ratio=ratio,
        message=message_for(spec.feedback, ratio) if picked else "",
        parts=tuple(
            _part(piece, piece.id in picked) for piece in spec.pieces if piece.id in picked | spec.keys
        ),
        is_blank=not picked,
    )


def _part(piece: Piece, is_picked: bool) -> PartScore:
    verdict: Verdict = "missed" if not is_picked else "right" if piece.key else "wrong"
    return PartScore(part_id=piece.id, label=piece.text, verdict=verdict, message=piece.feedback or "")


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return ({"pick": [piece.id for piece in spec.pieces if piece.key]},)


def guess_floor(spec: Spec) -> float:
    return mean_net_correct(len(spec.keys), len(spec.choices) - len(spec.keys))


def key_text(spec: Spec) -> str:
    return " / ".join(piece.text for piece in spec.pieces if piece.key)

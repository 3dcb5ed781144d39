"""Numeric: type a number.

**Scoring.** 1 when the number lies within `tolerance` of `answer` (the limits count), the author's `credit` when it lies within
the tolerance of a `near` one, else 0. `numbers.py` says how a number may be written; one that can be read in two ways (1,250)
counts in the way that earns more. A text without a number that can be read, or with several, is no answer yet: the page says so.

**Worked example.** The answer is 480 with a tolerance of 20, near is 240 with credit 0.5. 465, "480 books" and "4.8" with an
answer of 4.8 score 1; 240 scores 0.5 with its remark; 501 scores 0 and is told that it is too many; "many" is a blank answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_count
from lti_tool.interactions.contract import (
    SECRET,
    BaseSpec,
    Form,
    Part,
    PartScore,
    Response,
    Score,
    SecretText,
    Text,
    Verdict,
    first,
    message_for,
)
from lti_tool.interactions.numeric.numbers import read_numbers

LONGEST_ANSWER = 60
MOST_NEAR = 8
LARGEST = 1e15

Number: TypeAlias = Annotated[
    float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False, json_schema_extra=SECRET)
]
Tolerance: TypeAlias = Annotated[
    float, Field(ge=0, le=LARGEST, allow_inf_nan=False, json_schema_extra=SECRET)
]


class Near(Part):
    """A number that a known mistake leads to: worth a remark, and some credit."""

    value: Number
    tolerance: Tolerance = 0.0
    credit: float = Field(default=0.0, ge=0, lt=1, json_schema_extra=SECRET)
    feedback: SecretText


class Spec(BaseSpec):
    """A question answered with a number."""

    label: Text | None = Field(default=None, description="The field's label; without it, “Your answer”")
    unit: Text | None = Field(default=None, description="Stands after the field: books, %, years")
    answer: Number = Field(description="The right number")
    tolerance: Tolerance = Field(default=0.0, description="How far off still counts as right")
    near: tuple[Near, ...] = Field(
        default=(), description="Numbers that a known mistake leads to", json_schema_extra={"maxItems": 8}
    )
    too_high: SecretText | None = Field(default=None, description="Said when the number is too large")
    too_low: SecretText | None = Field(default=None, description="Said when the number is too small")

    @model_validator(mode="after")
    def check_near(self) -> Self:
        check_count(self.near, "numbers in `near`", at_least=0, at_most=MOST_NEAR)
        for near in self.near:
            if lies_within(exact(near.value), self.answer, self.tolerance):
                raise ValueError(
                    f"The near number {plain(near.value)} is already right, since the answer is {plain(self.answer)} with a "
                    f"tolerance of {plain(self.tolerance)}: change one of the three."
                )
        return self


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    label: str | None
    unit: str | None
    longest: int = LONGEST_ANSWER


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`is_unread` is true of a text that is typed but cannot be read as one number."""

    is_unread: bool


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one number is worth, and what to say to it."""

    credit: float
    remark: str = ""


def public(spec: Spec, seed: int) -> Public:
    return Public(prompt=spec.prompt, stimulus=spec.stimulus, label=spec.label, unit=spec.unit)


def parse(spec: Spec, form: Form) -> Response:
    # Surrogates and NUL cannot be stored; a browser never sends them.
    text = first(form, "number").replace("\0", "").encode(errors="ignore").decode()
    text = " ".join(text.split())[:LONGEST_ANSWER].strip()
    return {"text": text} if text else {}


def scene(spec: Spec, response: Response, seed: int) -> Scene:
    text = response.get("text", "")
    return Scene(is_unread=bool(text) and not read_numbers(text))


def score(spec: Spec, response: Response) -> Score:
    typed = response.get("text", "")
    readings = read_numbers(typed)
    key = key_text(spec)
    if not readings:
        part = PartScore(part_id="number", label=typed, verdict="missed", answer=key)
        return Score(ratio=0.0, message="", parts=(part,), is_blank=True)
    found = max((judge(spec, reading) for reading in readings), key=lambda finding: finding.credit)
    verdict: Verdict = "right" if found.credit >= 1 else "partial" if found.credit > 0 else "wrong"
    is_exact = exact(spec.answer) in readings
    part = PartScore(part_id="number", label=typed, verdict=verdict, answer="" if is_exact else key)
    return Score(
        ratio=found.credit, message=found.remark or message_for(spec.feedback, found.credit), parts=(part,)
    )


def judge(spec: Spec, number: Decimal) -> Finding:
    if lies_within(number, spec.answer, spec.tolerance):
        return Finding(credit=1.0)
    for near in spec.near:
        if lies_within(number, near.value, near.tolerance):
            return Finding(credit=near.credit, remark=near.feedback)
    remark = spec.too_high if number > exact(spec.answer) else spec.too_low
    return Finding(credit=0.0, remark=remark or "")


def lies_within(number: Decimal, centre: float, tolerance: float) -> bool:
    return abs(number - exact(centre)) <= exact(tolerance)


def exact(value: float) -> Decimal:
    """The number as the author wrote it: 0.1 is a tenth, not the binary number nearest to it."""
    return Decimal(repr(value))


def plain(value: float) -> str:
    """A number as one writes it: 12 for 12.0, 0.00001 for 1e-05.

    >>> plain(12.0), plain(0.5), plain(1e-05)
    ('12', '0.5', '0.00001')
    """
    text = format(exact(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return ({"number": [plain(spec.answer)]},)


def guess_floor(spec: Spec) -> float:
    return 0.0


def key_text(spec: Spec) -> str:
    """The answer with its unit, and how far off still counts."""
    unit = f" {spec.unit}" if spec.unit else ""
    around = f" (± {plain(spec.tolerance)})" if spec.tolerance else ""
    return f"{plain(spec.answer)}{unit}{around}"

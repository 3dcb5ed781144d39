"""Footprint Audit: decide, line by line, what to share or allow and what to keep.

Scoring. Each line has a risk from 1 to 3. Lines that may be shared and lines to be kept are weighed apart, and each side makes up half:

    side  = (risk of lines decided right - risk of lines decided wrong) / risk of all lines of that side
    ratio = (side of what may be shared + side of what is to be kept) / 2, never below 0

So sharing everything earns nothing, and neither does refusing everything; a line not decided neither earns nor costs.

Worked example: what may be shared weighs 1 + 1, what is to be kept 3 + 2 + 1. A student decides all right but shares one line of risk 2:
(2/2 + (4 - 2)/6) / 2 = 0.6667.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

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
    first,
    message_for,
)

Decision: TypeAlias = Literal["share", "keep"]
DECISIONS: tuple[Decision, ...] = ("share", "keep")
FEWEST_LINES, MOST_LINES, MOST_CHANGES = 4, 14, 80


class Line(Part):
    """Something that is asked for: a datum, a permission, a setting."""

    id: Id
    text: Text
    detail: Text | None = None
    answer: Decision = Field(json_schema_extra=SECRET)
    risk: int = Field(default=1, ge=1, le=3, json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """Who asks for what, and what may be shared."""

    asker: Text = Field(description="Who asks, such as the name of an app or a form")
    share: Text | None = Field(default=None, description="The word for saying yes, in place of “Share”")
    keep: Text | None = Field(default=None, description="The word for saying no, in place of “Keep”")
    lines: tuple[Line, ...] = Field(
        description="What is asked for; `answer` is `share` or `keep`, `risk` from 1 to 3",
        json_schema_extra={"minItems": FEWEST_LINES, "maxItems": MOST_LINES},
    )

    @model_validator(mode="after")
    def check_lines(self) -> Self:
        check_parts(self.lines, "lines", at_least=FEWEST_LINES, at_most=MOST_LINES, unlike="text")
        for decision in DECISIONS:
            if not self.side(decision):
                raise ValueError(
                    f"No line has `answer: {decision}`, so that one answer for all would be right: write one that has."
                )
        return self

    def side(self, decision: Decision) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.answer == decision)


@dataclass(frozen=True, kw_only=True)
class PublicLine:
    id: str
    text: str
    detail: str | None


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    asker: str
    share: str | None
    keep: str | None
    lines: tuple[PublicLine, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A decision as it was made or changed; `decision` is empty where one was taken back."""

    text: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class Scene:
    changes: tuple[Change, ...]


def public(spec: Spec, seed: int) -> Public:
    """A form has its own order, so nothing is shuffled."""
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        asker=spec.asker,
        share=spec.share,
        keep=spec.keep,
        lines=tuple(PublicLine(id=line.id, text=line.text, detail=line.detail) for line in spec.lines),
    )


def parse(spec: Spec, form: Form) -> Response:
    return revise(spec, {}, form)


def revise(spec: Spec, before: Response, form: Form) -> Response:
    """The form's decisions, and by the server a record of each that is new."""
    posted = {line.id: first(form, f"line.{line.id}") for line in spec.lines}
    decided = {line_id: decision for line_id, decision in posted.items() if decision in DECISIONS}
    earlier = before.get("decided", {})
    changes = [
        [line_id, decided.get(line_id, "")]
        for line_id in posted
        if decided.get(line_id) != earlier.get(line_id)
    ]
    log = [*before.get("changes", []), *changes][:MOST_CHANGES]
    return {**({"decided": decided} if decided else {}), **({"changes": log} if log else {})}


def scene(spec: Spec, response: Response, seed: int) -> Scene:
    texts = {line.id: line.text for line in spec.lines}
    told = [
        Change(text=texts[line_id], decision=how)
        for line_id, how in response.get("changes", ())
        if line_id in texts
    ]
    return Scene(changes=tuple(told))


def score(spec: Spec, response: Response) -> Score:
    decided = response.get("decided", {})
    is_blank = all(decided.get(line.id) not in DECISIONS for line in spec.lines)
    ratio = max(0.0, round(sum(_net(spec.side(each), decided) for each in DECISIONS) / len(DECISIONS), 9))
    return Score(
        ratio=ratio,
        message="" if is_blank else message_for(spec.feedback, ratio),
        parts=tuple(_part(line, decided.get(line.id)) for line in spec.lines),
        is_blank=is_blank,
    )


def _net(lines: tuple[Line, ...], decided: dict[str, str]) -> float:
    """What was decided right less what was decided wrong, by risk: from -1 to 1."""
    signs = {
        line.id: 0 if decided.get(line.id) not in DECISIONS else 1 if decided[line.id] == line.answer else -1
        for line in lines
    }
    return sum(signs[line.id] * line.risk for line in lines) / sum(line.risk for line in lines)


def _part(line: Line, decision: str | None) -> PartScore:
    """`reasons` says how it should be, and how much is at stake where something is to be kept."""
    reasons = (line.answer, *((f"risk-{line.risk}",) if line.answer == "keep" else ()))
    is_right = decision == line.answer
    return PartScore(
        part_id=line.id,
        label=line.text,
        verdict="right" if is_right else "wrong" if decision in DECISIONS else "missed",
        message=line.feedback or "",
        answer="" if is_right else line.answer,
        reasons=reasons,
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return ({f"line.{line.id}": [line.answer] for line in spec.lines},)


def guess_floor(spec: Spec) -> float:
    """Deciding all lines one way, or by a coin, comes out at nothing on average."""
    return 0.0


def key_text(spec: Spec) -> str:
    """A line each: ✓ what may be shared, ✗ what is to be kept with its risk."""
    return "\n".join(
        f"✓ {line.text}" if line.answer == "share" else f"✗ {line.text} ({line.risk})" for line in spec.lines
    )

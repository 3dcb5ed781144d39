"""True or false, with the reason: judge a statement and say why.

**Scoring.** Half for the judgment, half for the reason. The reason counts only beside the right judgment, so that a lucky reason
cannot rescue a wrong one:

    1/2 for the right judgment + 1/2 for the right reason beside it

**Worked example.** The statement is false because the photo is older than the storm. “False” with that reason scores 1, “false” with
another reason or none 1/2, “true” with that reason 0, the reason alone 0.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_parts
from lti_tool.interactions.contract import (
    SECRET,
    AnswerOption,
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
    message_for,
)
from lti_tool.interactions.seeding import seeded_order, spare

MOST_REASONS = 6
HALF = 0.5
JUDGMENTS = ("true", "false")

Judgment: TypeAlias = Literal["true", "false"]


class Reason(Part):
    id: Id
    text: Text
    key: bool = Field(default=False, json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """A statement, whether it is true, and reasons to choose from."""

    statement: Text = Field(description="What is to be judged")
    is_true: bool = Field(description="Whether the statement is true", json_schema_extra=SECRET)
    judgment_feedback: SecretText | None = Field(
        default=None, description="Said beside a wrong judgment: how one can tell"
    )
    ask_reason: Text | None = Field(default=None, description="In place of “How do you know?”")
    shuffle: bool = Field(default=True, description="False keeps the reasons in the order written")
    reasons: tuple[Reason, ...] = Field(json_schema_extra={"minItems": 2, "maxItems": MOST_REASONS})

    @model_validator(mode="after")
    def check_reasons(self) -> Self:
        check_parts(self.reasons, "reasons", at_least=2, at_most=MOST_REASONS, unlike="text")
        count = sum(reason.key for reason in self.reasons)
        if count != 1:
            raise ValueError(
                f"{count} reasons have `key: true`: give it to the one that proves the judgment."
            )
        return self

    @property
    def judgment(self) -> Judgment:
        return "true" if self.is_true else "false"

    def find(self, reason_id: str | None) -> Reason | None:
        return next((reason for reason in self.reasons if reason.id == reason_id), None)


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    statement: str
    ask_reason: str | None
    reasons: tuple[PublicText, ...]


def public(spec: Spec, seed: int) -> Public:
    texts = {reason.id: reason.text for reason in spec.reasons}
    ids = seeded_order(texts, seed) if spec.shuffle else tuple(texts)
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        statement=spec.statement,
        ask_reason=spec.ask_reason,
        reasons=tuple(PublicText(id=reason_id, text=texts[reason_id]) for reason_id in ids),
    )


def leavable(spec: Spec, seed: int, fewer: int) -> tuple[str, ...]:
    """Wrong reasons, at most all but one."""
    return spare([reason.id for reason in spec.reasons if not reason.key], seed, fewer)


def without(spec: Spec, left_out: Collection[str]) -> Spec:
    kept = tuple(reason for reason in spec.reasons if reason.id not in left_out)
    return spec.model_copy(update={"reasons": kept})


def parse(spec: Spec, form: Form) -> Response:
    judgment, reason = first(form, "judgment"), first(form, "reason")
    response = {"judgment": judgment} if judgment in JUDGMENTS else {}
    return response | ({"reason": reason} if spec.find(reason) else {})


def score(spec: Spec, response: Response) -> Score:
    """The parts are the judgment, and the reasons by their id with `reason-` before it."""
    judgment, reason = response.get("judgment"), spec.find(response.get("reason"))
    is_right = judgment == spec.judgment
    ratio = HALF * (is_right + (is_right and reason is not None and reason.key))
    is_blank = judgment not in JUDGMENTS and reason is None
    return Score(
        ratio=ratio,
        message="" if is_blank else message_for(spec.feedback, ratio),
        parts=(_judgment_part(spec, judgment), *_reason_parts(spec, reason)),
        is_blank=is_blank,
    )


def _judgment_part(spec: Spec, judgment: str | None) -> PartScore:
    if judgment == spec.judgment:
        return PartScore(part_id="judgment", label=spec.judgment, verdict="right")
    if judgment not in JUDGMENTS:
        return PartScore(part_id="judgment", label="", verdict="missed", answer=spec.judgment)
    return PartScore(
        part_id="judgment",
        label=judgment,
        verdict="wrong",
        message=spec.judgment_feedback or "",
        answer=spec.judgment,
    )


def _reason_parts(spec: Spec, chosen: Reason | None) -> tuple[PartScore, ...]:
    """The reason chosen, and the right one when it was not."""
    key = next(reason for reason in spec.reasons if reason.key)
    if chosen == key:
        return (_reason_part(key, "right"),)
    missed = _reason_part(key, "missed")
    return (_reason_part(chosen, "wrong"), missed) if chosen else (missed,)


def _reason_part(reason: Reason, verdict: Literal["right", "wrong", "missed"]) -> PartScore:
    return PartScore(
        part_id=f"reason-{reason.id}", label=reason.text, verdict=verdict, message=reason.feedback or ""
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    reason = next(each.id for each in spec.reasons if each.key)
    return ({"judgment": [spec.judgment], "reason": [reason]},)


def guess_floor(spec: Spec) -> float:
    """Half the judgments are right by chance, and then one reason in their number."""
    return HALF * (HALF + HALF / len(spec.reasons))


def key_text(spec: Spec) -> str:
    """The judgment as a word of the file, `true` or `false`, and the reason."""
    reason = next(reason for reason in spec.reasons if reason.key)
    return f"{spec.judgment}: {reason.text}"


def options(spec: Spec) -> tuple[AnswerOption, ...]:
    """The reasons; the judgment before them is no option among others."""
    return tuple(AnswerOption(id=each.id, text=each.text, is_key=each.key) for each in spec.reasons)


def picks(spec: Spec, response: Response) -> tuple[str, ...]:
    chosen = spec.find(response.get("reason"))
    return (chosen.id,) if chosen else ()

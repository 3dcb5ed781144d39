"""Short text: type a word or a few.

Scoring. The answer is compared after `normalise` (capitals, accents, spaces, articles and punctuation do not matter). It
scores 1 when it equals an accepted answer, the author's `credit` when it equals a `near` one, else 0. With `typos: auto` a
slip of the fingers is forgiven; `typos.py` says which, and of several candidates the closest wins.

Worked example: accepted "lateral reading", near "vertical reading" with credit 0.25. "The Lateral Reading!" scores 1,
"latteral readign" scores 1 and is shown the spelling, "vertical reading" scores 0.25 with its remark, "reading" scores 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from lti_tool.interactions.checks import check_count, check_unique
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
from lti_tool.interactions.short_text.normalise import normalise
from lti_tool.interactions.short_text.typos import count_slips

IS_ADVISORY = True
LONGEST_ANSWER = 200
MOST_ACCEPTED = 30

KeyText: TypeAlias = Annotated[SecretText, StringConstraints(max_length=LONGEST_ANSWER)]


class Near(Part):
    """An answer worth a remark, and some credit."""

    text: KeyText
    credit: float = Field(default=0.0, ge=0, lt=1, json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """A question answered by typing a few words."""

    label: Text | None = Field(default=None, description="The field's label; without it, “Your answer”")
    accept: tuple[KeyText, ...] = Field(json_schema_extra={"minItems": 1, "maxItems": MOST_ACCEPTED})
    near: tuple[Near, ...] = ()
    typos: Literal["auto", "none"] = Field(default="auto", json_schema_extra=SECRET)

    @model_validator(mode="after")
    def check_answers(self) -> Self:
        check_count(self.accept, "accepted answers", at_least=1, at_most=MOST_ACCEPTED)
        texts = [*self.accept, *(near.text for near in self.near)]
        for text in texts:
            if not normalise(text):
                raise ValueError(
                    f"The answer “{text}” has no letter or digit, so nobody can match it: write words."
                )
        check_unique(
            (normalise(text) for text in texts),
            "the answers in `accept` and `near`, once capitals, accents and punctuation are set aside",
        )
        return self


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    label: str | None
    longest: int = LONGEST_ANSWER


@dataclass(frozen=True, kw_only=True)
class Match:
    """A known answer that the typed one comes close enough to."""

    text: str
    credit: float
    slips: int
    feedback: str = ""


def public(spec: Spec, seed: int) -> Public:
    return Public(prompt=spec.prompt, stimulus=spec.stimulus, label=spec.label)


def parse(spec: Spec, form: Form) -> Response:
    # Surrogates and NUL cannot be stored; a browser never sends them.
    text = first(form, "text").replace("\0", "").encode(errors="ignore").decode()
    text = " ".join(text.split())[:LONGEST_ANSWER].strip()
    return {"text": text} if text else {}


def score(spec: Spec, response: Response) -> Score:
    typed = response.get("text", "")
    if not normalise(typed):
        return Score(ratio=0.0, message="", parts=(_missed(spec),), is_blank=True)
    match = find_match(spec, typed)
    ratio = match.credit if match else 0.0
    remark = match.feedback if match else ""
    return Score(
        ratio=ratio, message=remark or message_for(spec.feedback, ratio), parts=(_part(spec, typed, match),)
    )


def find_match(spec: Spec, typed: str) -> Match | None:
    """The closest known answer within tolerance; an accepted one before a near one that is as close."""
    matches = [_match(spec, typed, text, 1.0, "") for text in spec.accept]
    matches += [_match(spec, typed, near.text, near.credit, near.feedback or "") for near in spec.near]
    return min((match for match in matches if match), key=lambda match: match.slips, default=None)


def _match(spec: Spec, typed: str, text: str, credit: float, feedback: str) -> Match | None:
    slips = count_slips(normalise(typed), normalise(text))
    if slips is None or (slips > 0 and spec.typos == "none"):
        return None
    return Match(text=text, credit=credit, slips=slips, feedback=feedback)


def _part(spec: Spec, typed: str, match: Match | None) -> PartScore:
    """The answer is the spelling of what was meant, or else the first accepted one."""
    if match and match.credit >= 1:
        spelling = match.text if match.slips else ""
        return PartScore(part_id="text", label=typed, verdict="right", answer=spelling)
    verdict: Verdict = "partial" if match and match.credit > 0 else "wrong"
    return PartScore(part_id="text", label=typed, verdict=verdict, answer=spec.accept[0])


def _missed(spec: Spec) -> PartScore:
    return PartScore(part_id="text", label="", verdict="missed", answer=spec.accept[0])


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return ({"text": [spec.accept[0]]},)


def mistake(spec: Spec, rng: Random) -> tuple[Form, ...]:
    return ({"text": ["I am not sure"]},)


def guess_floor(spec: Spec) -> float:
    return 0.0


def key_text(spec: Spec) -> str:
    return " / ".join(spec.accept)

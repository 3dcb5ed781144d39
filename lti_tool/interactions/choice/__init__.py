"""Choice: pick the one right option, or all that are right.

Scoring. A single choice is right or wrong. With `multiple: true` the score is net-correct, so that ticking everything earns
nothing for free:

    (right picks - wrong picks) / keys, never below 0

Worked example: of five options A, B and C are keys. Picking A and B gives 2/3; A, B and D gives (2 - 1)/3 = 1/3; all five
give (3 - 2)/3 = 1/3; D alone gives 0.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random
from typing import Self

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
    Verdict,
    message_for,
)
from lti_tool.interactions.marking import mean_net_correct, net_correct, read_picks
from lti_tool.interactions.seeding import seeded_order, spare

MOST_OPTIONS = 10


class Option(Part):
    id: Id
    text: Text
    key: bool = Field(default=False, json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """A question with options to pick from."""

    multiple: bool = Field(default=False, description="True when several options may be picked")
    shuffle: bool = Field(default=True, description="False keeps the options in the order written")
    options: tuple[Option, ...] = Field(json_schema_extra={"minItems": 2, "maxItems": MOST_OPTIONS})

    @model_validator(mode="after")
    def check_options(self) -> Self:
        check_parts(self.options, "options", at_least=2, at_most=MOST_OPTIONS, unlike="text")
        return self

    @model_validator(mode="after")
    def check_keys(self) -> Self:
        count = len(self.keys)
        if count == 0:
            raise ValueError("No option is right: add `key: true` to the right one.")
        if not self.multiple and count > 1:
            raise ValueError(
                f"{count} options have `key: true`: leave one, or add `multiple: true` to the item."
            )
        if count == len(self.options):
            raise ValueError(
                "Every option is right, so there is nothing to decide: add an option that is not."
            )
        return self

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options if option.key)


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    multiple: bool
    options: tuple[PublicText, ...]


def public(spec: Spec, seed: int) -> Public:
    texts = {option.id: option.text for option in spec.options}
    ids = seeded_order(texts, seed) if spec.shuffle else tuple(texts)
    options = tuple(PublicText(id=option_id, text=texts[option_id]) for option_id in ids)
    return Public(prompt=spec.prompt, stimulus=spec.stimulus, multiple=spec.multiple, options=options)


def leavable(spec: Spec, seed: int, fewer: int) -> tuple[str, ...]:
    """Wrong options, at most all but one."""
    return spare([option.id for option in spec.options if not option.key], seed, fewer)


def without(spec: Spec, left_out: Collection[str]) -> Spec:
    kept = tuple(option for option in spec.options if option.id not in left_out)
    return spec.model_copy(update={"options": kept})


def parse(spec: Spec, form: Form) -> Response:
    posted = form.get("pick") or ()
    picked = read_picks((option.id for option in spec.options), posted, multiple=spec.multiple)
    return {"picked": picked} if picked else {}


def score(spec: Spec, response: Response) -> Score:
    picked = frozenset(response.get("picked", ())) & {option.id for option in spec.options}
    ratio = net_correct(picked, spec.keys)
    return Score(
        ratio=ratio,
        message=message_for(spec.feedback, ratio) if picked else "",
        parts=tuple(
            _part(option, option.id in picked) for option in spec.options if option.id in picked | spec.keys
        ),
        is_blank=not picked,
    )


def _part(option: Option, is_picked: bool) -> PartScore:
    if not is_picked:
        return PartScore(
            part_id=option.id, label=option.text, verdict="missed", message=option.feedback or ""
        )
    verdict: Verdict = "right" if option.key else "wrong"
    return PartScore(part_id=option.id, label=option.text, verdict=verdict, message=option.feedback or "")


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return ({"pick": [option.id for option in spec.options if option.key]},)


def mistake(spec: Spec, rng: Random) -> tuple[Form, ...]:
    """Another option in place of the first right one."""
    keys = [option.id for option in spec.options if option.key]
    return ({"pick": [*keys[1:], rng.choice([each.id for each in spec.options if not each.key])]},)


def guess_floor(spec: Spec) -> float:
    """One in the number of options; with several keys, the mean over all ways of ticking at least one box."""
    keys, others = len(spec.keys), len(spec.options) - len(spec.keys)
    if not spec.multiple:
        return 1 / len(spec.options)
    return mean_net_correct(keys, others)


def key_text(spec: Spec) -> str:
    return "; ".join(option.text for option in spec.options if option.key)


def options(spec: Spec) -> tuple[AnswerOption, ...]:
    return tuple(AnswerOption(id=each.id, text=each.text, is_key=each.key) for each in spec.options)


def picks(spec: Spec, response: Response) -> tuple[str, ...]:
    return tuple(each.id for each in spec.options if each.id in response.get("picked", ()))

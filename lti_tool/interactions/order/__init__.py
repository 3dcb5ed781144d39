"""Order: bring the steps into the right order.

Scoring. What counts is the order of the steps among each other, so that one step out of place costs one step, however many
others it pushes along:

    (longest run of steps in the right relative order - 1) / (n - 1), never below 0

Worked example: for the key A B C D E F the answer B C D E F A has the run B C D E F, so (5 - 1)/(6 - 1) = 0.8; the reversed
order has only runs of one step, so 0. A step without a place, or sharing its place with another, cannot both be in a run.

Shuffling. The order shown depends on the seed and the ids alone. To shuffle again whenever that happens to be the key would
make what is shown depend on the key, so it is not done: once in n! times the steps stand right at the start. Untouched steps
are a blank answer all the same; a student who finds them right says so with "Keep this order".
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Self

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_parts
from lti_tool.interactions.contract import (
    SECRET_ORDER,
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
from lti_tool.interactions.placing import by_place, places_of, read_places, write_places
from lti_tool.interactions.runs import longest_run, mean_longest_run
from lti_tool.interactions.seeding import seeded_order

MOST_STEPS = 10


class Step(Part):
    id: Id
    text: Text
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """Steps, written in the right order."""

    first_label: Text | None = Field(default=None, description="Stands above the list: First, Oldest …")
    last_label: Text | None = Field(default=None, description="Stands below the list: Last, Newest …")
    steps: tuple[Step, ...] = Field(json_schema_extra={"minItems": 3, "maxItems": MOST_STEPS} | SECRET_ORDER)

    @model_validator(mode="after")
    def check_steps(self) -> Self:
        check_parts(self.steps, "steps", at_least=3, at_most=MOST_STEPS, unlike="text")
        return self


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    first_label: str | None
    last_label: str | None
    steps: tuple[PublicText, ...]


def public(spec: Spec, seed: int) -> Public:
    texts = {step.id: step.text for step in spec.steps}
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        first_label=spec.first_label,
        last_label=spec.last_label,
        steps=tuple(PublicText(id=step_id, text=texts[step_id]) for step_id in seeded_order(texts, seed)),
    )


def parse(spec: Spec, form: Form) -> Response:
    return read_places([step.id for step in spec.steps], form)


def score(spec: Spec, response: Response) -> Score:
    places = places_of({step.id for step in spec.steps}, response)
    run = longest_run([(step.id, places[step.id]) for step in spec.steps if step.id in places])
    ratio = max(0, len(run) - 1) / (len(spec.steps) - 1)
    return Score(
        ratio=ratio,
        message=message_for(spec.feedback, ratio) if places else "",
        parts=_parts(spec, places, run if len(run) > 1 else frozenset()),
        is_blank=not places,
    )


def _parts(spec: Spec, places: dict[str, int], run: frozenset[str]) -> tuple[PartScore, ...]:
    parts = [_part(step, number, step.id in places, run) for number, step in enumerate(spec.steps, start=1)]
    return by_place(parts, places)


def _part(step: Step, number: int, is_placed: bool, run: frozenset[str]) -> PartScore:
    message = step.feedback or ""
    if step.id in run:
        return PartScore(part_id=step.id, label=step.text, verdict="right", message=message)
    verdict: Verdict = "wrong" if is_placed else "missed"
    return PartScore(part_id=step.id, label=step.text, verdict=verdict, message=message, answer=str(number))


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return (write_places([step.id for step in spec.steps]),)


def mistake(spec: Spec, rng: Random) -> tuple[Form, ...]:
    """The other way round."""
    return (write_places([step.id for step in reversed(spec.steps)]),)


def guess_floor(spec: Spec) -> float:
    """The mean score over all orders: half for three steps, less for more."""
    count = len(spec.steps)
    return (mean_longest_run(count) - 1) / (count - 1)


def key_text(spec: Spec) -> str:
    return "\n".join(f"{number}. {step.text}" for number, step in enumerate(spec.steps, start=1))

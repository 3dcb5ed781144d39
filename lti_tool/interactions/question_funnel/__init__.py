"""Question Funnel: narrow a topic step by step, judge ready-made questions, and write one of your own.

Scoring. Each decision counts the same, whether it narrows the topic or judges a question; one left out earns nothing, and the
question in the student's own words is kept but never scored:

    right decisions / decisions

Worked example: two steps narrow the topic, four questions are judged. A student takes one good step and judges three questions
right: 4/6 = 0.6667.
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
    PublicText,
    Response,
    Score,
    SecretText,
    Text,
    first,
    score_by_share,
)
from lti_tool.interactions.seeding import seeded_order

MOST_STEPS, FEWEST_OPTIONS, MOST_OPTIONS = 4, 2, 4
FEWEST_QUESTIONS, MOST_QUESTIONS = 2, 10
FEWEST_JUDGEMENTS, MOST_JUDGEMENTS = 2, 4
LONGEST_OWN = 400


class Narrowing(Part):
    """A way to make the topic narrower, good or not."""

    id: Id
    text: Text
    key: bool = Field(default=False, json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Step(Part):
    """One step down the funnel."""

    id: Id
    prompt: Text
    options: tuple[Narrowing, ...]

    @property
    def key(self) -> Narrowing:
        return next(option for option in self.options if option.key)


class Judgement(Part):
    """What can be said of a question: "Too big", "Just right"."""

    id: Id
    label: Text


class Question(Part):
    id: Id
    text: Text
    judgement: Id = Field(json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """A topic, steps that narrow it, questions to judge, and room for a question of one's own."""

    topic: Text = Field(description="The wide topic at the top of the funnel")
    steps: tuple[Step, ...] = Field(
        description="How to narrow it, step by step; of the `options` of a step one has `key: true`",
        json_schema_extra={"minItems": 1, "maxItems": MOST_STEPS},
    )
    judgements: tuple[Judgement, ...] = Field(
        description="What can be said of a question",
        json_schema_extra={"minItems": FEWEST_JUDGEMENTS, "maxItems": MOST_JUDGEMENTS},
    )
    questions: tuple[Question, ...] = Field(
        description="Questions to judge",
        json_schema_extra={"minItems": FEWEST_QUESTIONS, "maxItems": MOST_QUESTIONS},
    )
    own: Text | None = Field(
        default=None, description="Asks for a question in the student's own words; never scored"
    )

    @model_validator(mode="after")
    def check_steps(self) -> Self:
        check_parts(self.steps, "steps", at_least=1, at_most=MOST_STEPS)
        for step in self.steps:
            what = f"options of step “{step.id}”"
            check_parts(step.options, what, at_least=FEWEST_OPTIONS, at_most=MOST_OPTIONS, unlike="text")
            count = sum(option.key for option in step.options)
            if count != 1:
                raise ValueError(f"{count} {what} have `key: true`: mark the good one, and only that.")
        return self

    @model_validator(mode="after")
    def check_questions(self) -> Self:
        check_parts(
            self.judgements, "judgements", at_least=FEWEST_JUDGEMENTS, at_most=MOST_JUDGEMENTS, unlike="label"
        )
        check_parts(
            self.questions, "questions", at_least=FEWEST_QUESTIONS, at_most=MOST_QUESTIONS, unlike="text"
        )
        for each in self.questions:
            if each.judgement not in self.labels:
                raise ValueError(
                    f"Question “{each.id}” has the judgement “{each.judgement}”, which does not exist: "
                    f"use one of {', '.join(self.labels)}."
                )
        if len({each.judgement for each in self.questions}) < 2:
            raise ValueError(
                "Every question has the same judgement, so there is nothing to tell apart: write another one."
            )
        return self

    @property
    def labels(self) -> dict[str, str]:
        return {each.id: each.label for each in self.judgements}


@dataclass(frozen=True, kw_only=True)
class PublicStep:
    id: str
    prompt: str
    options: tuple[PublicText, ...]


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    topic: str
    steps: tuple[PublicStep, ...]
    judgements: tuple[PublicText, ...]
    questions: tuple[PublicText, ...]
    own: str | None
    longest_own: int = LONGEST_OWN


def public(spec: Spec, seed: int) -> Public:
    """Steps and judgements keep their order; options and questions are shuffled."""
    questions = {each.id: each.text for each in spec.questions}
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        topic=spec.topic,
        steps=tuple(_public_step(step, seed) for step in spec.steps),
        judgements=tuple(PublicText(id=each.id, text=each.label) for each in spec.judgements),
        questions=tuple(PublicText(id=each, text=questions[each]) for each in seeded_order(questions, seed)),
        own=spec.own,
    )


def _public_step(step: Step, seed: int) -> PublicStep:
    texts = {option.id: option.text for option in step.options}
    options = tuple(PublicText(id=each, text=texts[each]) for each in seeded_order(texts, seed))
    return PublicStep(id=step.id, prompt=step.prompt, options=options)


def parse(spec: Spec, form: Form) -> Response:
    steps = {step.id: first(form, f"step.{step.id}") for step in spec.steps}
    judged = {each.id: first(form, f"judge.{each.id}") for each in spec.questions}
    own = _clean(first(form, "own")) if spec.own else ""
    told = {
        "steps": {
            step.id: steps[step.id] for step in spec.steps if steps[step.id] in {o.id for o in step.options}
        },
        "judged": {each: judgement for each, judgement in judged.items() if judgement in spec.labels},
        "own": own,
    }
    return {name: value for name, value in told.items() if value}


def _clean(text: str) -> str:
    """Only what can be stored and shown; line ends as browsers send them back."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ["".join(letter for letter in line if letter.isprintable()) for line in lines]
    return "\n".join(kept).strip()[:LONGEST_OWN].strip()


def score(spec: Spec, response: Response) -> Score:
    parts = (
        *(_step_part(step, response.get("steps", {}).get(step.id)) for step in spec.steps),
        *(_question_part(spec, each, response.get("judged", {}).get(each.id)) for each in spec.questions),
    )
    return score_by_share(spec.feedback, parts)


def _step_part(step: Step, taken: str | None) -> PartScore:
    own = next((option for option in step.options if option.id == taken), None)
    is_right = own is not None and own.key
    return PartScore(
        part_id=f"step-{step.id}",
        label=step.prompt,
        verdict="right" if is_right else "wrong" if own else "missed",
        message=(own.feedback or "") if own else "",
        answer="" if is_right else step.key.text,
    )


def _question_part(spec: Spec, question: Question, judgement: str | None) -> PartScore:
    is_right = judgement == question.judgement
    return PartScore(
        part_id=f"judge-{question.id}",
        label=question.text,
        verdict="right" if is_right else "wrong" if judgement in spec.labels else "missed",
        message=question.feedback or "",
        answer="" if is_right else spec.labels[question.judgement],
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    steps = {f"step.{step.id}": [step.key.id] for step in spec.steps}
    return ({**steps, **{f"judge.{each.id}": [each.judgement] for each in spec.questions}},)


def guess_floor(spec: Spec) -> float:
    """The mean over all decisions of one in the number of choices."""
    chances = [1 / len(step.options) for step in spec.steps] + [1 / len(spec.judgements)] * len(
        spec.questions
    )
    return sum(chances) / len(chances)


def key_text(spec: Spec) -> str:
    """The way down the funnel, then a line for each question."""
    way = " → ".join([spec.topic, *(step.key.text for step in spec.steps)])
    return "\n".join([way, *(f"{each.text} → {spec.labels[each.judgement]}" for each in spec.questions)])

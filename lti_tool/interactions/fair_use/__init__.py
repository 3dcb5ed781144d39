"""Fair-Use Decider: look at a case of using somebody's work, weigh the four factors, and decide what to do.

First come questions about the `facts`: who made it, is it still protected, is there a licence. Where these do not settle the case, the four
factors of fair use (17 U.S.C. § 107) are weighed, each on a scale from clearly against to clearly in favor. Then comes the decision; more than one
can be sound.

Scoring. Facts 40 %, factors 40 %, decision 20 %; what a case does not ask for gives its share to the others in proportion.

    facts = facts answered right / facts
    factors = mean over the factors: 1 within the author's range, 0.5 one step beside it, else 0
    decision = 1 when it is an accepted one, else 0

Worked example: two of three facts are right, of four factors three are in range and one is a step beside, and the decision is an accepted
one: 0.4 * 2/3 + 0.4 * 3.5/4 + 0.2 = 0.8167.

This teaches weighing; it is no legal advice, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self, TypeAlias, get_args

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_parts, check_unique
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
    Verdict,
    first,
    message_for,
)

Factor: TypeAlias = Literal["purpose", "nature", "amount", "effect"]
FACTORS: tuple[Factor, ...] = get_args(Factor)
STEPS = 5
"""1 is clearly against fair use, 5 clearly in favor."""
WEIGHTS = {"facts": 0.4, "factors": 0.4, "decision": 0.2}
DECISION = "decision"


class Answer(Part):
    id: Id
    text: Text
    key: bool = Field(default=False, json_schema_extra=SECRET)


class Fact(Part):
    id: Id
    question: Text
    answers: tuple[Answer, ...] = Field(min_length=2, max_length=6)
    feedback: SecretText | None = None

    @model_validator(mode="after")
    def check_answers(self) -> Self:
        check_unique((answer.id for answer in self.answers), f"the ids of the answers to “{self.id}”")
        if sum(answer.key for answer in self.answers) != 1:
            raise ValueError(f"Fact “{self.id}” needs exactly one answer with `key: true`.")
        return self

    @property
    def key(self) -> Answer:
        return next(answer for answer in self.answers if answer.key)


class Weighing(Part):
    """One factor in this case: the range of steps that can be defended, and why."""

    factor: Factor
    low: int = Field(ge=1, le=STEPS, json_schema_extra=SECRET)
    high: int = Field(ge=1, le=STEPS, json_schema_extra=SECRET)
    feedback: SecretText | None = None

    @model_validator(mode="after")
    def check_range(self) -> Self:
        if self.low > self.high:
            raise ValueError(
                f"Factor “{self.factor}” goes from {self.low} to {self.high}: let `low` be the smaller."
            )
        if self.high - self.low == STEPS - 1:
            raise ValueError(
                f"Factor “{self.factor}” accepts every step, so there is nothing to weigh: narrow it."
            )
        return self

    def worth(self, step: int) -> float:
        beside = max(self.low - step, step - self.high, 0)
        return {0: 1.0, 1: 0.5}.get(beside, 0.0)


class Decision(Part):
    id: Id
    text: Text
    accepted: bool = Field(default=False, json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """A case, told in the prompt and the stimulus."""

    facts: tuple[Fact, ...] = Field(
        default=(),
        max_length=6,
        description="Questions about the work and its use, each with one right answer",
    )
    factors: tuple[Weighing, ...] = Field(
        default=(),
        max_length=4,
        description="`purpose`, `nature`, `amount`, `effect`, with the range that can be defended: 1 clearly against fair use, 5 clearly in favor",
    )
    decisions: tuple[Decision, ...] = Field(
        description="What could be done; `accepted: true` for each that is sound",
        json_schema_extra={"minItems": 2, "maxItems": 6},
    )

    @model_validator(mode="after")
    def check_parts(self) -> Self:
        check_unique((fact.id for fact in self.facts), "the ids of the facts")
        check_unique((weighing.factor for weighing in self.factors), "the factors")
        check_parts(self.decisions, "decisions", at_least=2, at_most=6)
        if not self.facts and not self.factors:
            raise ValueError("There is nothing to look at before deciding: write `facts`, `factors` or both.")
        return self

    @model_validator(mode="after")
    def check_decisions(self) -> Self:
        accepted = [decision for decision in self.decisions if decision.accepted]
        if not accepted:
            raise ValueError("No decision is sound: add `accepted: true` to at least one.")
        if len(accepted) == len(self.decisions):
            raise ValueError(
                "Every decision is accepted, so there is nothing to decide: add one that is not."
            )
        return self

    @property
    def weights(self) -> dict[str, float]:
        """The shares of what this case asks for; they add up to 1."""
        asked = {"facts": bool(self.facts), "factors": bool(self.factors), "decision": True}
        whole = sum(WEIGHTS[name] for name, is_asked in asked.items() if is_asked)
        return {name: WEIGHTS[name] / whole for name, is_asked in asked.items() if is_asked}


@dataclass(frozen=True, kw_only=True)
class PublicFact:
    id: str
    question: str
    answers: tuple[PublicText, ...]


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    facts: tuple[PublicFact, ...]
    factors: tuple[str, ...]
    decisions: tuple[PublicText, ...]
    steps: int = STEPS


def public(spec: Spec, seed: int) -> Public:
    """Everything stays in the order written: questions build on each other, and decisions go from the easiest to the most careful."""
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        facts=tuple(
            PublicFact(id=fact.id, question=fact.question, answers=_choices(fact.answers))
            for fact in spec.facts
        ),
        factors=tuple(factor for factor in FACTORS if factor in {each.factor for each in spec.factors}),
        decisions=_choices(spec.decisions),
    )


def _choices(options: tuple[Answer, ...] | tuple[Decision, ...]) -> tuple[PublicText, ...]:
    return tuple(PublicText(id=option.id, text=option.text) for option in options)


def parse(spec: Spec, form: Form) -> Response:
    steps = {str(step): step for step in range(1, STEPS + 1)}
    facts = {fact.id: first(form, f"fact.{fact.id}") for fact in spec.facts}
    factors = {each.factor: first(form, f"factor.{each.factor}") for each in spec.factors}
    decision = first(form, "decision")
    response = {
        "facts": {
            fact.id: facts[fact.id]
            for fact in spec.facts
            if facts[fact.id] in {answer.id for answer in fact.answers}
        },
        "factors": {factor: steps[value] for factor, value in factors.items() if value in steps},
        "decision": decision if decision in {each.id for each in spec.decisions} else "",
    }
    return {name: value for name, value in response.items() if value}


def score(spec: Spec, response: Response) -> Score:
    facts = [_fact_part(fact, response.get("facts", {}).get(fact.id)) for fact in spec.facts]
    given = response.get("factors", {})
    factors = [_factor_part(each, given.get(each.factor)) for each in spec.factors]
    worths = [each.worth(given[each.factor]) if each.factor in given else 0.0 for each in spec.factors]
    decision = _decision_part(spec, response.get("decision"))
    earned = {
        "facts": sum(part.verdict == "right" for part in facts) / len(facts) if facts else 0.0,
        "factors": sum(worths) / len(worths) if worths else 0.0,
        "decision": float(decision.verdict == "right"),
    }
    # Rounded, so that all parts together make 1 and not a hair less.
    ratio = round(sum(weight * earned[name] for name, weight in spec.weights.items()), 9)
    parts = (*facts, *factors, decision)
    is_blank = all(part.verdict == "missed" for part in parts)
    return Score(
        ratio=ratio,
        message="" if is_blank else message_for(spec.feedback, ratio),
        parts=parts,
        is_blank=is_blank,
    )


def _fact_part(fact: Fact, answer: str | None) -> PartScore:
    is_right = answer == fact.key.id
    is_given = answer in {each.id for each in fact.answers}
    return PartScore(
        part_id=f"fact-{fact.id}",
        label=fact.question,
        verdict="right" if is_right else "wrong" if is_given else "missed",
        message=fact.feedback or "",
        answer="" if is_right else fact.key.text,
    )


def _factor_part(weighing: Weighing, step: int | None) -> PartScore:
    worth = weighing.worth(step) if step else 0.0
    verdict: Verdict = "missed" if not step else "right" if worth >= 1 else "partial" if worth else "wrong"
    return PartScore(
        part_id=f"factor-{weighing.factor}",
        label=weighing.factor,
        verdict=verdict,
        message=weighing.feedback or "",
        answer="" if verdict == "right" else f"{weighing.low}-{weighing.high}",
    )


def _decision_part(spec: Spec, chosen: str | None) -> PartScore:
    picked = next((each for each in spec.decisions if each.id == chosen), None)
    sound = "; ".join(each.text for each in spec.decisions if each.accepted)
    if picked is None:
        return PartScore(part_id=DECISION, label="", verdict="missed", answer=sound)
    return PartScore(
        part_id=DECISION,
        label=picked.text,
        verdict="right" if picked.accepted else "wrong",
        message=picked.feedback or "",
        answer="" if picked.accepted else sound,
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    decision = next(each.id for each in spec.decisions if each.accepted)
    facts = {f"fact.{fact.id}": [fact.key.id] for fact in spec.facts}
    factors = {f"factor.{each.factor}": [str(each.low)] for each in spec.factors}
    return ({**facts, **factors, "decision": [decision]},)


def guess_floor(spec: Spec) -> float:
    """The mean over all ways of answering everything."""
    facts = [1 / len(fact.answers) for fact in spec.facts]
    factors = [sum(map(each.worth, range(1, STEPS + 1))) / STEPS for each in spec.factors]
    decision = sum(each.accepted for each in spec.decisions) / len(spec.decisions)
    earned = {
        "facts": sum(facts) / len(facts) if facts else 0.0,
        "factors": sum(factors) / len(factors) if factors else 0.0,
        "decision": decision,
    }
    return sum(weight * earned[name] for name, weight in spec.weights.items())


def key_text(spec: Spec) -> str:
    lines = [f"{fact.question} {fact.key.text}" for fact in spec.facts]
    lines += [f"{each.factor}: {each.low}-{each.high}" for each in spec.factors]
    return "\n".join([*lines, f"→ {'; '.join(each.text for each in spec.decisions if each.accepted)}"])

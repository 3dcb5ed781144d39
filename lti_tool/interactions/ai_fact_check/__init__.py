"""AI Fact-Check: judge each statement of a machine's answer against the sources that lie beside it.

Scoring. What counts is to find the flawed statements and to say what is wrong with them. A flawed statement called flawed is
worth 1 with the right flaw and 1/2 with another one; found is the sum of these worths:

    F1   = 2 · found / (statements called flawed + statements that are flawed)
    ratio = (F1 - F1 of the best blanket answer) / (1 - F1 of the best blanket answer), never below 0

A blanket answer calls every statement flawed in one and the same way: so suspecting everything earns nothing, as trusting everything
does. A sound statement that was not judged counts like one called flawed: full marks take a verdict on each.

Worked example: two of five statements are flawed, in different ways. The best blanket answer finds 1 + 1/2, so its F1 is 3/7. A student
finds one with its flaw, the other with another flaw, and lets the rest hold: F1 = 2 · 1.5 / (2 + 2) = 3/4, and the ratio
(3/4 - 3/7) / (1 - 3/7) = 0.5625.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    Verdict,
    first,
    message_for,
)

HOLDS = "holds"
FEWEST_STATEMENTS, MOST_STATEMENTS = 3, 10
FEWEST_FLAWS, MOST_FLAWS = 2, 5
MOST_SOURCES, MOST_OPENED = 6, 60


class Flaw(Part):
    """A way in which a machine goes wrong, as it is put to students: "The number is wrong"."""

    id: Id
    label: Text


class Statement(Part):
    id: Id
    text: Text
    verdict: Id = Field(json_schema_extra=SECRET)
    """`holds`, or the id of its flaw."""
    feedback: SecretText | None = None


class Source(Part):
    id: Id
    title: Text
    text: Text


class Spec(BaseSpec):
    """A machine's answer in numbered statements, the flaws it may have and the sources to check it against."""

    question: Text = Field(description="What the machine was asked")
    flaws: tuple[Flaw, ...] = Field(
        description="What can be wrong", json_schema_extra={"minItems": FEWEST_FLAWS, "maxItems": MOST_FLAWS}
    )
    statements: tuple[Statement, ...] = Field(
        description="The machine's answer; `verdict` is `holds` or the id of a flaw",
        json_schema_extra={"minItems": FEWEST_STATEMENTS, "maxItems": MOST_STATEMENTS},
    )
    sources: tuple[Source, ...] = Field(
        description="What to check it against", json_schema_extra={"minItems": 1, "maxItems": MOST_SOURCES}
    )

    @model_validator(mode="after")
    def check_flaws(self) -> Self:
        check_parts(self.flaws, "flaws", at_least=FEWEST_FLAWS, at_most=MOST_FLAWS, unlike="label")
        if HOLDS in self.labels:
            raise ValueError(
                f"A flaw cannot have the id `{HOLDS}`: that is the verdict on a statement without one."
            )
        return self

    @model_validator(mode="after")
    def check_sources(self) -> Self:
        check_parts(self.sources, "sources", at_least=1, at_most=MOST_SOURCES)
        return self

    @model_validator(mode="after")
    def check_statements(self) -> Self:
        check_parts(
            self.statements, "statements", at_least=FEWEST_STATEMENTS, at_most=MOST_STATEMENTS, unlike="text"
        )
        for statement in self.statements:
            if statement.verdict not in {HOLDS, *self.labels}:
                raise ValueError(
                    f"Statement “{statement.id}” has the verdict “{statement.verdict}”, which does not exist: "
                    f"use {HOLDS} or one of {', '.join(self.labels)}."
                )
        flawed = len(self.flawed)
        if flawed == 0:
            raise ValueError(
                "No statement is flawed, so there is nothing to find: give one a flaw as its `verdict`."
            )
        if flawed == len(self.statements):
            raise ValueError(
                f"Every statement is flawed, so suspecting all is right: let one have `verdict: {HOLDS}`."
            )
        return self

    @property
    def labels(self) -> dict[str, str]:
        return {flaw.id: flaw.label for flaw in self.flaws}

    @property
    def flawed(self) -> tuple[Statement, ...]:
        return tuple(statement for statement in self.statements if statement.verdict != HOLDS)


@dataclass(frozen=True, kw_only=True)
class PublicFlaw:
    id: str
    label: str


@dataclass(frozen=True, kw_only=True)
class PublicSource:
    id: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    question: str
    flaws: tuple[PublicFlaw, ...]
    statements: tuple[PublicText, ...]
    sources: tuple[PublicSource, ...]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`opened` are the sources that are open now, `newest` the one just opened, `path` every one opened, in order."""

    opened: tuple[str, ...]
    newest: str
    path: tuple[PublicSource, ...]


def public(spec: Spec, seed: int) -> Public:
    """A machine's answer has its own order, so nothing is shuffled."""
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        question=spec.question,
        flaws=tuple(PublicFlaw(id=flaw.id, label=flaw.label) for flaw in spec.flaws),
        statements=tuple(PublicText(id=each.id, text=each.text) for each in spec.statements),
        sources=tuple(_public_source(source) for source in spec.sources),
    )


def _public_source(source: Source) -> PublicSource:
    return PublicSource(id=source.id, title=source.title, text=source.text)


def parse(spec: Spec, form: Form) -> Response:
    return revise(spec, {}, form)


def revise(spec: Spec, before: Response, form: Form) -> Response:
    """Verdicts are the form's to say; which sources were opened, and in what order, is kept by the server."""
    posted = {each.id: first(form, f"verdict.{each.id}") for each in spec.statements}
    judged = {each: verdict for each, verdict in posted.items() if verdict in {HOLDS, *spec.labels}}
    memory = _turn_pages(spec, before, first(form, "act"))
    return {**memory, **({"judged": judged} if judged else {})}


def _turn_pages(spec: Spec, before: Response, act: str) -> Response:
    memory: Response = {name: list(before[name]) for name in ("opened", "path") if name in before}
    newest = {"newest": before["newest"]} if "newest" in before else {}
    verb, _, source_id = act.partition(":")
    known = source_id in {source.id for source in spec.sources}
    opened, path = memory.get("opened", []), memory.get("path", [])
    if verb == "open" and known:
        left = [*opened, *([] if source_id in opened else [source_id])]
        return {"opened": left, "path": [*path, source_id][:MOST_OPENED], "newest": source_id}
    if verb == "close" and source_id in opened:
        return {"opened": [each for each in opened if each != source_id], "path": path, "newest": source_id}
    return {**memory, **newest}


def scene(spec: Spec, response: Response, seed: int) -> Scene:
    by_id = {source.id: _public_source(source) for source in spec.sources}
    return Scene(
        opened=tuple(each for each in response.get("opened", ()) if each in by_id),
        newest=str(response.get("newest", "")),
        path=tuple(by_id[each] for each in response.get("path", ()) if each in by_id),
    )


def score(spec: Spec, response: Response) -> Score:
    judged = {each.id: response.get("judged", {}).get(each.id, "") for each in spec.statements}
    is_blank = not any(judged.values())
    blanket = max(f1(spec, dict.fromkeys(judged, flaw)) for flaw in spec.labels)
    ratio = max(0.0, round((f1(spec, judged) - blanket) / (1 - blanket), 9))
    return Score(
        ratio=ratio,
        message="" if is_blank else message_for(spec.feedback, ratio),
        parts=tuple(_part(spec, each, judged[each.id]) for each in spec.statements),
        is_blank=is_blank,
    )


def f1(spec: Spec, judged: Mapping[str, str]) -> float:
    """How well the flawed statements were found, from 0 to 1; half of one for a flaw called by another's name."""
    called = [each for each in spec.statements if judged[each.id] in spec.labels]
    skipped = [each for each in spec.statements if each.verdict == HOLDS and not judged[each.id]]
    found = sum(1.0 if each.verdict == judged[each.id] else 0.5 for each in called if each.verdict != HOLDS)
    return 2 * found / (len(called) + len(skipped) + len(spec.flawed))


def _part(spec: Spec, statement: Statement, verdict: str) -> PartScore:
    is_flawed, is_called = statement.verdict != HOLDS, verdict in spec.labels
    shown: Verdict = "wrong"
    if verdict == statement.verdict:
        shown = "right"
    elif not verdict:
        shown = "missed"
    elif is_flawed and is_called:
        shown = "partial"
    answer = "" if shown == "right" else spec.labels.get(statement.verdict, HOLDS)
    return PartScore(
        part_id=statement.id,
        label=statement.text,
        verdict=shown,
        message=statement.feedback or "",
        answer=answer,
        reasons=() if is_flawed else (HOLDS,),
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return ({f"verdict.{each.id}": [each.verdict] for each in spec.statements},)


def guess_floor(spec: Spec) -> float:
    """Trusting all, suspecting all and judging blindly come out at nothing or next to it."""
    return 0.0


def key_text(spec: Spec) -> str:
    """A line for each flawed statement: what it says, and its flaw."""
    return "\n".join(f"{each.text} → {spec.labels[each.verdict]}" for each in spec.flawed)

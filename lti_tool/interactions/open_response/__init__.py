"""Open Response: write an answer in your own words; a teacher reads it and scores it by a rubric that the student sees beforehand.

Scoring. A rubric has one to six criteria, each with two to five levels that are worth points. The teacher chooses a level of each criterion:

    points of the chosen levels / points of the best levels

Until then the answer is pending and counts 0: the grade is not final, and the LMS is told so (`PendingManual`, then `FullyGraded`). An answer that was never written is
blank and scores 0 without a teacher. How many words there are is counted and shown, and never scored.

Worked example: two criteria of 0 to 3 points and one of 0 to 2 have 8 points together. Levels worth 3, 2 and 1 give 6/8 = 0.75.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_parts
from lti_tool.interactions.contract import (
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
    first,
    message_for,
)

IS_MANUAL = True
LONGEST = 8000
"""Characters of an answer: some 1,300 words."""
MOST_STORED = 60_000


class Level(Part):
    """How far an answer gets in a criterion."""

    id: Id
    label: Text
    points: float = Field(ge=0, le=100)
    text: Text


class Criterion(Part):
    """One thing that is looked at."""

    id: Id
    title: Text
    levels: tuple[Level, ...] = Field(json_schema_extra={"minItems": 2, "maxItems": 5})

    @model_validator(mode="after")
    def check_levels(self) -> Self:
        check_parts(self.levels, f"levels of “{self.id}”", at_least=2, at_most=5)
        if self.most == 0:
            raise ValueError(f"No level of “{self.id}” is worth points: give the best one some.")
        return self

    @property
    def most(self) -> float:
        return max(level.points for level in self.levels)

    def find(self, level_id: str) -> Level | None:
        return next((level for level in self.levels if level.id == level_id), None)


class Spec(BaseSpec):
    """A question to write about, and the rubric it is read by."""

    min_words: int = Field(
        default=0, ge=0, le=1000, description="How many words are asked for at least; counted, not scored"
    )
    max_words: int | None = Field(
        default=None, ge=1, le=1200, description="How many words are asked for at most"
    )
    rubric: tuple[Criterion, ...] = Field(
        description="What the teacher looks at; students see it before they write",
        json_schema_extra={"minItems": 1, "maxItems": 6},
    )
    model_answer: SecretText = Field(
        description="What a good answer says, for the teacher and the printed key"
    )

    @model_validator(mode="after")
    def check_rubric(self) -> Self:
        check_parts(self.rubric, "criteria", at_least=1, at_most=6)
        if self.max_words is not None and self.max_words <= self.min_words:
            raise ValueError("`max_words` must be above `min_words`.")
        return self


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    min_words: int
    max_words: int | None
    rubric: tuple[Criterion, ...]


def public(spec: Spec, seed: int) -> Public:
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        min_words=spec.min_words,
        max_words=spec.max_words,
        rubric=spec.rubric,
    )


def parse(spec: Spec, form: Form) -> Response:
    """Line ends as browsers send them become plain ones; characters that no text holds are dropped."""
    typed = first(form, "text")[: LONGEST * 2].replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        char for char in typed if char == "\n" or (ord(char) >= 32 and not 0xD800 <= ord(char) <= 0xDFFF)
    )
    # Signs beyond the common planes take twelve characters each where an answer is stored.
    text = kept[:LONGEST] if len(json.dumps(kept[:LONGEST])) < MOST_STORED else kept[: LONGEST // 2]
    return {"text": text, "words": len(text.split())} if text.strip() else {}


def score(spec: Spec, response: Response) -> Score:
    """Blank, or waiting for the teacher."""
    is_blank = not str(response.get("text", "")).strip()
    return Score(ratio=0.0, message="", is_blank=is_blank, is_pending=not is_blank)


def marked(spec: Spec, response: Response, levels: Mapping[str, str]) -> Score:
    """The score by a teacher's choice: from the id of each criterion to the id of its level. What is not chosen is worth nothing."""
    chosen = {criterion.id: criterion.find(levels.get(criterion.id, "")) for criterion in spec.rubric}
    earned = sum(level.points for level in chosen.values() if level)
    ratio = round(earned / sum(criterion.most for criterion in spec.rubric), 9)
    return Score(
        ratio=ratio,
        message=message_for(spec.feedback, ratio),
        parts=tuple(_part(criterion, chosen[criterion.id]) for criterion in spec.rubric),
    )


def _part(criterion: Criterion, level: Level | None) -> PartScore:
    if level is None:
        return PartScore(part_id=criterion.id, label=criterion.title, verdict="missed")
    verdict: Verdict = "right" if level.points == criterion.most else "partial" if level.points else "wrong"
    return PartScore(
        part_id=criterion.id, label=criterion.title, verdict=verdict, message=level.text, answer=level.id
    )


def guess_floor(spec: Spec) -> float:
    return 0.0


def key_text(spec: Spec) -> str:
    return spec.model_answer

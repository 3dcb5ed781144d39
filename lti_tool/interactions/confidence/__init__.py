"""Confidence: say how sure you are. It is never marked.

**Scoring.** None: `IS_SCORED` is False, so that it counts neither for the grade nor for mastery, and nobody gains by claiming to be
sure. Any answer is simply done; what is said afterwards depends on the half of the scale: `feedback.correct` to those who are sure,
`feedback.incorrect` to those who are not, `feedback.partial` to those exactly in the middle.

**Worked example.** Of four levels the upper two hear `feedback.correct`, the lower two `feedback.incorrect`; of five the third hears
`feedback.partial`.
"""

from __future__ import annotations

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
    Text,
    first,
    message_for,
)

IS_SCORED = False
FEWEST_LEVELS = 2
MOST_LEVELS = 5
LONGEST_WORDS = 500


class Level(Part):
    id: Id
    label: Text


class Spec(BaseSpec):
    """A scale from not sure to sure, and perhaps a line on why."""

    levels: tuple[Level, ...] = Field(
        description="From the least sure to the most sure",
        json_schema_extra={"minItems": FEWEST_LEVELS, "maxItems": MOST_LEVELS},
    )
    faces: bool = Field(default=True, description="A face beside each level, from frowning to smiling")
    ask_why: Text | None = Field(
        default=None, description="Asks for a few words more, such as “What would make you surer?”"
    )

    @model_validator(mode="after")
    def check_levels(self) -> Self:
        check_parts(self.levels, "levels", at_least=FEWEST_LEVELS, at_most=MOST_LEVELS, unlike="label")
        return self

    @property
    def level_ids(self) -> tuple[str, ...]:
        return tuple(level.id for level in self.levels)


@dataclass(frozen=True, kw_only=True)
class PublicLevel:
    """`mood` runs from -1, frowning, to 1, smiling."""

    id: str
    label: str
    mood: float


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    levels: tuple[PublicLevel, ...]
    faces: bool
    ask_why: str | None
    longest: int = LONGEST_WORDS


def public(spec: Spec, seed: int) -> Public:
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        levels=tuple(
            PublicLevel(id=level.id, label=level.label, mood=2 * share_of(spec, level.id) - 1)
            for level in spec.levels
        ),
        faces=spec.faces,
        ask_why=spec.ask_why,
    )


def share_of(spec: Spec, level_id: str) -> float:
    """Where a level lies on the scale, 0..1."""
    return spec.level_ids.index(level_id) / (len(spec.levels) - 1)


def parse(spec: Spec, form: Form) -> Response:
    level = first(form, "level")
    # Surrogates and NUL cannot be stored; a browser never sends them.
    words = first(form, "why").replace("\0", "").encode(errors="ignore").decode()
    words = " ".join(words.split())[:LONGEST_WORDS].strip() if spec.ask_why else ""
    response = {"level": level} if level in spec.level_ids else {}
    return response | ({"why": words} if words else {})


def score(spec: Spec, response: Response) -> Score:
    """An answer is done, not right: `ratio` is 1 and counts nowhere."""
    level = response.get("level")
    if level not in spec.level_ids:
        has_words = bool(response.get("why"))
        return Score(ratio=float(has_words), message="", is_blank=not has_words)
    label = next(each.label for each in spec.levels if each.id == level)
    part = PartScore(part_id=level, label=label, verdict="right")
    return Score(ratio=1.0, message=told(spec, share_of(spec, level)), parts=(part,))


def told(spec: Spec, share: float) -> str:
    """What is said to a place on the scale."""
    if share == 0.5:
        return message_for(spec.feedback, share)
    return spec.feedback.correct if share > 0.5 else spec.feedback.incorrect


def guess_floor(spec: Spec) -> float:
    return 0.0


def key_text(spec: Spec) -> str:
    """There is no key: the scale, for the printed page."""
    return " / ".join(level.label for level in spec.levels)

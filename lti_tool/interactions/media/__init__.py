"""Media: listen to a sound or watch a film, or read its words.

**Scoring.** None: `IS_SCORED` is False. Whoever says they have heard, seen or read all of it hears `feedback.correct`; whoever says
only a part hears `feedback.incorrect`. What was understood is asked by the items that follow.

**Worked example.** “All of it” and “only a part” are both done, and count for nothing.

A film needs captions, and both need a transcript, so that nobody has to hear or see. Files lie in `media/` and come from this server
alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_count, check_unique
from lti_tool.interactions.contract import (
    BaseSpec,
    Form,
    MediaName,
    Part,
    Response,
    Score,
    Text,
    first,
)

IS_SCORED = False
MOST_FILES = 3
MOST_CAPTIONS = 6
SOUNDS = {"mp3": "audio/mpeg", "ogg": "audio/ogg", "wav": "audio/wav", "m4a": "audio/mp4"}
FILMS = {"mp4": "video/mp4", "webm": "video/webm"}
CAPTIONS = "vtt"

Medium: TypeAlias = Literal["sound", "film"]
HOW_MUCH = ("all", "part")


class Captions(Part):
    """Words shown while it plays. `lang` is the language they are in, `label` how that language calls itself."""

    file: MediaName
    lang: str = Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")
    label: str = Field(min_length=2, max_length=40)


class Spec(BaseSpec):
    """A sound or film with its words."""

    files: tuple[MediaName, ...] = Field(
        description="The same sound or film in one to three formats, the best first",
        json_schema_extra={"minItems": 1, "maxItems": MOST_FILES},
    )
    title: Text = Field(description="What it is, for the player's name: “Interview with a beekeeper”")
    seconds: int = Field(ge=1, le=1200, description="How long it takes")
    captions: tuple[Captions, ...] = Field(
        default=(),
        description="Needed for a film; for a sound its lines are shown as it plays",
        json_schema_extra={"maxItems": MOST_CAPTIONS},
    )
    transcript: Text = Field(
        description="All its words, and of a film what is seen: whoever reads it misses nothing"
    )
    poster: MediaName | None = Field(default=None, description="A picture that stands for a film")

    @model_validator(mode="after")
    def check_files(self) -> Self:
        check_count(self.files, "files", at_least=1, at_most=MOST_FILES)
        check_unique(self.files, "the files")
        for name in self.files:
            if ending(name) not in SOUNDS | FILMS:
                raise ValueError(
                    f"“{name}” is neither a sound nor a film: use {', '.join(sorted(SOUNDS))} or {', '.join(sorted(FILMS))}."
                )
        if len({ending(name) in FILMS for name in self.files}) > 1:
            raise ValueError("The files mix sounds and films: make two items, or leave one sort.")
        if self.poster and self.medium == "sound":
            raise ValueError("A sound has no `poster`: put the picture into the stimulus.")
        return self

    @model_validator(mode="after")
    def check_captions(self) -> Self:
        check_count(self.captions, "captions", at_least=0, at_most=MOST_CAPTIONS)
        check_unique((captions.lang for captions in self.captions), "the languages of the captions")
        for captions in self.captions:
            if ending(captions.file) != CAPTIONS:
                raise ValueError(f"Captions are WebVTT files: “{captions.file}” should end in .vtt.")
        if self.medium == "film" and not self.captions:
            raise ValueError("A film needs `captions`, for those who cannot hear it.")
        return self

    @property
    def medium(self) -> Medium:
        return "film" if ending(self.files[0]) in FILMS else "sound"


@dataclass(frozen=True, kw_only=True)
class Source:
    file: str
    type: str


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    medium: Medium
    title: str
    minutes: int
    seconds: int
    """The length, as minutes and the seconds left over."""
    sources: tuple[Source, ...]
    captions: tuple[Captions, ...]
    transcript: str
    poster: str | None


def public(spec: Spec, seed: int) -> Public:
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        medium=spec.medium,
        title=spec.title,
        minutes=spec.seconds // 60,
        seconds=spec.seconds % 60,
        sources=tuple(Source(file=name, type=(SOUNDS | FILMS)[ending(name)]) for name in spec.files),
        captions=spec.captions,
        transcript=spec.transcript,
        poster=spec.poster,
    )


def ending(name: str) -> str:
    """What stands after the last dot of a file's name."""
    return name.rpartition(".")[2]


def parse(spec: Spec, form: Form) -> Response:
    told = first(form, "done")
    return {"done": told} if told in HOW_MUCH else {}


def score(spec: Spec, response: Response) -> Score:
    """An answer is done, not right: `ratio` is 1 and counts nowhere."""
    told = response.get("done")
    if told not in HOW_MUCH:
        return Score(ratio=0.0, message="", is_blank=True)
    return Score(ratio=1.0, message=spec.feedback.correct if told == "all" else spec.feedback.incorrect)


def guess_floor(spec: Spec) -> float:
    return 0.0


def key_text(spec: Spec) -> str:
    """There is no key: what it is, for the printed page."""
    return spec.title

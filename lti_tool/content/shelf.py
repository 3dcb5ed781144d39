"""What is gathered while a content folder is read: the good things, the problems, and where each thing was met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lti_tool.content.crosswalk import Crosswalk
from lti_tool.content.library import Library, Origin, Translation
from lti_tool.content.model import Bank, Media, Module, Quiz, Skill
from lti_tool.content.problems import Place, Problems
from lti_tool.content.source import Document, Steps


@dataclass(kw_only=True)
class Shelf:
    """`origins` also knows the broken things, so that a reference to one is not called a reference to nothing."""

    problems: Problems
    modules: dict[str, Module] = field(default_factory=dict)
    quizzes: dict[str, Quiz] = field(default_factory=dict)
    banks: dict[str, Bank] = field(default_factory=dict)
    skills: dict[str, Skill] = field(default_factory=dict)
    quiz_media: dict[str, Media] = field(default_factory=dict)
    translations: dict[str, Translation] = field(default_factory=dict)
    crosswalk: Crosswalk | None = None
    origins: dict[str, Origin] = field(default_factory=dict)

    def meet(self, key: str, document: Document, steps: Steps = ()) -> None:
        """Remember where a thing stands; the second of two with one id is a problem."""
        if key not in self.origins:
            self.origins[key] = Origin(document=document, steps=steps)
            return
        first = self.origins[key].place()
        noun, _, name = key.rpartition("/")
        noun = noun.rsplit("/", 1)[-1]
        hint = f"The other one is in {first.file.name}, line {first.line}. Ids are never used twice."
        self.problems.error(document.place(*steps, "id"), f"The {noun} id “{name}” is taken.", hint)

    def close(self) -> Library:
        return Library(
            modules=self.modules,
            quizzes=self.quizzes,
            banks=self.banks,
            skills=self.skills,
            quiz_media=self.quiz_media,
            translations=self.translations,
            crosswalk=self.crosswalk,
            origins=self.origins,
        )


def mapping_of(
    document: Document, problems: Problems, *steps: str | int, data: Any = ...
) -> Mapping[str, Any] | None:
    """The fields at a place, or None after it was noted that there are none."""
    value = document.data if data is ... else data
    if isinstance(value, Mapping):
        return value
    what = "The file is empty." if value is None and not steps else "Fields are expected here."
    problems.error(
        document.place(*steps), what, "Write `field: value` lines; docs/authoring.md has an example."
    )
    return None


def list_entries(value: Any, place: Place, problems: Problems) -> Iterator[tuple[int, Any]]:
    """The entries of a list with their positions; anything else is a problem."""
    if isinstance(value, list):
        yield from enumerate(value)
    else:
        problems.error(place, "A list is expected here.", "Start each entry with a hyphen.")

"""An edition to content: read and checked as a file of the content folder would be, against the shipped skills.

What is broken is left out and says why; it never keeps anything else from being read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from lti_tool.content.checks import run_checks
from lti_tool.content.library import Library
from lti_tool.content.loading import lay_bank, lay_quiz
from lti_tool.content.model import Media
from lti_tool.content.problems import Problem, Problems, list_errors
from lti_tool.content.shelf import Shelf
from lti_tool.content.source import MOST_BYTES, NOWHERE, parse_yaml


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What is read: the two documents of an edition, and its pictures (without their bytes)."""

    bank_id: str
    bank_yaml: str
    quiz_yaml: str
    media: Mapping[str, Media]


@dataclass(frozen=True, kw_only=True)
class ReadEdition:
    """`library`: this bank and its quiz alone, with every shipped skill. None where `problems` keep it from being used."""

    library: Library | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True)
class Unread:
    """An edition that is read when it is first asked for, and then once: a launch of one quiz waits for no other bank."""

    texts: Texts
    shipped: Library

    @cached_property
    def read(self) -> ReadEdition:
        return read_edition(self.texts, self.shipped)


def read_edition(texts: Texts, shipped: Library) -> ReadEdition:
    problems = Problems()
    skills = {key: origin for key, origin in shipped.origins.items() if key.startswith("skill/")}
    shelf = Shelf(problems=problems, skills=dict(shipped.skills), origins=skills)
    for folder, text, lay in (
        (NOWHERE / "banks", texts.bank_yaml, lay_bank),
        (NOWHERE, texts.quiz_yaml, lay_quiz),
    ):
        file = folder / f"{texts.bank_id}.yaml"
        document = parse_yaml(text, file, problems)
        if document:
            lay(document, shelf)
    library = Library(
        modules={},
        quizzes=shelf.quizzes,
        banks=shelf.banks,
        skills=shipped.skills,
        quiz_media=texts.media,
        translations=shipped.translations,
        origins=shelf.origins,
    )
    run_checks(library, problems, with_advice=False)
    is_whole = texts.bank_id in library.banks and texts.bank_id in library.quizzes
    errors = list_errors(problems)
    return ReadEdition(library=library if is_whole and not errors else None, problems=tuple(errors))


def fits(text: str) -> bool:
    """Whether a bank is no larger than a file of the content folder may be."""
    return len(text.encode()) <= MOST_BYTES


def merge(shipped: Library, own: Iterable[Library]) -> Library:
    """One library to look things up in. Pictures stay with each bank, since two may give one name to different ones."""
    parts = list(own)
    return Library(
        modules=shipped.modules,
        quizzes={**shipped.quizzes, **{name: quiz for part in parts for name, quiz in part.quizzes.items()}},
        banks={**shipped.banks, **{name: bank for part in parts for name, bank in part.banks.items()}},
        skills=shipped.skills,
        quiz_media=shipped.quiz_media,
        translations=shipped.translations,
        crosswalk=shipped.crosswalk,
        origins=shipped.origins,
    )

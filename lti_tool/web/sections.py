"""The headings of a quiz's sections, on whatever page shows its questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lti_tool.content.frozen import Section
from lti_tool.content.snapshot import Snapshot


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What stands over a question."""

    section: Section
    of: int
    """How many sections there are."""
    opens: bool
    """It is the first question of its section that is asked."""
    lang: str | None
    """The language of the words, where it is not the page's."""


def headings_of(
    snapshot: Snapshot, drawn: Sequence[str], asked: Sequence[str], lang: str
) -> dict[str, Heading]:
    """By question, in the order asked; empty for a quiz without sections."""
    found: dict[str, Heading] = {}
    count = len(snapshot.sections())
    spoken = snapshot.quiz_language(lang)
    opened: set[int] = set()
    for item_id in asked if count else ():
        section = snapshot.section_at(drawn.index(item_id), lang)
        if section is not None:
            found[item_id] = Heading(
                section=section,
                of=count,
                opens=section.number not in opened,
                lang=spoken if spoken != lang else None,
            )
            opened.add(section.number)
    return found

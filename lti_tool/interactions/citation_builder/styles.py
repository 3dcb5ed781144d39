"""What a citation consists of: for each style and type of source its elements, in order, each in its form, with the words between.

Written from what the handbooks say (MLA Handbook, 9th edition; APA Publication Manual, 7th edition; The Chicago Manual of Style, 18th
edition, bibliography entries). A line holds elements divided by `|`, each `words before role:form words after`. A form with `/` is right
either way. An element that the source does not have drops out with its words. After an element `~`, `^` and `:` look at the next one of
the line: if that is there they stand for nothing, for nothing and no space, and for a colon, else for a period, a comma and a period.
`!` means: nothing, even at the end.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, TypeAlias, get_args

Style: TypeAlias = Literal["mla9", "apa7", "chicago18"]
Source: TypeAlias = Literal[
    "book", "chapter", "journal", "news", "encyclopedia", "web", "video", "podcast", "image", "ai"
]
Role: TypeAlias = Literal[
    "author",
    "editor",
    "title",
    "container",
    "edition",
    "volume",
    "issue",
    "publisher",
    "date",
    "pages",
    "address",
    "place",
    "accessed",
    "isbn",
]
"""What a piece of a source is. `container` is the larger work it stands in: the book, the journal, the site."""

MLA: Mapping[Source, str] = {
    "book": "author:inverted. | title:italic. | edition:short, | publisher:plain, | date:year.",
    "chapter": "author:inverted. | title:quoted. | container:italic, | edited by editor:plain, | edition:short, | publisher:plain, "
    "| date:year, | pages:pp.",
    "journal": "author:inverted. | title:quoted. | container:italic, | volume:vol, | issue:no, | date:year, | pages:pp, "
    "| address:bare/whole.",
    "news": "author:inverted. | title:quoted. | container:italic, | date:day-first, | pages:pp, | address:bare/whole.",
    "encyclopedia": "author:inverted. | title:quoted. | container:italic, | edition:short, | publisher:plain, | date:day-first, "
    "| address:bare/whole.",
    "web": "author:inverted. | title:quoted. | container:italic, | publisher:plain, | date:day-first, | address:bare/whole.",
    "video": "title:quoted. | container:italic, | uploaded by author:plain, | date:day-first, | address:bare/whole.",
    "podcast": "author:inverted, host. | title:quoted. | container:italic, | publisher:plain, | date:day-first, "
    "| address:bare/whole.",
    "image": "author:inverted. | title:italic. | date:year. | container:italic, | address:bare/whole.",
    "ai": "title:quoted prompt. | container:italic, | edition:short, | publisher:plain, | date:day-first, | address:bare/whole.",
}
APA: Mapping[Source, str] = {
    "book": "author:initials. | date:year-parentheses. | title:italic-sentence~ | (edition:short). | publisher:plain.",
    "chapter": "author:initials. | date:year-parentheses. | title:plain-sentence. | In editor:initials-first (Ed.), "
    "| container:italic-sentence~ | (pages:pp). | publisher:plain.",
    "journal": "author:initials. | date:year-parentheses. | title:plain-sentence. | container:italic, | volume:italic^ "
    "| issue:parentheses, | pages:plain. | address:whole!",
    "news": "author:initials. | date:parentheses. | title:plain-sentence. | container:italic. | address:whole!",
    "encyclopedia": "author:initials. | date:year-parentheses. | title:plain-sentence. | In container:italic. | publisher:plain. "
    "| address:whole!",
    "web": "author:initials. | date:parentheses. | title:italic-sentence. | container:plain. | address:whole!",
    "video": "author:initials. | date:parentheses. | title:italic-sentence [Video]. | container:plain. | address:whole!",
    "podcast": "author:initials (Host). | date:parentheses. | title:plain-sentence [Audio podcast episode]. | In container:italic. "
    "| publisher:plain. | address:whole!",
    "image": "author:initials. | date:year-parentheses. | title:italic-sentence [Image]. | container:plain. | address:whole!",
    "ai": "publisher:plain. | date:year-parentheses. | container:italic~ | (edition:short) [Large language model]. | address:whole!",
}
CHICAGO: Mapping[Source, str] = {
    "book": "author:inverted. | title:italic. | edition:short. | publisher:plain, | date:year.",
    "chapter": "author:inverted. | title:quoted. | In container:italic, | edited by editor:plain. | edition:short. | publisher:plain, "
    "| date:year.",
    "journal": "author:inverted. | title:quoted. | container:italic | volume:plain, | issue:no | date:year-parentheses: | pages:plain. "
    "| address:whole.",
    "news": "author:inverted. | title:quoted. | container:italic, | date:month-first. | address:whole.",
    "encyclopedia": "author:inverted. | title:quoted. | In container:italic. | edition:short. | publisher:plain, | date:month-first. "
    "| address:whole.",
    "web": "author:inverted. | title:quoted. | container:plain. | publisher:plain, | date:month-first. | address:whole.",
    "video": "author:inverted. | title:quoted. | date:month-first. | container:plain. | address:whole.",
    "podcast": "author:inverted, host. | title:quoted. | container:italic. | publisher:plain, | date:month-first. | address:whole.",
    "image": "author:inverted. | title:italic. | date:year. | container:plain. | address:whole.",
    "ai": "container:plain. | Response to title:quoted. | publisher:plain, | date:month-first. | address:whole.",
}
RULES: Mapping[Style, Mapping[Source, str]] = {"mla9": MLA, "apa7": APA, "chicago18": CHICAGO}
ELEMENT = re.compile(r"(?P<before>.*?)(?P<role>[a-z]+):(?P<forms>[a-z/-]*[a-z])(?P<after>.*)")


@dataclass(frozen=True, kw_only=True)
class Element:
    """One element of a citation: what it is, which of its forms are right (the first is shown), and the words around it."""

    role: Role
    forms: tuple[str, ...]
    before: str
    after: str
    then: Role | None
    """The role of the next element of the line, whether or not the source has it."""


@cache
def elements_of(style: Style, source: Source) -> tuple[Element, ...]:
    parts = [_parts(part.strip()) for part in RULES[style][source].split("|")]
    following = [role for role, *_ in parts[1:]]
    return tuple(
        Element(role=role, forms=forms, before=before, after=after, then=then)
        for (role, forms, before, after), then in zip(parts, [*following, None], strict=True)
    )


def elements_for(style: Style, source: Source, has: Collection[Role]) -> tuple[Element, ...]:
    """The elements of a source that has these, in order. Without an author APA begins with the title, without a date it says so; Chicago
    then gives the day on which something online was read."""
    elements = elements_of(style, source)
    if style == "chicago18" and "date" not in has and {"accessed", "address"} <= set(has):
        elements = tuple(_accessed(element) if element.role == "date" else element for element in elements)
    found = [element for element in elements if element.role in has]
    if style == "apa7" and "author" not in has and source != "ai":
        found.sort(key=lambda element: element.role != "title")
    if style == "apa7" and "date" not in has and found:
        found[0] = replace(found[0], after=f"{found[0].after.replace('~', '.')} (n.d.).")
    return tuple(found)


def is_optional(style: Style, role: Role) -> bool:
    """MLA lets a writer add the day of access."""
    return style == "mla9" and role == "accessed"


def _accessed(element: Element) -> Element:
    return replace(element, role="accessed", forms=("month-first",), before="Accessed ")


def _parts(text: str) -> tuple[Role, tuple[str, ...], str, str]:
    match = ELEMENT.fullmatch(text)
    if match is None or match["role"] not in get_args(Role):
        raise AssertionError(text)
    role: Role = match["role"]  # type: ignore[assignment] # checked one line above
    return role, tuple(match["forms"].split("/")), match["before"], match["after"]

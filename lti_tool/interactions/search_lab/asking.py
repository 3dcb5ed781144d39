"""From a posted form to a search, from a search to what the page shows of it. Nothing here knows what fits the need."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lti_tool.interactions.contract import Form, Part, Response, first
from lti_tool.interactions.search_lab.catalogue import Catalogue, Record
from lti_tool.interactions.search_lab.engine import BANDS, SINCE, Excerpt, Index, Limits, index_of, plain
from lti_tool.interactions.search_lab.query import Note, Query, read_query

LONGEST = 80
"""Characters of a search. More than that is no search but a text."""
FIRST_SHOWN = 10
"""Of a search too wide to read."""
FORMS = ("book", "article", "reference", "video", "website", "podcast", "map", "data")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "form": FORMS,
    "grades": tuple(BANDS),
    "lang": ("en", "es"),
    "since": SINCE,
}


class Ask(Part):
    """What is asked of the catalogue."""

    words: str = ""
    chips: tuple[str, ...] = ()
    form: str = ""
    grades: str = ""
    lang: str = ""
    since: str = ""

    def stored(self) -> dict[str, Any]:
        return {name: value for name, value in self.model_dump(mode="json").items() if value}

    def plain(self) -> str:
        """In one line, for lists: the words, then what narrows them."""
        return " · ".join(
            str(part)
            for part in (self.words, *self.chips, self.form, self.grades, self.lang, self.since)
            if part
        )


class _Chip(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def subject(self) -> str: ...


class Lab(Protocol):
    """What is needed of the spec."""

    @property
    def typing(self) -> bool: ...
    @property
    def chips(self) -> Sequence[_Chip]: ...
    @property
    def filters(self) -> Sequence[str]: ...
    @property
    def records(self) -> Catalogue: ...


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A record as a list of results shows it."""

    record: Record
    excerpt: Excerpt
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word of a search that found nothing: in how many records it stands by itself, and what may have been meant."""

    text: str
    count: int
    nearest: str


@dataclass(frozen=True, kw_only=True)
class Searched:
    """One search. `new` and `gone` compare it with the one before; None where one of the two was too wide to compare."""

    number: int
    ask: Ask
    count: int
    found: tuple[Record, ...]
    is_wide: bool
    new: int | None = None
    gone: tuple[Record, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What was searched so far, oldest first, and the results of the newest."""

    searches: tuple[Searched, ...] = ()
    results: tuple[Shown, ...] = ()
    notes: tuple[Note, ...] = ()
    terms: tuple[Term, ...] = ()
    forms: tuple[tuple[str, int], ...] = ()
    """How many of the results are books, articles …"""
    told: str = ""

    @property
    def newest(self) -> Searched | None:
        return self.searches[-1] if self.searches else None

    @property
    def earlier(self) -> tuple[Searched, ...]:
        return self.searches[:-1]


def posted(form: Form) -> Ask:
    """What a form asks for, as it stands in it."""
    return Ask(
        words=clean(first(form, "words")),
        chips=tuple(form.get("chip") or ()),
        **{name: first(form, name) for name in CHOICES},
    )


def fields(ask: Ask) -> Form:
    """The form that asks for it."""
    return {"words": [ask.words], "chip": ask.chips, **{name: [getattr(ask, name)] for name in CHOICES}}


def offered(lab: Lab, ask: Ask) -> Ask:
    """The same without what the item does not offer."""
    return Ask(
        words=clean(ask.words) if lab.typing else "",
        chips=tuple(chip.id for chip in lab.chips if chip.id in ask.chips),
        **{
            name: value if name in lab.filters and (value := getattr(ask, name)) in allowed else ""
            for name, allowed in CHOICES.items()
        },
    )


def clean(typed: str) -> str:
    """One line of characters that a catalogue can hold: no controls, no signs beyond the common planes of Unicode."""
    plain = unicodedata.normalize("NFKC", typed[: LONGEST * 4])
    kept = (char if char.isprintable() and ord(char) <= 0xFFFF else " " for char in plain)
    return " ".join("".join(kept).split())[:LONGEST].rstrip()


def run(lab: Lab, ask: Ask) -> dict[str, Any]:
    """Search for real; what is stored of it."""
    query = read_query(ask.words)
    found = _find(lab, index_of(lab.records), query, ask)
    stored: dict[str, Any] = {"ask": ask.stored(), "found": list(found)}
    if len(found) > lab.records.widest:
        stored |= {"found": list(found[:FIRST_SHOWN]), "count": len(found)}
    return stored


def _find(lab: Lab, index: Index, query: Query, ask: Ask) -> tuple[str, ...]:
    """Words that say nothing to look for (only NOT, only small words) find nothing."""
    if ask.words and not query.expression:
        return ()
    return index.find(query.expression, _limits(lab, ask))


def _limits(lab: Lab, ask: Ask) -> Limits:
    subjects = tuple(chip.subject for chip in lab.chips if chip.id in ask.chips)
    return Limits(subjects=subjects, form=ask.form, grades=ask.grades, lang=ask.lang, since=ask.since)


def wide_from(search: Mapping[str, Any]) -> int:
    """How many a search too wide to read found; 0 for any other."""
    return int(search.get("count", 0))


def scene(lab: Lab, response: Response) -> Scene:
    stored = response.get("searches", [])[::-1]
    told = response.get("told", "")
    if not stored:
        return Scene(told=told)
    records = lab.records.by_id()
    searches = tuple(_searched(at, stored, records) for at in range(len(stored)))
    newest = searches[-1]
    index, query = index_of(lab.records), read_query(newest.ask.words)
    return Scene(
        searches=searches,
        results=_results(lab.records, index, query, searches),
        notes=query.notes,
        terms=() if newest.count else _terms(index, query),
        forms=tuple(Counter(record.form for record in newest.found).most_common()),
        told=told,
    )


def _searched(at: int, stored: Sequence[Mapping[str, Any]], records: Mapping[str, Record]) -> Searched:
    search, before = stored[at], stored[at - 1] if at else None
    found = [records[id_] for id_ in search["found"] if id_ in records]
    can_compare = before is not None and not wide_from(search) and not wide_from(before)
    earlier = before["found"] if before and can_compare else ()
    gone = [records[id_] for id_ in earlier if id_ not in search["found"] and id_ in records]
    return Searched(
        number=at + 1,
        ask=Ask.model_validate(search["ask"]),
        count=wide_from(search) or len(search["found"]),
        found=tuple(found),
        is_wide=bool(wide_from(search)),
        new=len(set(search["found"]) - set(earlier)) if can_compare else None,
        gone=tuple(gone) if can_compare else None,
    )


def _results(
    catalogue: Catalogue, index: Index, query: Query, searches: Sequence[Searched]
) -> tuple[Shown, ...]:
    newest = searches[-1]
    before = {record.id for record in searches[-2].found} if newest.gone is not None else None
    ids = [record.id for record in newest.found]
    marks = index.marked(query.expression, ids) if query.expression else {}
    return tuple(
        Shown(
            record=record,
            excerpt=marks.get(record.id) or plain(catalogue, record),
            is_new=before is not None and record.id not in before,
        )
        for record in newest.found
    )


def _terms(index: Index, query: Query) -> tuple[Term, ...]:
    counted = [(term, index.count(term)) for term in query.terms]
    return tuple(
        Term(text=term, count=count, nearest="" if count else index.nearest(term.strip("“”*")))
        for term, count in counted
    )

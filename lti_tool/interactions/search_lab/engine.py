"""The search engine: SQLite's FTS5, in memory, one index for each catalogue, built when it is first asked.

Why FTS5 and not the PostgreSQL this tool stands on: kinds are pure, they score without a database, in tests and in the gallery as in an
attempt. FTS5 is as real an engine (inverted index, stemming, phrases, AND/OR/NOT, ranking by BM25), comes with Python, and finds the same
for the same words wherever it runs. Words are stemmed in English (whales finds whale); accents do not matter.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from threading import Lock
from typing import Any

from lti_tool.interactions.search_lab.catalogue import Catalogue, Record

COLUMNS = "title, creator, subjects, spanish, about"
WEIGHTS = "8.0, 4.0, 5.0, 5.0, 1.0"
"""How much a hit in each column counts for the order of the results."""
OPEN, CLOSE = "\x02", "\x03"
BANDS = {"k-2": (0, 2), "3-5": (3, 5), "6-8": (6, 8), "9-12": (9, 12)}
SINCE = ("2015", "2018", "2020", "2022")
MOST_INDEXES = 32

BETWEEN = " ¦0 "
"""Stands between two headings in the index, so that no phrase runs from one into the next."""

Marked = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it is what was searched for."""


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """What a list of results shows of a record, cut where the words of the search stand in it."""

    title: Marked
    subjects: tuple[Marked, ...]
    about: Marked


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What narrows a search beside its words; empty values do not."""

    subjects: tuple[str, ...] = ()
    form: str = ""
    grades: str = ""
    lang: str = ""
    since: str = ""

    def allow(self, record: Record) -> bool:
        first, last = BANDS.get(self.grades, (0, 12))
        return (
            set(self.subjects) <= set(record.subjects)
            and self.form in ("", record.form)
            and self.lang in ("", record.lang)
            and record.grades[0] <= last
            and record.grades[1] >= first
            and record.year >= int(self.since or 0)
        )


class Index:
    """A catalogue that can be searched. Safe to use from several threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._lock = Lock()
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute(
            f"CREATE VIRTUAL TABLE record USING fts5({COLUMNS}, tokenize = 'porter unicode61 remove_diacritics 2')"
        )
        rows = [_row(number, record, catalogue) for number, record in enumerate(catalogue.records)]
        self._db.executemany(f"INSERT INTO record(rowid, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", rows)  # noqa: S608 - constants

    def find(self, expression: str, limits: Limits) -> tuple[str, ...]:
        """The ids of all that match, the best first; with no expression, all within the limits in the catalogue's order."""
        records = self.catalogue.records
        numbers = self._numbers(expression) if expression else range(len(records))
        return tuple(records[number].id for number in numbers if limits.allow(records[number]))

    def count(self, term: str) -> int:
        """In how many records a word or a phrase occurs."""
        star = " *" if term.endswith("*") else ""
        return len(self._numbers(f'"{term.strip("“”*")}"{star}'))

    def nearest(self, word: str) -> str:
        """The word of the catalogue that somebody may have meant, or nothing."""
        close = get_close_matches(word.casefold(), self._words, n=1, cutoff=0.84)
        return close[0] if close else ""

    def marked(self, expression: str, record_ids: Sequence[str]) -> Mapping[str, Excerpt]:
        """The records with what was found in them; subjects are in the language of the record."""
        wanted = set(record_ids)
        texts = ", ".join(f"highlight(record, {column}, '{OPEN}', '{CLOSE}')" for column in (0, 2, 3, 4))
        rows = self._ask(f"SELECT rowid, {texts} FROM record WHERE record MATCH ?", expression)  # noqa: S608 - constants
        found = ((self.catalogue.records[row[0]], row[1:]) for row in rows)
        return {record.id: _excerpt(record, texts) for record, texts in found if record.id in wanted}

    def _numbers(self, expression: str) -> list[int]:
        order = f"SELECT rowid FROM record WHERE record MATCH ? ORDER BY bm25(record, {WEIGHTS}), rowid"  # noqa: S608 - constants
        return [row[0] for row in self._ask(order, expression)]

    def _ask(self, statement: str, expression: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(statement, (expression,)).fetchall()

    @cached_property
    def _words(self) -> list[str]:
        """All words of the catalogue as they are written."""
        texts = (f"{each.title} {' '.join(each.subjects)} {each.about}" for each in self.catalogue.records)
        words = {word.strip(".,:;!?¿¡'()“”").casefold() for text in texts for word in text.split()}
        return sorted(word for word in words if len(word) > 3)


def _row(number: int, record: Record, catalogue: Catalogue) -> tuple[int, str, str, str, str, str]:
    spanish = (catalogue.subjects_in_spanish.get(subject, subject) for subject in record.subjects)
    return number, record.title, record.by, BETWEEN.join(record.subjects), BETWEEN.join(spanish), record.about


def _excerpt(record: Record, texts: Sequence[str]) -> Excerpt:
    title, english, spanish, about = texts
    subjects = english if record.lang == "en" else spanish
    return Excerpt(
        title=_pieces(title),
        subjects=tuple(_pieces(subject) for subject in subjects.split(BETWEEN)),
        about=_pieces(about),
    )


def plain(catalogue: Catalogue, record: Record) -> Excerpt:
    """The record with nothing marked."""
    return Excerpt(
        title=((record.title, False),),
        subjects=tuple(((subject, False),) for subject in catalogue.headings(record)),
        about=((record.about, False),),
    )


def _pieces(text: str) -> Marked:
    """
    >>> _pieces("Sea \\x02turtles\\x03 swim")
    (('Sea ', False), ('turtles', True), (' swim', False))
    """
    pieces: list[tuple[str, bool]] = []
    for part in text.split(OPEN):
        marked, closing, rest = part.rpartition(CLOSE)
        pieces += [(marked, True), (rest, False)] if closing else [(part, False)]
    return tuple(piece for piece in pieces if piece[0])


_indexes: dict[str, Index] = {}
_building = Lock()


def index_of(catalogue: Catalogue) -> Index:
    """The catalogue's index, built once in this process."""
    with _building:
        if catalogue.fingerprint not in _indexes:
            if len(_indexes) >= MOST_INDEXES:
                _indexes.pop(next(iter(_indexes)))
            _indexes[catalogue.fingerprint] = Index(catalogue)
        return _indexes[catalogue.fingerprint]

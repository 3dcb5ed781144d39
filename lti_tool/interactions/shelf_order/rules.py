"""How books stand on a shelf: what of a label decides, in which order, in fiction, in the Dewey decimals and in the Library of Congress'.

Each label becomes a ladder of levels, compared from the first to the last; nothing stands before something. Fiction: the author's family
name, the given names, the title without its first article. Dewey: the class as a number, what follows the point digit by digit, then the
letters and figures below it. LCC: the class letters, the class number as a whole number, decimals, then cutters, whose figures are decimals,
dates, volumes and copies as numbers. Sources: ALA filing rules; OCLC, Dewey introduction; Library of Congress, shelflisting manual G 60.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Scheme: TypeAlias = Literal["fiction", "dewey", "lcc"]
ARTICLES = frozenset({"a", "an", "the", "el", "la", "los", "las", "un", "una", "unos", "unas"})
FICTION = re.compile(r"(?P<shelf>[A-Z]+)(?: (?P<letters>[A-Z]{1,5}))?")
DEWEY = re.compile(r"(?:(?P<shelf>[A-Z]+) )?(?P<number>\d{3})(?:\.(?P<decimal>\d+))?(?: (?P<rest>.+))?")
LCC = re.compile(
    r"(?P<letters>[A-Z]{1,3}) ?(?P<number>\d{1,4})(?:\.(?P<decimal>\d+))?(?: ?(?P<rest>\D.*|\d{4}.*))?"
)
TOKEN = re.compile(
    r"(?P<volume>v\.? ?(?P<volume_number>\d+))|(?P<copy>c\.? ?(?P<copy_number>\d+))"
    r"|(?P<year>(?P<year_number>\d{4})(?P<year_letter>[a-z]?))|\.?(?P<cutter>(?P<cutter_letters>[A-Z]+)(?P<cutter_number>\d*)(?P<mark>[a-z]*))"
)
RANKS = ("year", "cutter", "volume", "copy")
"""Figures stand before letters where labels differ in what comes next."""


class LabelError(ValueError):
    """A label that the scheme cannot read; the text says what it should look like."""


@dataclass(frozen=True, kw_only=True)
class Level:
    """One rung: what it is called, and what it is compared by (comparable with the same rung of any label of the scheme)."""

    name: str
    value: Any


def ladder(scheme: Scheme, label: str, title: str, author: str = "") -> tuple[Level, ...]:
    """The levels of a label, the most weighty first. Raises LabelError."""
    text = " ".join(label.split())
    levels = {"fiction": _fiction, "dewey": _dewey, "lcc": _lcc}[scheme](text, author)
    return (*levels, Level(name="title", value=filing_words(title, skip_article=True)))


def sort_key(levels: tuple[Level, ...]) -> tuple[Any, ...]:
    return tuple(level.value for level in levels)


def deciding_level(one: tuple[Level, ...], other: tuple[Level, ...]) -> str:
    """The name of the first level where two labels differ."""
    for mine, others in zip(one, other, strict=True):
        if mine.value != others.value:
            return mine.name if mine.name != "rest" else _deciding_token(mine.value, others.value)
    return "title"


def shelf_of(scheme: Scheme, label: str) -> str:
    """The collection that a label begins with: FIC, J, REF; empty where there is none."""
    pattern = {"fiction": FICTION, "dewey": DEWEY}.get(scheme)
    match = pattern.fullmatch(" ".join(label.split())) if pattern else None
    return (match["shelf"] or "") if match else ""


def filing_words(text: str, *, skip_article: bool = False) -> tuple[tuple[int, int, str], ...]:
    """Word by word, without accents, capitals and punctuation; numbers stand before words, by size."""
    plain = "".join(
        char for char in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(char)
    )
    words = re.findall(r"[^\W_]+", re.sub(r"['’]", "", plain))
    if skip_article and len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    return tuple((0, int(word), "") if re.fullmatch(r"[0-9]{1,18}", word) else (1, 0, word) for word in words)


def _fiction(text: str, author: str) -> list[Level]:
    match = FICTION.fullmatch(text)
    if match is None:
        raise LabelError(
            f"“{text}” is no fiction label: write the shelf and the author's letters, like FIC ROW."
        )
    family, _, given = author.partition(",")
    named = filing_words(family or match["letters"] or "")
    letters = "".join(word for _, _, word in named).upper()
    if author and match["letters"] and not letters.startswith(match["letters"]):
        raise LabelError(f"The letters of “{text}” are not those of {author}: write `author: Family, Given`.")
    return [Level(name="author", value=named), Level(name="given", value=filing_words(given))]


def _dewey(text: str, author: str) -> list[Level]:
    match = DEWEY.fullmatch(text)
    if match is None:
        raise LabelError(
            f"“{text}” is no Dewey label: write three digits, decimals, then letters, like 599.52 OKA."
        )
    return [
        Level(name="class", value=int(match["number"])),
        Level(name="decimal", value=match["decimal"] or ""),
        Level(name="rest", value=_tokens(match["rest"] or "", text)),
    ]


def _lcc(text: str, author: str) -> list[Level]:
    match = LCC.fullmatch(text)
    if match is None:
        raise LabelError(
            f"“{text}” is no LCC label: write letters, a number and cutters, like QA76.73 .P98 2020."
        )
    return [
        Level(name="letters", value=match["letters"]),
        Level(name="number", value=int(match["number"])),
        Level(name="decimal", value=match["decimal"] or ""),
        Level(name="rest", value=_tokens(match["rest"] or "", text)),
    ]


def _tokens(rest: str, label: str) -> tuple[tuple[int, Any, Any, str], ...]:
    """What stands below the class: years, cutters, volumes and copies, in their order on the label."""
    made, place = [], 0
    while place < len(rest):
        match = TOKEN.match(rest, place)
        if match is None:
            raise LabelError(
                f"“{rest[place:]}” of the label “{label}” says nothing: write it like .P98, OKA, 2020, v.2 or c.2."
            )
        made.append(_token(match))
        place = match.end() + (rest[match.end() : match.end() + 1] == " ")
    return tuple(made)


def _token(match: re.Match[str]) -> tuple[int, Any, Any, str]:
    if match["year"]:
        return (RANKS.index("year"), int(match["year_number"]), "", match["year_letter"])
    if match["volume"]:
        return (RANKS.index("volume"), int(match["volume_number"]), "", "")
    if match["copy"]:
        return (RANKS.index("copy"), int(match["copy_number"]), "", "")
    return (RANKS.index("cutter"), match["cutter_letters"], match["cutter_number"], match["mark"])


def _deciding_token(one: tuple[Any, ...], other: tuple[Any, ...]) -> str:
    for mine, others in zip(one, other, strict=False):
        if mine[0] != others[0]:
            return "nothing"
        if mine != others:
            is_by_figures = mine[0] == RANKS.index("cutter") and mine[1] == others[1]
            return "figures" if is_by_figures else RANKS[mine[0]]
    return "nothing"

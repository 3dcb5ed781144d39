"""The ways in which a piece of a source could be written in a citation: the right one and the mistakes that people make.

They follow from the piece alone, never from what it is in the citation, so that offering them tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lti_tool.interactions.citation_builder.piece import Piece

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SHORT = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
MARKDOWN = re.compile(r"([\\`*_\[\]<>&])")
INSTEAD: Mapping[str, tuple[str, ...]] = {
    "italic-sentence": ("italic",),
    "plain-sentence": ("plain",),
    "day-first": ("year",),
    "month-first": ("year",),
    "parentheses": ("year-parentheses",),
    "short": ("plain",),
    "initials": ("plain",),
    "initials-first": ("plain",),
    "inverted": ("et-al", "plain"),
}
"""What is right where a piece does not have a form: an organisation has no initials, a year alone no month."""


def forms_of(piece: Piece) -> dict[str, str]:
    """The forms by name, as inline Markdown. No two look the same."""
    if piece.name:
        made = _names(piece.name)
    elif piece.date:
        made = _dates(piece.date)
    elif piece.number:
        made = _numbers(piece.number)
    elif piece.edition:
        made = {
            "short": f"{_ordinal(piece.edition)} ed.",
            "printed": piece.text,
            "first": f"ed. {piece.edition}",
        }
    elif piece.address:
        made = _addresses(piece.address)
    else:
        made = _titles(piece)
    shown: dict[str, str] = {}
    for form, text in made.items():
        if text not in shown.values():
            shown[form] = text
    return shown


def right_forms(wanted: Sequence[str], forms: Mapping[str, str], style: str) -> tuple[str, ...]:
    """Which of a piece's forms are right where a style asks for these. MLA shortens three or more authors to the first."""
    if style == "mla9" and "inverted" in wanted and "et-al" in forms:
        return ("et-al",)
    found = [form for each in wanted for form in (each, *INSTEAD.get(each, ())) if form in forms]
    exact = [form for form in wanted if form in forms]
    return tuple(exact or found[:1])


def escaped(text: str) -> str:
    """The text as Markdown that shows it as it is."""
    return MARKDOWN.sub(r"\\\1", text)


def _titles(piece: Piece) -> dict[str, str]:
    title = escaped(piece.title or piece.text)
    made = {"italic": f"*{title}*", "quoted": f"“{title}”", "plain": title}
    if piece.sentence:
        sentence = escaped(piece.sentence)
        made |= {"italic-sentence": f"*{sentence}*", "plain-sentence": sentence}
    return made


def _names(names: Sequence[str]) -> dict[str, str]:
    people = [tuple(part.strip() for part in name.partition(",")[::2]) for name in map(escaped, names)]
    if not all(given for _, given in people):
        group = _joined([family for family, _ in people], "and")
        return {"plain": group, "backwards": _backwards(group), "parentheses": f"({group})"}
    plain = [f"{given} {family}" for family, given in people]
    family, given = people[0]
    first = f"{family}, {given}"
    made = {
        "inverted": _listed([first, *plain[1:]]),
        "plain": _joined(plain, "and"),
        "initials": _amp([f"{family}, {_initials(given)}" for family, given in people]),
        "initials-first": _joined([f"{_initials(given)} {family}" for family, given in people], "&"),
    }
    if len(people) > 2:
        made["et-al"] = f"{first}, et al."
    return made


def _backwards(group: str) -> str:
    """An organisation's name turned round as if it were a person's: a common mistake."""
    rest, _, last = group.rpartition(" ")
    return f"{last}, {rest}" if rest else group


def _initials(given: str) -> str:
    return " ".join(f"{name[0]}." for name in given.split())


def _listed(names: Sequence[str]) -> str:
    """The first turned round, so that a comma follows it even before one other."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, and {names[-1]}"


def _joined(names: Sequence[str], word: str) -> str:
    if len(names) < 3:
        return f" {word} ".join(names)
    return f"{', '.join(names[:-1])}, {word} {names[-1]}"


def _amp(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, & {names[-1]}"


def _dates(date: str) -> dict[str, str]:
    year, *rest = date.split("-")
    made = {"year": year, "year-parentheses": f"({year})"}
    if not rest:
        return made | {"comma": f", {year}"}
    month = int(rest[0]) - 1
    day = int(rest[1]) if len(rest) > 1 else 0
    return {
        "day-first": f"{day} {SHORT[month]} {year}" if day else f"{SHORT[month]} {year}",
        "parentheses": f"({year}, {MONTHS[month]}{f' {day}' if day else ''})",
        "month-first": f"{MONTHS[month]} {day}, {year}" if day else f"{MONTHS[month]} {year}",
    } | made


def _numbers(number: str) -> dict[str, str]:
    shown = escaped(number.replace("-", "–"))
    pages = "pp." if "–" in shown else "p."
    return {
        "plain": shown,
        "italic": f"*{shown}*",
        "vol": f"vol. {shown}",
        "no": f"no. {shown}",
        "pp": f"{pages} {shown}",
        "parentheses": f"({shown})",
    }


def _addresses(address: str) -> dict[str, str]:
    whole = escaped(address)
    return {
        "whole": whole,
        "bare": whole.removeprefix("https://").removeprefix("http://"),
        "retrieved": f"Retrieved from {whole}",
    }


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"

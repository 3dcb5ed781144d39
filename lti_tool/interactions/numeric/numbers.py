"""How a number may be written: 1250, 1,250, 1 250, 1.250,5, 0.5, ,5, 3/4, 1 1/2, ½, -3, $12, 12 km, 40 %.

Words and signs around the number do not matter, a second number does: "12 or 13" is no answer. One separator with three digits
after it can be read in two ways (1,250 is 1250 in English and 1.25 in much of Spanish), so both readings are given.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TypeAlias

Readings: TypeAlias = frozenset[Decimal]
NONE: Readings = frozenset()
MOST_DIGITS = 20

MINUS = re.compile(r"[−–‐‑﹣－]")
VULGAR = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")
SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
SLASH = re.compile(r" ?[/⁄÷] ?")
LEADING_POINT = re.compile(r"(?<![0-9.,])[.,](?=[0-9])")
NUMBER = re.compile(r"(?<![0-9.,])(?:- ?)?[0-9](?:[0-9]|[.,'’ /](?=[0-9]))*")
FRACTION = re.compile(r"(?:([0-9]+) )?([0-9]+)/([0-9]+)")
GROUPED = re.compile(r"[0-9]{1,3}(?:([.,'’ ])[0-9]{3})(?:\1[0-9]{3})*")


def read_numbers(text: str) -> Readings:
    """The number in a text, in each way it can be read; empty when there is none, or more than one.

    >>> sorted(read_numbers("about 1,250 books"))
    [Decimal('1.250'), Decimal('1250')]
    >>> read_numbers("12 or 13")
    frozenset()
    """
    found = NUMBER.findall(tidy(text))
    if len(found) != 1 or sum(char.isdigit() for char in found[0]) > MOST_DIGITS:
        return NONE
    number = found[0].replace("- ", "-")
    readings = read_body(number.removeprefix("-"))
    return frozenset(-reading for reading in readings) if number.startswith("-") else readings


def tidy(text: str) -> str:
    """One sign for minus, one for a fraction, single spaces, and a zero before a leading point."""
    plain = unicodedata.normalize("NFKC", VULGAR.sub(" ", MINUS.sub("-", text)))
    plain = SLASH.sub("/", SPACES.sub(" ", MINUS.sub("-", plain)))
    return LEADING_POINT.sub("0.", plain)


def read_body(body: str) -> Readings:
    """The readings of a number without its sign."""
    if "/" in body:
        return read_fraction(body)
    decimal, grouped = read_decimal(body), GROUPED.fullmatch(body)
    thousands = {Decimal(re.sub(r"[^0-9]", "", body))} if grouped and not body.startswith("0") else set()
    return frozenset(decimal | thousands)


def read_fraction(body: str) -> Readings:
    match = FRACTION.fullmatch(body)
    if match is None or int(match[3]) == 0:
        return NONE
    return frozenset({int(match[1] or 0) + Decimal(match[2]) / Decimal(match[3])})


def read_decimal(body: str) -> set[Decimal]:
    """The reading in which the last point or comma begins the decimals; thousands may stand before it."""
    whole, _, decimals = body.rpartition(".") if body.rfind(".") > body.rfind(",") else body.rpartition(",")
    if not whole:
        return {Decimal(body)} if body.isdecimal() else set()
    is_grouped = GROUPED.fullmatch(whole)
    if not decimals.isdecimal() or not (whole.isdecimal() or is_grouped):
        return set()
    mark = body[len(whole)]
    if is_grouped and is_grouped[1] == mark:
        return set()
    return {Decimal(re.sub(r"[^0-9]", "", whole) + "." + decimals)}

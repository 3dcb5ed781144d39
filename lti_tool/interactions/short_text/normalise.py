"""What does not matter in a typed answer: capitals, accents, articles (English and Spanish), punctuation, spaces.

A sign between digits stays, so that 3.5 is not 35. Articles go only where a word follows them, so that vitamin A keeps its A.
"""

from __future__ import annotations

import re
import unicodedata

ARTICLES = frozenset({"a", "an", "the", "el", "la", "los", "las", "un", "una", "unos", "unas"})
APOSTROPHES = re.compile(r"['’‘ʼ`´]")
NUMBER_SIGN = re.compile(r"(?<=\d)[.,:/\-](?=\d)")


def normalise(text: str) -> str:
    """The words that count, joined by single spaces; empty when there are none."""
    # Compatibility characters may fold into capitals or signs only once folded themselves, so folding comes twice.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).casefold()
    bare = _without_accents(APOSTROPHES.sub("", folded))
    words = _without_punctuation(bare).split()
    kept = [word for word in words[:-1] if word not in ARTICLES]
    return " ".join(kept + words[-1:])


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize(
        "NFC", "".join(char for char in decomposed if not unicodedata.combining(char))
    )


def _without_punctuation(text: str) -> str:
    kept = {match.start() for match in NUMBER_SIGN.finditer(text)}
    return "".join(
        char if index in kept or unicodedata.category(char)[0] in "LNMS" else " "
        for index, char in enumerate(text)
    )

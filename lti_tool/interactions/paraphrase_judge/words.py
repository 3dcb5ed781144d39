"""What a program can see of a paraphrase: words it shares with the original in a row, ideas it takes up, and credit it gives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

QUOTED = re.compile(r"[“\"][^“”\"]*[”\"]")


def words_of(text: str) -> tuple[str, ...]:
    """The words without capitals, accents and punctuation."""
    folded = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return tuple(re.findall(r"[^\W_]+", re.sub(r"['’]", "", bare)))


def shared_run(text: str, source: str, kept: Iterable[str] = ()) -> tuple[str, ...]:
    """The longest run of words that both texts have, the first of several. `kept` are terms that have no other name: their words
    count as one, since nobody can say them otherwise. What stands in quotation marks is quoted, not copied."""
    mine, theirs = (joined(words_of(each), kept) for each in (QUOTED.sub(" | ", text), source))
    best: tuple[str, ...] = ()
    lengths = [0] * (len(theirs) + 1)
    for end, word in enumerate(mine, start=1):
        lengths = [0, *(lengths[i] + 1 if word == other else 0 for i, other in enumerate(theirs))]
        longest = max(lengths)
        if longest > len(best):
            best = tuple(mine[end - longest : end])
    return best


def joined(words: Sequence[str], kept: Iterable[str]) -> list[str]:
    """The words, those of a kept term made one."""
    made = f" {' '.join(words)} "
    for term in kept:
        parts = words_of(term)
        if len(parts) > 1:
            made = made.replace(f" {' '.join(parts)} ", f" {'_'.join(parts)} ")
    return made.split()


def has_any(text: str, phrases: Collection[str]) -> bool:
    """Whether one of the phrases stands in the text as whole words; a word may end in `*` for any ending."""
    plain = " ".join(words_of(text))
    return any(pattern_of(phrase).search(plain) for phrase in phrases)


def pattern_of(phrase: str) -> re.Pattern[str]:
    parts = [
        rf"{re.escape(' '.join(words_of(part)))}{chr(92) + 'w*' if part.endswith('*') else ''}"
        for part in phrase.split()
        if words_of(part)
    ]
    return re.compile(rf"(?<!\w){' '.join(parts)}(?!\w)")

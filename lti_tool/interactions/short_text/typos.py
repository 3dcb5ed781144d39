"""Which slips of the fingers are forgiven.

A slip is one letter too many, missing or different, or two neighbours swapped (the Damerau-Levenshtein distance). Each word
may have one slip from 5 letters, two from 9; shorter words none; an answer two in all. A space missing or too many is a slip.

Never a slip: a digit or a number word; a word of negation; the first letter of a word, since what differs there is mostly
another word (reliable and unreliable, misinformation and disinformation).
"""

from __future__ import annotations

MOST_SLIPS = 2

NEGATION_WORDS = """
    no not non nor never none nothing nobody nowhere neither without cannot cant dont doesnt didnt isnt arent wasnt werent wont
    wouldnt shouldnt couldnt havent hasnt hadnt mustnt ni nunca jamas nada nadie ningun ninguno ninguna tampoco sin
"""
NUMBER_WORDS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion first second third
    cero uno una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho
    diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento mil millon primero segundo tercero
"""
EXACT_WORDS = frozenset((NEGATION_WORDS + NUMBER_WORDS).split())


def count_slips(typed: str, known: str) -> int | None:
    """How many slips lie between two normalised answers; None when they are different answers."""
    if typed == known:
        return 0
    typed_words, known_words = typed.split(), known.split()
    if _exact_words(typed_words) != _exact_words(known_words):
        return None
    if len(typed_words) != len(known_words):
        return _slips_with_spaces(typed_words, known_words)
    slips = [slips_in_word(*pair) for pair in zip(typed_words, known_words, strict=True)]
    total = sum(count for count in slips if count is not None)
    return total if None not in slips and total <= MOST_SLIPS else None


def slips_in_word(typed: str, known: str) -> int | None:
    """None for a different word."""
    if typed == known:
        return 0
    if typed[:1] != known[:1] or _is_exact(typed) or _is_exact(known):
        return None
    slips = distance(typed, known, MOST_SLIPS)
    return slips if slips <= tolerance(known) else None


def tolerance(word: str) -> int:
    """How many slips a word may have, by its length."""
    if len(word) < 5:
        return 0
    return 1 if len(word) < 9 else MOST_SLIPS


def distance(left: str, right: str, limit: int) -> int:
    """The Damerau-Levenshtein distance (adjacent swaps, no letter edited twice); anything above `limit` is `limit + 1`."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before_last: list[int] = []
    last = list(range(len(right) + 1))
    for row, letter in enumerate(left, start=1):
        current = [row]
        for column, other in enumerate(right, start=1):
            cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and (letter, left[row - 2]) == (right[column - 2], other):
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        before_last, last = last, current
    return min(last[-1], limit + 1)


def _slips_with_spaces(typed_words: list[str], known_words: list[str]) -> int | None:
    """Words run together or torn apart: one slip for each space, and the letters must be the same."""
    spaces = abs(len(typed_words) - len(known_words))
    is_same = "".join(typed_words) == "".join(known_words)
    return spaces if is_same and spaces <= MOST_SLIPS else None


def _exact_words(words: list[str]) -> list[str]:
    return [word for word in words if _is_exact(word)]


def _is_exact(word: str) -> bool:
    return word in EXACT_WORDS or any(char.isdigit() for char in word)

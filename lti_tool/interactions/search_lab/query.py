"""What somebody typed into a search box, made into an expression that FTS5 always accepts.

Read are: words (all of them must occur), "phrases", AND, OR and NOT in capitals (Y, O and NO too, as Spanish catalogues have them, where
they stand between words), a minus for NOT, a star for any ending, and brackets. Whatever is odd (an open quotation mark, AND at the end,
nothing but NOT) is made the best of, and a note says what was done. Nobody's syntax is graded, so nothing here is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

MOST_TOKENS = 15
MOST_DEPTH = 6
NoteCode: TypeAlias = Literal[
    "unclosed", "brackets", "dangling", "only_not", "lower", "small", "only_small", "long"
]

TOKEN = re.compile(r'"([^"]*)("?)|([()])|([^\s()"]+)')
Operator: TypeAlias = Literal["AND", "OR", "NOT"]
OPERATORS: dict[str, Operator] = {"AND": "AND", "OR": "OR", "NOT": "NOT"}
SPANISH_OPERATORS: dict[str, Operator] = {"Y": "AND", "O": "OR", "NO": "NOT"}
SMALL_WORDS = """
    a an the of in on to for from with by at as it its this that these those is are was were be do does did can could should
    how what why when where who whom which i me my we our you your they their he she and or not there about some any
    el la los las un una unos unas de del al en y o e u no que qué como cómo cuál cuales cuáles por para con sin se su sus es son
    lo le les mi tu yo porque cuando dónde quién sobre
"""
SMALL = frozenset(SMALL_WORDS.split())


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something to say about the words: what was made of them. `words` are those it is about."""

    code: NoteCode
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Query:
    """`expression` is empty when there is nothing to look for; `terms` are the words and phrases that must or may occur."""

    expression: str
    terms: tuple[str, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, kw_only=True)
class Token:
    kind: Literal["term", "AND", "OR", "NOT", "(", ")"]
    text: str = ""
    expression: str = ""


@dataclass(kw_only=True)
class Reader:
    """Reads tokens from left to right: OR binds loosest, NOT tightest."""

    tokens: list[Token]
    place: int = 0
    notes: dict[NoteCode, list[str]] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)

    def peek(self) -> str:
        return self.tokens[self.place].kind if self.place < len(self.tokens) else ""

    def take(self) -> Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def note(self, code: NoteCode, *words: str) -> None:
        self.notes.setdefault(code, []).extend(words)

    def whole(self) -> str:
        parts = [self.any_of(0)]
        while self.peek() == ")":  # one too many
            self.take()
            self.note("brackets")
            parts.append(self.any_of(0))
        return _joined("AND", [part for part in parts if part])

    def any_of(self, depth: int) -> str:
        groups = [self.all_of(depth)]
        while self.peek() == "OR":
            self.take()
            groups.append(self.all_of(depth))
            if not groups[-1] or not groups[-2]:
                self.note("dangling", "OR")
        return _joined("OR", [group for group in groups if group])

    def all_of(self, depth: int) -> str:
        wanted: list[str] = []
        unwanted: list[str] = []
        while self.peek() not in ("", "OR", ")"):
            if self.peek() == "AND":
                self.take()
                if not wanted + unwanted or self.peek() in ("", "OR", ")", "AND"):
                    self.note("dangling", "AND")
                continue
            self.one(depth, wanted, unwanted)
        if unwanted and not wanted:
            self.note("only_not")
            return ""
        return " NOT ".join([_joined("AND", wanted), *unwanted]) if unwanted else _joined("AND", wanted)

    def one(self, depth: int, wanted: list[str], unwanted: list[str]) -> None:
        """One word, phrase or bracket, with its NOT."""
        is_not = False
        while self.peek() == "NOT":
            self.take()
            is_not = True
        if self.peek() in ("", "OR", ")", "AND"):
            self.note("dangling", "NOT")
            return
        known = len(self.terms)
        found = self.atom(depth)
        if is_not:
            del self.terms[known:]
        if found:
            (unwanted if is_not else wanted).append(found)

    def atom(self, depth: int) -> str:
        token = self.take()
        if token.kind == "term":
            self.terms.append(token.text)
            return token.expression
        if depth >= MOST_DEPTH:  # brackets nobody writes: read as if they were not there
            return ""
        inside = self.any_of(depth + 1)
        if self.peek() == ")":
            self.take()
        else:
            self.note("brackets")
        return f"({inside})" if inside else ""


def read_query(typed: str) -> Query:
    """
    >>> read_query("bats NOT baseball").expression
    '"bats" NOT "baseball"'
    >>> read_query('"marine debris" OR plastic*').expression
    '("marine debris" OR "plastic" *)'
    >>> read_query("NOT baseball").notes[0].code
    'only_not'
    """
    reader = Reader(tokens=[])
    reader.tokens = list(_tokens(typed, reader))
    if len(reader.tokens) > MOST_TOKENS:
        reader.tokens = reader.tokens[:MOST_TOKENS]
        reader.note("long")
    expression = reader.whole()
    if not expression and "small" in reader.notes and "only_not" not in reader.notes:
        reader.notes = {"only_small": reader.notes["small"]}
    return Query(
        expression=expression,
        terms=tuple(dict.fromkeys(reader.terms)),
        notes=tuple(
            Note(code=code, words=tuple(dict.fromkeys(words))) for code, words in reader.notes.items()
        ),
    )


def _tokens(typed: str, reader: Reader) -> Iterator[Token]:
    matches = list(
        TOKEN.finditer(typed.replace("“", '"').replace("”", '"').replace("«", '"').replace("»", '"'))
    )
    for index, match in enumerate(matches):
        phrase, closing, bracket, word = match.groups()
        if bracket:
            yield Token(kind="(" if bracket == "(" else ")")
        elif word is None:
            if not closing:
                reader.note("unclosed")
            yield from _phrase(phrase)
        else:
            yield from _word(word, reader, is_inside=0 < index < len(matches) - 1)


def _phrase(text: str) -> Iterator[Token]:
    words = _letters(text)
    if words:
        yield Token(kind="term", text=f"“{words}”", expression=f'"{words}"')


def _word(word: str, reader: Reader, *, is_inside: bool) -> Iterator[Token]:
    operator = OPERATORS.get(word) or (SPANISH_OPERATORS.get(word) if is_inside else None)
    if operator:
        yield Token(kind=operator)
    elif word.casefold() in SMALL:
        reader.note("lower" if word in ("and", "or", "not") else "small", word)
    else:
        yield from _term(word)


def _term(word: str) -> Iterator[Token]:
    letters = _letters(word)
    if not letters:
        return
    if word.startswith(("-", "−", "–")):
        yield Token(kind="NOT")
    star = "*" if word.endswith("*") else ""
    yield Token(kind="term", text=letters + star, expression=f'"{letters}"{" *" if star else ""}')


def _letters(text: str) -> str:
    """Only letters and digits with single spaces between: nothing that FTS5 could take for its own signs."""
    return " ".join("".join(char if char.isalnum() else " " for char in text).split())


def _joined(operator: str, parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({f' {operator} '.join(parts)})" if parts else ""

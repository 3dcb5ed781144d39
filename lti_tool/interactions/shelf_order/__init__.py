"""Shelf Order: put books where they stand on the shelf, by their labels.

The author writes the labels in any order; the kind knows the rules of fiction shelves, of Dewey and of the Library of Congress (LCC) and
works the order out (rules.py).

Scoring. What counts is the order of the books among each other, so that one book out of place costs one book, however many others it
pushes along:

    (longest run of books in the right relative order - 1) / (n - 1), never below 0

Worked example: six books stand as 510, 520, 530, 540, 550 and, forgotten, 500: five of them are in order, so (5 - 1)/(6 - 1) = 0.8. The
reversed shelf has only runs of one book, so 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_parts
from lti_tool.interactions.contract import (
    BaseSpec,
    Form,
    Id,
    Part,
    PartScore,
    Response,
    Score,
    SecretText,
    Text,
    Verdict,
    message_for,
)
from lti_tool.interactions.placing import by_place, places_of, read_places, write_places
from lti_tool.interactions.runs import longest_run, mean_longest_run
from lti_tool.interactions.seeding import seeded_order
from lti_tool.interactions.shelf_order.rules import (
    Level,
    Scheme,
    deciding_level,
    ladder,
    shelf_of,
    sort_key,
)

KEY_IS_SHOWN = True
MOST_BOOKS = 10
COLORS = 6


class Book(Part):
    id: Id
    label: str = Field(
        min_length=1, max_length=60, description="As on the spine: FIC ROW, 599.52 OKA, QA76.73 .P98"
    )
    title: Text
    author: str = Field(
        default="", max_length=80, description="`Family, Given`; fiction stands by the full name"
    )
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """Books to be put in order, written in any order."""

    scheme: Scheme = Field(description="How the labels are read")
    books: tuple[Book, ...] = Field(json_schema_extra={"minItems": 3, "maxItems": MOST_BOOKS})

    @model_validator(mode="after")
    def check_books(self) -> Self:
        check_parts(self.books, "books", at_least=3, at_most=MOST_BOOKS)
        if len({bool(book.author) for book in self.books}) > 1:
            raise ValueError("Some books have an `author` and some have none: give it to all or to none.")
        for book in self.books:
            self.levels(book)
        shelves = sorted({shelf_of(self.scheme, book.label) for book in self.books})
        if len(shelves) > 1:
            raise ValueError(
                f"The labels belong to {len(shelves)} shelves ({', '.join(shelf or 'no letters' for shelf in shelves)}): keep one."
            )
        return self

    @model_validator(mode="after")
    def check_places(self) -> Self:
        keys = [(sort_key(self.levels(book)), book) for book in self.books]
        for index, (key, book) in enumerate(keys):
            for other_key, other in keys[index + 1 :]:
                if key == other_key:
                    raise ValueError(
                        f"Books “{book.id}” and “{other.id}” have the same place on the shelf: let their labels or titles differ."
                    )
        return self

    def levels(self, book: Book) -> tuple[Level, ...]:
        return ladder(self.scheme, book.label, book.title, book.author)

    @property
    def shelf(self) -> tuple[Book, ...]:
        """The books as they stand."""
        return tuple(sorted(self.books, key=lambda book: sort_key(self.levels(book))))


@dataclass(frozen=True, kw_only=True)
class PublicBook:
    id: str
    lines: tuple[str, ...]
    title: str
    author: str
    color: int


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    scheme: Scheme
    books: tuple[PublicBook, ...]


def public(spec: Spec, seed: int) -> Public:
    books = {book.id: book for book in spec.books}
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        scheme=spec.scheme,
        books=tuple(_public_book(books[book_id]) for book_id in seeded_order(books, seed)),
    )


def _public_book(book: Book) -> PublicBook:
    color = blake2b(book.id.encode(), digest_size=1).digest()[0] % COLORS + 1
    return PublicBook(
        id=book.id, lines=tuple(book.label.split()), title=book.title, author=book.author, color=color
    )


def parse(spec: Spec, form: Form) -> Response:
    return read_places([book.id for book in spec.books], form)


def score(spec: Spec, response: Response) -> Score:
    places = places_of({book.id for book in spec.books}, response)
    run = longest_run([(book.id, places[book.id]) for book in spec.shelf if book.id in places])
    ratio = max(0, len(run) - 1) / (len(spec.books) - 1)
    return Score(
        ratio=ratio,
        message=message_for(spec.feedback, ratio) if places else "",
        parts=_parts(spec, places, run if len(run) > 1 else frozenset()),
        is_blank=not places,
    )


def _parts(spec: Spec, places: dict[str, int], run: frozenset[str]) -> tuple[PartScore, ...]:
    return by_place((_part(spec, number, places, run) for number in range(len(spec.books))), places)


def _part(spec: Spec, number: int, places: dict[str, int], run: frozenset[str]) -> PartScore:
    book = spec.shelf[number]
    if book.id in run:
        return PartScore(part_id=book.id, label=book.label, verdict="right", message=book.feedback or "")
    verdict: Verdict = "wrong" if book.id in places else "missed"
    return PartScore(
        part_id=book.id,
        label=book.label,
        verdict=verdict,
        message=book.feedback or "",
        answer=str(number + 1),
        reasons=(deciding(spec, number),),
    )


def deciding(spec: Spec, number: int) -> str:
    """The rule that sets a book apart from its neighbours on the shelf: the finer one of the two, which is easier to overlook."""
    shelf = [spec.levels(book) for book in spec.shelf]
    names = [
        deciding_level(*pair)
        for pair in (shelf[number - 1 : number + 1], shelf[number : number + 2])
        if len(pair) == 2
    ]
    depth = [level.name for level in shelf[number]]
    return max(names, key=lambda name: depth.index(name) if name in depth else depth.index("rest"))


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return (write_places([book.id for book in spec.shelf]),)


def guess_floor(spec: Spec) -> float:
    """The mean score over all orders."""
    count = len(spec.books)
    return (mean_longest_run(count) - 1) / (count - 1)


def key_text(spec: Spec) -> str:
    return "\n".join(
        f"{number}. {book.label} {book.title}" for number, book in enumerate(spec.shelf, start=1)
    )

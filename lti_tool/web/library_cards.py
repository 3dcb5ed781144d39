"""The library as a teacher browses it: a card for each module and quiz, and the filters over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from lti_tool.content.snapshot import Snapshot
from lti_tool.errors import NotFoundError
from lti_tool.facts.people import Access
from lti_tool.holdings.held import Held

Owner: TypeAlias = Literal["shipped", "district", "mine", "teacher"]
"""Whose it is; teacher: one teacher's, as specialists see it."""
BANDS = {"k-2": (0, 2), "3-5": (3, 5), "6-8": (6, 8), "9-12": (9, 12)}
MINUTES = (10, 15, 20, 30, 45)


@dataclass(frozen=True, kw_only=True)
class Card:
    """One module or quiz."""

    kind: str
    content_id: str
    title: str
    summary: str
    lang: str
    """The language of title and summary."""
    grades: tuple[int, int]
    minutes: int
    skills: Mapping[str, str]
    languages: tuple[str, ...]
    pages: int
    activities: int
    questions: int
    owner: Owner

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.content_id}"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a teacher is looking for; an empty value looks for everything."""

    q: str = ""
    grades: str = ""
    skill: str = ""
    minutes: str = ""
    language: str = ""

    def fits(self, card: Card) -> bool:
        return all(test(self, card) for test in _TESTS)


def _has_words(filters: Filters, card: Card) -> bool:
    text = " ".join([card.title, card.summary, *card.skills.values()]).casefold()
    return all(word in text for word in filters.q.casefold().split())


def _has_grade(filters: Filters, card: Card) -> bool:
    low, high = BANDS.get(filters.grades, (0, 12))
    return card.grades[0] <= high and card.grades[1] >= low


def _is_short(filters: Filters, card: Card) -> bool:
    return not filters.minutes or card.minutes <= int(filters.minutes)


_TESTS: tuple[Callable[[Filters, Card], bool], ...] = (
    _has_words,
    _has_grade,
    _is_short,
    lambda filters, card: filters.skill in ("", *card.skills),
    lambda filters, card: filters.language in ("", *card.languages),
)


def read_filters(told: Mapping[str, str]) -> Filters:
    """From a query string; values that are not offered count as none."""
    minutes = told.get("minutes", "")
    return Filters(
        q=told.get("q", "").strip()[:100],
        grades=told.get("grades", "") if told.get("grades") in BANDS else "",
        skill=told.get("skill", "")[:64],
        minutes=minutes if minutes in map(str, MINUTES) else "",
        language=told.get("language", "")[:16],
    )


def list_cards(held: Held, access: Access, lang: str) -> list[Card]:
    """Everything this person can assign: modules before quizzes, lower grades first."""
    library = held.library
    keys = [("module", name) for name in library.modules] + [("quiz", name) for name in library.quizzes]
    cards = [
        _card(held.get(kind, content_id), lang, _owner(held, access, kind, content_id))
        for kind, content_id in keys
        if held.offers(access, kind, content_id)
    ]
    return sorted(cards, key=lambda card: (card.kind, card.grades, card.title.casefold()))


def find_card(held: Held, access: Access, kind: str, content_id: str, lang: str) -> Card:
    """One that this person may look at. Raises NotFoundError."""
    if not held.shows(access, kind, content_id):
        raise NotFoundError
    return _card(held.get(kind, content_id), lang, _owner(held, access, kind, content_id))


def _owner(held: Held, access: Access, kind: str, content_id: str) -> Owner:
    own = held.find_own(kind, content_id)
    if own is None:
        return "shipped"
    if own.is_shared:
        return "district"
    return "mine" if own.brought_by == access.person_id else "teacher"


def _card(snapshot: Snapshot, lang: str, owner: Owner) -> Card:
    return Card(
        kind=snapshot.kind,
        content_id=snapshot.content_id,
        title=snapshot.title(lang),
        summary=snapshot.summary(lang),
        lang=snapshot.text_language(lang),
        grades=snapshot.grades,
        minutes=round(snapshot.minutes),
        skills={name: snapshot.get_skill(name, lang).name for name in snapshot.skills},
        languages=snapshot.languages,
        pages=len(snapshot.pages()),
        activities=len(snapshot.activity_ids),
        questions=snapshot.question_count,
        owner=owner,
    )

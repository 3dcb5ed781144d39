"""A frozen module or quiz, read: typed access to the document that snapshot.py makes.

Texts, pages, items and skills are kept as `original` and one entry for each language they are wholly translated into.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, cast

from lti_tool.content.draw import draw_by_line
from lti_tool.content.model import Item, Page, QuizDraw, Skill, Term
from lti_tool.errors import ContentError, NotFoundError
from lti_tool.interactions import seeded_order

SnapshotKind: TypeAlias = Literal["module", "quiz"]
ORIGINAL = "original"


def pick(versions: Mapping[str, Any], lang: str | None) -> Any:
    """The version in a language, else the original."""
    return versions[lang if lang in versions and lang else ORIGINAL]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading of a quiz. `count`: the questions under it in a whole attempt."""

    number: int
    title: str
    about: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One module or quiz as it was. A language that is not there, and `None`, mean the original one."""

    document: Mapping[str, Any] = field(repr=False, compare=False)
    hash: str

    @property
    def kind(self) -> SnapshotKind:
        return cast(SnapshotKind, self.document["kind"])

    @property
    def content_id(self) -> str:
        return str(self.document["id"])

    @property
    def version(self) -> str:
        return str(self.document["version"])

    @property
    def language(self) -> str:
        return str(self.document["language"])

    @property
    def languages(self) -> tuple[str, ...]:
        """Those with at least a title of their own, the original one first."""
        others = sorted(set(self.document["texts"]) - {ORIGINAL})
        return (self.language, *others)

    @property
    def grades(self) -> tuple[int, int]:
        low, high = self.document["grades"]
        return (low, high)

    @property
    def minutes(self) -> float:
        return float(self.document["minutes"])

    @property
    def weights(self) -> Mapping[str, int] | None:
        """Per cent of the grade for `activities` and `quiz`; None when they count by their points."""
        weights = self.document["weights"]
        return None if weights is None else MappingProxyType(dict(weights))

    @property
    def quiz_id(self) -> str | None:
        quiz = self.document["quiz"]
        return str(quiz["id"]) if quiz else None

    @property
    def quiz_minutes(self) -> float | None:
        quiz = self.document["quiz"]
        return float(quiz["minutes"]) if quiz else None

    @property
    def is_on_one_page(self) -> bool:
        """All questions of the quiz on one screen; older snapshots ask one at a time."""
        quiz = self.document["quiz"]
        return bool(quiz) and quiz.get("layout") == "page"

    @property
    def goes_back(self) -> bool:
        """Whether a question that was left may be seen again in the same attempt."""
        quiz = self.document["quiz"]
        return not quiz or bool(quiz.get("back", True))

    @property
    def question_count(self) -> int:
        quiz = self.document["quiz"]
        return len(quiz["items"]) + sum(line["count"] for line in quiz["draw"]) if quiz else 0

    @property
    def activity_ids(self) -> tuple[str, ...]:
        """The activities on the pages, in the order students meet them."""
        return tuple(item_id for page in self.pages() for item_id in page.item_ids)

    @cached_property
    def skills(self) -> Mapping[str, Skill]:
        return {
            skill_id: Skill.model_validate(raw[ORIGINAL]) for skill_id, raw in self.document["skills"].items()
        }

    @property
    def media(self) -> Mapping[str, str]:
        """From a picture's name to the SHA-256 of its file."""
        return MappingProxyType(dict(self.document["media"]))

    @property
    def sizes(self) -> Mapping[str, tuple[int, int]]:
        """From a picture's name to its width and height; older snapshots know none."""
        return {name: (width, height) for name, (width, height) in self.document.get("sizes", {}).items()}

    def title(self, lang: str | None = None) -> str:
        return str(self._text(lang)["title"])

    def summary(self, lang: str | None = None) -> str:
        return str(self._text(lang)["summary"])

    def goals(self, lang: str | None = None) -> tuple[str, ...]:
        return tuple(self._text(lang).get("goals", ()))

    def credits(self, lang: str | None = None) -> str:
        return str(self._text(lang).get("credits") or "")

    def glossary(self, lang: str | None = None) -> Mapping[str, Term]:
        """The explained words by id; older snapshots have none."""
        return {raw["id"]: Term.model_validate(raw) for raw in self._text(lang).get("glossary", ())}

    def text_language(self, lang: str | None = None) -> str:
        """The language that `title`, `summary`, `goals` and `credits` are really in."""
        return lang if lang and lang in self.document["texts"] else self.language

    def quiz_language(self, lang: str | None = None) -> str:
        """The language that the words of the quiz itself are really in."""
        return lang if lang and lang in (self.document["quiz"] or {"texts": ()})["texts"] else self.language

    def quiz_title(self, lang: str | None = None) -> str:
        quiz = self.document["quiz"]
        return str(pick(quiz["texts"], lang)["title"]) if quiz else ""

    def get_skill(self, skill_id: str, lang: str | None = None) -> Skill:
        if skill_id not in self.document["skills"]:
            raise NotFoundError(skill=skill_id)
        return Skill.model_validate(pick(self.document["skills"][skill_id], lang))

    def pages(self, lang: str | None = None) -> tuple[Page, ...]:
        cached = self._pages
        if lang not in cached:
            cached[lang] = tuple(Page.model_validate(pick(raw, lang)) for raw in self.document["pages"])
        return cached[lang]

    def item(self, item_id: str, lang: str | None = None) -> Item:
        """The item; its own `lang` tells when it is not in the language asked for."""
        key = (item_id, lang)
        if key not in self._items:
            versions = self.document["items"].get(item_id)
            if versions is None:
                raise NotFoundError(item=item_id, snapshot=self.hash)
            self._items[key] = Item.model_validate(pick(versions, lang))
        return self._items[key]

    def page(self, page_id: str, lang: str | None = None) -> Page:
        """One page by its id. Raises NotFoundError."""
        for page in self.pages(lang):
            if page.id == page_id:
                return page
        raise NotFoundError(page=page_id, snapshot=self.hash)

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Every item that could be asked: the activities and all questions the quiz may draw."""
        return tuple(self.document["items"])

    def draw_quiz(self, seed: int, seen: Collection[str] = ()) -> tuple[str, ...]:
        """The questions of one attempt, in the order to ask them. Same seed and same `seen`: same questions."""
        quiz = self.document["quiz"]
        if not quiz:
            raise ContentError(snapshot=self.hash, reason="no quiz")
        drawn = draw_by_line(self._lines, self._banks, fixed=quiz["items"], seed=seed, seen=seen)
        parts = list(self._parts(drawn))
        return tuple(
            item_id
            for number, part in enumerate(parts)
            for item_id in (seeded_order(part, ~seed + number) if quiz["shuffle"] else part)
        )

    def _parts(self, drawn: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
        """The questions of each section, fixed ones first; all of them where there are no sections."""
        quiz = self.document["quiz"]
        if "sections" not in quiz:
            yield (*quiz["items"], *drawn)
        first = 0
        for section in quiz.get("sections", ()):
            lines = range(first, first + section["lines"])
            yield (*section["items"], *(item_id for item_id, line in drawn.items() if line in lines))
            first = lines.stop

    def sections(self, lang: str | None = None) -> tuple[Section, ...]:
        """The headings of the quiz with the number of questions under each; none where it has no sections."""
        quiz = self.document["quiz"] or {}
        counts = [section["count"] for section in quiz.get("sections", ())]
        texts = pick(quiz["texts"], lang)["sections"] if counts else ()
        return tuple(
            Section(number=number, title=each["title"], about=each["about"] or "", count=count)
            for number, (each, count) in enumerate(zip(texts, counts, strict=True), start=1)
        )

    def section_at(self, place: int, lang: str | None = None) -> Section | None:
        """The section of the question at this place (from 0) of a draw."""
        for section in self.sections(lang):
            if place < section.count:
                return section
            place -= section.count
        return None

    def _text(self, lang: str | None) -> Mapping[str, Any]:
        return cast(Mapping[str, Any], pick(self.document["texts"], lang))

    @cached_property
    def _pages(self) -> dict[str | None, tuple[Page, ...]]:
        return {}

    @cached_property
    def _items(self) -> dict[tuple[str, str | None], Item]:
        return {}

    @cached_property
    def _lines(self) -> tuple[QuizDraw, ...]:
        return tuple(QuizDraw.model_validate(line) for line in self.document["quiz"]["draw"])

    @cached_property
    def _banks(self) -> Mapping[str, tuple[Item, ...]]:
        banks = self.document["quiz"]["banks"]
        return {
            bank_id: tuple(self.item(item_id) for item_id in item_ids) for bank_id, item_ids in banks.items()
        }

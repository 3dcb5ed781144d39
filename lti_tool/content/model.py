"""What lessons, quizzes, banks and skills consist of: frozen, typed, the same for every reader.

`…Head` classes are what an author writes in a file; the class of the same name without it adds what stands in other files.
docs/authoring.md explains the fields to authors; schema.py exports them to editors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationInfo,
    field_validator,
    model_validator,
)

from lti_tool.interactions import get_kind
from lti_tool.interactions.contract import BaseSpec, Id, Part, Text

Difficulty: TypeAlias = Literal["easy", "medium", "hard"]
Status: TypeAlias = Literal["draft", "reviewed", "retired"]
Strand: TypeAlias = Literal["topic", "sources", "search", "evaluate", "ethics"]
BoxName: TypeAlias = Literal["words", "tip", "example", "think", "web"]

WORD_LINK = re.compile(r"\]\(word:([a-z0-9-]+)\)")
"""The end of a marked word: `[footnote](word:footnote)`."""
TRIES_IN_LESSON = 3
TRIES_IN_QUIZ = 1


def check_band(grades: tuple[int, int]) -> tuple[int, int]:
    if not 0 <= grades[0] <= grades[1] <= 12:
        raise ValueError("Grades are written [from, to], between 0 (kindergarten) and 12.")
    return grades


Grades: TypeAlias = Annotated[tuple[int, int], AfterValidator(check_band)]
Language: TypeAlias = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Version: TypeAlias = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
Minutes: TypeAlias = Annotated[float, Field(gt=0, le=240)]
FormatNumber: TypeAlias = Annotated[
    int, Field(alias="schema", ge=1, le=1, description="The format of this file: 1")
]
Plain: TypeAlias = Annotated[str, Field(min_length=1)]


class AuthoredFile(Part):
    """Base of what fills a file of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    format: FormatNumber


class Progression(Part):
    """What a skill looks like in each grade band; None where it is not taught then."""

    k2: Text | None = None
    g35: Text | None = None
    g68: Text | None = None
    g912: Text | None = None


BANDS: Mapping[str, tuple[int, int]] = {"k2": (0, 2), "g35": (3, 5), "g68": (6, 8), "g912": (9, 12)}
"""The grade bands of a progression: first and last grade, kindergarten being 0."""


class Skill(Part):
    """What items are keyed to and the board counts. `learner` is how a student reads it."""

    id: Id
    strand: Strand
    name: Text
    learner: Text
    progression: Progression = Progression()

    def bands(self) -> list[str]:
        """The grade bands it is taught in, lowest first."""
        return [band for band in BANDS if getattr(self.progression, band)]


class Envelope(Part):
    """What every item has around its kind's own fields, as an author writes it."""

    id: Id
    kind: str
    skill: Id = Field(description="One id from skills.yaml")
    difficulty: Difficulty = "medium"
    grades: Grades | None = Field(
        default=None, description="The band it was written for; that of the module or bank if left out"
    )
    points: int = Field(default=1, ge=1, le=100)
    tries: int | None = Field(
        default=None, ge=1, le=10, description="Checks allowed: 3 in a lesson, 1 in a quiz if left out"
    )
    status: Status = "reviewed"
    source: Plain | None = Field(default=None, description="Where a fact or picture comes from")


class Item(Envelope):
    """One activity or question. `lang` is the language of its text, which may be a fallback."""

    grades: Grades
    tries: int
    spec: SerializeAsAny[BaseSpec]
    lang: Language = "en"

    @field_validator("spec", mode="before")
    @classmethod
    def read_spec(cls, value: Any, info: ValidationInfo) -> Any:
        """Turns a stored spec back into the kind's own model."""
        return get_kind(info.data["kind"]).Spec.model_validate(value) if isinstance(value, Mapping) else value

    @property
    def is_served(self) -> bool:
        return self.status == "reviewed"


class TextBlock(Part):
    """Markdown between the other blocks."""

    type: Literal["text"] = "text"
    markdown: str
    line: int = Field(default=1, exclude=True)


class BoxBlock(Part):
    """Markdown in a box. `arguments` stood on the opening line: for `web` the address and the page's title."""

    type: Literal["box"] = "box"
    kind: BoxName
    arguments: tuple[str, ...] = ()
    markdown: str
    line: int = Field(default=1, exclude=True)


class ItemBlock(Part):
    """The place of an activity."""

    type: Literal["item"] = "item"
    item_id: Id
    line: int = Field(default=1, exclude=True)


Block: TypeAlias = Annotated[TextBlock | BoxBlock | ItemBlock, Field(discriminator="type")]


class PageHead(Part):
    """The front matter of a page."""

    title: Text
    minutes: Minutes | None = None
    source: str | None = Field(
        default=None, description="In an overlay: the fingerprint of the page it translates"
    )


class Page(Part):
    """One screen of a lesson."""

    id: Id
    title: str
    minutes: float | None = None
    lang: Language = "en"
    blocks: tuple[Block, ...]

    @property
    def item_ids(self) -> tuple[str, ...]:
        return tuple(block.item_id for block in self.blocks if isinstance(block, ItemBlock))

    @property
    def word_ids(self) -> tuple[str, ...]:
        """The words of the glossary that the page marks, each once."""
        texts = (block.markdown for block in self.blocks if not isinstance(block, ItemBlock))
        return tuple(dict.fromkeys(word for text in texts for word in WORD_LINK.findall(text)))


class Step(Part):
    """One entry of a module's sequence: a page, or a quiz."""

    page: Id | None = None
    quiz: Id | None = None

    @model_validator(mode="after")
    def check_one(self) -> Self:
        if (self.page is None) == (self.quiz is None):
            raise ValueError("An entry of the sequence is either `page: …` or `quiz: …`.")
        return self


class Weights(Part):
    """Per cent of the grade."""

    activities: int = Field(ge=0, le=100)
    quiz: int = Field(ge=0, le=100)

    @model_validator(mode="after")
    def check_sum(self) -> Self:
        if self.activities + self.quiz != 100:
            raise ValueError(f"The weights add up to {self.activities + self.quiz}: make it 100.")
        return self


class Term(Part):
    """A word of the glossary: shown where a page says `[words](word:id)`."""

    id: Id
    term: Text
    meaning: Text


class ModuleHead(AuthoredFile):
    """module.yaml"""

    id: Id
    version: Version
    title: Text
    summary: Text
    language: Language = "en"
    grades: Grades
    minutes: Minutes
    skills: tuple[Id, ...] = Field(min_length=1)
    goals: tuple[Text, ...] = Field(min_length=1)
    sequence: tuple[Step, ...] = Field(min_length=1)
    weights: Weights | None = Field(
        default=None, description="Left out: activities and quiz count by their points"
    )
    standards: Mapping[str, tuple[str, ...]] = Field(default_factory=dict, description="Codes only")
    credits: Text | None = None
    glossary: tuple[Term, ...] = Field(default=(), description="Words that pages explain where they stand")

    @property
    def page_ids(self) -> tuple[str, ...]:
        return tuple(step.page for step in self.sequence if step.page)

    @property
    def quiz_id(self) -> str | None:
        return next((step.quiz for step in self.sequence if step.quiz), None)


class Media(Part):
    """A picture, sound, film or file of captions beside the pages; `name` is what Markdown says after `media/`."""

    name: str
    sha256: str
    path: str
    size: tuple[int, int] | None = None
    """Width and height in pixels, where the file says."""


class Module(ModuleHead):
    """A lesson: its pages in order and the activities on them. `lang` is the language of its title."""

    pages: tuple[Page, ...]
    items: Mapping[str, Item]
    media: Mapping[str, Media]
    lang: Language = "en"

    @property
    def is_whole(self) -> bool:
        """Every page of the sequence could be read."""
        return len(self.pages) == len(self.page_ids)

    @property
    def head(self) -> ModuleHead:
        return ModuleHead.model_validate({name: getattr(self, name) for name in ModuleHead.model_fields})


class QuizDraw(Part):
    """One line of a draw: so many questions at random from a bank, of one skill or difficulty if said."""

    bank: Id
    skill: Id | None = None
    difficulty: Difficulty | None = None
    count: int = Field(ge=1, le=50)

    def accepts(self, item: Item) -> bool:
        return (
            item.is_served and self.skill in (None, item.skill) and self.difficulty in (None, item.difficulty)
        )


class QuizSection(Part):
    """Questions of a quiz that stay together under a heading, in the order of the sections."""

    id: Id
    title: Text
    about: Text | None = Field(
        default=None, description="What its questions have in common, shown before the first one"
    )
    draw: tuple[QuizDraw, ...] = ()
    items: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def check_questions(self) -> Self:
        if not self.draw and not self.items:
            raise ValueError("The section asks nothing: write `draw` or `items` in it.")
        return self

    @property
    def question_count(self) -> int:
        return len(self.items) + sum(line.count for line in self.draw)


class QuizHead(AuthoredFile):
    """quizzes/<quiz>.yaml. `items` are always asked; `draw` adds others at random; `sections` have both of their own."""

    id: Id
    version: Version
    title: Text
    summary: Text
    language: Language = "en"
    grades: Grades
    minutes: Minutes
    shuffle: bool = Field(default=True, description="The order of the questions, per student")
    layout: Literal["one", "page"] = Field(
        default="one", description="`one` question at a time, or all of them on one `page`"
    )
    back: bool = Field(
        default=True, description="False: a question that was left is not seen again in this attempt"
    )
    draw: tuple[QuizDraw, ...] = ()
    items: tuple[Id, ...] = Field(
        default=(), description="Ids of questions from any bank that every student gets"
    )
    sections: tuple[QuizSection, ...] = Field(
        default=(), description="In place of `draw` and `items`: parts of the quiz, each under its heading"
    )

    @model_validator(mode="after")
    def check_questions(self) -> Self:
        if self.sections and (self.draw or self.items):
            raise ValueError("In a quiz with `sections`, `draw` and `items` stand in each section.")
        if not self.sections and not self.draw and not self.items:
            raise ValueError("The quiz asks nothing: write `draw`, `items` or `sections`.")
        if len({section.id for section in self.sections}) < len(self.sections):
            raise ValueError("Two sections have the same id.")
        if self.layout == "page" and not self.back:
            raise ValueError(
                "With all questions on one page nothing is left behind: take `back: false` away."
            )
        return self

    @property
    def question_count(self) -> int:
        return len(self.fixed) + sum(line.count for line in self.lines)

    @property
    def lines(self) -> tuple[QuizDraw, ...]:
        """Every line of a draw, wherever it stands."""
        return (*self.draw, *(line for section in self.sections for line in section.draw))

    @property
    def fixed(self) -> tuple[str, ...]:
        """Every question that is always asked, wherever it stands."""
        return (*self.items, *(item_id for section in self.sections for item_id in section.items))

    def steps_of(self, field: Literal["draw", "items"], index: int) -> tuple[str | int, ...]:
        """The way in the file to one of `lines` or `fixed`."""
        ways: list[tuple[str | int, ...]] = [(field, place) for place in range(len(getattr(self, field)))]
        for number, section in enumerate(self.sections):
            ways += [("sections", number, field, place) for place in range(len(getattr(section, field)))]
        return ways[index]


class Quiz(QuizHead):
    """A quiz. `lang` is the language of its title."""

    lang: Language = "en"


class BankHead(AuthoredFile):
    """quizzes/banks/<bank>.yaml, without its items."""

    id: Id
    title: Text
    language: Language = "en"
    grades: Grades


class Bank(BankHead):
    """Questions to draw from, in the order written."""

    items: Mapping[str, Item]

"""All lessons and quizzes of one content folder: loading, looking up, and where each thing stands in the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lti_tool.content.crosswalk import Crosswalk
from lti_tool.content.model import Bank, Item, Media, Module, Page, Quiz, Skill
from lti_tool.content.overlay import Texts, apply_overlay, translate_model
from lti_tool.content.problems import Place
from lti_tool.content.source import Document, Steps
from lti_tool.errors import NotFoundError

PACKAGE = Path(__file__).parent.parent
MODULE_WORDS = {"title", "summary", "goals", "credits", "glossary"}


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a thing was read."""

    document: Document
    steps: Steps = ()

    def place(self, *steps: str | int) -> Place:
        return self.document.place(*self.steps, *steps)


@dataclass(frozen=True, kw_only=True)
class Translation:
    """The overlays of one language. Texts are keyed by the path of the string they translate."""

    modules: Mapping[str, Texts] = field(default_factory=dict)
    pages: Mapping[tuple[str, str], Page] = field(default_factory=dict)
    page_sources: Mapping[tuple[str, str], str | None] = field(default_factory=dict)
    items: Mapping[str, Texts] = field(default_factory=dict)
    quizzes: Mapping[str, Texts] = field(default_factory=dict)
    skills: Mapping[str, Texts] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Library:
    """Everything that can be assigned, in the language it was written in; `get_…(id, lang)` translates."""

    modules: Mapping[str, Module]
    quizzes: Mapping[str, Quiz]
    banks: Mapping[str, Bank]
    skills: Mapping[str, Skill]
    quiz_media: Mapping[str, Media] = field(default_factory=dict)
    translations: Mapping[str, Translation] = field(default_factory=dict)
    crosswalk: Crosswalk | None = None
    """How the skills lie to published standards; a folder may do without."""
    origins: Mapping[str, Origin] = field(default_factory=dict, repr=False, compare=False)
    """By keys such as item/ltp-word, page/leave-the-page/start and es/item/ltp-word; broken things have one too."""

    def get_module(self, module_id: str, lang: str | None = None) -> Module:
        """The module in a language; what is not translated stays as it is and says so by its `lang`."""
        module = self.modules.get(module_id)
        if module is None:
            raise NotFoundError(module=module_id)
        pages = tuple(self.get_page(module, page.id, lang) for page in module.pages)
        items = {item_id: self.translate_item(item, lang) for item_id, item in module.items.items()}
        head = translate_model(module.head, self.find_translation(lang).modules.get(module_id, {}))
        words = {"lang": lang, **{name: getattr(head, name) for name in MODULE_WORDS}} if head else {}
        return module.model_copy(update={"pages": pages, "items": items, **words})

    def get_quiz(self, quiz_id: str, lang: str | None = None) -> Quiz:
        quiz = self.quizzes.get(quiz_id)
        if quiz is None:
            raise NotFoundError(quiz=quiz_id)
        head = translate_model(quiz, self.find_translation(lang).quizzes.get(quiz_id, {}))
        return head.model_copy(update={"lang": lang}) if head else quiz

    def get_skill(self, skill_id: str, lang: str | None = None) -> Skill:
        skill = self.skills.get(skill_id)
        if skill is None:
            raise NotFoundError(skill=skill_id)
        return translate_model(skill, self.find_translation(lang).skills.get(skill_id, {})) or skill

    def get_page(self, module: Module, page_id: str, lang: str | None = None) -> Page:
        translated = self.find_translation(lang).pages.get((module.id, page_id))
        return translated or next(page for page in module.pages if page.id == page_id)

    def get_item(self, item_id: str, lang: str | None = None) -> Item:
        item = self.find_item(item_id)
        if item is None:
            raise NotFoundError(item=item_id)
        return self.translate_item(item, lang)

    def find_item(self, item_id: str) -> Item | None:
        return next((part.items[item_id] for part in self.list_parts() if item_id in part.items), None)

    def list_items(self) -> list[Item]:
        return [item for part in self.list_parts() for item in part.items.values()]

    def list_parts(self) -> list[Module | Bank]:
        """What holds items."""
        return [*self.modules.values(), *self.banks.values()]

    def translate_item(self, item: Item, lang: str | None) -> Item:
        texts = self.find_translation(lang).items.get(item.id)
        translated = apply_overlay(item, texts, lang) if texts and lang else None
        return translated or item

    def find_translation(self, lang: str | None) -> Translation:
        """An empty one when nothing is translated into that language."""
        return self.translations.get(lang or "") or Translation()

    def place(self, key: str, *steps: str | int) -> Place:
        return self.origins[key].place(*steps)


def find_content(folder: Path | None = None) -> tuple[Path, Path]:
    """The folders of modules and quizzes: of the folder given, else of the wheel, else of the project's top level."""
    packed = PACKAGE / "_data"
    root = folder or (packed if packed.is_dir() else PACKAGE.parent)
    return root / "modules", root / "quizzes"

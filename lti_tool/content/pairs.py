"""Each translatable thing beside its overlay in one language: what checks, progress and stamping go through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from lti_tool.content.library import Library, Translation
from lti_tool.content.model import ItemBlock, Module, Page
from lti_tool.content.overlay import Slot, Texts, list_slots


@dataclass(frozen=True, kw_only=True)
class Pair:
    """`key` is the overlay's in `library.origins`, `file` where it stands or should stand."""

    key: str
    noun: str
    thing: BaseModel
    texts: Texts
    file: Path

    @property
    def is_begun(self) -> bool:
        """Somebody is translating here, so that what is missing is worth telling."""
        return self.file.is_file() or (
            self.file.name in {"module.yaml", "items.yaml"} and self.file.parent.is_dir()
        )


def list_pairs(library: Library, lang: str, translation: Translation) -> Iterator[Pair]:
    """Everything with strings to translate; drafts and retired items can wait."""
    for module in library.modules.values():
        file = library.place(f"module/{module.id}").file.parent / "i18n" / lang / "module.yaml"
        texts = translation.modules.get(module.id, {})
        yield Pair(key=f"{lang}/module/{module.id}", noun="module", thing=module.head, texts=texts, file=file)
    for quiz in library.quizzes.values():
        file = beside(library.place(f"quiz/{quiz.id}").file, lang)
        texts = translation.quizzes.get(quiz.id, {})
        yield Pair(key=f"{lang}/quiz/{quiz.id}", noun="quiz", thing=quiz, texts=texts, file=file)
    yield from item_pairs(library, lang, translation)
    for skill in library.skills.values():
        file = beside(library.place(f"skill/{skill.id}").file, lang)
        texts = translation.skills.get(skill.id, {})
        yield Pair(key=f"{lang}/skill/{skill.id}", noun="skill", thing=skill, texts=texts, file=file)


def item_pairs(library: Library, lang: str, translation: Translation) -> Iterator[Pair]:
    for part in library.list_parts():
        is_module = isinstance(part, Module)
        origin = library.place(f"{'module' if is_module else 'bank'}/{part.id}").file
        file = origin.parent / "i18n" / lang / "items.yaml" if is_module else beside(origin, lang)
        for item in part.items.values():
            key = f"{lang}/item/{item.id}"
            if item.is_served or key in library.origins:
                texts = translation.items.get(item.id, {})
                yield Pair(
                    key=key, noun="item", thing=item.spec, texts=texts, file=place_of(library, key, file)
                )


def place_of(library: Library, key: str, expected: Path) -> Path:
    return library.place(key).file if key in library.origins else expected


def beside(file: Path, lang: str) -> Path:
    """The overlay's file; that of a bank is in a folder of the same name."""
    if file.parent.name == "banks":
        return file.parent.parent / "i18n" / lang / "banks" / file.name
    return file.parent / "i18n" / lang / file.name


def missing_slots(pair: Pair) -> list[Slot]:
    return [slot for slot in list_slots(pair.thing, pair.texts) if slot.path not in pair.texts]


def count_translated(library: Library, lang: str) -> tuple[int, int]:
    """Strings translated, and strings there are. A page counts its title and each text and box."""
    translation = library.find_translation(lang)
    done = total = 0
    for pair in list_pairs(library, lang, translation):
        strings = len(list_slots(pair.thing, pair.texts))
        total += strings
        done += strings - len(missing_slots(pair))
    for module in library.modules.values():
        for page in module.pages:
            total += page_strings(page)
            done += page_strings(page) if (module.id, page.id) in translation.pages else 0
    return done, total


def page_strings(page: Page) -> int:
    return 1 + sum(not isinstance(block, ItemBlock) for block in page.blocks)

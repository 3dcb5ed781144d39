"""Every piece of text a person will read, with its place: what the checks of writing, pictures and reading level go through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lti_tool.content.library import Library
from lti_tool.content.model import Bank, BoxBlock, ItemBlock, Media, Module, Page
from lti_tool.content.overlay import Slot, Texts, is_texts, list_slots
from lti_tool.content.problems import Place


@dataclass(frozen=True, kw_only=True)
class Prose:
    """Markdown and where it stands. `media` are the pictures it may show; `is_page` is true of text on a page."""

    markdown: str
    place: Place
    media: Mapping[str, Media]
    is_page: bool = False
    box: BoxBlock | None = None
    owner: str = ""
    lang: str = "en"

    def at(self, line: int) -> Place:
        """The place of a line of this text, counted from 0. Only on pages are line breaks those of the file."""
        return Place(file=self.place.file, line=self.place.line + line) if self.is_page else self.place


def list_prose(library: Library) -> Iterator[Prose]:
    """Originals and translations."""
    for module in library.modules.values():
        yield from head_prose(library, module)
        yield from page_prose(library, module)
        yield from item_prose(library, module, module.media)
    for bank in library.banks.values():
        yield from item_prose(library, bank, library.quiz_media)


def head_prose(library: Library, module: Module) -> Iterator[Prose]:
    key = f"module/{module.id}"
    for slot in list_slots(module.head):
        for text in slot_texts(slot.value):
            place = library.place(key, *slot.where)
            yield Prose(markdown=text, place=place, media={}, owner=key, lang=module.language)


def page_prose(library: Library, module: Module) -> Iterator[Prose]:
    for page in module.pages:
        yield from block_prose(library, page, f"page/{module.id}/{page.id}", module.media)
        for lang, translation in library.translations.items():
            translated = translation.pages.get((module.id, page.id))
            if translated:
                yield from block_prose(
                    library, translated, f"{lang}/page/{module.id}/{page.id}", module.media
                )


def block_prose(library: Library, page: Page, key: str, media: Mapping[str, Media]) -> Iterator[Prose]:
    file = library.place(key).file
    for block in page.blocks:
        if isinstance(block, ItemBlock):
            continue
        box = block if isinstance(block, BoxBlock) else None
        place = Place(file=file, line=block.line + (1 if box else 0))
        yield Prose(
            markdown=block.markdown,
            place=place,
            media=media,
            is_page=True,
            box=box,
            owner=key,
            lang=page.lang,
        )


def item_prose(library: Library, part: Module | Bank, media: Mapping[str, Media]) -> Iterator[Prose]:
    for item in part.items.values():
        slots = list_slots(item.spec)
        for slot in slots:
            for text in slot_texts(slot.value):
                place = library.place(f"item/{item.id}", *slot.where)
                yield Prose(markdown=text, place=place, media=media, owner=f"item/{item.id}", lang=item.lang)
        for lang, translation in library.translations.items():
            texts = translation.items.get(item.id, {})
            yield from overlay_prose(library, f"{lang}/item/{item.id}", lang, slots, texts, media)


def overlay_prose(
    library: Library, key: str, lang: str, slots: tuple[Slot, ...], texts: Texts, media: Mapping[str, Media]
) -> Iterator[Prose]:
    for path, translated in texts.items():
        for text in slot_texts(translated.text):
            yield Prose(markdown=text, place=library.place(key, path), media=media, owner=key, lang=lang)


def slot_texts(value: object) -> list[str]:
    """The texts of a slot; of things without ids, their text fields."""
    if isinstance(value, str):
        return [value]
    if is_texts(value) and isinstance(value, list):
        return value
    parts = value if isinstance(value, list) else []
    return [
        text for part in parts if isinstance(part, dict) for text in part.values() if isinstance(text, str)
    ]

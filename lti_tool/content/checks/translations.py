"""Translations: strings that nothing takes, strings left out, strings whose original has moved on, pages that differ in shape."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from lti_tool.content.library import Library, Translation
from lti_tool.content.model import BoxBlock, Module, Page
from lti_tool.content.overlay import Slot, find_stale, list_paths, list_slots, page_hash, replace_texts
from lti_tool.content.pairs import Pair, list_pairs, missing_slots
from lti_tool.content.problems import Place, Problems, count
from lti_tool.content.prose import slot_texts
from lti_tool.content.validation import suggest

KEPT = re.compile(r"\]\(([^)\s]+)|\b((?:[a-z0-9-]+\.)+example)\b|(\{[a-z_]+\})|(\[\[item:[^\]]+\]\])")
"""What a translation carries over unchanged: addresses of links and pictures, practice sites, placeholders."""


def check_translations(library: Library, problems: Problems) -> None:
    for lang, translation in library.translations.items():
        pairs = list(list_pairs(library, lang, translation))
        note_strays(library, lang, pairs, problems)
        note_missing(pairs, problems)
        for pair in pairs:
            if pair.key in library.origins:
                check_pair(library, pair, problems)
        for module in library.modules.values():
            check_pages(library, module, lang, translation, problems)


def note_strays(library: Library, lang: str, pairs: list[Pair], problems: Problems) -> None:
    """Overlays of things that are not there (any more)."""
    for key in library.origins:
        original = key.removeprefix(f"{lang}/")
        if key.startswith(f"{lang}/") and original not in library.origins:
            noun, name = original.split("/", 1)
            names = [
                other.removeprefix(f"{noun}/") for other in library.origins if other.startswith(f"{noun}/")
            ]
            problems.warn(
                library.place(key), f"There is no {noun} “{name}” to translate.", suggest(name, names, "id")
            )


def note_missing(pairs: list[Pair], problems: Problems) -> None:
    """One warning for each file, so that work in progress stays readable."""
    missing: dict[Path, list[str]] = defaultdict(list)
    for pair in pairs:
        if pair.is_begun:
            name = pair.key.split("/")[-1]
            missing[pair.file] += [f"{name}: {slot.path}" for slot in missing_slots(pair)]
    for file, paths in missing.items():
        if paths:
            shown = "; ".join(paths[:4]) + (" …" if len(paths) > 4 else "")
            hint = f"What they belong to is shown in the original language: {shown}"
            problems.warn(Place(file=file), f"{count(len(paths), 'string')} not translated yet.", hint)


def check_pair(library: Library, pair: Pair, problems: Problems) -> None:
    slots = list_slots(pair.thing, pair.texts)
    known = list_paths(pair.thing)
    for path in pair.texts:
        if path not in known:
            place = library.place(pair.key, path)
            problems.warn(place, f"There is no string “{path}” to translate.", suggest(path, known, "path"))
    for slot in find_stale(slots, pair.texts):
        place = library.place(pair.key, slot.path)
        hint = f"It now reads: {shorten(' / '.join(slot_texts(slot.value)))} — correct it and run `infolit content stamp --renew`."
        problems.warn(place, f"The original of “{slot.path}” has changed since it was translated.", hint)
    given = [slot for slot in slots if slot.path in pair.texts]
    for slot in given:
        check_kept(slot, pair, library.place(pair.key, slot.path), problems)
    check_fit(library, pair, given, problems)


def check_fit(library: Library, pair: Pair, slots: list[Slot], problems: Problems) -> None:
    """Two options translated alike, or a list where a text belongs, would keep the item in the original language."""
    if replace_texts(pair.thing, slots, pair.texts) is not None:
        return
    alone = [slot for slot in slots if replace_texts(pair.thing, [slot], pair.texts) is None]
    path = [alone[0].path] if alone else []
    problems.error(
        library.place(pair.key, *path),
        f"The translation does not fit this {pair.noun}.",
        "Keep the shape of the original; no two options may read the same.",
    )


def check_kept(slot: Slot, pair: Pair, place: Place, problems: Problems) -> None:
    if isinstance(slot.value, str) and isinstance(pair.texts[slot.path].text, str):
        compare_kept(slot.value, pair.texts[slot.path].text, place, problems)


def compare_kept(original: str, translated: str, place: Place, problems: Problems) -> None:
    lost = list_kept(original) - list_kept(translated)
    if lost:
        problems.warn(
            place,
            f"The translation has lost {', '.join(sorted(lost))}.",
            "Addresses, pictures and {placeholders} stay as they are.",
        )


def list_kept(text: str) -> set[str]:
    return {next(group for group in match.groups() if group) for match in KEPT.finditer(text)}


def shorten(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:89]}…"


def check_pages(
    library: Library, module: Module, lang: str, translation: Translation, problems: Problems
) -> None:
    began = any(module_id == module.id for module_id, _ in translation.pages)
    for page in module.pages:
        key = f"{lang}/page/{module.id}/{page.id}"
        translated = translation.pages.get((module.id, page.id))
        if translated:
            check_page(library, key, page, translated, problems)
            note_stale_page(library, key, page, translation.page_sources[(module.id, page.id)], problems)
        elif began and key not in library.origins:
            place = library.place(f"page/{module.id}/{page.id}")
            problems.warn(
                place,
                f"The page “{page.id}” is not translated ({lang}).",
                f"Write i18n/{lang}/pages/{page.id}.md.",
            )


def note_stale_page(library: Library, key: str, page: Page, source: str | None, problems: Problems) -> None:
    if source and source != page_hash(page):
        hint = "Compare the two, correct the translation and run `infolit content stamp --renew`."
        problems.warn(
            library.place(key, "source"), "The original page has changed since it was translated.", hint
        )


def check_page(library: Library, key: str, page: Page, translated: Page, problems: Problems) -> None:
    place = library.place(key)
    if page.item_ids != translated.item_ids:
        hint = f"In this order: {', '.join(page.item_ids) or 'none'}."
        problems.error(place, "The translated page does not show the activities of the original.", hint)
    if boxes(page) != boxes(translated):
        hint = f"In this order: {', '.join(boxes(page)) or 'none'}."
        problems.warn(place, "The translated page has other boxes than the original.", hint)
    compare_kept(page_text(page), page_text(translated), place, problems)


def boxes(page: Page) -> list[str]:
    return [block.kind for block in page.blocks if isinstance(block, BoxBlock)]


def page_text(page: Page) -> str:
    parts = [
        f"{' '.join(getattr(block, 'arguments', ()))}\n{getattr(block, 'markdown', '')}"
        for block in page.blocks
    ]
    return "\n".join(parts)

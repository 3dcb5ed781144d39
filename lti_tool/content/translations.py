"""Reading the overlays beside modules and quizzes: `i18n/<language>/…`. What a translator may write stands in docs/authoring.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lti_tool.content.library import Translation
from lti_tool.content.loading import list_files, list_folders, read_one_page
from lti_tool.content.model import Page
from lti_tool.content.overlay import Texts, Translated
from lti_tool.content.shelf import Shelf, mapping_of
from lti_tool.content.source import Document, Steps, read_yaml


@dataclass(kw_only=True)
class _Overlays:
    """One language while it is being read."""

    lang: str
    modules: dict[str, Texts] = field(default_factory=dict)
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    page_sources: dict[tuple[str, str], str | None] = field(default_factory=dict)
    items: dict[str, Texts] = field(default_factory=dict)
    quizzes: dict[str, Texts] = field(default_factory=dict)
    skills: dict[str, Texts] = field(default_factory=dict)

    def close(self) -> Translation:
        return Translation(
            modules=self.modules,
            pages=self.pages,
            page_sources=self.page_sources,
            items=self.items,
            quizzes=self.quizzes,
            skills=self.skills,
        )


def read_translations(modules: Path, quizzes: Path, shelf: Shelf) -> None:
    """Adds each language that has a folder to the shelf."""
    folders = [*list_folders(modules), modules, quizzes]
    languages = sorted({path.name for folder in folders for path in list_folders(folder / "i18n")})
    for lang in languages:
        overlays = _Overlays(lang=lang)
        for folder in list_folders(modules):
            read_module_overlay(folder, overlays, shelf)
        read_named(modules / "i18n" / lang / "skills.yaml", "skill", overlays.skills, lang, shelf)
        read_quiz_overlays(quizzes / "i18n" / lang, overlays, shelf)
        shelf.translations[lang] = overlays.close()


def read_module_overlay(folder: Path, overlays: _Overlays, shelf: Shelf) -> None:
    place = folder / "i18n" / overlays.lang
    read_head_overlay(place / "module.yaml", "module", folder.name, overlays.modules, overlays.lang, shelf)
    read_named(place / "items.yaml", "item", overlays.items, overlays.lang, shelf)
    for file in list_files(place / "pages", ".md", shelf.problems):
        read_page_overlay(file, folder.name, overlays, shelf)


def read_page_overlay(file: Path, module_id: str, overlays: _Overlays, shelf: Shelf) -> None:
    key = f"{overlays.lang}/page/{module_id}/{file.stem}"
    page = read_one_page(file, key, overlays.lang, shelf)
    if page:
        overlays.pages[(module_id, page.id)] = page
        overlays.page_sources[(module_id, page.id)] = shelf.origins[key].document.data.get("source")


def read_quiz_overlays(folder: Path, overlays: _Overlays, shelf: Shelf) -> None:
    for file in list_files(folder, ".yaml", shelf.problems):
        read_head_overlay(file, "quiz", file.stem, overlays.quizzes, overlays.lang, shelf)
    for file in list_files(folder / "banks", ".yaml", shelf.problems):
        read_named(file, "item", overlays.items, overlays.lang, shelf)


def read_head_overlay(
    file: Path, noun: str, name: str, into: dict[str, Texts], lang: str, shelf: Shelf
) -> None:
    """A file whose strings stand at the top level."""
    document = read_yaml(file, shelf.problems) if file.is_file() else None
    fields = mapping_of(document, shelf.problems) if document else None
    if document and fields is not None:
        shelf.meet(f"{lang}/{noun}/{name}", document)
        into[name] = read_texts(document, (), fields, shelf)


def read_named(file: Path, noun: str, into: dict[str, Texts], lang: str, shelf: Shelf) -> None:
    """A file that maps ids to strings."""
    document = read_yaml(file, shelf.problems) if file.is_file() else None
    if document is None or document.data is None:
        return
    for name, raw in (mapping_of(document, shelf.problems) or {}).items():
        texts = mapping_of(document, shelf.problems, name, data=raw)
        if texts is not None:
            shelf.meet(f"{lang}/{noun}/{name}", document, (name,))
            into.setdefault(name, read_texts(document, (name,), texts, shelf))


def read_texts(document: Document, steps: Steps, fields: Mapping[str, Any], shelf: Shelf) -> Texts:
    texts = {path: read_text_entry(raw) for path, raw in fields.items()}
    for path, translated in texts.items():
        if translated is None:
            hint = "Write the text, or {source: …, text: …} as `infolit content stamp` makes it."
            shelf.problems.error(document.place(*steps, path), f"“{path}” holds no translation.", hint)
    return {path: translated for path, translated in texts.items() if translated}


def read_text_entry(raw: Any) -> Translated | None:
    """A text or a list, with or without its fingerprint."""
    source = None
    if isinstance(raw, Mapping):
        if set(raw) != {"source", "text"} or not isinstance(raw["source"], str):
            return None
        raw, source = raw["text"], raw["source"]
    is_usable = isinstance(raw, (str, list)) and bool(raw)
    return Translated(text=raw, source=source) if is_usable else None

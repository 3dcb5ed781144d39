"""Reading a whole content folder onto a shelf. What is broken is noted and left out; the rest is read all the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from lti_tool.content.items import Defaults, read_items
from lti_tool.content.media import read_media
from lti_tool.content.model import (
    TRIES_IN_LESSON,
    TRIES_IN_QUIZ,
    Bank,
    BankHead,
    Item,
    Module,
    ModuleHead,
    Page,
    PageHead,
    Quiz,
    QuizHead,
    Skill,
)
from lti_tool.content.pages import ITEM_ID, read_blocks
from lti_tool.content.problems import Place, Problems
from lti_tool.content.shelf import Shelf, list_entries, mapping_of
from lti_tool.content.source import Document, read_page, read_yaml
from lti_tool.content.validation import ID_HINT, validate

UNTRANSLATED = frozenset({"i18n", "banks", "media"})
"""Folders beside modules and quizzes that are neither."""


def read_folders(modules: Path, quizzes: Path, problems: Problems) -> Shelf:
    """Everything but translations."""
    shelf = Shelf(problems=problems)
    for folder in (modules, quizzes):
        if not folder.is_dir():
            problems.error(
                Place(file=folder),
                "The folder is not there.",
                "Point INFOLIT_CONTENT at the folder that holds modules/ and quizzes/.",
            )
    read_skills(modules / "skills.yaml", shelf)
    for folder in list_folders(modules):
        read_module(folder, shelf)
    for file in list_files(quizzes / "banks", ".yaml", shelf.problems):
        read_bank(file, shelf)
    for file in list_files(quizzes, ".yaml", shelf.problems):
        read_quiz(file, shelf)
    shelf.quiz_media.update(read_media(quizzes / "media", problems))
    return shelf


def list_folders(folder: Path) -> list[Path]:
    names = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        path for path in names if path.is_dir() and path.name not in UNTRANSLATED and path.name[0] not in "._"
    ]


def list_files(folder: Path, suffix: str, problems: Problems) -> list[Path]:
    """The files of one kind; a file of another kind is most likely a slip, so it is noted."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file()] if folder.is_dir() else []
    for path in files:
        if path.suffix != suffix and path.name[0] not in "._" and path.name != "README.md":
            problems.warn(
                Place(file=path), "This file is not read.", f"Files in {folder.name}/ end in {suffix}."
            )
    return [path for path in files if path.suffix == suffix and path.name[0] not in "._"]


def read_skills(file: Path, shelf: Shelf) -> None:
    if not file.is_file():
        if file.parent.is_dir():
            shelf.problems.error(
                Place(file=file), "The file is not there.", "It lists the skills that items are keyed to."
            )
        return
    document = read_yaml(file, shelf.problems)
    fields = mapping_of(document, shelf.problems) if document else None
    if not document or fields is None:
        return
    for index, raw in list_entries(fields.get("skills"), document.place("skills"), shelf.problems):
        entry = mapping_of(document, shelf.problems, "skills", index, data=raw)
        skill = validate(Skill, entry, document, ("skills", index), shelf.problems) if entry else None
        if entry and isinstance(entry.get("id"), str):
            shelf.meet(f"skill/{entry['id']}", document, ("skills", index))
        if skill:
            shelf.skills.setdefault(skill.id, skill)


def check_head(
    document: Document, model: type[BaseModel], name: str, shelf: Shelf, without: str = ""
) -> tuple[Document, Any] | None:
    """A document that must bear the id `name`, and its validated head; the head is None when it is broken."""
    fields = mapping_of(document, shelf.problems)
    if fields is None:
        return None
    shelf.meet(f"{model.__name__.removesuffix('Head').lower()}/{name}", document)
    head = validate(model, leave_out(fields, without), document, (), shelf.problems)
    if isinstance(fields.get("id"), str) and fields["id"] != name:
        message = f"The id “{fields['id']}” differs from the name “{name}” of its {'folder' if document.file.stem == 'module' else 'file'}."
        shelf.problems.error(
            document.place("id"), message, "Make the two the same; ids that are in use stay as they are."
        )
        return document, None
    return document, head


def leave_out(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}


def read_module(folder: Path, shelf: Shelf) -> None:
    file = folder / "module.yaml"
    if not file.is_file():
        shelf.problems.error(
            Place(file=folder), "The folder has no module.yaml.", "Write one, or move the folder away."
        )
        return
    document = read_yaml(file, shelf.problems)
    read = check_head(document, ModuleHead, folder.name, shelf) if document else None
    head: ModuleHead | None = read[1] if read else None
    defaults = Defaults(
        grades=head.grades if head else (0, 12),
        tries=TRIES_IN_LESSON,
        language=head.language if head else "en",
    )
    items = read_module_items(folder, defaults, shelf)
    pages = {page.id: page for page in read_pages(folder / "pages", folder.name, defaults.language, shelf)}
    media = read_media(folder / "media", shelf.problems)
    if head:
        in_order = tuple(pages[page_id] for page_id in head.page_ids if page_id in pages)
        fields = {name: getattr(head, name) for name in ModuleHead.model_fields}
        shelf.modules[head.id] = Module(
            **fields, pages=in_order, items=items, media=media, lang=head.language
        )


def read_module_items(folder: Path, defaults: Defaults, shelf: Shelf) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for file in list_files(folder / "items", ".yaml", shelf.problems):
        document = read_yaml(file, shelf.problems)
        if document and document.data is not None:
            items = {**read_items(document.data, document, (), defaults, shelf), **items}
    return items


def read_pages(folder: Path, module_id: str, language: str, shelf: Shelf) -> list[Page]:
    pages = []
    for file in list_files(folder, ".md", shelf.problems):
        page = read_one_page(file, f"page/{module_id}/{file.stem}", language, shelf)
        if page:
            pages.append(page)
    return pages


def read_one_page(file: Path, key: str, language: str, shelf: Shelf) -> Page | None:
    source = read_page(file, shelf.problems)
    shelf.meet(key, source.front if source else Document(file=file, data=None, lines={}))
    fields = mapping_of(source.front, shelf.problems) if source else None
    if source is None or fields is None:
        return None
    if not ITEM_ID.match(file.stem) or len(file.stem) > 64:
        shelf.problems.error(
            Place(file=file), f"The file's name “{file.stem}” cannot be a page's id.", ID_HINT
        )
        return None
    head = validate(PageHead, fields, source.front, (), shelf.problems)
    blocks = read_blocks(source.body, file, shelf.problems, source.body_line)
    if head is None:
        return None
    return Page(id=file.stem, title=head.title, minutes=head.minutes, lang=language, blocks=blocks)


def read_bank(file: Path, shelf: Shelf) -> None:
    document = read_yaml(file, shelf.problems)
    if document:
        lay_bank(document, shelf)


def lay_bank(document: Document, shelf: Shelf) -> None:
    """A bank that was read, onto the shelf."""
    read = check_head(document, BankHead, document.file.stem, shelf, without="items")
    if read is None:
        return
    head: BankHead | None = read[1]
    defaults = Defaults(
        grades=head.grades if head else (0, 12), tries=TRIES_IN_QUIZ, language=head.language if head else "en"
    )
    items = read_items(document.data.get("items"), document, ("items",), defaults, shelf)
    if head:
        fields = {name: getattr(head, name) for name in BankHead.model_fields}
        shelf.banks[head.id] = Bank(**fields, items=items)


def read_quiz(file: Path, shelf: Shelf) -> None:
    document = read_yaml(file, shelf.problems)
    if document:
        lay_quiz(document, shelf)


def lay_quiz(document: Document, shelf: Shelf) -> None:
    """A quiz that was read, onto the shelf."""
    read = check_head(document, QuizHead, document.file.stem, shelf)
    head: QuizHead | None = read[1] if read else None
    if head:
        fields = {name: getattr(head, name) for name in QuizHead.model_fields}
        shelf.quizzes[head.id] = Quiz(**fields, lang=head.language)

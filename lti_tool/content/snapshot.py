"""Freezing a module or quiz into one JSON document with all that running and scoring an attempt takes, in every language.

What is frozen is what a student would meet: pages with their fallbacks settled, reviewed items only, the questions a quiz may
draw, the names and fingerprints of pictures. Its hash is that of its canonical JSON, so the same content always has the same
one, however its files are arranged. A snapshot is never changed; an attempt keeps the hash of the one it began with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any, TypeAlias

from pydantic import BaseModel

from lti_tool.content.draw import list_pool
from lti_tool.content.frozen import ORIGINAL, Snapshot, SnapshotKind
from lti_tool.content.library import MODULE_WORDS, Library
from lti_tool.content.model import Item, ItemBlock, Media, Module, Page, Quiz, QuizSection, Skill
from lti_tool.errors import ContentError

__all__ = ["Snapshot", "SnapshotKind", "load_snapshot", "snapshot_module", "snapshot_quiz"]

FORMAT = 1
Words: TypeAlias = set[str] | dict[str, Any]
QUIZ_WORDS: Words = {"title", "summary"}
SECTION_WORDS: Words = {"title": True, "summary": True, "sections": {"__all__": {"id", "title", "about"}}}
MEDIA_NAME = re.compile(r"media/([a-z0-9]+(?:[._-][a-z0-9]+)*)")


def snapshot_module(library: Library, module_id: str) -> Snapshot:
    """The lesson with its quiz, if it has one."""
    module = library.get_module(module_id)
    pages = [serve_page(page, module) for page in module.pages]
    frozen_pages = [freeze_page(library, module, page) for page in pages]
    shown = [module.items[item_id] for page in pages for item_id in page.item_ids]
    quiz = library.get_quiz(module.quiz_id) if module.quiz_id else None
    questions = list_questions(library, quiz) if quiz else []
    return freeze(
        head("module", module)
        | {
            "weights": module.weights.model_dump() if module.weights else None,
            "texts": texts_of(library, module, library.get_module, MODULE_WORDS),
            "pages": frozen_pages,
            "quiz": freeze_quiz(library, quiz) if quiz else None,
        }
        | common(library, [*shown, *questions], {**library.quiz_media, **module.media}, frozen_pages)
    )


def snapshot_quiz(library: Library, quiz_id: str) -> Snapshot:
    """A quiz assigned by itself."""
    quiz = library.get_quiz(quiz_id)
    frozen = freeze_quiz(library, quiz)
    return freeze(
        head("quiz", quiz)
        | {"weights": None, "texts": frozen["texts"], "pages": [], "quiz": frozen}
        | common(library, list_questions(library, quiz), library.quiz_media, [])
    )


def load_snapshot(document: Mapping[str, Any] | str) -> Snapshot:
    """A snapshot from its stored document. Callers keep what they loaded: equal hashes mean equal content."""
    body = json.loads(document) if isinstance(document, str) else document
    if body.get("format") != FORMAT:
        raise ContentError(reason="unknown snapshot format", format=body.get("format"))
    return Snapshot(document=body, hash=hash_of(body))


def freeze(document: Mapping[str, Any]) -> Snapshot:
    return load_snapshot(canonical_json(document))


def canonical_json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def hash_of(document: Mapping[str, Any]) -> str:
    return sha256(canonical_json(document).encode()).hexdigest()


def head(kind: SnapshotKind, part: Module | Quiz) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": kind,
        "id": part.id,
        "version": part.version,
        "language": part.language,
        "grades": list(part.grades),
        "minutes": part.minutes,
    }


def serve_page(page: Page, module: Module) -> Page:
    """The page without activities that are not served."""
    blocks = (
        block
        for block in page.blocks
        if not isinstance(block, ItemBlock)
        or (block.item_id in module.items and module.items[block.item_id].is_served)
    )
    return page.model_copy(update={"blocks": tuple(blocks)})


def freeze_page(library: Library, module: Module, page: Page) -> dict[str, Any]:
    translated = {lang: library.get_page(module, page.id, lang) for lang in library.translations}
    versions = {lang: serve_page(other, module) for lang, other in translated.items() if other.lang == lang}
    return {ORIGINAL: plain(page), **{lang: plain(other) for lang, other in versions.items()}}


def list_questions(library: Library, quiz: Quiz) -> list[Item]:
    """Whatever the quiz may ask: reviewed questions that a line accepts, and the fixed ones."""
    pools = banks_of(library, quiz)
    ids = dict.fromkeys([*quiz.fixed, *(item_id for pool in pools.values() for item_id in pool)])
    return [library.get_item(item_id) for item_id in ids]


def banks_of(library: Library, quiz: Quiz) -> dict[str, list[str]]:
    banks = {bank_id: tuple(bank.items.values()) for bank_id, bank in library.banks.items()}
    pools: dict[str, set[str]] = {line.bank: set() for line in quiz.lines}
    for line in quiz.lines:
        pools[line.bank].update(list_pool(line, banks, quiz.fixed))
    return {bank_id: sorted(pool) for bank_id, pool in pools.items()}


def freeze_quiz(library: Library, quiz: Quiz) -> dict[str, Any]:
    return {
        "id": quiz.id,
        "version": quiz.version,
        "minutes": quiz.minutes,
        "shuffle": quiz.shuffle,
        "texts": texts_of(library, quiz, library.get_quiz, SECTION_WORDS if quiz.sections else QUIZ_WORDS),
        "draw": [line.model_dump(mode="json") for line in quiz.lines],
        "items": list(quiz.fixed),
        "banks": banks_of(library, quiz),
        **({} if quiz.layout == "one" else {"layout": quiz.layout}),
        **({} if quiz.back else {"back": False}),
        **({"sections": [freeze_section(section) for section in quiz.sections]} if quiz.sections else {}),
    }


def freeze_section(section: QuizSection) -> dict[str, Any]:
    """What of `items` and `draw`, which a snapshot keeps in one list each, is the section's."""
    return {
        "id": section.id,
        "items": list(section.items),
        "lines": len(section.draw),
        "count": section.question_count,
    }


def common(
    library: Library, items: Iterable[Item], media: Mapping[str, Media], pages: object
) -> dict[str, Any]:
    """What modules and quizzes have alike: items, the skills they are keyed to, the pictures they show."""
    frozen = {item.id: freeze_item(library, item) for item in items}
    skills = sorted({versions[ORIGINAL]["skill"] for versions in frozen.values()})
    shown = [name for name in list_shown([frozen, pages]) if name in media]
    return {
        "items": frozen,
        "skills": {skill_id: freeze_skill(library, skill_id) for skill_id in skills},
        "media": {name: media[name].sha256 for name in shown},
        "sizes": {name: list(size) for name in shown if (size := media[name].size)},
    }


def list_shown(texts: object) -> list[str]:
    """The names of the pictures that any of the texts shows."""
    return sorted(set(MEDIA_NAME.findall(json.dumps(texts))))


def freeze_item(library: Library, item: Item) -> dict[str, Any]:
    translated = {lang: library.translate_item(item, lang) for lang in library.translations}
    versions = {lang: plain(other) for lang, other in translated.items() if other.lang == lang}
    return {ORIGINAL: plain(item), **versions}


def freeze_skill(library: Library, skill_id: str) -> dict[str, Any]:
    """Its words as a student reads them. Its progression is for planning, so a change there makes no new edition of a lesson."""
    original = _words(library.get_skill(skill_id))
    translated = {lang: _words(library.get_skill(skill_id, lang)) for lang in library.translations}
    return {ORIGINAL: original} | {lang: other for lang, other in translated.items() if other != original}


def _words(skill: Skill) -> dict[str, Any]:
    return skill.model_dump(mode="json", exclude={"progression"})


def texts_of(
    library: Library, part: Module | Quiz, get: Callable[[str, str | None], Module | Quiz], words: Words
) -> dict[str, Any]:
    """The words of a head in each language it is translated into."""
    translated = {lang: get(part.id, lang) for lang in library.translations}
    versions = {lang: other for lang, other in translated.items() if other.lang == lang}
    return {
        lang: other.model_dump(mode="json", include=words)
        for lang, other in {ORIGINAL: part, **versions}.items()
    }


def plain(thing: BaseModel) -> dict[str, Any]:
    return thing.model_dump(mode="json")

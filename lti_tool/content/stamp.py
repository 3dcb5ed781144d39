"""Stamping: writing beside each translated string the fingerprint of its original, with comments and order left as they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from lti_tool.content.library import Library, Translation
from lti_tool.content.overlay import list_slots, page_hash, slot_hash
from lti_tool.content.pairs import list_pairs
from lti_tool.content.source import FENCE, Steps

WIDEST = 4096
SOURCE_LINE = re.compile(r"^source:.*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """One fingerprint to write. Steps lead to the string; a page's is written into its front matter and has none."""

    file: Path
    steps: Steps
    fingerprint: str


def stamp_library(library: Library, *, paths: Collection[Path] = (), renew: bool = False) -> dict[Path, int]:
    """Rewrite overlay files in place; returns how many fingerprints each got. `renew` replaces those that are stale."""
    by_file: dict[Path, list[Stamp]] = defaultdict(list)
    for lang, translation in library.translations.items():
        for stamp in list_stamps(library, lang, translation, renew):
            if not paths or any(stamp.file.is_relative_to(path) for path in paths):
                by_file[stamp.file].append(stamp)
    for file, stamps in by_file.items():
        write_stamps(file, stamps)
    return {file: len(stamps) for file, stamps in by_file.items()}


def list_stamps(library: Library, lang: str, translation: Translation, renew: bool) -> Iterator[Stamp]:
    for pair in list_pairs(library, lang, translation):
        for slot in list_slots(pair.thing, pair.texts):
            translated = pair.texts.get(slot.path)
            if translated and is_due(translated.source, slot_hash(slot), renew):
                origin = library.origins[pair.key]
                steps = (*origin.steps, slot.path)
                yield Stamp(file=origin.document.file, steps=steps, fingerprint=slot_hash(slot))
    yield from list_page_stamps(library, lang, translation, renew)


def list_page_stamps(library: Library, lang: str, translation: Translation, renew: bool) -> Iterator[Stamp]:
    for module in library.modules.values():
        for page in module.pages:
            known = (module.id, page.id) in translation.page_sources
            if known and is_due(translation.page_sources[(module.id, page.id)], page_hash(page), renew):
                file = library.place(f"{lang}/page/{module.id}/{page.id}").file
                yield Stamp(file=file, steps=(), fingerprint=page_hash(page))


def is_due(source: str | None, fingerprint: str, renew: bool) -> bool:
    return not source or (renew and source != fingerprint)


def write_stamps(file: Path, stamps: list[Stamp]) -> None:
    text = file.read_bytes().decode("utf-8-sig")
    stamped = stamp_page(text, stamps[0].fingerprint) if file.suffix == ".md" else stamp_yaml(text, stamps)
    file.write_text(stamped, encoding="utf-8", newline="\n")


def stamp_page(text: str, fingerprint: str) -> str:
    """The front matter with its line `source:` set."""
    lines = text.replace("\r\n", "\n").split("\n")
    end = next(number for number, line in enumerate(lines) if number and line.rstrip() == FENCE)
    front = [line for line in lines[1:end] if not SOURCE_LINE.match(line)]
    return "\n".join([FENCE, *front, f'source: "{fingerprint}"', *lines[end:]])


def stamp_yaml(text: str, stamps: list[Stamp]) -> str:
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = WIDEST
    yaml.allow_unicode = True
    data = yaml.load(text)
    for stamp in stamps:
        stamp_string(data, stamp)
    out = StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def stamp_string(data: Any, stamp: Stamp) -> None:
    """`text` becomes `{source: …, text: text}`, on one line if the text is."""
    for step in stamp.steps[:-1]:
        data = data[step]
    path = stamp.steps[-1]
    old = data[path]
    if isinstance(old, CommentedMap):
        old["source"] = stamp.fingerprint
        return
    entry = CommentedMap({"source": stamp.fingerprint, "text": old})
    if isinstance(old, str) and "\n" not in old and len(old) < 100:
        entry.fa.set_flow_style()
    data[path] = entry

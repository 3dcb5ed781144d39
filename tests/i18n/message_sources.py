"""Where the words of the pages come from: templates, `gettext()` calls, error classes, and sentences the domain writes.

`find_messages` lists them all. Run as a command (`.ci/messages`) it says what the catalogues lack; with `--write` it adds the new
messages to each catalogue, without a translation yet, and takes out the ones nobody uses.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from lti_tool import errors
from lti_tool.content.worked_examples import file_of as examples_file
from lti_tool.content.worked_examples import list_gaps, stamp_examples
from lti_tool.interactions import find_kinds
from lti_tool.web.i18n import catalogue_files

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "lti_tool"
CATALOGUES = TOOL / "web" / "translations"
DOMAIN = (
    "lti",
    "people",
    "player",
    "gradebook",
    "interchange",
    "corrections",
    "holdings",
    "rosters",
    "flow.py",
    "placing.py",
    "facts/grades.py",
    "web",
)
"""Packages whose sentences can reach a page: refusals, delivery problems, connection checks."""
WORDS = {
    "lti_tool/lti/connection.py": (
        "keys",
        "scores",
        "columns",
        "results",
        "roster",
        "deployments",
        "(none, so the token address is used)",
    ),
    "lti_tool/placing.py": ("module", "quiz"),
}
"""Words that stand inside such sentences, or before them."""
ENDINGS = {
    "_wrong": (1, "%(field)s "),
    "_required": (2, ""),
    "_unusable": (1, ""),
    "get_id": (2, ""),
}
"""Functions that make a sentence of what they are given: which argument, and what they put before it."""
_SENTENCE = re.compile(r"(?:[A-Z“]|%\()[^\n]*\s[^\n]*\s[^\n]*(?:[.?!:]|\)s)")

Message = str | tuple[str, str]


def find_messages() -> dict[Message, set[str]]:
    """Each message (singular and plural where it counts) with the files it stands in."""
    found: dict[Message, set[str]] = {}
    for message, file in [*_in_templates(), *_in_calls(), *_in_errors(), *_in_sentences(), *_in_words()]:
        found.setdefault(message, set()).add(file)
    return found


def list_templates() -> list[Path]:
    return sorted([*(TOOL / "web" / "templates").rglob("*.html"), *(TOOL / "interactions").rglob("*.html")])


def list_modules() -> list[Path]:
    places = [TOOL / name for name in DOMAIN]
    return sorted(file for place in places for file in ([place] if place.suffix else place.rglob("*.py")))


def _in_templates() -> Iterator[tuple[Message, str]]:
    for file in list_templates():
        yield from _extracted("jinja2.ext:babel_extract", file)


def _in_calls() -> Iterator[tuple[Message, str]]:
    for file in list_modules():
        yield from _extracted("python", file)


def _extracted(method: str, file: Path) -> Iterator[tuple[Message, str]]:
    for _, message, _, _ in extract_from_file(method, file, keywords=_KEYWORDS):
        yield (message if isinstance(message, str) else tuple(message)), _name(file)


_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


def _in_errors() -> Iterator[tuple[Message, str]]:
    kinds = [errors.InfoLitError]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        yield kind().message, "lti_tool/errors.py"
        yield kind.next_step, "lti_tool/errors.py"


def _in_words() -> Iterator[tuple[Message, str]]:
    for file, words in WORDS.items():
        for word in words:
            yield word, file


def _in_sentences() -> Iterator[tuple[Message, str]]:
    for file in list_modules():
        tree = ast.parse(file.read_text("utf-8"))
        for text in [*_sentences(tree), *_labels(tree), *_endings(tree)]:
            yield text, _name(file)


def _sentences(tree: ast.Module) -> Iterator[str]:
    """Texts written like a sentence that are no docstring and no part of a larger text."""
    ignored = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            ignored |= {id(part) for part in node.values}
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ngettext":
            ignored |= {id(form) for form in node.args}  # `_in_calls` finds both forms as one message
    for node in ast.walk(tree):
        text = _text_of(node) if id(node) not in ignored else None
        if text and _SENTENCE.fullmatch(text) and re.search(r"[a-z]{2}", re.sub(r"%\(\w+\)s", "", text)):
            yield text


def _labels(tree: ast.Module) -> Iterator[str]:
    """What fields of a form are called in the sentences about them."""
    for node in tree.body:
        is_table = isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
        if is_table and getattr(node.targets[0], "id", "") == "_LABELS":
            yield from (str(value.value) for value in node.value.values if isinstance(value, ast.Constant))


def _endings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ENDINGS:
            position, before = ENDINGS[node.func.id]
            text = _text_of(node.args[position]) if len(node.args) > position else None
            if text and " " in text:
                yield before + text


def _text_of(node: ast.AST) -> str | None:
    """A literal as a message; the values of an f-string become placeholders named after them."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    parts: list[str] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value).replace("%", "%%"))
        elif isinstance(part, ast.FormattedValue):
            parts.append(f"%({_placeholder(part.value, ''.join(parts))})s")
    return "".join(parts)


def _placeholder(value: ast.expr, before: str) -> str:
    named = value
    while isinstance(named, ast.BoolOp | ast.Subscript):
        named = named.values[0] if isinstance(named, ast.BoolOp) else named.value
    name = getattr(named, "id", None) or getattr(named, "attr", None) or "value"
    name = name.strip("_").lower()
    return name if f"%({name})s" not in before else f"{name}_{before.count('%(') + 1}"


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


LOCALES = sorted(folder.name for folder in CATALOGUES.iterdir())
"""Neutral Latin American Spanish: students are tú, teachers and administrators usted; pages that all meet (errors, launches) say tú."""


def area_of(files: set[str]) -> str:
    """Which catalogue a message belongs to, by the first file it stands in: `board`, `lti`, `interactions/sorter`."""
    parts = min(files).removeprefix("lti_tool/").split("/")
    if parts[0] == "interactions" and len(parts) > 2:
        return f"interactions/{parts[1]}"
    if parts[:2] == ["web", "templates"] and len(parts) > 3:
        return parts[2]
    return Path(parts[0]).stem if len(parts) < 3 else parts[0]


def by_catalogue(files: set[str]) -> dict[str, list[str]]:
    """Which catalogues hold a message, each with the files of its area. Every kind holds all its own words, so that a new kind
    changes nobody else's file; elsewhere the first file counts."""
    of_kinds = {file for file in files if area_of({file}).startswith("interactions/")}
    others = files - of_kinds
    held = {area_of(others): sorted(others)} if others else {}
    for file in sorted(of_kinds):
        held.setdefault(area_of({file}), []).append(file)
    return held


def file_of(area: str, locale: str) -> Path:
    kind = area.partition("interactions/")[2]
    return TOOL / "interactions" / kind / f"{locale}.po" if kind else CATALOGUES / locale / f"{area}.po"


def read_catalogue(locale: str) -> Catalog:
    """All of a locale's words, from every file."""
    whole = Catalog(locale=locale)
    for file in catalogue_files(locale):
        with file.open("rb") as source:
            for message in read_po(source, locale=locale):
                if message.id:
                    whole.add(message.id, message.string)
    return whole


def keys(catalogue: Catalog) -> set[Message]:
    return {
        message.id if isinstance(message.id, str) else tuple(message.id)
        for message in catalogue
        if message.id
    }


def update(locale: str, found: dict[Message, set[str]]) -> None:
    """Write the catalogues anew: what is used, each in its area's file, with the translations it has."""
    old = read_catalogue(locale)
    by_area: dict[str, Catalog] = {}
    held = [
        (own, str(message), message, area)
        for message, files in found.items()
        for area, own in by_catalogue(files).items()
    ]
    for own, _, message, area in sorted(held, key=lambda each: each[:2]):
        known = old.get(message[0] if isinstance(message, tuple) else message)
        catalogue = by_area.setdefault(area, Catalog(locale=locale))
        catalogue.add(message, known.string if known else "", locations=[(name, 1) for name in own])
    files = {file_of(area, locale): catalogue for area, catalogue in by_area.items()}
    for unused in set(catalogue_files(locale)) - files.keys():
        unused.unlink()
    for file, catalogue in files.items():
        save(file, catalogue, locale)


def save(file: Path, catalogue: Catalog, locale: str) -> None:
    """A header of our own: Babel's would change with every day and version."""
    plural = catalogue.plural_forms
    header = f'msgid ""\nmsgstr ""\n"Language: {locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural}\\n"\n'
    with file.open("wb") as target:
        target.write(f"{header}\n".encode())
        write_po(target, catalogue, width=110, include_lineno=False, omit_header=True)


def main() -> int:
    found, gaps = find_messages(), 0
    for locale in LOCALES:
        if "--write" in sys.argv:
            update(locale, found)
            stamp_examples(locale)
        for kind in find_kinds():
            for gap in list_gaps(kind, locale):
                gaps += 1
                print(f"{_name(examples_file(kind, locale))}: {gap}")
        catalogue = read_catalogue(locale)
        empty = {key for key in keys(catalogue) if not _is_translated(catalogue, key)}
        for word, lacking in (
            ("new", found.keys() - keys(catalogue)),
            ("empty", empty),
            ("unused", keys(catalogue) - found.keys()),
        ):
            gaps += len(lacking)
            for message in sorted(lacking, key=str):
                print(
                    f"{_name(file_of(area_of(found.get(message, {'lti_tool/web'})), locale))}: {word}: {message}"
                )
    print(f"{len(found)} messages, {gaps} to look at")
    return 1 if gaps else 0


def _is_translated(catalogue: Catalog, key: Message) -> bool:
    message = catalogue.get(key[0] if isinstance(key, tuple) else key)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings)


if __name__ == "__main__":
    sys.exit(main())

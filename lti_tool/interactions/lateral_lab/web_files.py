"""The practice web as plain files: `web/<name>/<page>.md` beside the lesson's pages.

A file is one page. Front matter says address, title, look and so on; below it stand paragraphs in Markdown. `{#money}` at the end of
a paragraph names it, so that `evidence` can speak of it; `[[about|About us]]` alone on a line is a link to the page about.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from lti_tool.interactions.contract import FilesError
from lti_tool.interactions.lateral_lab.web import WebPage

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ANCHOR = re.compile(r"\s*\{#([a-z0-9]+(?:-[a-z0-9]+)*)\}\s*$")
LINK = re.compile(r"\[\[([^|\]]+)\|([^\]]+)\]\]")
FENCE = "---"
FRONT = frozenset(WebPage.model_fields) - {"id", "blocks"}
FLAGS = {"true": True, "yes": True, "false": False, "no": False}
MOST_BYTES = 100_000
HEAD_HINT = (
    "Start the file with ---, then address: … and title: …, then --- again, each on a line of its own."
)


def lay_in(fields: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The author's fields with the pages of `web: <name>` read in. Raises FilesError."""
    name = fields.get("web")
    if name is None:
        return dict(fields)
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise FilesError(
            "“web” is no name of a folder.", "Write the name of a folder in web/, such as air-notes."
        )
    if "pages" in fields:
        raise FilesError("The web stands in files and in “pages” at once.", "Keep one of the two.")
    place = folder / "web" / name
    files = sorted(place.glob("*.md")) if place.is_dir() else []
    if not files:
        raise FilesError(
            f"There is no page in web/{name}/.", f"Write web/{name}/start.md, and the others beside it."
        )
    return {**fields, "pages": [read_page(file) for file in files]}


def read_page(file: Path) -> dict[str, Any]:
    if not NAME.fullmatch(file.stem):
        raise FilesError(
            "The file's name cannot be a page's id.", "Use lower case, digits and hyphens.", file=file
        )
    lines = _lines(file)
    ends = [number for number, line in enumerate(lines) if number and line.rstrip() == FENCE]
    if lines[0].rstrip() != FENCE or not ends:
        raise FilesError("The page has no front matter.", HEAD_HINT, file=file)
    front = _front("\n".join(lines[1 : ends[0]]), file)
    return {"id": file.stem, **front, "blocks": _blocks(lines, ends[0] + 1, file)}


def _lines(file: Path) -> list[str]:
    try:
        raw = file.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise FilesError("The file cannot be read.", file=file) from error
    except UnicodeDecodeError as error:
        hint = "Save it again in your editor with the encoding UTF-8."
        raise FilesError("The file is not UTF-8 text.", hint, file=file) from error
    if len(raw) > MOST_BYTES:
        raise FilesError(
            f"The file is larger than {MOST_BYTES // 1000} KB.", "Make two pages of it.", file=file
        )
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _front(text: str, file: Path) -> dict[str, Any]:
    try:
        data = YAML(typ="base", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        hint = "A text with a colon and a space in it needs quotes around it."
        raise FilesError("The front matter is not YAML.", hint, file=file) from error
    if not isinstance(data, Mapping):
        raise FilesError("The front matter is empty.", HEAD_HINT, file=file)
    for name, value in data.items():
        if name not in FRONT:
            hint = f"There are: {', '.join(sorted(FRONT))}."
            raise FilesError(
                f"There is no field “{name}” of a page.", hint, file=file, line=_line_of(name, text)
            )
        if not isinstance(value, str):
            raise FilesError(
                f"“{name}” must be one text.", "Put quotes around it.", file=file, line=_line_of(name, text)
            )
    for name in ("address", "title"):
        if not data.get(name):
            raise FilesError(f"“{name}” is missing.", HEAD_HINT, file=file)
    return {
        name: FLAGS.get(value, value) if name in ("ad", "independent") else value
        for name, value in data.items()
    }


def _line_of(name: object, text: str) -> int:
    return next((n for n, line in enumerate(text.split("\n"), start=2) if line.startswith(str(name))), 1)


def _blocks(lines: list[str], first: int, file: Path) -> list[dict[str, Any]]:
    """Paragraphs are parted by empty lines. A line of links belongs to what stands above it."""
    blocks: list[dict[str, Any]] = []
    for start, paragraph in _paragraphs(lines, first):
        text = [line for line in paragraph if not LINK.fullmatch(line.strip())]
        links = [match for line in paragraph if (match := LINK.fullmatch(line.strip()))]
        if text and text[0].startswith("#"):
            hint = "A page's heading is its title. Write **strong** text in its place."
            raise FilesError("Parts of a practice page have no headings.", hint, file=file, line=start + 1)
        if text or not blocks:
            blocks.append(_block(text, len(blocks) + 1))
        blocks[-1]["links"].extend({"id": match[1].strip(), "label": match[2].strip()} for match in links)
    return blocks


def _block(lines: list[str], number: int) -> dict[str, Any]:
    text = "\n".join(lines)
    anchor = ANCHOR.search(text)
    block: dict[str, Any] = {"id": anchor[1] if anchor else f"p{number}", "links": []}
    text = ANCHOR.sub("", text)
    return block | {"text": text} if text else block


def _paragraphs(lines: list[str], first: int) -> list[tuple[int, list[str]]]:
    """Each with the index of its first line."""
    found: list[tuple[int, list[str]]] = []
    for index, line in enumerate(lines[first:], start=first):
        if not line.strip():
            continue
        if found and index and lines[index - 1].strip() and index - 1 >= first:
            found[-1][1].append(line)
        else:
            found.append((index, [line]))
    return found

"""Banks as authors of InfoLit write them (docs/authoring.md), in YAML: alone, or in a ZIP with their pictures, as one is given out here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from lti_tool.content.problems import Problems
from lti_tool.content.snapshot import MEDIA_NAME
from lti_tool.content.source import NOWHERE, decode, parse_yaml
from lti_tool.errors import PackageError
from lti_tool.interactions import find_kinds
from lti_tool.interactions.contract import FilesError
from lti_tool.interchange.archive import Package
from lti_tool.interchange.drafts import Desk, Draft, Fields, RefusedError, attempt, clean

ENDINGS = (".yaml", ".yml")


def own_banks(package: Package) -> list[str]:
    """The files that are banks: a single one, or those in folders called `banks`."""
    found = package.with_ending(*ENDINGS)
    if not package.is_archive:
        return found
    return [path for path in found if PurePosixPath(path).parent.name == "banks"]


def head_of(raw: bytes, path: str) -> Mapping[str, Any]:
    """The fields of a bank. Raises PackageError with the line of the first problem."""
    file, problems = Path(PurePosixPath(path).name), Problems()
    text = decode(raw, file, problems)
    document = None if text is None else parse_yaml(text, file, problems)
    first = next(iter(problems), None)
    if first is not None:
        raise PackageError(f"Line {first.line} of {file}: {first.message} {first.hint}".strip())
    if document is None or not isinstance(document.data, Mapping) or "items" not in document.data:
        raise PackageError(f"{file} is no bank of questions: it has no list of `items`.")
    return document.data


def read_own(raw: bytes, desk: Desk) -> Iterator[Draft]:
    """The questions of a bank, in its order."""
    entries = head_of(raw, desk.path)["items"]
    for number, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        fields = entry if isinstance(entry, Mapping) else {}
        ident, title = (
            clean(str(fields.get("id") or "")),
            clean(str(fields.get("prompt") or f"Question {number}")),
        )

        def read(fields: Mapping[str, Any] = fields, ident: str = ident, title: str = title) -> Draft:
            return desk.finish(ident, title, _checked(fields, desk))

        yield attempt(desk, ident, title, read)


def _checked(fields: Mapping[str, Any], desk: Desk) -> Fields:
    kind = find_kinds().get(str(fields.get("kind")))
    if kind is None:
        raise RefusedError(f"There is no kind of item “{fields.get('kind') or ''}”.")
    try:
        if hasattr(kind, "files"):
            kind.files(fields, NOWHERE)
    except FilesError as error:
        raise RefusedError(
            "It reads a file beside its bank. Such questions are kept in the server's content folder."
        ) from error
    return {name: _with_pictures(value, desk) for name, value in fields.items() if name != "id"}


def _with_pictures(value: Any, desk: Desk) -> Any:
    """The value with its pictures taken along, under the names they get."""
    if isinstance(value, Mapping):
        return {name: _with_pictures(each, desk) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_pictures(each, desk) for each in value]
    return (
        MEDIA_NAME.sub(lambda found: _taken(found, desk), clean(value)) if isinstance(value, str) else value
    )


def _taken(found: re.Match[str], desk: Desk) -> str:
    name = desk.locate(found[0])
    if name is None:
        raise RefusedError(f"Its file {found[0]} is not in the ZIP, or is no picture that can be taken.")
    return name

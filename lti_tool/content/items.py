"""Reading items: the fields all of them share, then the kind's own, checked together so that all problems show at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lti_tool.content.model import Envelope, Item
from lti_tool.content.problems import Place
from lti_tool.content.shelf import Shelf, list_entries, mapping_of
from lti_tool.content.source import Document, Steps
from lti_tool.content.validation import field_names, suggest, suggest_field, validate
from lti_tool.interactions import find_kinds
from lti_tool.interactions.contract import FilesError, Kind

SHARED = frozenset(Envelope.model_fields)


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """What an item takes from the module or bank it stands in."""

    grades: tuple[int, int]
    tries: int
    language: str


def read_items(
    value: Any, document: Document, steps: Steps, defaults: Defaults, shelf: Shelf
) -> dict[str, Item]:
    """The good items of a list, in its order."""
    items: dict[str, Item] = {}
    for index, raw in list_entries(value, document.place(*steps), shelf.problems):
        item = read_item(raw, document, (*steps, index), defaults, shelf)
        if item:
            items.setdefault(item.id, item)
    return items


def read_item(raw: Any, document: Document, steps: Steps, defaults: Defaults, shelf: Shelf) -> Item | None:
    fields = mapping_of(document, shelf.problems, *steps, data=raw)
    if fields is None:
        return None
    if isinstance(fields.get("id"), str):
        shelf.meet(f"item/{fields['id']}", document, steps)
    kind = find_kind(fields, document, steps, shelf)
    own = {name: value for name, value in fields.items() if name not in SHARED}
    shared = {name: value for name, value in fields.items() if name in SHARED}
    envelope = validate(Envelope, shared, document, steps, shelf.problems)
    if kind is None:
        return None
    note_strangers(own, kind, document, steps, shelf)
    known = {name: value for name, value in own.items() if name in kind.Spec.model_fields}
    laid_in = lay_in_files(known, kind, document, steps, shelf)
    if laid_in is None:
        return None
    known = laid_in
    spec = validate(kind.Spec, known, document, steps, shelf.problems)
    if envelope is None or spec is None or len(known) < len(own):
        return None
    given = envelope.model_dump(exclude_none=True)
    return Item.model_validate(
        {"grades": defaults.grades, "tries": defaults.tries, **given, "spec": spec, "lang": defaults.language}
    )


def lay_in_files(
    fields: dict[str, Any], kind: Kind, document: Document, steps: Steps, shelf: Shelf
) -> dict[str, Any] | None:
    """What stands in files beside the item, if its kind has such: below the module's folder, or beside the banks."""
    read = getattr(kind, "files", None)
    if read is None:
        return fields
    try:
        return dict(read(fields, document.file.parent.parent))
    except FilesError as error:
        place = Place(file=error.file, line=error.line) if error.file else document.place(*steps)
        shelf.problems.error(place, error.message, error.hint)
        return None


def find_kind(fields: Mapping[str, Any], document: Document, steps: Steps, shelf: Shelf) -> Kind | None:
    """A missing kind is noted with the other shared fields."""
    name = fields.get("kind")
    if not isinstance(name, str):
        return None
    kinds = find_kinds()
    if name not in kinds:
        place = document.place(*steps, "kind")
        shelf.problems.error(place, f"There is no kind of item “{name}”.", suggest(name, list(kinds), "kind"))
    return kinds.get(name)


def note_strangers(
    own: Mapping[str, Any], kind: Kind, document: Document, steps: Steps, shelf: Shelf
) -> None:
    """Fields that neither every item nor this kind has."""
    names = SHARED | field_names(kind.Spec)
    for name, value in own.items():
        if name not in kind.Spec.model_fields:
            place = document.place(*steps, name)
            shelf.problems.error(
                place, f"There is no field “{name}” here.", suggest_field(name, value, names)
            )

"""What an edit of a lesson or quiz means for work that exists: cosmetic, scoring or structural, item by item. Pure.

cosmetic     only words changed, or translations: also shown in attempts under way
scoring      what is shown is the same, the key or the points are not: attempts that are finished can be scored anew
structural   something else is asked (options, kind): only new attempts get it; so do attempts get no items that came in, and keep those that went

`amend` gives a snapshot in which items of an older one stand as in a newer one. It is a snapshot like any other, so what an attempt is
pinned to is always the whole of what its student was asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal, TypeAlias, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lti_tool.content.frozen import Snapshot
from lti_tool.content.model import Item, Page
from lti_tool.content.snapshot import freeze

Edit: TypeAlias = Literal["cosmetic", "scoring", "structural"]
WORDS: tuple[Edit, ...] = ("cosmetic",)
"""Edits that attempts under way are brought up to."""
_SAID = ("feedback", "correct", "incorrect", "partial", "hints", "too_high", "too_low", "why", "model_answer")
"""Secret words that are said after an answer; other secret words are compared with it."""


@lru_cache(maxsize=512)
def list_edits(old: Snapshot, new: Snapshot) -> dict[str, Edit]:
    """The items of the older snapshot that stand otherwise in the newer one. Those that are gone are structural."""
    found: dict[str, Edit] = {}
    for item_id, versions in old.document["items"].items():
        others = new.document["items"].get(item_id)
        if others is None:
            found[item_id] = "structural"
        elif others != versions:
            found[item_id] = classify(old.item(item_id), new.item(item_id))
    return found


def classify(old: Item, new: Item) -> Edit:
    """What kind of an edit lies between two versions of an item, in the source language."""
    if old.kind != new.kind or old.skill != new.skill:
        return "structural"
    if _shape(old.spec, secrets=False) != _shape(new.spec, secrets=False):
        return "structural"
    is_alike = _shape(old.spec, secrets=True) == _shape(new.spec, secrets=True)
    return "cosmetic" if is_alike and (old.points, old.tries) == (new.points, new.tries) else "scoring"


@lru_cache(maxsize=512)
def amend(old: Snapshot, new: Snapshot, edits: tuple[Edit, ...]) -> Snapshot:
    """The older snapshot with the items as in the newer one whose edit is among `edits`; its texts and pages where only words changed."""
    taken = [item_id for item_id, edit in list_edits(old, new).items() if edit in edits]
    pages = [_amend_page(page, new) for page in old.document["pages"]]
    items = old.document["items"] | {item_id: new.document["items"][item_id] for item_id in taken}
    document = dict(old.document) | {"items": items, "pages": pages, "texts": new.document["texts"]}
    for name in ("media", "sizes"):
        document[name] = old.document.get(name, {}) | new.document.get(name, {})
    if items == old.document["items"] and pages == old.document["pages"]:
        return old
    return freeze(document)


def _amend_page(versions: dict[str, Any], new: Snapshot) -> dict[str, Any]:
    """A page as it stands now, unless it has other blocks or activities."""
    own = Page.model_validate(versions["original"])
    for others in new.document["pages"]:
        other = Page.model_validate(others["original"])
        if other.id == own.id and _blocks(other) == _blocks(own):
            return dict(others)
    return versions


def _blocks(page: Page) -> list[tuple[str, str]]:
    return [(block.type, getattr(block, "item_id", "")) for block in page.blocks]


def _shape(model: BaseModel, *, secrets: bool) -> str:
    """All of a spec but its words, as comparable text; without `secrets` only what a student is shown."""
    return json.dumps(dict(_fields(model, secrets=secrets)), sort_keys=True, default=str)


def _fields(model: BaseModel, *, secrets: bool) -> Iterator[tuple[str, Any]]:
    for name, field in type(model).model_fields.items():
        marks = _marks(field)
        is_secret, is_words = "x-secret" in marks, "x-translatable" in marks
        if is_words and (not is_secret or any(said in name for said in _SAID)):
            continue
        if is_secret and not secrets:
            continue
        value = _value(getattr(model, name), secrets=secrets)
        if "x-secret-order" in marks and not secrets:
            value = sorted(value, key=str)
        yield name, value


def _value(value: Any, *, secrets: bool) -> Any:
    if isinstance(value, BaseModel):
        return dict(_fields(value, secrets=secrets))
    if isinstance(value, (list, tuple)):
        return [_value(each, secrets=secrets) for each in value]
    if isinstance(value, dict):
        return {str(key): _value(each, secrets=secrets) for key, each in value.items()}
    return value


def _marks(field: FieldInfo) -> set[str]:
    """The markers of a field and of what it is a list of."""
    found = set(field.json_schema_extra) if isinstance(field.json_schema_extra, dict) else set()
    waiting: list[Any] = [field.annotation]
    while waiting:
        part = waiting.pop()
        for meta in getattr(part, "__metadata__", ()):
            extra = getattr(meta, "json_schema_extra", None)
            found |= set(extra) if isinstance(extra, dict) else set()
        waiting += [each for each in get_args(part) if not isinstance(each, FieldInfo)]
    return found

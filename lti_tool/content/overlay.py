"""Translations: which strings of a thing can be translated, and laying translated ones over it.

A string is named by its path: `options.company.text`, `hints.0`, `feedback.correct`. Elements with an id are named by it. A
list of plain texts may also be translated whole (`accept: [uno, dos]`); a list of things without ids only so.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from lti_tool.content.model import Item, Page
from lti_tool.content.source import Steps

Model = TypeVar("Model", bound=BaseModel)
MARK = "x-translatable"


@dataclass(frozen=True, kw_only=True)
class Translated:
    """A text, or a list translated whole. `source` is the fingerprint of what it was translated from, once stamped."""

    text: Any
    source: str | None = None


Texts: TypeAlias = Mapping[str, Translated]


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place for a translation. `value` is the original; `where` leads to it in the dumped model."""

    path: str
    where: Steps
    value: Any


def list_slots(thing: BaseModel, given: Collection[str] = ()) -> tuple[Slot, ...]:
    """What is to be translated. A list of texts is one slot unless `given` names its elements one by one."""
    walk = _Walk(schema=model_schema(type(thing)), given=frozenset(given))
    return tuple(walk.slots(dump(thing), walk.schema, "", ()))


def list_paths(thing: BaseModel) -> frozenset[str]:
    """Every name a translator may use for a string of this thing."""
    whole = list_slots(thing)
    elements = [
        f"{slot.path}.{index}" for slot in whole if is_texts(slot.value) for index in range(len(slot.value))
    ]
    return frozenset([slot.path for slot in whole] + elements)


def is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(element, str) for element in value)


@dataclass(frozen=True, kw_only=True)
class _Walk:
    """Goes through a value and its JSON Schema side by side, since the schema carries the marks."""

    schema: Mapping[str, Any]
    given: frozenset[str]

    def slots(self, value: Any, schema: Mapping[str, Any], path: str, where: Steps) -> Iterator[Slot]:
        schema = self.resolve(schema, value)
        if isinstance(value, str) and schema.get(MARK):
            yield Slot(path=path, where=where, value=value)
        elif isinstance(value, dict):
            for name, part in schema.get("properties", {}).items():
                if name in value:
                    yield from self.slots(value[name], part, join(path, name), (*where, name))
        elif isinstance(value, list):
            yield from self.list_slots(value, schema.get("items", {}), path, where)

    def list_slots(
        self, value: list[Any], schema: Mapping[str, Any], path: str, where: Steps
    ) -> Iterator[Slot]:
        named = all(isinstance(element, dict) and "id" in element for element in value)
        inner = [
            slot
            for index, element in enumerate(value)
            for slot in self.slots(
                element, schema, join(path, element["id"] if named else str(index)), (*where, index)
            )
        ]
        in_parts = (
            is_texts(value) and path not in self.given and any(slot.path in self.given for slot in inner)
        )
        if named or in_parts:
            yield from inner
        elif inner:
            yield Slot(path=path, where=where, value=value)

    def resolve(self, schema: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
        return resolve(schema, value, self.schema)


def resolve(schema: Mapping[str, Any], value: Any, whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references; of alternatives take the one that the value's discriminator names, else the one that is not null."""
    if "discriminator" in schema and isinstance(value, Mapping):
        told = schema["discriminator"]
        return resolve({"$ref": told["mapping"][value[told["propertyName"]]]}, value, whole)
    if "anyOf" in schema and value is not None:
        return resolve(next(part for part in schema["anyOf"] if part.get("type") != "null"), value, whole)
    if "$ref" in schema:
        return resolve(whole["$defs"][schema["$ref"].rsplit("/", 1)[1]], value, whole)
    return schema


def join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


@cache
def model_schema(model: type[BaseModel]) -> Mapping[str, Any]:
    return model.model_json_schema(by_alias=True)


def dump(thing: BaseModel) -> dict[str, Any]:
    return thing.model_dump(mode="json", by_alias=True)


def translate_model(thing: Model, texts: Texts) -> Model | None:
    """A copy with every string translated, or None when one is missing or does not fit."""
    slots = list_slots(thing, texts)
    if any(slot.path not in texts for slot in slots):
        return None
    return replace_texts(thing, slots, texts)


def replace_texts(thing: Model, slots: Collection[Slot], texts: Texts) -> Model | None:
    data = dump(thing)
    for slot in slots:
        put(data, slot.where, texts[slot.path].text)
    try:
        return type(thing).model_validate(data)
    except ValidationError:
        # The check of translations reports it with its line; students get the original.
        return None


def put(data: Any, where: Steps, value: Any) -> None:
    for step in where[:-1]:
        data = data[step]
    data[where[-1]] = value


def apply_overlay(item: Item, texts: Texts, lang: str) -> Item | None:
    """The item in another language, or None when a string is missing: half-translated items are not shown."""
    spec = translate_model(item.spec, texts)
    return item.model_copy(update={"spec": spec, "lang": lang}) if spec else None


def source_hash(text: str) -> str:
    """The fingerprint of a string: eight hexadecimal digits. Line breaks and spacing do not matter."""
    return sha256(" ".join(text.split()).encode()).hexdigest()[:8]


def slot_hash(slot: Slot) -> str:
    """The fingerprint of what a slot holds; a list translated whole has one."""
    return source_hash(
        slot.value if isinstance(slot.value, str) else json.dumps(slot.value, ensure_ascii=False)
    )


def find_stale(slots: Collection[Slot], texts: Texts) -> list[Slot]:
    """Slots whose original has changed since the translation was stamped."""
    stamped = [(slot, texts[slot.path].source) for slot in slots if slot.path in texts]
    return [slot for slot, source in stamped if source is not None and source != slot_hash(slot)]


def page_hash(page: Page) -> str:
    """The fingerprint of a page: its title and its blocks as they stand."""
    values = [value for block in page.blocks for value in block.model_dump().values()]
    return source_hash("\n".join(map(str, [page.title, *values])))

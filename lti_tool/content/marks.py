"""Values of a model whose fields carry a mark in their JSON Schema, such as `x-media` on the name of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from lti_tool.content.overlay import dump, model_schema, resolve
from lti_tool.content.source import Steps

Schema = Mapping[str, Any]


def list_marked(thing: BaseModel, mark: str) -> Iterator[tuple[Steps, str]]:
    """Every marked text that is there, with the steps that lead to it in the author's file."""
    schema = model_schema(type(thing))
    yield from _walk(dump(thing), schema, schema, mark, ())


def _walk(value: Any, schema: Schema, whole: Schema, mark: str, where: Steps) -> Iterator[tuple[Steps, str]]:
    schema = resolve(schema, value, whole)
    if isinstance(value, str) and schema.get(mark):
        yield where, value
    elif isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            yield from _walk(value.get(name), inner, whole, mark, (*where, name))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _walk(element, schema.get("items", {}), whole, mark, (*where, index))

"""JSON Schemas (draft 2020-12) of the files an author writes, so that editors complete and check while one types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from lti_tool.content.crosswalk import Crosswalk
from lti_tool.content.model import BankHead, Envelope, ModuleHead, QuizHead, Skill
from lti_tool.interactions import find_kinds

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def export_schemas(to: Path) -> list[Path]:
    """Write one schema for each kind of file; returns the files written."""
    to.mkdir(parents=True, exist_ok=True)
    schemas = {
        "module": schema_of(ModuleHead),
        "quiz": schema_of(QuizHead),
        "bank": bank_schema(),
        "items": items_schema(),
        "skills": skills_schema(),
        "crosswalk": schema_of(Crosswalk),
    }
    return [write_schema(to / f"{name}.schema.json", name, schema) for name, schema in schemas.items()]


def write_schema(file: Path, name: str, schema: Schema) -> Path:
    titled = {"$schema": DRAFT, **schema, "title": f"InfoLit {name}"}
    file.write_text(json.dumps(titled, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def schema_of(model: type[BaseModel]) -> Schema:
    schema: Schema = relax(model.model_json_schema(by_alias=True))
    return schema


def relax(schema: Any) -> Any:
    """Words may be numbers or true in a file: `text: 2024` is read as the text 2024."""
    if isinstance(schema, list):
        return [relax(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    relaxed = {key: relax(part) for key, part in schema.items()}
    if relaxed.get("type") == "string" and "pattern" not in relaxed and "enum" not in relaxed:
        relaxed["type"] = ["string", "number", "boolean"]
    return relaxed


def items_schema() -> Schema:
    """A list of items; which fields an item has depends on its kind."""
    definitions, kinds = kind_schemas()
    return {
        "type": "array",
        "items": {"$ref": "#/$defs/Item"},
        "$defs": {**definitions, "Item": item_schema(kinds)},
    }


def bank_schema() -> Schema:
    bank = schema_of(BankHead)
    definitions, kinds = kind_schemas()
    bank["properties"]["items"] = {"type": "array", "items": {"$ref": "#/$defs/Item"}}
    bank["required"] = [*bank["required"], "items"]
    bank["$defs"] = {**bank.get("$defs", {}), **definitions, "Item": item_schema(kinds)}
    return bank


def item_schema(kinds: list[str]) -> Schema:
    branches = [
        {
            "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": {"$ref": f"#/$defs/{kind}"},
        }
        for kind in kinds
    ]
    return {
        "type": "object",
        "required": ["id", "kind", "skill"],
        "properties": {"kind": {"enum": kinds}},
        "allOf": branches,
    }


def kind_schemas() -> tuple[Schema, list[str]]:
    """A definition for each kind with the fields all items share, and the definitions these refer to."""
    definitions: Schema = {}
    for name, kind in find_kinds().items():
        own = prefix_refs(schema_of(kind.Spec), f"{name}.")
        shared = schema_of(Envelope)
        inner = {f"{name}.{part}": schema for part, schema in own.pop("$defs", {}).items()}
        properties = {**shared["properties"], **own["properties"], "kind": {"const": name}}
        required = sorted({*shared["required"], *own["required"]})
        definitions |= inner | {name: {**own, "properties": properties, "required": required}}
    return definitions, sorted(find_kinds())


def prefix_refs(schema: Any, prefix: str) -> Any:
    """Definitions of two kinds may have one name."""
    if isinstance(schema, list):
        return [prefix_refs(part, prefix) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    renamed = {key: prefix_refs(part, prefix) for key, part in schema.items()}
    if isinstance(renamed.get("$ref"), str):
        renamed["$ref"] = renamed["$ref"].replace("#/$defs/", f"#/$defs/{prefix}")
    renamed.pop(
        "discriminator", None
    )  # OpenAPI's word, of no use to editors; the alternatives differ by their `kind`
    return renamed


def skills_schema() -> Schema:
    skill = schema_of(Skill)
    return {
        "type": "object",
        "required": ["schema", "skills"],
        "additionalProperties": False,
        "properties": {"schema": {"const": 1}, "skills": {"type": "array", "items": skill}},
    }

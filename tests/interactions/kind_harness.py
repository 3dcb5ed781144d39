"""What the tests of the kinds share: examples as parameters, a bare Jinja environment, and a change of everything secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2
import pytest
from markdown_it import MarkdownIt
from markupsafe import Markup

from lti_tool import interactions
from lti_tool.interactions import FOLDER, find_kinds, get_kind, load_examples, scene_of
from lti_tool.interactions.contract import ItemView

MARKDOWN = MarkdownIt("commonmark", {"html": False})
SEED = 7


def environment() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.PrefixLoader({"interactions": jinja2.FileSystemLoader(FOLDER)}),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_null_translations(newstyle=True)
    env.filters["inline_md"] = lambda text: Markup(MARKDOWN.renderInline(text))  # noqa: S704 - the parser escapes HTML
    env.filters["block_md"] = lambda text: Markup(MARKDOWN.render(text))  # noqa: S704 - the parser escapes HTML
    env.filters["media_src"] = lambda name: f"/{name}"
    return env


ENVIRONMENT = environment()


def render(kind: str, spec: Any, *, seed: int = SEED, on_paper: bool = False, **fields: Any) -> str:
    values = {"item_id": "q1", "number": 1, "response": {}, "score": None, "is_locked": False} | fields
    scene = scene_of(get_kind(kind), spec, values["response"], seed)
    item = ItemView(kind=kind, public=get_kind(kind).public(spec, seed), scene=scene, **values)
    macros: Any = ENVIRONMENT.get_template(f"interactions/{kind}/template.html").module
    return str(getattr(macros, "print_form", macros.render)(item) if on_paper else macros.render(item))


def spec_of(kind: str, example_id: str | None = None, **changes: Any) -> Any:
    examples = load_examples(kind)
    example = next(e for e in examples if example_id in (None, e.id))
    return get_kind(kind).Spec.model_validate(dict(example.spec) | changes)


def respond(kind: str, spec: Any, case: Any) -> Any:
    """The response after all that the case posts."""
    return interactions.respond(get_kind(kind), spec, (*case.steps, case.answer))


def example_params() -> list[Any]:
    pairs = [(kind, example) for kind in find_kinds() for example in load_examples(kind)]
    return [pytest.param(kind, example, id=f"{kind}-{example.id}") for kind, example in pairs]


def case_params() -> list[Any]:
    return [
        pytest.param(kind, example, case, id=f"{kind}-{example.id}-{case.name}")
        for kind in find_kinds()
        for example in load_examples(kind)
        for case in example.cases
    ]


def change_secrets(spec: Any, other_key: Any = None) -> Any:
    """The same item with every secret changed: other feedback, other keys, another right order.

    `other_key` is laid over it where turning secrets around gives no item that holds together."""
    schema = type(spec).model_json_schema()
    changed = _change(spec.model_dump(mode="json"), schema, schema.get("$defs", {}), turn=not other_key)
    return type(spec).model_validate(lay_over(changed, other_key or {}))


def lay_over(value: Any, other: Any) -> Any:
    if not isinstance(value, dict) or not isinstance(other, Mapping):
        return other
    return value | {name: lay_over(value.get(name), inner) for name, inner in other.items()}


def without_secrets(spec: Any) -> Any:
    """What is left of an item when all that is marked secret is taken out."""
    schema = type(spec).model_json_schema()
    return _strip(spec.model_dump(mode="json"), schema, schema.get("$defs", {}))


def _strip(value: Any, schema: dict[str, Any], defs: dict[str, Any]) -> Any:
    schema = _resolve(schema, defs, value)
    if schema.get("x-secret"):
        return None
    if isinstance(value, dict):
        return {name: _strip(inner, _inner(schema, name), defs) for name, inner in value.items()}
    if isinstance(value, list):
        kept = [_strip(each, _items(schema, index), defs) for index, each in enumerate(value)]
        return sorted(kept, key=repr) if schema.get("x-secret-order") else kept
    return value


def _inner(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """The schema of a field, or of any value of a mapping."""
    inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
    return inner if isinstance(inner, dict) else {}


def _items(schema: dict[str, Any], index: int) -> dict[str, Any]:
    fixed = schema.get("prefixItems", [])
    return fixed[index] if index < len(fixed) else schema.get("items", {})


def _change(value: Any, schema: dict[str, Any], defs: dict[str, Any], *, turn: bool) -> Any:
    schema = _resolve(schema, defs, value)
    if schema.get("x-secret") and schema.get("x-translatable") and isinstance(value, str):
        return f"{value} (changed)"
    if isinstance(value, dict):
        return {name: _change(inner, _inner(schema, name), defs, turn=turn) for name, inner in value.items()}
    if isinstance(value, list) and value:
        return _change_list(value, schema, defs, turn=turn)
    return value


def _change_list(values: list[Any], schema: dict[str, Any], defs: dict[str, Any], *, turn: bool) -> list[Any]:
    changed = [_change(value, _items(schema, index), defs, turn=turn) for index, value in enumerate(values)]
    if not turn:
        return changed
    for name, inner in _resolve(schema.get("items", {}), defs).get("properties", {}).items():
        if inner.get("x-secret") and not inner.get("x-translatable"):
            rotated = [value[name] for value in changed[-1:] + changed[:-1]]
            changed = [value | {name: other} for value, other in zip(changed, rotated, strict=True)]
    return changed[::-1] if schema.get("x-secret-order") else changed


def _resolve(schema: dict[str, Any], defs: dict[str, Any], value: Any = None) -> dict[str, Any]:
    """Follow a reference, look through "or null", and take of several kinds of item the value's own."""
    if "$ref" in schema:
        return defs[schema["$ref"].rsplit("/", 1)[1]]
    if "discriminator" in schema and isinstance(value, dict):
        return _resolve({"$ref": schema["discriminator"]["mapping"][value["kind"]]}, defs)
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    return _resolve(options[0], defs) | schema if options else schema

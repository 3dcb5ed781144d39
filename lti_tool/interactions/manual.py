"""A kind's page of the manual, made of what ships with it: about.yaml, the rule of scoring in its docstring, its fields and examples.

`infolit kinds NAME` prints it and the gallery shows it, so that a new kind documents itself.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from io import StringIO
from typing import Any

from pydantic_core import PydanticUndefined
from ruamel.yaml import YAML

from lti_tool.interactions import find_kinds, get_kind, load_examples
from lti_tool.interactions.about import load_about
from lti_tool.interactions.contract import BaseSpec
from lti_tool.interactions.examples import Example


def kind_list(lang: str = "en") -> str:
    """A line a kind, for the overview."""
    abouts = {name: load_about(name) for name in find_kinds()}
    width = max(map(len, abouts))
    return "\n".join(
        f"{name:{width}}  {about.name.within(lang)}: {about.purpose.within(lang)}"
        for name, about in abouts.items()
    )


def kind_page(name: str, lang: str = "en") -> str:
    """Markdown for authors and teachers. Raises ContentError for an unknown kind."""
    kind, about = get_kind(name), load_about(name)
    parts = [
        f"# {about.name.within(lang)} (`{name}`)",
        about.purpose.within(lang),
        about.authors.within(lang).strip(),
        f"**Accessibility.** {about.accessibility.within(lang).strip()}",
        scoring_text(name),
        fields_table(kind.Spec),
        *(example_part(example) for example in load_examples(name)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def scoring_text(name: str) -> str:
    """The rule of scoring and its worked example, as the kind's docstring has them."""
    docstring = sys.modules[get_kind(name).Spec.__module__].__doc__ or ""
    return inspect.cleandoc(docstring).partition("\n\n")[2]


def fields_table(spec: type[BaseSpec]) -> str:
    """The kind's own fields, as authors write them."""
    own = {name: field for name, field in spec.model_fields.items() if name not in BaseSpec.model_fields}
    rows = [
        f"| `{name}` | {need_of(field.default)} | {field_text(spec, name, field.description)} |"
        for name, field in own.items()
    ]
    return "\n".join(["| field | | what it is |", "|---|---|---|", *rows])


def need_of(default: object) -> str:
    if default is PydanticUndefined:
        return "required"
    return "optional" if default in (None, ()) else f"`{shown(default)}`"


def shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def field_text(spec: type[BaseSpec], name: str, description: str | None) -> str:
    """The field's own words, and for a list what its entries consist of."""
    schema = spec.model_json_schema()
    found = schema["properties"][name]
    entries = found.get("items", {})
    inner = schema.get("$defs", {}).get(entries.get("$ref", "").rsplit("/", 1)[-1])
    parts = [f"{description}." if description else ""]
    if found.get("type") == "array":
        parts.append(f"{how_many(found)} of {entries_of(entries, inner)}.")
    if "enum" in found:
        parts.append(f"One of {', '.join(f'`{value}`' for value in found['enum'])}.")
    return cell(" ".join(part for part in parts if part))


def entries_of(entries: Mapping[str, Any], inner: Mapping[str, Any] | None) -> str:
    """What each entry of a list consists of."""
    if "oneOf" in entries:
        return "the fields of its own kind"
    return inner_fields(inner) if inner else "texts"


def how_many(schema: Mapping[str, Any]) -> str:
    if "maxItems" not in schema:
        return "A list"
    return f"A list of {schema.get('minItems', 0)} to {schema['maxItems']}, each made"


def inner_fields(schema: Mapping[str, Any]) -> str:
    required = schema.get("required", [])
    named = [
        f"`{name}`" + ("" if name in required else " (optional)") for name in schema.get("properties", {})
    ]
    return ", ".join(named)


def example_part(example: Example) -> str:
    rows = [
        f"| {cell(case.name)} | {case.ratio:.2f} | {cell(case.message) or '–'} |" for case in example.cases
    ]
    table = "\n".join(["| an answer | scores | and is told |", "|---|---|---|", *rows])
    return f"*{example.title}*\n\n```yaml\n{as_yaml(example.spec)}```\n\n{table}"


def as_yaml(data: object) -> str:
    writer: Any = YAML(typ="safe", pure=True)
    writer.default_flow_style, writer.sort_base_mapping_type_on_output, writer.width = False, False, 4096
    writer.allow_unicode = True
    stream = StringIO()
    writer.dump(data, stream)
    return stream.getvalue()


def cell(text: str) -> str:
    """A text as it may stand in a table."""
    return " ".join(text.split()).replace("|", "\\|")

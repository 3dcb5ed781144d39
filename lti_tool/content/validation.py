"""Values against a model: every mismatch becomes a problem at its own line, in words an author can act on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lti_tool.content.problems import Problems
from lti_tool.content.source import Document, Steps

Model = TypeVar("Model", bound=BaseModel)

ID_HINT = "An id is lower-case words joined by hyphens, as in leave-the-page."
PATTERN_HINTS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": ID_HINT,
    r"^\d+\.\d+\.\d+$": "A version is three numbers, as in 1.0.0.",
    r"^[a-z]{2,3}(-[A-Z]{2})?$": "A language is two letters, as in en or es.",
}


def validate(
    model: type[Model], data: Mapping[str, Any], document: Document, steps: Steps, problems: Problems
) -> Model | None:
    """The model, or None after all its problems were noted."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            note(detail, model, document, steps, problems)
        return None


def note(
    detail: ErrorDetails, model: type[BaseModel], document: Document, steps: Steps, problems: Problems
) -> None:
    place = document.place(*steps, *detail["loc"])
    message, hint = explain(detail, model)
    problems.error(place, message, hint)


def explain(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """Message and hint for one of pydantic's errors."""
    name = name_of(detail["loc"])
    value = detail["input"]
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return f"“{name}” is missing.", f"Add a line `{name}: …` here."
        case "extra_forbidden":
            return f"There is no field “{name}” here.", suggest_field(
                str(detail["loc"][-1]), value, field_names(model)
            )
        case "value_error":
            return str(context["error"]), ""
        case "literal_error":
            return (
                f"“{name}” cannot be {quoted(value)}.",
                f"Write {context['expected'].replace(chr(39), '')}.",
            )
        case "string_pattern_mismatch":
            return f"“{name}” cannot be {quoted(value)}.", PATTERN_HINTS.get(str(context["pattern"]), "")
    return explain_value(name, value, detail)


def explain_value(name: str, value: object, detail: ErrorDetails) -> tuple[str, str]:
    if value is None or value == "":
        return f"“{name}” is empty.", "Write something after the colon, or take the line away."
    if detail["type"] == "string_type" and isinstance(value, (dict, list)):
        return (
            f"“{name}” must be one text.",
            "A text with a colon, comma or bracket in it needs quotes around it.",
        )
    if detail["type"] in {"tuple_type", "list_type"}:
        return f"“{name}” must be a list.", "Start each entry with a hyphen, or write [one, two]."
    if detail["type"] in {"model_type", "dict_type", "model_attributes_type", "mapping_type"}:
        return f"“{name}” must consist of fields.", "Write `field: value` lines indented under it."
    return f"“{name}”: {detail['msg']}.", ""


def name_of(loc: tuple[int | str, ...]) -> str:
    """As an author would say it: options, entry 2, text."""
    words = [f"entry {step + 1}" if isinstance(step, int) else str(step) for step in loc]
    return ", ".join(words) or "the file"


def quoted(value: object) -> str:
    return f"“{value}”" if isinstance(value, str) else "this"


def suggest_field(name: str, value: object, names: Collection[str]) -> str:
    near = get_close_matches(name, names, n=1)
    if near:
        return f"Did you mean “{near[0]}”?"
    if value is None:
        return "Is it the rest of a text with a comma in it? Inside { } such a text needs quotes."
    return "Take it away, or look for the right word in docs/authoring.md."


def suggest(name: str, names: Collection[str], what: str) -> str:
    """A hint for a reference that leads nowhere."""
    near = get_close_matches(name, names, n=1)
    if near:
        return f"Did you mean “{near[0]}”?"
    return (
        f"There are: {', '.join(sorted(names))}."
        if 0 < len(names) <= 12
        else f"Check the spelling of the {what}."
    )


@cache
def field_names(model: type[BaseModel]) -> frozenset[str]:
    """Every name an author may write somewhere within a model."""
    return frozenset(_names(model.model_json_schema(by_alias=True)))


def _names(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        properties = schema.get("properties", {})
        yield from properties
        for part in schema.values():
            yield from _names(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _names(part)

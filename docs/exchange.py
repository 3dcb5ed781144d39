"""The tables of docs/import-export.md, made of the formats themselves."""

from __future__ import annotations

from typing import Any

from lti_tool.content.model import Item
from lti_tool.interactions import find_kinds, get_kind, load_examples
from lti_tool.interchange.csv_table import COLUMNS
from lti_tool.interchange.formats import FORMATS, Format
from lti_tool.interchange.nearest import find_nearest


def formats_part() -> str:
    """Each kind and what becomes of its first example in each format."""
    names = [each.label for each in FORMATS.values()]
    lines = [f"| kind | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for kind in find_kinds():
        cells = (_becomes(kind, each) for each in FORMATS.values())
        lines.append(f"| `{kind}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _becomes(kind: str, told: Format) -> str:
    if kind in told.kinds:
        return "as it is"
    found = find_nearest(_item(kind, load_examples(kind)[0].spec), told.kinds)
    kinds = dict.fromkeys(f"`{item.kind}`" for item in found.items)
    return ", ".join(kinds) or "left out"


def _item(kind: str, spec: Any) -> Item:
    return Item(
        id=kind.replace("_", "-"),
        kind=kind,
        skill="skill",
        grades=(0, 12),
        tries=1,
        spec=get_kind(kind).Spec.model_validate(spec),
    )


def columns_part() -> str:
    single = {
        name: text for name, text in COLUMNS.items() if not name.startswith(("option_", "remark_", "hint_"))
    }
    rows = [f"| `{name}` | {text} |" for name, text in single.items()]
    more = [
        "| `option_1` … `option_16` | What is picked, matched, sorted or ordered |",
        "| `remark_1` … `remark_16` | What is said about it |",
    ]
    return "\n".join(
        ["| column | what it holds |", "|---|---|", *rows, *more, "| `hint_1` … `hint_3` | Hints |"]
    )

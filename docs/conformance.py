"""Writes docs/conformance.md from the tests' own tables: which LMS behaviours the tool is gone through with, and where each is documented.

python -m docs.conformance             from the top of the repository
python -m docs.conformance --check     changes nothing; exit code 1 when the page is out of date
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

from docs import marked
from lti_tool.demo_lms import FLAVOR_NAMES, FLAVORS
from lti_tool.demo_lms.quirks import Quirks

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "conformance.md"
TESTS = ROOT / "tests"


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(f"`{part}`" for part in value)
    return f"`{value}`" if value != "" else "none"


def load(name: str) -> ModuleType:
    """A module of the matrix, whose folder is on no path outside pytest."""
    for folder in (TESTS, TESTS / "quirks"):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    return importlib.import_module(name)


def flows_part() -> str:
    flows, table = load("flows"), load("quirk_table")
    found = [name for name, value in vars(flows).items() if is_flow(flows, value)]
    lines = ["| flow | what is shown | with |", "|---|---|---|"]
    for name in found:
        rows = [row.name for row in table.ROWS if name in row.flows]
        about = inspect.cleandoc(getattr(flows, name).__doc__ or "")
        lines.append(f"| {name.replace('_', ' ')} | {cell(about)} | {cell('; '.join(rows))} |")
    return "\n".join(lines)


def is_flow(flows: ModuleType, value: Callable[..., Any] | object) -> bool:
    return inspect.isfunction(value) and value.__module__ == flows.__name__


def rows_part() -> str:
    lines = ["| LMS | flavor | switches set otherwise | flows |", "|---|---|---|---|"]
    for row in load("quirk_table").ROWS:
        switches = "; ".join(f"`{name}` {shown(value)}" for name, value in row.switches.items())
        lines.append(f"| {cell(row.name)} | {row.flavor} | {cell(switches) or 'none'} | {len(row.flows)} |")
    return "\n".join(lines)


def switches_part() -> str:
    lines = [
        f"| switch | what the LMS does | {' | '.join(FLAVOR_NAMES)} | source |",
        "|---|---|" + "---|" * (len(FLAVOR_NAMES) + 1),
    ]
    for each in fields(Quirks):
        values = " | ".join(shown(getattr(FLAVORS[name], each.name)) for name in FLAVOR_NAMES)
        about, source = cell(each.metadata["about"]), cell(each.metadata["source"])
        lines.append(f"| `{each.name}` | {about} | {values} | {source} |")
    return "\n".join(lines)


PARTS = {"flows": flows_part, "rows": rows_part, "switches": switches_part}


def renew(page: str) -> str:
    return marked.renew(page, PARTS)


def main(arguments: list[str]) -> int:
    return marked.write([PAGE], PARTS, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

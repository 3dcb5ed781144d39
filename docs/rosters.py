"""The tables of docs/rosters.md, made of the columns that the import reads."""

from __future__ import annotations

from lti_tool.rosters.columns import NEVER_READ, ONEROSTER, TABLE

_SHOWN = {"academicsessions.csv": "academicSessions.csv"}


def oneroster_part() -> str:
    lines = ["| file | column | what for |", "|---|---|---|"]
    for file, columns in ONEROSTER.items():
        lines += [f"| `{_SHOWN.get(file, file)}` | `{name}` | {what} |" for name, what in columns.items()]
    return "\n".join(lines)


def never_read_part() -> str:
    return "\n".join(f"- {what}: {why}" for what, why in NEVER_READ.items())


def table_part() -> str:
    lines = ["| column | what | also understood |", "|---|---|---|"]
    lines += [f"| `{name}` | {what} | {', '.join(others) or '–'} |" for name, (what, others) in TABLE.items()]
    return "\n".join(lines)

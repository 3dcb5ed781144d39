"""Reading the table for districts without a CASE package, and for laying skills to codes: CSV in UTF-8, one line per code or per skill of a code.

| column | holds |
|---|---|
| framework | the framework's title, or its GUID; needed |
| code | the standard's code; needed |
| uri | where its publisher shows it |
| grades | such as K-2 or 6,7 |
| skill | an id from skills.yaml that the code asks for; may be empty |
| match | exact or partial, with a skill |
| reviewer | who laid it, with a skill |
| date | when, as 2026-11-27 |
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from lti_tool.errors import BadFormError, StandardsError
from lti_tool.facts.grades import read_grades
from lti_tool.standards.model import Laying, StandardFacts

COLUMNS = ("framework", "code", "uri", "grades", "skill", "match", "reviewer", "date")
_NEEDED = ("framework", "code")
_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a table says: the standards by framework, and the skills laid to them."""

    standards: dict[str, dict[str, StandardFacts]]
    """By framework as it is written, then by code."""
    layings: tuple[Laying, ...]


def read_table(raw: bytes, *, skills: Collection[str]) -> Table:
    """The whole table, or a StandardsError that names every line to mend (the first ten)."""
    rows = _rows(raw)
    standards: dict[str, dict[str, StandardFacts]] = {}
    layings: list[Laying] = []
    problems: list[str] = []
    seen: set[tuple[str, str, str]] = set()
    for number, row in rows:
        try:
            standard, laying = _read(row, number, skills)
        except BadFormError as problem:
            problems.append(f"Line {number}: {problem.message}")
            continue
        framework, code = row["framework"], row["code"]
        standards.setdefault(framework, {}).setdefault(code, standard)
        if laying and (key := (framework, code, laying.skill)) not in seen:
            seen.add(key)
            layings.append(laying)
    if problems:
        more = f"\n… and {len(problems) - _SHOWN} more." if len(problems) > _SHOWN else ""
        raise StandardsError("Nothing was imported.\n" + "\n".join(problems[:_SHOWN]) + more)
    return Table(standards=standards, layings=tuple(layings))


def _rows(raw: bytes) -> list[tuple[int, dict[str, str]]]:
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
        names = [name.strip().casefold() for name in reader.fieldnames or []]
        reader.fieldnames = names
        found = [
            (reader.line_num, {name: (row.get(name) or "").strip() for name in COLUMNS})
            for row in reader
            if any(isinstance(value, str) and value.strip() for value in row.values())
        ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise StandardsError(
            "This is no CSV table in UTF-8. Save it as “CSV UTF-8” and import that."
        ) from error
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise StandardsError(
            f"The table lacks the column {' and '.join(missing)}. Its columns: {', '.join(COLUMNS)}."
        )
    if not found:
        raise StandardsError("The table has no line below its heading. Nothing was imported.")
    return found


def _read(row: dict[str, str], number: int, skills: Collection[str]) -> tuple[StandardFacts, Laying | None]:
    for name in _NEEDED:
        if not row[name]:
            raise BadFormError(f"the column {name} is empty.")
    if row["uri"] and not row["uri"].startswith("https://"):
        raise BadFormError("the uri must start with https://.")
    standard = StandardFacts(
        guid=guid_of(row["framework"], row["code"]),
        uri=row["uri"][:2048] or None,
        code=row["code"][:255],
        kind=None,
        grades=tuple(sorted(read_grades(row["grades"]) or ())),
    )
    return standard, _laying(row, number, skills) if row["skill"] else None


def _laying(row: dict[str, str], number: int, skills: Collection[str]) -> Laying:
    if row["skill"] not in skills:
        raise BadFormError(f"there is no skill “{row['skill']}”: docs/skills.md lists them.")
    match = row["match"].casefold()
    if match not in ("exact", "partial"):
        raise BadFormError("match must be exact or partial.")
    if not row["reviewer"]:
        raise BadFormError("say in reviewer who laid the skill to the code.")
    try:
        reviewed = date.fromisoformat(row["date"]) if row["date"] else None
    except ValueError as error:
        raise BadFormError("write the date as 2026-11-27.") from error
    return Laying(
        line=number,
        framework=row["framework"],
        code=row["code"],
        skill=row["skill"],
        strength="exact" if match == "exact" else "partial",
        reviewer=row["reviewer"][:255],
        reviewed=reviewed,
    )


def guid_of(framework: str, code: str = "") -> UUID:
    """A GUID for what has none of its own: the same words give the same one, so that importing again changes nothing."""
    return uuid5(NAMESPACE_URL, f"infolit:standards/{framework.casefold()}/{code}")

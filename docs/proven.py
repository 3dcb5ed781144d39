"""Writes docs/proven.md: every must-do of docs/must_do, and the tests that show it, read from the test files without running them.
Of the rules of quizzes it also writes those tests beside each rule in docs/quizzes.md.

python -m docs.proven                  from the top of the repository
python -m docs.proven --check          changes nothing; exit code 1 when the page is out of date
python -m docs.proven --run FILE       also compares with a run (`pytest --proven=FILE`): exit code 1 when a must-do was not shown by it
"""

from __future__ import annotations

import ast
import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from docs import marked

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "proven.md"
QUIZZES = ROOT / "docs" / "quizzes.md"
TESTS = ROOT / "tests"
CERTIFICATION = TESTS / "lti" / "test_lti_certification.py"
_NOT_RUN = {"skip", "skipif", "xfail"}
_AREAS = {
    "launch": "Launch and roles",
    "session": "Session, cookies and the frame",
    "deep_linking": "Deep linking",
    "grades": "Grades",
    "roster": "Class lists and copied courses",
    "policies": "Rules of quizzes, and what a person is given",
    "registration": "Registration, keys, administration, districts",
    "rights": "Rights, and figures of groups",
    "standards": "Published standards",
    "interchange": "Questions from other programs, and for them",
    "own": "A district's own questions",
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A test and the must-dos that its marks name."""

    file: str
    name: str
    ids: frozenset[str] = field(default_factory=frozenset)

    @property
    def words(self) -> str:
        return self.name.removeprefix("test_").replace("_", " ")


def list_musts() -> list[Any]:
    """The lines of docs/must_do, by the plugin that the tests themselves are checked with."""
    if str(ROOT / "tests") not in sys.path:
        sys.path.insert(0, str(ROOT / "tests"))
    found: list[Any] = importlib.import_module("proving").list_musts()
    return found


def list_shown() -> list[Shown]:
    """Every test that proves something, file by file. One that is skipped or expected to fail proves nothing."""
    return [each for file in sorted(TESTS.rglob("test_*.py")) for each in _shown_by(file)]


def _shown_by(file: Path) -> Iterator[Shown]:
    tree = ast.parse(file.read_text())
    tables = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    whole = _ids_in(tables["pytestmark"], {}) if "pytestmark" in tables else set()
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
            continue
        if any(
            isinstance(each, ast.Attribute) and each.attr in _NOT_RUN for each in _walk(node.decorator_list)
        ):
            continue
        ids = whole.union(*(_ids_in(each, tables) for each in node.decorator_list))
        if ids:
            yield Shown(file=str(file.relative_to(ROOT)), name=node.name, ids=frozenset(ids))


def _walk(nodes: list[ast.expr]) -> Iterator[ast.AST]:
    return (part for node in nodes for part in ast.walk(node))


def _ids_in(node: ast.AST, tables: dict[str, ast.expr]) -> set[str]:
    """What `proves(…)` names in an expression, and in the tables of the file that it takes its cases from."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr == "proves":
            found |= {each.value for each in part.args if isinstance(each, ast.Constant)}
        elif isinstance(part, ast.Name) and part.id in tables:
            found |= _ids_in(tables[part.id], {})
    return found


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def musts_part() -> str:
    musts, shown = list_musts(), list_shown()
    areas = list(dict.fromkeys([*_AREAS, *(must.area for must in musts)]))
    ordered = [must for area in areas for must in musts if must.area == area]
    numbers = {must.id: number for number, must in enumerate(ordered, start=1)}
    parts = []
    for area in areas:
        rows = [must for must in musts if must.area == area]
        if rows:
            lines = [
                f"### {_AREAS.get(area, area)}",
                "",
                "| no. | must-do | says who | shown by |",
                "|---|---|---|---|",
            ]
            lines += [
                f"| {numbers[each.id]} | {_must(each)} | {_cell(each.source)} | {_tests(each.id, shown)} |"
                for each in rows
            ]
            parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _must(must: Any) -> str:
    return f"`{must.id}` {_cell(must.says)}"


def _tests(must_id: str, shown: list[Shown]) -> str:
    """Up to three by name, the others by number."""
    found = [each for each in shown if must_id in each.ids]
    named = [f"[{_cell(each.words)}](../{each.file})" for each in found[:3]]
    more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
    return "; ".join(named) + more if found else "**nothing yet**"


def policies_part() -> str:
    """Each rule of a quiz beside the tests that show it, for teachers."""
    shown = list_shown()
    lines = ["| rule | shown by |", "|---|---|"]
    lines += [
        f"| {_cell(must.says)} | {_tests(must.id, shown)} |"
        for must in list_musts()
        if must.area == "policies"
    ]
    return "\n".join(lines)


def certification_part() -> str:
    """The cases of the certification, from the tables that its tests run by."""
    tables = {
        node.targets[0].id: [key.value for key in node.value.keys if isinstance(key, ast.Constant)]
        for node in ast.parse(CERTIFICATION.read_text()).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Dict)
    }
    good, bad = tables["GOOD"], tables["BAD"]
    lines = ["| case | posted as | answer |", "|---|---|---|"]
    lines += [f"| {_cell(str(name))} | teacher and student | a page of the tool |" for name in good]
    lines += [
        f"| {_cell(str(name))} | English and Spanish | a page that helps, 400 or 401; nothing written |"
        for name in bad
    ]
    return "\n".join(lines)


PARTS = {"must-dos": musts_part, "certification": certification_part, "policies": policies_part}


def renew(page: str) -> str:
    return marked.renew(page, PARTS)


def list_unshown(run: Path) -> list[str]:
    """Must-dos that no test of a run has shown, or that one has shown not to hold."""
    rows = json.loads(run.read_text())
    bad = []
    for must in list_musts():
        tests = rows.get(must.id, [])
        if not any(each["passed"] for each in tests) or any(each["failed"] for each in tests):
            bad.append(must.id)
    return bad


def main(arguments: list[str]) -> int:
    if "--run" in arguments:
        unshown = list_unshown(Path(arguments[arguments.index("--run") + 1]))
        for name in unshown:
            click.echo(f"not shown by the run: {name}")
        return 1 if unshown else 0
    return marked.write([PAGE, QUIZZES], PARTS, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

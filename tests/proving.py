"""Must-dos and the tests that prove them: `@pytest.mark.proves("grades-scores-before-query")`.

The must-dos stand in `docs/must_do/*.toml`, a file for each area. A test that names one nobody wrote down is refused at collection.
`pytest --proven=FILE` writes what the run has shown: for each must-do its tests, and how often each passed, failed or was skipped.
"""

from __future__ import annotations

import ast
import json
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
MUST_DO = TESTS.parent / "docs" / "must_do"
MARK = "proves"


@dataclass(frozen=True, kw_only=True)
class Must:
    """One thing that has to hold, who says so, and the file it stands in."""

    id: str
    says: str
    source: str
    area: str


def list_musts():
    """All must-dos, file by file in order of name, and as they stand in it. Raises ValueError for an id that is there twice."""
    musts = [
        Must(**row, area=file.stem)
        for file in sorted(MUST_DO.glob("*.toml"))
        for row in tomllib.loads(file.read_text()).get("must", [])
    ]
    twice = [each for each, times in Counter(must.id for must in musts).items() if times > 1]
    if twice:
        raise ValueError(f"docs/must_do: the same id twice: {', '.join(twice)}")
    return musts


def list_named_ids():
    """The ids that some test's mark names, read from the test files without running them."""
    return {name for file in TESTS.rglob("*.py") for name in _named_in(ast.parse(file.read_text()))}


def _named_in(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == MARK:
            yield from (each.value for each in node.args if isinstance(each, ast.Constant))


# ---- the pytest plugin ------------------------------------------------------------------------------------------------


def pytest_addoption(parser):
    parser.addoption("--proven", metavar="FILE", help="write which must-dos the run has shown, as JSON")


def pytest_configure(config):
    config.addinivalue_line("markers", f"{MARK}(*ids): shows that these must-dos of docs/must_do hold")
    file = config.getoption("--proven")
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Writer(Path(file)), "proven-writer")


def pytest_collection_modifyitems(items):
    known = {must.id for must in list_musts()}
    for item in items:
        ids = [name for mark in item.iter_markers(MARK) for name in mark.args]
        if unknown := set(ids) - known:
            raise pytest.UsageError(
                f"{item.nodeid} proves what docs/must_do does not list: {', '.join(unknown)}"
            )
        item.user_properties.extend((MARK, name) for name in ids)


class Writer:
    """Gathers reports and writes the file, in the one process that sees them all."""

    def __init__(self, file):
        self.file, self.shown = file, {}

    def pytest_runtest_logreport(self, report):
        if report.when != "call" and report.outcome == "passed":
            return
        for name, value in report.user_properties:
            if name == MARK:
                test = report.nodeid.partition("[")[0]
                counts = self.shown.setdefault(value, {}).setdefault(test, Counter())
                counts[report.outcome] += 1

    def pytest_sessionfinish(self):
        self.file.write_text(json.dumps(self._rows(), indent=1, sort_keys=True) + "\n")

    def _rows(self):
        return {
            must: [
                {"test": test, **{outcome: counts[outcome] for outcome in ("passed", "failed", "skipped")}}
                for test, counts in sorted(tests.items())
            ]
            for must, tests in self.shown.items()
        }

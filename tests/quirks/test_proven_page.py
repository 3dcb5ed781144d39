"""The page about what is shown: every line is shown by a test that runs, and the page says what the tests and the lines say."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def proven():
    spec = importlib.util.spec_from_file_location("docs_proven", ROOT / "docs" / "proven.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page_is_current(proven):
    page = (ROOT / "docs" / "proven.md").read_text()

    assert proven.renew(page) == page, "run `python -m docs.proven`"


def test_every_must_do_is_shown_by_a_test_that_runs(proven):
    page = (ROOT / "docs" / "proven.md").read_text()

    assert "**nothing yet**" not in page
    assert page.count("\n| ") > 60


def test_what_is_skipped_shows_nothing(proven, tmp_path, monkeypatch):
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        'CASES = [pytest.param(1, marks=pytest.mark.proves("b"))]\n'
        '@pytest.mark.proves("a")\n'
        '@pytest.mark.parametrize("case", CASES)\n'
        "def test_one(case): ...\n"
        '@pytest.mark.proves("c")\n'
        "@pytest.mark.skip\n"
        "def test_two(): ...\n"
        '@pytest.mark.proves("d")\n'
        "def no_test(): ...\n"
    )
    monkeypatch.setattr(proven, "TESTS", tmp_path)
    monkeypatch.setattr(proven, "ROOT", tmp_path)

    (shown,) = proven.list_shown()

    assert (shown.name, shown.ids) == ("test_one", {"a", "b"})


def test_run_is_compared_with_the_lines(proven, tmp_path):
    names = [must.id for must in proven.list_musts()]
    passed = [{"test": "x", "passed": 1, "failed": 0, "skipped": 0}]
    run = tmp_path / "run.json"
    rows = dict.fromkeys(names, passed) | {
        names[0]: [passed[0] | {"failed": 1}],
        names[1]: [passed[0] | {"passed": 0, "skipped": 1}],
    }
    rows.pop(names[2])
    run.write_text(json.dumps(rows))

    assert sorted(proven.list_unshown(run)) == sorted(names[:3])

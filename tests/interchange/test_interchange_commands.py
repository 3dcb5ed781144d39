"""`infolit quiz`: a bank in, checked like any other; a bank out; nothing written where nothing should be."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from items_for_exchange import ROOT
from test_interchange_safety import QTI12, SVG, zipped

from lti_tool.cli import infolit
from lti_tool.errors import InfoLitError

PACKAGE = Path(__file__).parent / "packages" / "text2qti.zip"


@pytest.fixture
def content(tmp_path):
    """A small library: all skills, one bank."""
    for name in ("modules/skills.yaml", "quizzes/banks/who-made-this.yaml"):
        (tmp_path / "content" / name).parent.mkdir(parents=True)
        shutil.copy(ROOT / name, tmp_path / "content" / name)
    return tmp_path / "content"


def run(*words):
    return CliRunner().invoke(infolit, [str(word) for word in words])


def import_into(content, file=PACKAGE, *more):
    return run(
        "quiz", "import", file, "--skill", "leave-the-page", "--content", content, "--grades", "6-8", *more
    )


@pytest.mark.proves("interchange-checked")
def test_an_imported_bank_passes_the_check_with_its_pictures(content, tmp_path):
    html = "<img src='owl.svg' alt='An owl on a branch'> Which?".replace("<", "&lt;")
    (tmp_path / "p.zip").write_bytes(zipped({"q.xml": (QTI12 % html).encode(), "owl.svg": SVG}))

    told = import_into(content), import_into(content, tmp_path / "p.zip", "--bank", "pictured")
    checked = run("content", "check", "--content", content)

    assert [each.exit_code for each in told] == [0, 0], told
    assert "10 questions: 1 taken over, 8 changed, 1 refused" in told[0].output
    assert checked.exit_code == 0 and ": error:" not in checked.output and "2 quizzes" in checked.output
    assert len(list((content / "quizzes" / "media").glob("owl-*.svg"))) == 1


@pytest.mark.proves("interchange-checked")
def test_a_bank_is_replaced_only_when_asked_and_keeps_its_ids(content):
    import_into(content)
    before = (content / "quizzes" / "banks" / "text2qti.yaml").read_text()

    again = import_into(content)
    replaced = import_into(content, PACKAGE, "--replace")

    assert isinstance(again.exception, InfoLitError) and "--replace" in again.exception.message
    assert replaced.exit_code == 0
    assert (content / "quizzes" / "banks" / "text2qti.yaml").read_text() == before


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--bank", "../../x"), "cannot be a bank's id"),
        (("--grades", "9-3"), "no band of grades"),
        (("--skill", "cooking"), "There is no skill"),
    ],
)
def test_mistakes_are_told_and_write_nothing(content, more, words):
    before = sorted(content.rglob("*"))

    told = import_into(content, PACKAGE, *more)

    assert isinstance(told.exception, InfoLitError) and words in told.exception.message
    assert sorted(content.rglob("*")) == before


def test_a_preview_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    told, as_yaml = run("quiz", "preview", PACKAGE), run("quiz", "preview", PACKAGE, "--yaml")

    assert "refused     Question" in told.output and "items:" in as_yaml.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["qti12", "csv"])
def test_an_export_comes_home(content, tmp_path, name):
    file = tmp_path / "out.bin"
    exported = run(
        "quiz", "export", "bank:who-made-this", "--to", name, "--output", file, "--content", content
    )
    (content / "quizzes" / "banks" / "who-made-this.yaml").rename(tmp_path / "away.yaml")

    home = import_into(content, file, "--bank", "who-made-this", "--keep-ids", "--no-quiz")
    checked = run("content", "check", "--content", content)

    assert "something is lost of" in exported.output
    assert home.exit_code == 0, home.output
    assert checked.exit_code == 0, checked.output

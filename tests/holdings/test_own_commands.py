"""`infolit quiz import --district`: what specialists do by the pages, on the server."""

import pytest
from bringing_in import OWL, SITE, package
from click.testing import CliRunner

from lti_tool.cli import infolit
from lti_tool.errors import InfoLitError


@pytest.fixture
def run(shared_stack, monkeypatch, tmp_path):
    monkeypatch.setenv("INFOLIT_DATABASE_URL", shared_stack.database_url)
    monkeypatch.setenv("INFOLIT_DATA", str(tmp_path))
    (row,) = shared_stack.rows("SELECT slug FROM tenant WHERE id = :t", t=shared_stack.tenant_id)

    def run(raw, *more, district=row["slug"]):
        (tmp_path / "quiz.zip").write_bytes(raw)
        told = ["quiz", "import", str(tmp_path / "quiz.zip"), "--skill", "leave-the-page", *more]
        return CliRunner().invoke(infolit, [*told, "--district", district])

    return run


def kept(result):
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output.split("quiz:")[1].split()[0]


def test_questions_are_kept_for_every_teacher_and_replaced(shared_stack, run, teacher):
    bank_id = kept(run(package("From the server")))
    page = teacher.get(f"{teacher.visit}/library/own/{bank_id}").text
    again = kept(run(package(texts=(OWL, SITE, "New?"), keys=("yes",) * 3), "--bank", bank_id, "--replace"))

    assert "From the server" in page and "Brought in on the server" in page
    assert "Shared with every teacher" in page and "Replace by a newer file" not in page
    assert again == bank_id
    assert "3 questions" in teacher.get(f"{teacher.visit}/library/own/{bank_id}").text
    assert shared_stack.count("audit_entry", item_id=bank_id) == 2


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--bank", "nothing", "--replace"), "has no bank “nothing” of its own"),
        (("--bank", "nothing", "--replace", "--title", "Some"), "has no bank “nothing” of its own"),
        (("--bank", "leave-the-page"), "go together"),
        (("--replace",), "go together"),
        (("--no-quiz",), "for a content folder"),
        (("--grades", "9-20"), "no band of grades"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(shared_stack, run, more, words):
    before = shared_stack.count("own_edition")

    result = run(package(), *more)

    assert isinstance(result.exception, InfoLitError) and words in result.exception.message
    assert shared_stack.count("own_edition") == before


def test_an_unknown_district_is_refused(run):
    assert isinstance(run(package(), district="nowhere").exception, InfoLitError)

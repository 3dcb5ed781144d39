"""Exports on the library's pages, and files from elsewhere: first the report. tests/holdings goes on from there."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from bringing_in import upload
from stack import ANA, MODULE_LINK, SPECIALIST, TEACHER
from test_interchange_safety import SVG

from lti_tool.interchange.formats import FORMATS

PACKAGE = Path(__file__).parent / "packages" / "text2qti.zip"
EXPORT = "library/quiz/leave-the-page/export"


@pytest.fixture(scope="module")
def teacher(shared_stack):
    return shared_stack.launch("grade-7-class", TEACHER)


@pytest.fixture(scope="module")
def specialist(shared_stack):
    return shared_stack.launch("board", SPECIALIST)


def bring_in(browser, raw, name="quiz.zip", **fields):
    """Posts a file, as the form does."""
    return upload(browser, raw, name=name, **fields).page


@pytest.mark.proves("interchange-nearest")
def test_a_teacher_sees_what_is_lost_and_downloads_every_format(teacher):
    teacher.get(f"{teacher.visit}/library/quiz/leave-the-page")
    assert f"{EXPORT}" in teacher.page.text
    page = teacher.get(f"{teacher.visit}/{EXPORT}").page

    assert (
        page.status_code == 200
        and "ltp-q-stay-or-leave" in page.text
        and "Each card became a question of its own." in page.text
    )
    for each in FORMATS.values():
        file = teacher.get(f"{teacher.visit}/{EXPORT}/{each.name}").page
        assert file.status_code == 200 and len(file.content) > 5000
        assert file.headers["content-disposition"] == f'attachment; filename="leave-the-page{each.suffix}"'
    assert teacher.get(f"{teacher.visit}/{EXPORT}/sonnet").page.status_code == 404
    assert teacher.get(f"{teacher.visit}/library/quiz/nothing/export").page.status_code == 404


def test_the_report_is_in_spanish(shared_stack):
    browser = shared_stack.launch("grade-7-class", TEACHER)
    browser.post(f"{browser.visit}/language", {"locale": "es"})

    page = browser.get(f"{browser.visit}/{EXPORT}").page
    browser.post(f"{browser.visit}/language", {"locale": "en"})

    assert "Cada tarjeta se convirtió en una pregunta." in page.text


def test_a_cartridge_of_a_lesson_opens_it_by_lti(shared_stack, teacher):
    file = teacher.get(f"{teacher.visit}/library/module/leave-the-page/export/cartridge").page

    with zipfile.ZipFile(io.BytesIO(file.content)) as packed:
        link = packed.read("links/link-leave-the-page.xml").decode()
    assert f"{shared_stack.tool_url}/lti/launch" in link and "module:leave-the-page" in link


@pytest.mark.parametrize("path", [EXPORT, f"{EXPORT}/csv", "library/bring-in"])
def test_a_student_gets_neither(shared_stack, path):
    browser = shared_stack.launch(MODULE_LINK, ANA)

    assert browser.get(f"{browser.visit}/{path}").page.status_code == 403


@pytest.mark.proves("interchange-checked")
def test_a_specialist_reads_the_report_then_takes_the_bank(specialist):
    library = specialist.get(f"{specialist.visit}/library")
    library.get_link("Our own questions").get_link("Bring in questions")
    report = bring_in(specialist, PACKAGE.read_bytes(), title="Unit 3")
    taken = specialist.get_link("Download as ZIP").page

    assert report.status_code == 200 and "1 taken over, 8 changed, 1 refused." in report.text
    assert "It asks for a file, which a quiz here does not take." in report.text
    with zipfile.ZipFile(io.BytesIO(taken.content)) as packed:
        banks, quiz, told = sorted(packed.namelist())
    assert re.fullmatch(r"quizzes/banks/unit-3-[0-9a-f]{8}\.yaml", banks)
    assert (quiz, told) == (banks.replace("banks/", ""), "report.json")


@pytest.mark.proves("interchange-safe")
@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "The file is empty."),
        (b"hello", "No questions were found"),
        (b"PK\x03\x04broken", "damaged"),
        (SVG, "No questions were found"),
        (b"prompt,answer,option_1\n<script>alert(1)</script>,1,x\n", "Refused"),
    ],
)
def test_bad_files_get_a_sentence_and_nothing_of_them_is_run(specialist, raw, words):
    answer = bring_in(specialist, raw, name="x.csv" if raw.startswith(b"prompt") else "x.zip")

    assert answer.status_code in (200, 400) and words in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "fields", [{"skill": "cooking"}, {"language": "xx"}, {"title": "x" * 500}, {"title": "../../.."}]
)
def test_odd_fields_get_a_sentence(specialist, fields):
    assert bring_in(specialist, PACKAGE.read_bytes(), **fields).status_code in (200, 400)


def test_a_file_that_is_too_large_is_refused(specialist):
    answer = bring_in(specialist, b"x" * 20_300_000)

    assert answer.status_code == 413 and "larger than what is taken at once" in answer.text

"""Tables with sentences in their rows become cards on a phone: nothing of them lies outside, and they are tables to a screen reader still."""

import pytest
from every_page import follow
from playwright.sync_api import expect
from stack import CLASS_LINK, TEACHER

CARDS = ".table[data-narrow='cards']"
OUTSIDE = """table => [...table.querySelectorAll('tbody th, tbody td')]
  .map(cell => cell.getBoundingClientRect()).filter(box => box.left < 0 || box.right > innerWidth).length"""
NAMES = "cell => getComputedStyle(cell, '::before').content.split('\"')[1]"


@pytest.fixture
def teacher(screen, a_finished_pupil):
    teacher = screen(TEACHER)
    teacher.open_window(CLASS_LINK)
    return teacher


def cells_outside(page):
    page.set_viewport_size({"width": 320, "height": 900})
    return page.locator(CARDS).evaluate_all(f"tables => tables.map({OUTSIDE})")


def test_teacher_reads_status_score_and_delivery_on_a_phone(teacher, a_finished_pupil):
    follow(teacher, "Leave the Page")

    assert cells_outside(teacher.page) == [0]
    row = teacher.page.get_by_role("row").filter(has_text=a_finished_pupil.name)
    expect(row.get_by_role("rowheader")).to_have_text(a_finished_pupil.name)
    shown = [cell for cell in row.get_by_role("cell").all() if cell.get_attribute("data-label")]
    assert [cell.evaluate(NAMES) for cell in shown] == ["Status: ", "Score: ", "Gradebook: "]
    expect(teacher.page.get_by_role("columnheader", name="Gradebook")).to_have_count(1)


def test_evidence_of_a_student_is_whole_on_a_phone(teacher, a_finished_pupil):
    follow(teacher, "Skills of this class")
    follow(teacher, a_finished_pupil.name)

    assert cells_outside(teacher.page) == [0, 0]
    assert teacher.page.get_by_role("table", name="Evidence").get_by_role("row").count() > 2
    teacher.page.set_viewport_size({"width": 1280, "height": 900})
    assert (
        teacher.find("td[data-label]").first.evaluate("cell => getComputedStyle(cell, '::before').content")
        == "none"
    )

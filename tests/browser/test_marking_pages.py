"""The pages on which a teacher reads and scores written answers: no barrier, no sideways scrolling, and the keyboard is enough."""

import pytest
from every_page import follow
from looking import faults
from playwright.sync_api import expect
from stack import CLASS_LINK, MODULE_LINK, TEACHER
from written_answer import ITEM, ask_in_writing

TEXT = "Mossbury pays.\n\nIt sells plants, so it gains when schools believe that plants clean the air."


@pytest.fixture(scope="module")
def asked(shared_stack, tmp_path_factory):
    ask_in_writing(shared_stack, tmp_path_factory.mktemp("content"))


def hand_in(stack, person):
    browser = stack.launch(MODULE_LINK, person)
    while 'value="finish"' not in browser.page.text:
        browser.submit(
            "next", **({f"{ITEM}.text": [TEXT]} if f'id="item-{ITEM}"' in browser.page.text else {})
        )
    browser.submit("finish")


def test_teacher_scores_written_answers_by_keyboard_on_pages_without_fault(
    asked, screen, pupils, shared_stack
):
    for _ in range(2):
        hand_in(shared_stack, next(pupils))
    teacher = screen(TEACHER)
    teacher.open_window(CLASS_LINK)
    follow(teacher, "Leave the Page")
    follow(teacher, "Read and score answers")
    found = faults(teacher, "answers to score")
    follow(teacher, "Begin with the first")
    expect(teacher.find(".marking-text").first).to_have_text(TEXT)

    teacher.tab_to("[name='level.who']")
    teacher.key("Space")
    teacher.tab_to("#comment")
    teacher.page.keyboard.type("Think of the company.")
    teacher.tab_to("[value=next]")
    with teacher.page.expect_navigation():
        teacher.key("Enter")
    alert = teacher.page.get_by_role("alert")
    expect(alert).to_contain_text("Says why it matters")
    teacher.expect_complaint("status of 400")
    found += faults(teacher, "answer with a criterion open")
    expect(teacher.find("#comment")).to_have_value("Think of the company.")

    alert.get_by_role("link", name="Says why it matters").press("Enter")
    teacher.key("Space")
    teacher.tab_to("[value=next]")
    with teacher.page.expect_navigation():
        teacher.key("Enter")
    expect(teacher.page.get_by_role("status")).to_contain_text("Scored")
    expect(teacher.page.locator("h1")).to_be_visible()
    assert found == []
    assert shared_stack.count("marking", item_id=ITEM) == 1

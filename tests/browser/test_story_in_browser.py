"""The story of the product as people see it: Ana in the LMS's frame, her grade in the gradebook, her teacher's class page."""

import re

import pytest
from playwright.sync_api import expect
from stack import ANA, CLASS_LINK, MODULE_LINK, QUIZ_LINK, TEACHER

SHOWN_BY_ITSELF = 5000
"""Milliseconds until a grade has come all the way to a page that is open."""


def answer_all(screen, *, check=True):
    """Answer everything on this page; in a lesson, check each answer."""
    for item_id in screen.items:
        screen.answer(item_id, screen.right_answer(item_id))
        if check:
            screen.press("check")
            expect(screen.find(f"#item-{item_id} .result")).to_have_attribute("data-verdict", "right")


def test_ana_leaves_half_way_comes_back_and_her_grade_arrives_by_itself(screen, courier, shared_stack):
    ana, teacher = screen(ANA), screen(TEACHER)
    teacher.page.goto(f"{shared_stack.lms_url}/courses/grade-7/gradebook")
    teacher.page.get_by_text("Updates by itself.").wait_for()

    ana.open(MODULE_LINK)
    while ana.step != "5":
        answer_all(ana)
        ana.next()
    ana.answer("ltp-who-pays", {"text": "Mossbury Growers"})
    ana.expect_state("saved")
    ana.close_tab()

    ana.open(MODULE_LINK)
    assert ana.step == "5"
    expect(ana.find("#item-ltp-who-pays input")).to_have_value("Mossbury Growers")
    while not ana.find("[value=finish]").count():
        answer_all(ana, check=ana.find("[value^='check:']").count() > 0)
        ana.next()
    assert ana.find("main ul [value^='goto:']").count() == 0, "no question is without an answer"
    ana.press("finish")

    expect(ana.find("#delivery")).to_have_attribute("data-state", "delivered", timeout=SHOWN_BY_ITSELF)
    expect(ana.find("#delivery")).to_contain_text("✓")
    expect(ana.frame.get_by_role("img", name="100")).to_be_visible()
    arrived = teacher.page.locator("[data-arrived]")
    expect(arrived).to_have_text(
        re.compile(r"Ana Morales: (\d+) of \1 in Leave the Page\."), timeout=SHOWN_BY_ITSELF
    )
    teacher.open(CLASS_LINK)
    with teacher.frame.expect_navigation():
        teacher.frame.get_by_role("link", name="Leave the Page", exact=True).click()
    row = teacher.frame.get_by_role("row", name="Ana Morales")
    expect(row).to_contain_text("✓ Delivered")
    expect(row).to_contain_text("100%")


def test_lesson_by_keyboard_alone(screen, pupils):
    pupil = screen(next(pupils))
    pupil.open(MODULE_LINK)
    played = []
    while pupil.step != "6":
        for item_id in pupil.items:
            played.append(pupil.find(f"#item-{item_id}").get_attribute("data-kind"))
            pupil.key_answer(item_id, pupil.right_answer(item_id))
            pupil.key_press(f"[value='check:{item_id}']")
            expect(pupil.find(f"#item-{item_id}-result")).to_be_focused()
            expect(pupil.find(f"#item-{item_id} .result")).to_have_attribute("data-verdict", "right")
        pupil.key_press(".pager [value=next]")

    assert set(played) == {"choice", "sorter", "order", "short_text"}


def test_quiz_tells_nothing_before_the_finish_and_why_after_it(screen, pupils):
    pupil = screen(next(pupils))
    pupil.open(QUIZ_LINK)
    while not pupil.find("[value=finish]").count():
        answer_all(pupil, check=False)
        assert pupil.find(".result, .part-feedback").count() == 0
        pupil.next()

    pupil.press("finish")

    assert pupil.find(".result[data-verdict=right]").count() == 10
    assert (
        pupil.find("input:not([disabled]):visible, select:not([disabled]):visible").evaluate_all(
            "all => all.filter(each => !each.matches(':disabled')).length"
        )
        == 0
    )


def test_enter_in_a_text_field_saves_and_stays(screen, pupils):
    pupil = screen(next(pupils))
    pupil.open(MODULE_LINK)
    while pupil.step != "5":
        pupil.next()
    pupil.answer("ltp-who-pays", {"text": "Mossbury"})

    with pupil.frame.expect_navigation():
        pupil.key("Enter")

    assert pupil.step == "5"
    assert pupil.saved("ltp-who-pays") == {"text": "Mossbury"}


@pytest.mark.parametrize("button", ["check", "hint"])
def test_focus_goes_to_what_a_button_brought(screen, pupils, button):
    pupil = screen(next(pupils))
    pupil.open(MODULE_LINK)
    pupil.answer("ltp-first-look", {"picked": ["nasa"]})

    pupil.press(button)

    part = "result" if button == "check" else "hints"
    expect(pupil.find(f"#item-ltp-first-look-{part}")).to_be_focused()
    expect(pupil.find(f"#item-ltp-first-look-{part}")).to_be_in_viewport()

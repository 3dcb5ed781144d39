"""A district's own questions as people see them: the specialist keeps a file, the teacher adds it to the course, Ana plays it in the LMS's frame."""

import httpx
from bringing_in import package
from every_page import choose, go_to, press
from playwright.sync_api import expect
from stack import ANA, BOARD_LINK, SPECIALIST, TEACHER

from lti_tool.player.attempts import DEFAULT_POINTS

LOADED = "picture => picture.complete && picture.naturalWidth > 0"


def test_a_file_of_canvas_is_kept_added_and_played_with_its_picture(screen, courier, shared_stack):
    specialist, teacher, ana = screen(SPECIALIST), screen(TEACHER), screen(ANA)

    specialist.open_window(BOARD_LINK)
    go_to(specialist, "library/bring-in")
    choose(specialist, package("Owls and Sites"))
    press(specialist, "Keep in our library")
    expect(specialist.page.get_by_role("status")).to_contain_text("Kept.")

    teacher.page.goto(f"{shared_stack.lms_url}/courses/grade-7/add-content")
    tool = teacher.page.frame_locator("iframe.tool")
    card = tool.locator("li.card").filter(has_text="Owls and Sites")
    expect(card).to_contain_text("Our district's")
    card.get_by_label("Owls and Sites").check()
    tool.get_by_role("button", name="Next: settings").click()
    tool.get_by_role("button", name="Add it to my course").click()
    expect(tool.get_by_role("heading", name="Added to Grade 7 English")).to_be_visible()

    links = httpx.get(f"{shared_stack.lms_url}/api/links").json()
    (link,) = [row["id"] for row in links if row["title"] == "Owls and Sites"]
    ana.open(link)
    picture = ana.find("img[src*='/media/']")
    expect(picture).to_be_visible()
    assert picture.evaluate(LOADED) and picture.get_attribute("alt") == "An owl on a branch"
    for _ in range(2):
        ana.answer(ana.items[0], {"picked": ["yes"]})
        ana.next()
    ana.press("finish")
    expect(ana.find("#delivery")).to_have_attribute("data-state", "delivered")
    assert shared_stack.gradebook()[ANA, link]["score"] == DEFAULT_POINTS

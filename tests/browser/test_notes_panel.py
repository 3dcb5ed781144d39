"""The panel of notes and evidence at a screen: it saves itself, survives a lost connection, and keeps the reader's place."""

from looking import NARROW, barriers
from playwright.sync_api import expect
from stack import MODULE_LINK
from test_connection import END_VISITS

MARK = """() => { const words = document.querySelector(".browser-page p:last-of-type").firstChild, range = new Range();
    range.selectNodeContents(words); getSelection().removeAllRanges(); getSelection().addRange(range); return words.textContent.trim() }"""


def at_practice_page(pupil):
    pupil.open_window(MODULE_LINK)
    while not pupil.find("[value^='keep:']").count():
        pupil.next()


def expect_note_state(pupil, words):
    expect(pupil.find("#notes [role=status]")).to_have_text(words)


def test_note_saves_itself_and_goes_along(screen, pupils):
    pupil = screen(next(pupils))
    pupil.open_window(MODULE_LINK)
    pupil.key("m")
    pupil.tab_to("#note")

    pupil.page.keyboard.type("No n or b goes on from here")

    expect_note_state(pupil, "Saved")
    pupil.page.keyboard.type("!")
    pupil.next()
    expect(pupil.find("#note")).to_have_value("No n or b goes on from here!")


def test_note_waits_for_the_connection_and_is_not_left_behind(screen, pupils):
    pupil = screen(next(pupils))
    pupil.open_window(MODULE_LINK)
    pupil.find("#notes-panel summary").click()
    pupil.context.set_offline(True)
    pupil.find("#note").fill("On the bus")
    pupil.expect_complaint("ERR_INTERNET_DISCONNECTED")
    expect_note_state(pupil, "Waiting for the connection. Your notes are kept on this page.")
    pupil.find(".pager [value=next]").click()
    assert pupil.step == "0"
    pupil.complaints = [each for each in pupil.complaints if "ERR_INTERNET_DISCONNECTED" not in each]

    pupil.context.set_offline(False)

    expect_note_state(pupil, "Saved")
    pupil.complaints = [each for each in pupil.complaints if "ERR_INTERNET_DISCONNECTED" not in each]
    pupil.next()
    expect(pupil.find("#note")).to_have_value("On the bus")


def test_note_of_an_ended_visit_is_saved_once_its_person_is_back(screen, pupils):
    pupil = screen(next(pupils))
    pupil.open_window(MODULE_LINK)
    pupil.find("#notes-panel summary").click()
    with pupil.stack.tool.sessions() as session, session.begin():
        session.execute(END_VISITS)
    pupil.find("#note").fill("Ask who pays")
    expect(pupil.find("#notes [role=status]")).to_contain_text("Open the activity again from your course")
    old, pupil.page = pupil.page, pupil.context.new_page()

    pupil.open_window(MODULE_LINK)
    old.evaluate("dispatchEvent(new Event('focus'))")

    expect(old.locator("#notes [role=status]")).to_have_text(
        "Your notes are saved. Go on where you opened the activity again."
    )
    expect(old.locator("#note")).to_have_value("Ask who pays")
    pupil.page.reload()
    expect(pupil.find("#note")).to_have_value("Ask who pays")
    pupil.expect_complaint("status of 401")


def test_two_open_pages_bring_both_texts_together(screen, pupils):
    person = next(pupils)
    first, second = screen(person), screen(person)
    for each in (first, second):
        each.open_window(MODULE_LINK)
        each.find("#notes-panel summary").click()
    first.find("#note").fill("one")
    expect_note_state(first, "Saved")

    second.find("#note").fill("two")

    expect_note_state(second, "You also wrote on another page: both texts are here now.")
    expect(second.find("#note")).to_have_value("two\n\none")


def test_practice_page_is_saved_with_marked_words_without_leaving(screen, pupils):
    pupil = screen(next(pupils))
    at_practice_page(pupil)
    item = pupil.items[0] if pupil.items else None
    words = pupil.page.evaluate(MARK)
    url = pupil.page.url

    pupil.find("[value^='keep:']").first.click()

    expect_note_state(pupil, "Saved as evidence")
    assert pupil.page.url == url
    pupil.find("#notes-panel summary").click()
    expect(pupil.find(".evidence-piece blockquote")).to_have_text(words)
    assert barriers(pupil.page) == []
    pupil.page.set_viewport_size(NARROW)
    assert not pupil.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    pupil.find(".evidence-piece textarea").fill("They say so themselves")
    pupil.next()
    pupil.find("#notes-panel summary").click()
    expect(pupil.find(".evidence-piece textarea")).to_have_value("They say so themselves")
    pupil.find(".evidence-piece [value^='drop:']").click()
    expect(pupil.find(".evidence-piece")).to_have_count(0)
    assert item is None or pupil.saved(item) is None


def test_without_scripts_the_panel_is_part_of_the_page(screen, pupils):
    from test_without_scripts import open_without_scripts

    pupil = screen(next(pupils), java_script_enabled=False)
    open_without_scripts(pupil, MODULE_LINK)
    pupil.find("#notes-panel summary").click()
    pupil.find("#note").fill("By hand")
    while not pupil.find("[value^='keep:']").count():
        pupil.next()
    with pupil.page.expect_event("framenavigated"):
        pupil.find("[value^='keep:']").first.click()

    expect(pupil.find(".evidence-piece")).to_be_visible()
    expect(pupil.find("#note")).to_have_value("By hand")

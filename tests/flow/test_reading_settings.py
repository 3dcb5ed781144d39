"""How a person likes pages: kept with them, on every device and page, with and without scripts."""

import re

import pytest
from answering import find_step
from stack import MODULE_LINK, QUIZ_LINK

CHOICE = "ltp-first-look"


def html_tag(browser):
    return re.search(r"<html[^>]*>", browser.page.text).group(0)


def test_chosen_settings_hold_on_another_device_and_for_nobody_else(shared_stack, seats):
    person, other = next(seats), next(seats)
    browser = shared_stack.launch(MODULE_LINK, person)
    assert html_tag(browser) == '<html lang="en">'

    browser.post(
        f"{browser.visit}/reading", {"text_size": "largest", "spacing": "wide", "back": browser.path}
    )

    chosen = '<html lang="en" data-text-size="largest" data-spacing="wide">'
    assert html_tag(browser) == chosen
    assert html_tag(shared_stack.launch(MODULE_LINK, person)) == chosen
    assert html_tag(shared_stack.launch(MODULE_LINK, other)) == '<html lang="en">'


def test_settings_hold_on_an_error_page_too(shared_stack, pupil):
    browser = shared_stack.launch(MODULE_LINK, pupil)
    browser.post(f"{browser.visit}/reading", {"colors": "dark", "back": browser.path})

    browser.get(f"{browser.attempt}/999")

    assert browser.page.status_code == 404
    assert 'data-colors="dark"' in html_tag(browser)


def test_choosing_on_a_step_by_plain_form_keeps_the_answers_typed_there(shared_stack, pupil):
    browser = find_step(shared_stack.launch(MODULE_LINK, pupil), CHOICE)
    here = browser.path

    browser.submit("reading", **{f"{CHOICE}.pick": ["nasa"], "motion": ["none"]})

    assert browser.path == here
    assert 'data-motion="none"' in html_tag(browser)
    assert re.search(r'value="nasa" checked', browser.page.text)


@pytest.mark.parametrize(
    "told", [{"text_size": "huge"}, {"colors": ""}, {"spacing": "wide", "motion": "x" * 999}]
)
def test_setting_that_is_not_offered_changes_nothing(shared_stack, pupil, told):
    browser = shared_stack.launch(MODULE_LINK, pupil)

    browser.post(f"{browser.visit}/reading", told)

    assert browser.page.status_code == 400
    assert "Choose one of those in the panel" in browser.text
    assert html_tag(browser) == '<html lang="en">'


@pytest.mark.parametrize(("link", "does"), [(MODULE_LINK, "goto:0"), (QUIZ_LINK, "next")])
def test_enter_goes_on_whatever_stands_above_the_form(shared_stack, pupil, link, does):
    """A browser presses the form's first submit button in the order of the page."""
    page = shared_stack.launch(link, pupil).page.text

    buttons = re.findall(r'<button[^>]*name="do" value="([^"]+)"', page)

    assert buttons[0] == does


def test_shortcuts_turned_off_are_not_announced(shared_stack, pupil):
    browser = shared_stack.launch(MODULE_LINK, pupil)
    assert 'aria-keyshortcuts="n"' in browser.page.text

    browser.post(f"{browser.visit}/reading", {"shortcuts": "off", "back": browser.path})

    assert "aria-keyshortcuts" not in browser.page.text
    assert "You have turned them off" in browser.get(f"{browser.visit}/keyboard").text

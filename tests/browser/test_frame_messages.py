"""What the tool's frame tells the LMS's page, by its documented messages and to its origin alone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from stack import MODULE_LINK

from lti_tool import web

SCRIPTS = Path(web.__file__).parent / "static" / "js"
TO_ANYBODY = {"registered.js"}
"""Closes a window, holds nothing, and comes before the LMS is known."""
OVERHEAR = """if (window === top) { window.heard = []; addEventListener("message", ({ data }) =>
    window.heard.push(typeof data === "string" ? JSON.parse(data) : data)); }"""


@pytest.fixture
def pupil(screen, pupils):
    someone = screen(next(pupils))
    someone.page.add_init_script(OVERHEAR)
    return someone.open(MODULE_LINK)


def heard(pupil, subject):
    return [each for each in pupil.page.evaluate("window.heard") if each["subject"] == subject]


def test_no_message_is_sent_to_whoever_listens():
    sent = {file.name: file.read_text("utf-8") for file in SCRIPTS.glob("*.js")}

    to_anybody = {name for name, text in sent.items() if re.search(r"""postMessage\([^;]*["']\*["']""", text)}

    assert to_anybody == TO_ANYBODY
    assert [name for name, text in sent.items() if "postMessage" in text] != []


def test_next_page_is_announced_shown_from_its_top_and_given_its_height(pupil):
    alert = pupil.page.locator("[data-reader-alert]")
    expect(alert).to_have_text(pupil.frame.title())

    pupil.next()

    expect(alert).to_have_text(pupil.frame.title())
    assert heard(pupil, "lti.scrollToTop")
    height = int(pupil.page.locator("iframe.tool").get_attribute("height"))
    assert height >= pupil.frame.evaluate("document.body.getBoundingClientRect().height")


def test_lms_warns_before_its_own_page_is_left_while_an_answer_is_unsaved(pupil):
    pupil.page.route("**/save", lambda route: route.fulfill(status=503, body="busy"))
    pupil.answer("ltp-first-look", {"picked": ["nasa"]})
    pupil.expect_state("waiting")
    said = [each["message"] for each in heard(pupil, "lti.setUnloadMessage")]
    assert said == ["Some answers are not saved yet."]

    pupil.page.unroute("**/save")

    pupil.expect_state("saved")
    expect_told = "() => window.heard.some(({ subject }) => subject === 'lti.removeUnloadMessage')"
    pupil.page.wait_for_function(expect_told)
    pupil.expect_complaint("status of 503")

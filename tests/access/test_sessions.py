"""A visit ends by itself, belongs to the kind of browser it was opened with, and says kindly how to go on."""

import httpx
import pytest
from stack import ANA, MODULE_LINK

from lti_tool.people.sessions import end_old_sessions

OTHER = "AnotherBrowser/1.0"


def test_unused_visit_ends_and_the_next_launch_resumes(stack):
    student = stack.launch(MODULE_LINK, ANA)
    student.submit("next").submit("next")
    here = student.path

    stack.let_pass(minutes=121)
    student.get(here)

    assert student.page.status_code == 401
    assert "ltp-" not in student.text
    stack.change(clock=lambda clock=stack.tool.clock: clock())
    stack.let_pass(minutes=-121)
    assert stack.launch(MODULE_LINK, ANA).path.split("/")[-2:] == here.split("/")[-2:]


def test_visit_in_use_goes_on_until_its_longest_life(stack):
    student = stack.launch(MODULE_LINK, ANA)
    here = student.path

    for _ in range(7):
        stack.let_pass(minutes=100)
        assert student.get(here).page.status_code == 200
    stack.let_pass(minutes=30)

    assert student.get(here).page.status_code == 401


@pytest.mark.parametrize(
    "page", ["", "/attempt/{attempt}", "/attempt/{attempt}/result", "/attempt/{attempt}/0"]
)
def test_token_is_worth_nothing_in_another_browser(stack, page):
    student = stack.launch(MODULE_LINK, ANA)
    address = f"{stack.tool_url}{student.visit}" + page.format(attempt=student.attempt_id)

    answer = httpx.get(address, headers={"User-Agent": OTHER}, follow_redirects=True)

    assert answer.status_code == 401
    assert "Morales" not in answer.text


def test_page_opens_in_another_tab_without_any_cookie(stack):
    student = stack.launch(MODULE_LINK, ANA)

    answer = httpx.get(f"{stack.tool_url}{student.visit}/attempt/{student.attempt_id}/0")

    assert answer.status_code == 200
    assert 'id="step"' in answer.text


def test_token_of_another_browser_saves_and_finishes_nothing(stack):
    student = stack.launch(MODULE_LINK, ANA)
    before = stack.rows("SELECT * FROM attempt")

    posted = [
        httpx.post(stack.tool_url + student.path, data={"do": "finish"}, headers={"User-Agent": OTHER}),
        httpx.post(
            f"{stack.tool_url}{student.attempt}/save", json={"fields": {}}, headers={"User-Agent": OTHER}
        ),
        httpx.post(
            f"{stack.tool_url}{student.visit}/language", data={"locale": "en"}, headers={"User-Agent": OTHER}
        ),
    ]

    assert [answer.status_code for answer in posted] == [401] * 3
    assert stack.rows("SELECT * FROM attempt") == before


def test_browser_that_keeps_no_cookie_is_still_let_in(stack):
    """The launch says so by its own means, or asks for a new window; it never loops."""
    browser = stack.browser(cookies=False)
    browser.launch(MODULE_LINK, ANA)

    assert browser.page.status_code in (200, 400)
    assert "What to do next" in browser.text or "Qué hacer" in browser.text or 'id="step"' in browser.text


def test_database_holds_no_token_and_no_browser_key(stack):
    student = stack.launch(MODULE_LINK, ANA)
    key = student._cookie.partition("=")[2]

    (row,) = stack.rows("SELECT * FROM launch_session")
    assert student.token not in str(row)
    assert key not in str(row)
    assert key not in str(stack.rows("SELECT * FROM login_state"))


def test_ended_visits_are_removed_a_day_later(stack):
    stack.launch(MODULE_LINK, ANA)
    stack.let_pass(hours=40)

    with stack.tool.sessions() as session, session.begin():
        assert end_old_sessions(session, now=stack.tool.clock()) == 1
    assert stack.count("launch_session") == 0

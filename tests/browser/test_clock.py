"""The clock of a timed attempt in the browser: minutes, said aloud at five and one, hidden when its student wants, and a hand-in at the end."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from stack import MODULE_LINK, TEACHER

from lti_tool.corrections.rules import change_assignment
from lti_tool.player.offers import Rules
from lti_tool.player.rules import Policy
from lti_tool.player.tables import Placement


@pytest.fixture
def seven_minutes(shared_stack):
    """The lesson is timed from now on; only what is begun then has an end."""
    shared_stack.launch(MODULE_LINK, TEACHER)

    def limit(minutes):
        with shared_stack.tool.sessions.begin() as session:
            placement = session.scalars(select(Placement).where(Placement.content_kind == "module")).one()
            policy = replace(Policy(), time_limit_minutes=minutes)
            rules = Rules(title=placement.title, points=placement.points, policy=policy)
            change_assignment(session, placement, rules, now=shared_stack.tool.clock())

    limit(7)
    yield
    limit(None)


def wait_on_the_clock(pupil, place, words):
    """Let the page's own clock go on, ten seconds at a time, until it says this."""
    for _ in range(60):
        if place.text_content() == words:
            return
        pupil.page.clock.fast_forward("00:10")
    raise AssertionError(f"never said: {words}")


@pytest.mark.proves("rules-gentle-clock")
def test_clock_is_gentle_and_hands_in_at_the_end(screen, pupils, seven_minutes, shared_stack):
    pupil = screen(next(pupils))
    pupil.page.clock.install()
    pupil.open_window(MODULE_LINK)
    pupil.page.clock.pause_at(pupil.page.evaluate("Date.now() / 1000") + 1)
    left, news = pupil.find("#time-left"), pupil.find("#time-news")
    expect(left).to_have_text(re.compile(r"^\d minutes left$"))
    expect(news).to_be_empty()

    wait_on_the_clock(pupil, news, "5 minutes left. Everything is saved as you go.")
    expect(left).to_have_text("5 minutes left")
    wait_on_the_clock(pupil, left, "1 minute left")
    expect(news).to_contain_text("One minute left.")
    wait_on_the_clock(pupil, left, "Less than a minute left")

    with pupil.page.expect_navigation(url="**/result"):
        pupil.page.clock.fast_forward("01:00")
    kept = "SELECT finished_at FROM attempt WHERE id = :a"
    assert shared_stack.rows(kept, a=pupil.attempt_id)[0]["finished_at"]


@pytest.mark.proves("rules-gentle-clock")
def test_hidden_clock_stays_hidden_on_the_next_page(screen, pupils, seven_minutes):
    pupil = screen(next(pupils)).open_window(MODULE_LINK)
    pupil.find("#clock summary").click()
    expect(pupil.find("#time-left")).to_be_hidden()

    pupil.next()

    expect(pupil.find("#clock")).to_be_visible()
    expect(pupil.find("#time-left")).to_be_hidden()

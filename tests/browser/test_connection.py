"""When the network, the server or the visit goes away: the page says so calmly and no answer is lost."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import text
from stack import MODULE_LINK

ITEM = "ltp-first-look"
END_VISITS = text("UPDATE launch_session SET expires_at = used_at")


@pytest.fixture
def pupil(screen, pupils):
    """A student on the first page of the lesson."""
    return screen(next(pupils)).open(MODULE_LINK)


def pick(pupil, option):
    pupil.answer(ITEM, {"picked": [option]})


def picked(pupil):
    return pupil.find(f"#item-{ITEM} input:checked").get_attribute("value")


def break_saving(pupil, how):
    """Let the tool be unreachable, or answer as a server in trouble does."""
    away = {
        "refused": lambda route: route.abort("connectionrefused"),
        "unwell": lambda route: route.fulfill(status=503, body="busy"),
        "dies": lambda route: (route.fetch(), route.abort("connectionreset")),
        "captive": lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Sign in</h1>"),
    }
    pupil.page.route("**/save", away[how])


def test_answer_given_offline_is_saved_when_the_network_is_back(pupil):
    pupil.context.set_offline(True)
    pick(pupil, "nasa")
    pupil.expect_state("waiting")
    expect(pupil.find("#save-state")).to_have_text(
        "Waiting for the connection. Your answers are kept on this page."
    )
    pick(pupil, "charity")
    assert pupil.saved(ITEM) is None
    expect(pupil.find("#save-state")).to_have_attribute("aria-live", "polite")

    pupil.context.set_offline(False)

    pupil.expect_state("saved")
    expect(pupil.find("#save-state")).to_have_attribute("aria-live", "polite")
    pick(pupil, "nasa")
    pupil.expect_state("saved")
    expect(pupil.find("#save-state")).to_have_attribute(
        "aria-live", "off"
    )  # what goes well is not read out while one works
    pick(pupil, "charity")
    pupil.expect_state("saved")
    assert pupil.saved(ITEM) == {"picked": ["charity"]}
    pupil.expect_complaint("net::ERR_INTERNET_DISCONNECTED")


@pytest.mark.parametrize("how", ["refused", "unwell"])
def test_answer_is_sent_again_by_itself_until_the_server_has_it(pupil, how):
    break_saving(pupil, how)
    pick(pupil, "nasa")
    pupil.expect_state("waiting")

    pupil.page.unroute("**/save")

    pupil.expect_state("saved")
    assert pupil.saved(ITEM) == {"picked": ["nasa"]}
    pupil.expect_complaint("Failed to load resource")


def test_next_waits_for_the_network_and_then_goes_on(pupil):
    pick(pupil, "nasa")
    pupil.expect_state("saved")
    pupil.context.set_offline(True)
    pupil.find(".pager [value=next]").click()
    pupil.expect_state("waiting")
    assert pupil.step == "0"

    with pupil.frame.expect_navigation():
        pupil.context.set_offline(False)

    assert pupil.step == "1"


def test_next_with_an_unsaved_answer_never_leaves_it_behind(pupil):
    break_saving(pupil, "refused")
    pick(pupil, "nasa")
    pupil.find(".pager [value=next]").click()
    pupil.expect_state("waiting")
    assert pupil.step == "0"

    with pupil.frame.expect_navigation():
        pupil.page.unroute("**/save")

    assert pupil.step == "1"
    assert pupil.saved(ITEM) == {"picked": ["nasa"]}
    pupil.expect_complaint("net::ERR_CONNECTION_REFUSED")


def test_changing_the_answer_while_waiting_takes_next_back(pupil):
    break_saving(pupil, "refused")
    pick(pupil, "nasa")
    pupil.find(".pager [value=next]").click()
    pupil.expect_state("waiting")
    pick(pupil, "charity")

    pupil.page.unroute("**/save")

    pupil.expect_state("saved")
    assert pupil.step == "0"
    assert pupil.saved(ITEM) == {"picked": ["charity"]}
    pupil.expect_complaint("net::ERR_CONNECTION_REFUSED")


def test_leaving_with_an_unsaved_answer_warns(pupil):
    break_saving(pupil, "refused")
    pick(pupil, "nasa")
    pupil.expect_state("waiting")

    with pupil.page.expect_event("dialog") as asked:
        pupil.page.close(run_before_unload=True)

    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    assert picked(pupil) == "nasa"
    pupil.page.unroute("**/save")
    pupil.expect_state("saved")
    pupil.expect_complaint("net::ERR_CONNECTION_REFUSED")


def test_leaving_with_everything_saved_does_not_warn(pupil):
    pick(pupil, "nasa")
    pupil.expect_state("saved")

    with pupil.page.expect_event("close"):
        pupil.page.close(run_before_unload=True)


def test_ended_visit_says_so_and_keeps_the_answers_on_the_page(pupil):
    with pupil.stack.tool.sessions() as session, session.begin():
        session.execute(END_VISITS)
    pick(pupil, "nasa")

    pupil.expect_state("ended")

    expect(pupil.find("#save-state")).to_contain_text("Open the activity again from your course")
    pupil.find(".pager [value=next]").click()
    pick(pupil, "charity")
    assert (pupil.step, picked(pupil)) == ("0", "charity")
    pupil.expect_complaint("status of 401")


def test_old_page_sends_its_answers_as_soon_as_the_activity_is_open_again(pupil, screen):
    with pupil.stack.tool.sessions() as session, session.begin():
        session.execute(END_VISITS)
    pick(pupil, "nasa")
    pupil.expect_state("ended")
    old, old_frame = pupil.page, pupil.frame

    pupil.page = pupil.context.new_page()
    pupil.open(MODULE_LINK)
    old.bring_to_front()
    old_frame.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(old_frame.locator("#save-state")).to_have_attribute("data-state", "moved")
    assert pupil.saved(ITEM) == {"picked": ["nasa"]}
    pupil.page.reload()
    pupil.expect_complaint("status of 401")


def test_server_that_is_restarted_loses_no_answer(pupil):
    pick(pupil, "charity")
    pupil.expect_state("saved")
    break_saving(pupil, "dies")
    pick(pupil, "nasa")
    pupil.expect_state("waiting")
    assert pupil.saved(ITEM) == {"picked": ["nasa"]}  # the server had it, but died before it could say so

    pupil.page.unroute("**/save")

    pupil.expect_state("saved")
    assert pupil.saved(ITEM) == {"picked": ["nasa"]}
    events = pupil.stack.count("event", attempt_id=pupil.attempt_id, name="saved")
    assert events >= 2
    pupil.expect_complaint("net::ERR_CONNECTION_RESET")


def test_page_that_is_not_the_tools_is_no_receipt(pupil):
    """A school's network that wants a sign-in answers everything with a page of its own."""
    break_saving(pupil, "captive")
    pick(pupil, "nasa")
    pupil.expect_state("waiting")

    pupil.page.unroute("**/save")

    pupil.expect_state("saved")
    assert pupil.saved(ITEM) == {"picked": ["nasa"]}

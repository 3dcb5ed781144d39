"""The three ways into the tool in a browser: our cookie, the LMS's storage, a window of its own.

The forgetful browser keeps nothing for the tool, not even a partitioned cookie, and its storage throws; the strict one does so
within the LMS only. (The first way is how every other test here comes in.)
"""

from dataclasses import replace

import pytest
from looking import barriers
from playwright.sync_api import expect
from stack import MODULE_LINK, QUIZ_LINK, TEACHER

ITEM = "ltp-first-look"
NO_WAY = "InfoLit needs a window of its own"
SILENT, FULL, NONE = {"storage_answers": "never"}, {"storage_answers": "full"}, {"storage_target": ""}


@pytest.fixture
def lms(shared_stack):
    """Gives the running LMS other habits, for the length of a test."""
    before = shared_stack.lms.config

    def change(**switches):
        shared_stack.lms.config = replace(before, switches={**before.switches, **switches})

    yield change
    shared_stack.lms.config = before


@pytest.fixture
def forgetful(screen, pupils, forgetful_chromium):
    return screen(next(pupils), browser=forgetful_chromium)


@pytest.fixture
def strict(screen, pupils, strict_chromium):
    return screen(next(pupils), browser=strict_chromium)


def visit_link(person):
    person.page.goto(f"{person.stack.lms_url}/courses/grade-7/links/{MODULE_LINK}")
    return person.page.frame_locator("iframe.tool")


def save_an_answer(person):
    person.answer(ITEM, person.right_answer(ITEM))
    person.expect_state("saved")
    assert person.saved(ITEM) == person.right_answer(ITEM)


@pytest.mark.parametrize("target", ["_parent", "post_message_forwarding"])
def test_storage_of_the_lms_lets_in_where_nothing_else_is_kept(forgetful, lms, target):
    lms(storage_target=target)

    forgetful.open(MODULE_LINK)

    assert forgetful.context.cookies(forgetful.stack.tool_url) == []
    save_an_answer(forgetful)
    forgetful.next()
    assert forgetful.step == "1"


@pytest.mark.parametrize("habits", [NONE, SILENT, FULL])
def test_window_of_its_own_lets_in_where_the_lms_keeps_nothing_either(strict, lms, habits):
    lms(**habits)
    in_frame = visit_link(strict)
    expect(in_frame.get_by_role("heading", name=NO_WAY)).to_be_focused()

    with strict.page.expect_popup() as opened:
        in_frame.get_by_role("button", name="Open in a new window").click()

    strict.page = opened.value
    expect(strict.page.locator(".topbar .brand")).to_be_visible()
    save_an_answer(strict)


def test_window_where_nothing_is_kept_either_says_what_to_allow(forgetful, lms):
    lms(**NONE)
    in_frame = visit_link(forgetful)

    with forgetful.page.expect_popup() as opened:
        in_frame.get_by_role("button", name="Open in a new window").click()

    window = opened.value
    expect(window.get_by_role("heading", name="Your browser keeps nothing for InfoLit")).to_be_focused()
    expect(window.get_by_text("Allow cookies for 127.0.0.1")).to_be_visible()
    expect(window.get_by_role("button", name="Try again")).to_be_visible()


def test_page_that_offers_a_window_reads_well_on_a_small_screen(screen, pupils, strict_chromium, lms):
    lms(**NONE)
    small = screen(next(pupils), browser=strict_chromium, viewport={"width": 320, "height": 640})
    expect(visit_link(small).get_by_role("heading", name=NO_WAY)).to_be_visible()

    assert barriers(small.frame) == []
    assert small.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("origin", "message_id"), [("tool", "known"), ("lms", "another")], ids=["wrong origin", "wrong id"]
)
def test_answer_that_is_not_the_storages_is_ignored(strict, lms, origin, message_id):
    lms(**SILENT)
    url = {"tool": strict.stack.tool_url, "lms": strict.stack.lms_url}[origin]
    forge = f"""() => {{
        if (location.origin === "{strict.stack.tool_url}") crypto.randomUUID = () => "known";
        if (location.origin !== "{url}") return;
        const forged = {{ subject: "lti.put_data.response", message_id: "{message_id}", value: "x" }};
        setInterval(() => (window.frames[0] ?? window).postMessage(forged, "*"), 20);
    }}"""
    strict.page.add_init_script(f"({forge})()")

    in_frame = visit_link(strict)

    expect(in_frame.get_by_role("heading", name=NO_WAY)).to_be_visible()


def test_values_lost_on_the_way_give_a_page_that_says_what_to_do(forgetful):
    """The page around the tool, which kept them, was changed while the LMS signed the launch."""
    forgetful.page.add_init_script(
        """if (window === top) addEventListener("message", (event) => {
            if (event.data.subject === "lti.get_data") event.stopImmediatePropagation();
        }, true)"""
    )

    in_frame = visit_link(forgetful)

    expect(in_frame.get_by_role("heading", name="Something needs another try")).to_be_focused()
    expect(in_frame.get_by_text("Open the activity again from your course")).to_be_visible()
    expect(in_frame.get_by_text("give this reference")).to_contain_text("reference: ")
    forgetful.expect_complaint("status of 400")


def test_launch_through_storage_survives_a_moment_without_connection(forgetful):
    forgetful.page.route("**/lti/launch/kept", lambda route: route.abort("connectionrefused"))
    in_frame = visit_link(forgetful)
    expect(in_frame.get_by_text("There is no connection to InfoLit just now.")).to_be_visible()
    forgetful.page.unroute("**/lti/launch/kept")

    in_frame.get_by_role("button", name="Try again").click()

    expect(in_frame.locator(".topbar .brand")).to_be_visible()
    forgetful.expect_complaint("net::ERR_CONNECTION_REFUSED")


def test_storage_holds_nothing_of_a_launch_that_arrived(forgetful):
    forgetful.page.add_init_script(
        """if (window === top) { window.keys = new Map(); addEventListener("message", ({ data }) => {
            if (data?.subject === "lti.put_data") window.keys.set(data.key, data.value);
        }) }"""
    )

    forgetful.open(MODULE_LINK)

    kept = forgetful.page.evaluate("[...window.keys].map(([key, value]) => [key.slice(0, 10), value])")
    assert sorted(kept) == [["lti_nonce_", None], ["lti_state_", None]]


def test_whole_story_where_the_tool_may_keep_nothing(screen, pupils, forgetful_chromium, shared_stack):
    """From the launch to the grade and the teacher's page: no cookie, no storage, through the LMS's storage alone."""
    pupil = screen(next(pupils), browser=forgetful_chromium).open(QUIZ_LINK)
    while not pupil.find("[value=finish]").count():
        for item_id in pupil.items:
            pupil.answer(item_id, pupil.right_answer(item_id))
        pupil.next()
    pupil.press("finish")
    expect(pupil.frame.get_by_role("img", name="100%")).to_be_visible()
    shared_stack.deliver_all()
    teacher = screen(TEACHER, browser=forgetful_chromium).open(QUIZ_LINK)
    row = teacher.frame.get_by_role("row", name=shared_stack.person(pupil.person).name)

    expect(row).to_contain_text("100%")
    assert pupil.context.cookies(pupil.stack.tool_url) == teacher.context.cookies(pupil.stack.tool_url) == []

"""The pages in a browser: what the LMS does for the tool in its frame, live updates, and accessibility."""

import pytest
from bare_chromium import bare_chromium
from looking import barriers
from serving import free_server, served
from tool_stand_in import ToolClient

from lti_tool.demo_lms import DemoConfig, create_app

pytestmark = pytest.mark.browser

TOOL_PAGE = """<!doctype html><html lang="en"><title>Tool</title><h1>The tool</h1><script>
window.ask = (message) => new Promise((resolve) => {
  const timer = setTimeout(() => resolve("no answer"), 1500);
  addEventListener("message", function take(event) {
    if (event.data.message_id !== message.message_id) return;
    removeEventListener("message", take);
    clearTimeout(timer);
    resolve({ ...event.data, origin: event.origin });
  });
  const page = window.opener || parent;
  (message.to ? page.frames[message.to] : page).postMessage(message, LMS);
});
</script></html>"""


@pytest.fixture(scope="module")
def browser(browser_driver):
    with bare_chromium(browser_driver) as chromium:
        yield chromium


@pytest.fixture
def site(stand_in, request):
    """The LMS on a port of this machine, under another site name than the tool; a test may name its flavor."""
    server = free_server(lambda *call: app(*call))
    base_url = f"http://localhost:{server.server_port}"
    app = create_app(
        DemoConfig(tool_url=stand_in.url, base_url=base_url, flavor=getattr(request, "param", "plain"))
    )
    stand_in.login_page = TOOL_PAGE.replace("LMS", f"'{base_url}'", 1)
    with served(server):
        yield ToolClient(app, stand_in)


@pytest.fixture
def open_page(browser, site):
    contexts = []

    def open_as(person, path, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        if person:
            context.add_cookies([{"name": "demo_user", "value": person, "url": site.config.base_url}])
        page = context.new_page()
        page.goto(site.config.base_url + path)
        return page

    yield open_as
    for context in contexts:
        context.close()


@pytest.fixture
def frame(open_page, site):
    page = open_page("student-076", "/courses/grade-7/links/grade-7-leave-the-page")
    page.frame_locator("iframe.tool").get_by_role("heading", name="The tool", exact=True).wait_for()
    return next(each for each in page.frames if each.url.startswith(site.config.tool_url))


def ask(frame, subject, **values):
    message = {"subject": subject, "message_id": f"m-{subject}-{values}"} | values
    return frame.evaluate("message => window.ask(message)", message)


def test_storage_keeps_gives_and_forgets(frame, site):
    put = ask(frame, "lti.put_data", key="state", value="s-1")
    assert (put["subject"], put["value"], put["origin"]) == (
        "lti.put_data.response",
        "s-1",
        site.config.base_url,
    )

    assert ask(frame, "lti.get_data", key="state")["value"] == "s-1"

    ask(frame, "lti.put_data", key="state", value=None)
    assert ask(frame, "lti.get_data", key="state", again=1)["value"] is None


def test_storage_has_an_end(frame):
    assert "error" not in ask(frame, "lti.put_data", key="k", value="x" * 4095)

    assert ask(frame, "lti.put_data", key="l", value="x")["error"]["code"] == "storage_exhaustion"
    assert "error" not in ask(frame, "lti.put_data", key="k", value="y" * 4095)


def test_capabilities_name_the_storage_frame(frame):
    supported = ask(frame, "lti.capabilities")["supported_messages"]

    assert {"subject": "lti.put_data", "frame": "_parent"} in supported
    assert {"subject": "lti.frameResize"} in supported


def test_unknown_subject_and_missing_key_are_errors(frame):
    assert ask(frame, "lti.coffee")["error"]["code"] == "unsupported_subject"
    assert ask(frame, "constructor")["error"]["code"] == "unsupported_subject"
    assert ask(frame, "lti.get_data")["error"]["code"] == "bad_request"


def test_frame_grows_as_the_tool_asks(frame):
    ask(frame, "lti.frameResize", height=1234)

    assert frame.page.locator("iframe.tool").get_attribute("height") == "1234"


def test_page_of_another_origin_gets_no_answer(frame, site):
    page = frame.page
    page.evaluate(
        """url => new Promise((done) => {
             const other = document.createElement("iframe");
             other.id = "other"; other.src = url; other.onload = done;
             document.body.append(other);
           })""",
        f"{site.config.base_url}/healthz",
    )
    other = page.frames[-1]

    answer = other.evaluate(
        """() => new Promise((resolve) => {
             addEventListener("message", (event) => resolve(event.data));
             setTimeout(() => resolve("no answer"), 500);
             parent.postMessage({subject: "lti.get_data", message_id: "m", key: "state"}, "*");
           })"""
    )

    assert answer == "no answer"


def test_tool_in_its_own_window_reaches_the_storage_of_the_course_page(frame, site):
    with frame.page.expect_popup() as opened:
        frame.page.get_by_role("link", name="Open in new window").click()
    window = opened.value
    window.get_by_role("heading", name="The tool", exact=True).wait_for()

    assert ask(window, "lti.put_data", key="state", value="s-2")["value"] == "s-2"


def test_new_grade_appears_in_the_open_gradebook(open_page, site):
    page = open_page("teacher-4", "/courses/grade-7/gradebook")
    page.get_by_text("Updates by itself.").wait_for()

    site.post_score(comment="Well read.")

    row = page.get_by_role("row", name="Ana Morales")
    row.get_by_text("18", exact=True).wait_for()
    row.get_by_text("Well read.").wait_for()
    assert page.locator("[data-arrived]").inner_text() == "Ana Morales: 18 of 20 in Leave the Page."


def test_open_log_tells_of_new_messages(open_page, site):
    page = open_page(None, "/log")

    site.launch()

    page.get_by_role("link", name="New messages have come in.").click()
    page.get_by_role("link", name="Ana Morales → Leave the Page").wait_for()


def test_filter_narrows_the_people(open_page):
    page = open_page(None, "/")

    page.get_by_label("Find by name").fill("morales")

    page.get_by_text("1 found").wait_for()
    assert page.locator("[data-person]:visible").count() == 1


PAGES = [
    (None, "/"),
    ("student-076", "/courses/grade-7"),
    ("teacher-4", "/courses/grade-7"),
    ("student-076", "/courses/grade-7/links/grade-7-leave-the-page"),
    ("teacher-4", "/courses/grade-7/gradebook"),
    ("student-076", "/courses/grade-7/grades"),
    ("teacher-4", "/courses/grade-7/add-content"),
    ("specialist-1", "/board"),
    (None, "/log"),
    (None, "/log/3"),
    ("student-076", "/courses/grade-8"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_or_runs_off_a_small_screen(open_page, site, scheme):
    site.launch()
    site.post_score(comment="Well read.")
    for person, path in PAGES:
        page = open_page(person, path, viewport={"width": 320, "height": 640}, color_scheme=scheme)
        if person:
            page.locator(".switcher summary").click()
        assert barriers(page) == [], (path, scheme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize("site", ["canvas"], indirect=True)
def test_named_frame_keeps_what_the_page_itself_does_not(frame, site):
    target = "post_message_forwarding"

    assert ask(frame, "lti.put_data", key="state", value="s-1", to=target)["value"] == "s-1"

    assert ask(frame, "lti.get_data", key="state", to=target)["value"] == "s-1"
    assert ask(frame, "lti.get_data", key="state")["error"]["code"] == "unsupported_subject"
    assert {"subject": "lti.put_data", "frame": target} in ask(frame, "lti.capabilities")[
        "supported_messages"
    ]


@pytest.mark.parametrize("site", ["moodle"], indirect=True)
def test_moodle_answers_no_message_of_the_tool(frame):
    assert ask(frame, "lti.frameResize", height=1234) == "no answer"
    assert ask(frame, "lti.get_data", key="state") == "no answer"

"""Proof of the setting all tests here run in: third-party cookies are blocked, and storage in a frame throws."""

import pytest
from chromium_profile import ALLOWED, chromium_with
from serving import free_server, served
from stack import ANA, MODULE_LINK
from werkzeug.wrappers import Request, Response

PAGE = """<!doctype html><title>-</title><script type="module">
let storage = "works";
try { localStorage.setItem("a", "1"); } catch (error) { storage = error.name; }
const kept = await (await fetch("/kept")).json();
window.found = { storage, ...kept };
</script>"""
PATIENCE_MS = 10000


def site(environ, start_response):
    """A page that sets two cookies and reports which of them came back."""
    request = Request(environ)
    if request.path == "/top":
        answer = Response("<!doctype html><title>-</title>", mimetype="text/html")
    elif request.path == "/kept":
        answer = Response(str(sorted(request.cookies)).replace("'", '"').join(['{"cookies": ', "}"]))
    else:
        answer = Response(PAGE, mimetype="text/html")
        answer.headers.add("Set-Cookie", "plain=1; SameSite=None; Secure")
        answer.headers.add("Set-Cookie", "own=1; SameSite=None; Secure; Partitioned")
    return answer(environ, start_response)


@pytest.fixture
def port():
    server = free_server(site)
    with served(server):
        yield server.server_port


def found_in_a_frame(browser, port):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://localhost:{port}/top")
    page.evaluate(
        "url => { const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame) }",
        f"http://127.0.0.1:{port}/frame",
    )
    page.wait_for_function("window.frames.length === 1")
    frame = page.frames[1]
    frame.wait_for_function("window.found", timeout=PATIENCE_MS)
    found = frame.evaluate("window.found")
    context.close()
    return found


def test_frame_keeps_only_a_partitioned_cookie_and_has_no_storage(chromium, port):
    assert found_in_a_frame(chromium, port) == {"storage": "SecurityError", "cookies": ["own"]}


def test_probe_tells_the_settings_apart(browser_driver, tmp_path, port):
    with chromium_with(browser_driver, tmp_path, ALLOWED) as browser:
        assert found_in_a_frame(browser, port) == {"storage": "works", "cookies": ["own", "plain"]}


def test_tool_runs_in_the_frame_where_storage_throws(screen):
    ana = screen(ANA)
    ana.open(MODULE_LINK)

    assert (
        ana.frame.evaluate("(() => { try { return typeof localStorage } catch (e) { return e.name } })()")
        == "SecurityError"
    )
    cookies = ana.context.cookies(ana.stack.tool_url)
    assert [(cookie["name"], bool(cookie.get("partitionKey"))) for cookie in cookies] == [
        ("infolit_browser", True)
    ]

"""A page of a lesson is light, still and our own: measured by the browser itself on every page of a whole lesson."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import httpx
import pytest
from stack import MODULE_LINK

MOST_BYTES = 100_000
"""Of the styles and scripts a page needs to be played, as if nothing was kept from the page before."""
MOST_WITH_PAGE = 120_000
"""Of these and the page's own HTML, uncompressed."""
MOST_SHIFT = 0.02
"""A table whose rows come in two parts sets its columns anew, .011 at most on these pages. A fifth of what Web Vitals call good (0.1)."""

MEASURE = """async () => {
    const shifts = [];
    new PerformanceObserver(list => shifts.push(...list.getEntries().filter(each => !each.hadRecentInput)
        .map(each => [each.value, each.sources.map(one => one.node?.outerHTML?.slice(0, 90))])))
        .observe({ type: "layout-shift", buffered: true });
    for (let y = 0; y <= document.documentElement.scrollHeight; y += innerHeight / 2) {
        scrollTo(0, y);
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    }
    await Promise.all([...document.images].map(each => each.decode()));
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const [page] = performance.getEntriesByType("navigation");
    const own = performance.getEntriesByType("resource").filter(each => ["script", "link", "css"].includes(each.initiatorType));
    const bytes = own.reduce((sum, each) => sum + each.encodedBodySize, 0);
    return { shifts, bytes, all: bytes + page.encodedBodySize, hosts: [...new Set(performance.getEntriesByType("resource").map(each => new URL(each.name).host))],
        here: location.host, counted: own.length };
}"""


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_is_light_still_and_our_own(screen, pupils, width):
    pupil = screen(next(pupils), viewport={"width": width, "height": 700})
    pupil.open_window(MODULE_LINK)
    found = []
    while not pupil.find("[value=finish]").count():
        told = pupil.page.evaluate(MEASURE)
        assert told["counted"] > 5, "nothing was measured"
        assert told["hosts"] == [told["here"]]
        if (
            sum(value for value, _ in told["shifts"]) > MOST_SHIFT
            or told["bytes"] > MOST_BYTES
            or told["all"] > MOST_WITH_PAGE
        ):
            found.append((pupil.step, told["bytes"], told["all"], told["shifts"]))
        pupil.next()

    assert found == []


CUTS = (
    '<div class="topbar-inner">',
    '<details class="reading"',
    "Aa</span>",
    "</summary>",
    "</header>",
    'data-state="now"></span>',
)
"""Where a slow line may cut a page: in the header, and in the bar of progress."""
LATER_S = 0.15


@pytest.fixture
def slow_line(shared_stack):
    """The address of a line to the tool that stops for a moment at each of `CUTS`."""

    class Line(BaseHTTPRequestHandler):
        def do_GET(self):
            whole = httpx.get(
                shared_stack.tool_url + self.path, headers={"User-Agent": self.headers["User-Agent"]}
            )
            self.send_response(whole.status_code)
            self.send_header("Content-Type", whole.headers["content-type"])
            self.end_headers()
            rest = whole.content
            for cut in CUTS if whole.headers["content-type"].startswith("text/html") else ():
                at = rest.index(cut.encode()) + len(cut)
                self.wfile.write(rest[:at])
                self.wfile.flush()
                rest = rest[at:]
                time.sleep(LATER_S)
            self.wfile.write(rest)

        def log_message(self, *_args):
            pass

    line = ThreadingHTTPServer(("127.0.0.1", 0), Line)
    threading.Thread(target=line.serve_forever, args=(0.05,)).start()
    yield f"http://127.0.0.1:{line.server_port}"
    line.shutdown()
    line.server_close()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_head_of_a_page_that_comes_in_pieces_stands_still(screen, pupils, slow_line, width):
    pupil = screen(next(pupils), viewport={"width": width, "height": 700})
    pupil.open_window(MODULE_LINK)

    pupil.hosts.add(urlsplit(slow_line).netloc)
    pupil.page.goto(slow_line + urlsplit(pupil.page.url).path)

    assert pupil.find(".reading").count() == 1
    assert pupil.page.evaluate(MEASURE)["shifts"] == []

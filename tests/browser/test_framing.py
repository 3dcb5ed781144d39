"""Who may show the tool in a frame: the LMS of the visit, nobody else."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from serving import free_server, served
from stack import MODULE_LINK
from werkzeug.wrappers import Response


@pytest.fixture
def stranger():
    """The address of a page on another origin that frames whatever stands after `#`."""
    page = """<!doctype html><title>Stranger</title><h1>Look what we have</h1><iframe></iframe>"""
    server = free_server(lambda *call: Response(page, mimetype="text/html")(*call))
    with served(server):
        yield f"http://localhost:{server.server_port}/"


@pytest.mark.parametrize("what", ["a page of a visit", "the welcome page", "the launch address"])
def test_stranger_cannot_frame(screen, pupils, stranger, what):
    pupil = screen(next(pupils))
    pupil.open(MODULE_LINK)
    address = {
        "a page of a visit": pupil.frame.url,
        "the welcome page": f"{pupil.stack.tool_url}/",
        "the launch address": f"{pupil.stack.tool_url}/lti/launch",
    }[what]

    pupil.hosts.add(urlsplit(stranger).netloc)

    page = pupil.context.new_page()
    page.goto(stranger)
    page.evaluate("address => { document.querySelector('iframe').src = address }", address)

    pupil.expect_complaint("frame-ancestors")
    if what == "the launch address":
        pupil.expect_complaint("status of 400")  # A launch is posted, not visited.
    expect(page.frame_locator("iframe").locator("main")).to_have_count(0)


def test_lms_of_the_visit_can_frame(screen, pupils):
    pupil = screen(next(pupils))

    pupil.open(MODULE_LINK)

    expect(pupil.page.frame_locator("iframe.tool").locator("main h1")).to_be_visible()

"""An administrator's browser that gives rosters, and the worker's part in it."""

import io
import zipfile
from urllib.parse import urljoin

from sis import packed, write_roster
from working import run_jobs

from lti_tool.db.connect import transaction
from lti_tool.people.grants import ensure_tenant
from lti_tool.people.sessions import make_ticket


def enter(stack, slug):
    """The administrator of a district, by a one-time link."""
    with transaction(stack.tool.sessions) as session:
        ticket = make_ticket(session, ensure_tenant(session, slug, slug).id, now=stack.tool.clock())
    return stack.browser().post(f"/admin/enter/{ticket}")


def give(browser, raw, name="roster.zip", **fields):
    """Post a file as the form does; the page that follows is the browser's."""
    told = {"roster": "sis", "sis_field": "sourcedId"} | fields
    address = urljoin(browser.stack.tool_url, f"{browser.visit}/rosters")
    answer = browser.http.post(
        address, data=told, files={"file": (name, raw)}, headers=browser._tool_cookies(address)
    )
    return browser._follow(answer)


def say(browser, do):
    """Press a button of the page of a file."""
    return browser.post(browser.page.url.path, {"do": do})


def work(browser):
    """Let the worker do what waits, and look again."""
    run_jobs(browser.stack)
    return browser.get(browser.page.url.path)


def zipped(tmp_path, *arguments, **options):
    return packed(write_roster(tmp_path / "given", *arguments, **options)).read_bytes()


def archive(**files):
    """A ZIP of these texts; `__` in a name stands for a dot."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packing:
        for name, told in files.items():
            packing.writestr(name.replace("__", "."), told)
    return into.getvalue()

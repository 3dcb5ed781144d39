"""Adding content from the library, over HTTP: the LMS's request with other settings, the form, the answer."""

import base64
import html
import json
import re
from contextlib import contextmanager

import httpx
from stack import TEACHER

from lti_tool.demo_lms import claims as lms_claims

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
ADD = "grade-7/add-content"
MODULE, QUIZ = "module:leave-the-page", "quiz:leave-the-page"
RULES = {"title": "Is it true?", "points": "25", "max_attempts": "", "feedback": "after_finish"}


class Adding:
    """One stack's LMS and library."""

    def __init__(self, stack):
        self.stack = stack

    def open(self, person=TEACHER, **settings):
        """A browser on the page that "add content" leads to; `settings` replace the LMS's own, None leaves one out."""
        with other_settings(settings):
            return self.stack.launch(ADD, person)

    def send(self, browser, *picks, **fields):
        """Post the settings form for these picks; `fields` are of the first, or named `1.title`."""
        form = {"pick": list(picks)}
        for place in range(len(picks)):
            form |= {f"{place}.{name}": value for name, value in RULES.items()}
        form |= {name if name[0].isdigit() else f"0.{name}": value for name, value in fields.items()}
        return browser.post(f"{browser.visit}/library/send", form)

    def deliver(self, browser):
        """What the page's script does: post the answer to the LMS. Gives its answer."""
        url, token = answer_form(browser.page.text)
        return httpx.post(url, data={"JWT": token})

    def links(self, course="grade-7"):
        rows = httpx.get(f"{self.stack.lms_url}/api/links").json()
        return [row for row in rows if row["course"] == course]

    def add(self, *picks, **fields):
        """The whole way; gives the new links of the LMS."""
        before = {row["id"] for row in self.links()}
        browser = self.open()
        self.send(browser, *picks, **fields)
        assert browser.page.status_code == 200, browser.text
        assert self.deliver(browser).status_code == 200
        return [row["id"] for row in self.links() if row["id"] not in before]


@contextmanager
def other_settings(changes):
    """The demo LMS asks otherwise than it does, as another LMS might."""
    from lti_tool.demo_lms import oidc

    places = [module for module in (lms_claims, oidc) if hasattr(module, "deep_linking_settings")]
    original = lms_claims.deep_linking_settings

    def changed(*args, **kwargs):
        told = original(*args, **kwargs) | changes
        return {name: value for name, value in told.items() if value is not None}

    for module in places:
        module.deep_linking_settings = changed
    try:
        yield
    finally:
        for module in places:
            module.deep_linking_settings = original


def answer_form(page):
    """Where the page posts, and the JWT."""
    form = re.search(r'<form id="answer" method="post" action="([^"]*)">(.*?)</form>', page, re.S)
    assert form, page
    token = re.search(r'name="JWT" value="([^"]+)"', form.group(2))
    return html.unescape(form.group(1)), token.group(1)


def claims_of(page):
    """The claims of the answer on a page; its signature is the LMS's to check."""
    _, token = answer_form(page)
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def items_of(page):
    return claims_of(page)[f"{DL}content_items"]

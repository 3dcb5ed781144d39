"""The tool's own addresses, spoken to as a browser does, with a stand-in LMS that signs whatever a test wants."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from lti_stand_in import NOW, PUBLIC_URL, SECRET, TARGET, browser_settings, query_of
from sqlalchemy import text

from lti_tool.app.assemble import create_app, create_tool

WRITTEN = (
    "attempt",
    "deep_link_request",
    "enrollment",
    "grade",
    "launch_session",
    "person",
    "placement",
    "section",
)
"""What a refused launch leaves alone. Only the login that was begun, and a line about the refusal without a name, are kept."""


class FrontDoor:
    """Logins begun and launches posted over HTTP."""

    def __init__(self, engine, lms, keys, folder):
        tool = create_tool(browser_settings(data=folder, secret_key=SECRET), engine)
        self.tool = replace(tool, keys=keys, clock=lambda: NOW)
        self.engine, self.lms, self.app = engine, lms, create_app(self.tool)

    def browser(self, language="en"):
        return Browser(self, language)

    def written(self):
        """How many rows each table has that a launch writes to."""
        with self.engine.connect() as connection:
            return {
                name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar()  # noqa: S608 - the names stand above
                for name in WRITTEN
            }


class Browser:
    """One browser with its cookies; `page` is what it shows."""

    def __init__(self, door, language):
        self.door, self.page = door, None
        self.client = door.app.test_client()
        self.headers = {"Accept-Language": language, "Accept": "text/html"}

    def begin(self, **changes):
        """The LMS's click: gives state and nonce as the browser carries them to the LMS."""
        params = {
            "iss": self.door.lms.issuer,
            "login_hint": "hint-7",
            "target_link_uri": TARGET,
            "client_id": "client-100",
        }
        answer = self.post("/lti/login", params | changes)
        assert answer.status_code == 302, answer.text
        return query_of(answer.headers["Location"])

    def post(self, path, form):
        self.page = self.client.post(path, data=form, headers=self.headers, base_url=PUBLIC_URL)
        return self.page

    def launch(self, *, sign=None, header=None, **changes):
        """A whole launch with these claims; follows to the first page."""
        begun = self.begin()
        claims = self.door.lms.claims(begun["nonce"], **changes)
        token = sign(claims) if sign else self.door.lms.sign(claims, header=header)
        return self.arrive({"state": begun["state"], "id_token": token})

    def arrive(self, form):
        self.post("/lti/launch", form)
        for _ in range(5):
            if self.page.status_code not in (302, 303):
                break
            self.page = self.client.get(
                self.page.headers["Location"], headers=self.headers, base_url=PUBLIC_URL
            )
        return self

    @property
    def status(self):
        return self.page.status_code

    @property
    def text(self):
        return html.unescape(re.sub(r"\s+", " ", self.page.text))

    @property
    def message(self):
        """The sentence of a page that refuses."""
        return re.search(r"</h1> <p>(.*?)</p>", self.text).group(1)

    @property
    def next_step(self):
        return re.search(r"</strong><br>(.*?)</p>", self.text).group(1)

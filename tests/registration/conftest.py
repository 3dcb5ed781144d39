"""An administrator's one-time link, and an LMS that registers itself with it."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from lti_tool.db.connect import transaction
from lti_tool.lti.invitations import make_invitation


@dataclass
class Registering:
    """The administrator of an LMS at the tool's registration page."""

    stack: object
    known: frozenset = frozenset()

    def invite(self, **options):
        tool = self.stack.tool
        with transaction(tool.sessions) as session:
            path = make_invitation(session, self.stack.tenant_id, now=tool.clock(), **options)
        return self.stack.tool_url + path

    def start(self, link):
        """What the LMS does with a link: the address it opens."""
        answer = httpx.post(f"{self.stack.lms_url}/api/registration", json={"link": link})
        assert answer.status_code == 200, answer.text
        return answer.json()["address"]

    def press(self, link, **fields):
        """The button of the registration page; gives the page that comes."""
        return httpx.post(link, data=fields, timeout=30)

    def register(self, link=None):
        address = self.start(link or self.invite())
        page = httpx.get(address)
        assert page.status_code == 200, page.text
        fields = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert set(fields) == set(re.findall(r'type="hidden" name="(\w+)"', page.text))
        return self.press(address.partition("?")[0], **fields)

    def platforms(self):
        return self.stack.rows("SELECT * FROM platform ORDER BY created_at")

    def new(self):
        """What was registered in this test."""
        return [each for each in self.platforms() if each["id"] not in self.known]

    def forbid_loopback(self):
        """As in production: https and public servers only."""
        strict = self.stack.tool.settings.model_copy(update={"allow_http_platforms": False})
        self.stack.change(settings=strict)


@pytest.fixture
def registering(shared_stack):
    """On a stack that the module's tests share: settings and both clocks are put back, and only what came new counts."""
    tool, config, ahead_s = shared_stack.tool, shared_stack.lms.config, shared_stack.lms_ahead_s[0]
    registering = Registering(shared_stack)
    registering.known = {each["id"] for each in registering.platforms()}
    yield registering
    shared_stack.change(settings=tool.settings, clock=tool.clock)
    shared_stack.lms.config, shared_stack.lms_ahead_s[0] = config, ahead_s

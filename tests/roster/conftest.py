"""A running stack whose grade 7 class list comes in pages of ten, and short words for what tests do with it."""

from dataclasses import replace

import httpx
import pytest
from stack import CLASS_LINK, MODULE_LINK, TEACHER

from lti_tool.upkeep import sync_roster


class ClassList:
    """The LMS's class list of grade 7, to change and to read."""

    def __init__(self, stack):
        self.stack = stack

    def open(self):
        """The teacher has opened the assignment and the class page."""
        self.stack.launch(MODULE_LINK, TEACHER)
        teacher = self.stack.launch(CLASS_LINK, TEACHER)
        self._set("memberships_url = memberships_url || '?limit=10'")
        return teacher

    def _set(self, change):
        with self.stack.tool.sessions.begin() as session:
            session.connection().exec_driver_sql(f"UPDATE section SET {change}")  # noqa: S608 - a test's own words

    def forget_address(self):
        self._set("memberships_url = NULL")

    @property
    def section_id(self):
        return self.stack.rows("SELECT id FROM section")[0]["id"]

    def sync(self):
        return sync_roster(self.stack.tool, self.section_id)

    def remove(self, *logins):
        """These people leave the course in the LMS."""
        lms = self.stack.lms
        lms.district = replace(
            lms.district, people=tuple(each for each in lms.district.people if each.id not in logins)
        )

    def active(self):
        return self.stack.count("enrollment", status="active")

    def section(self):
        return self.stack.rows("SELECT * FROM section")[0]


@pytest.fixture
def class_list(stack):
    return ClassList(stack)


class Meddling(httpx.BaseTransport):
    """Real connections, and a test's word on what the n-th answer about members becomes."""

    def __init__(self):
        self.real = httpx.HTTPTransport()
        self.answers = {}
        """What to make of an answer, by its number from 1: a function of the response."""
        self.asked = []
        """The addresses of class lists that were asked for."""
        self.accepted = []
        """And as what."""

    def handle_request(self, request):
        response = self.real.handle_request(request)
        if "/memberships" not in request.url.path:
            return response
        self.asked.append(str(request.url))
        self.accepted.append(request.headers["accept"])
        response.read()
        change = self.answers.get(len(self.asked))
        return change(response) if change else response

    def close(self):
        self.real.close()


@pytest.fixture
def wire(stack, monkeypatch):
    """Between the tool and the LMS's class lists."""
    meddling = Meddling()
    monkeypatch.setattr(stack.tool.gateway.client, "_transport", meddling)
    monkeypatch.setattr(stack.tool.gateway.client, "_mounts", {})
    yield meddling
    meddling.close()

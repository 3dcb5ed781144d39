"""Somebody with a right, in the running tool."""

import uuid

import httpx
import pytest

from lti_tool.people.grants import give_grant
from lti_tool.people.sessions import open_session
from lti_tool.people.tables import Person


class Visitor:
    """A person of the stack's district with a visit of their own."""

    def __init__(self, stack, name, *, tenant_id=None):
        self.stack, self.tenant_id = stack, tenant_id or stack.tenant_id
        with stack.tool.sessions.begin() as session:
            person = Person(
                id=uuid.uuid4(), tenant_id=self.tenant_id, name=name, email=f"{uuid.uuid4().hex}@x.example"
            )
            session.add(person)
            session.flush()
            self.person_id, self.email, self.name = person.id, person.email, name
            self.token, _ = open_session(
                session,
                limits=stack.tool.limits,
                now=stack.tool.clock(),
                tenant_id=self.tenant_id,
                person_id=person.id,
                role="none",
                locale="en",
            )

    def granted(self, role, school=None, grades=None):
        with self.stack.tool.sessions.begin() as session:
            give_grant(
                session,
                tenant_id=self.tenant_id,
                person_id=self.person_id,
                role=role,
                school=school,
                grades=grades,
                granted_by="test",
                now=self.stack.tool.clock(),
            )
        return self

    def address(self, page):
        return f"{self.stack.tool_url}/at/{self.token}/{page}"

    def get(self, page):
        return httpx.get(self.address(page), timeout=30)

    def post(self, page, **fields):
        return httpx.post(self.address(page), data=fields, timeout=30)


@pytest.fixture
def visitor(shared_stack):
    return lambda name="Somebody": Visitor(shared_stack, name)

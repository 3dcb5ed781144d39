"""One running stack with two districts: the specialist and teachers of one, a specialist of the other."""

import pytest
from stack import BOARD_LINK, OTHER_TEACHER, SPECIALIST, TEACHER, another_lms

from lti_tool.db.connect import transaction
from lti_tool.people.grants import give_grant


@pytest.fixture(scope="module")
def specialist(shared_stack):
    return shared_stack.launch(BOARD_LINK, SPECIALIST)


@pytest.fixture(scope="module")
def teacher(shared_stack):
    return shared_stack.launch("grade-7-class", TEACHER)


@pytest.fixture(scope="module")
def colleague(shared_stack):
    """A teacher of the same district, of other classes."""
    return shared_stack.launch("grade-8-leave-the-page", OTHER_TEACHER)


@pytest.fixture(scope="module")
def other_district(shared_stack):
    """The same people in another LMS: of another district, and strangers here."""
    with another_lms(shared_stack, district="harbor-view", client_id="10000000000077") as other:
        yield other


@pytest.fixture(scope="module")
def stranger(other_district):
    """A specialist and teacher of the other district."""
    browser = other_district.launch("grade-7-class", TEACHER)
    (row,) = other_district.rows(
        "SELECT person_id FROM launch_session WHERE tenant_id = :t ORDER BY created_at DESC LIMIT 1",
        t=other_district.tenant_id,
    )
    with transaction(other_district.tool.sessions) as session:
        give_grant(
            session,
            tenant_id=other_district.tenant_id,
            person_id=row["person_id"],
            role="specialist",
            school=None,
            granted_by="test",
            now=other_district.tool.clock(),
        )
    return browser

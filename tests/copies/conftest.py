"""A new school year: courses of the demo LMS copied, with as much told as a test wants. All on one running stack, each test with its own courses."""

from dataclasses import replace

import httpx
import pytest
from stack import TEACHER

RULES = {"title": "Leave the Page", "points": "25", "max_attempts": "2", "feedback": "scores_only"}


class Course:
    """One course of the LMS and what the tool has of it."""

    def __init__(self, stack, told):
        self.stack, self.id, self.context_id = stack, told["id"], told["context_id"]
        self.links = {row["title"]: row for row in told["links"]}

    def link(self, title="Leave the Page"):
        return self.links[title]["id"]

    def open(self, person, title="Leave the Page"):
        return self.stack.launch(self.link(title), person)

    def placements(self):
        return self.stack.rows(
            "SELECT p.*, s.context_id FROM placement p JOIN section s ON s.id = p.section_id"
            " WHERE s.context_id = :id ORDER BY p.created_at",
            id=self.context_id,
        )

    def placement(self):
        (placed,) = self.placements()
        return placed

    def set_rules(self, **changes):
        """The teacher opens the assignment and changes its rules."""
        teacher = self.open(TEACHER)
        teacher.post(f"{teacher.path}/settings", RULES | changes)
        assert teacher.page.status_code == 200, teacher.text
        return self.placement()

    def columns(self):
        course = self.stack.lms.district.find_course(self.id)
        return self.stack.lms.state.list_line_items(course.id)

    def scores(self):
        return {key: row["score"] for key, row in self.stack.gradebook(self.id).items() if row["score"]}

    def copy(self, title="Next year"):
        return copy(self.stack, self.id, title)

    def add_link(self, **values):
        """Another link in this course, as its teacher might add one."""
        state = self.stack.lms.state
        sample = state.find_link(self.link())
        link = replace(
            sample, **{"id": f"{self.id}-new", "resource_link_id": f"new-{self.id}", "origins": ()} | values
        )
        state.add_link(link, None)
        return link.id


def copy(stack, course, title):
    answer = httpx.post(f"{stack.lms_url}/api/copy-course", json={"course": course, "title": title})
    assert answer.status_code == 200, answer.text
    return Course(stack, answer.json())


@pytest.fixture
def lms(shared_stack):
    """Sets switches of the LMS for one test: `lms(copy_history=())`."""
    config = shared_stack.lms.config

    def become(**switches):
        shared_stack.lms.config = replace(config, switches=switches)

    yield become
    shared_stack.lms.config = config
    shared_stack.lms.notice_handlers.clear()


@pytest.fixture
def last_year(shared_stack, lms):
    """A course of this test's own, not opened yet."""
    return copy(shared_stack, "grade-7", "Last year")

"""A quiz under the rules a test sets, and students nobody else in the module plays, on one running tool and LMS."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from stack import QUIZ_LINK, TEACHER

from lti_tool.corrections.rules import change_assignment
from lti_tool.flow import hand_in, list_ended
from lti_tool.player.offers import Rules
from lti_tool.player.rules import Policy
from lti_tool.player.tables import Placement


@dataclass
class Ruled:
    """A running stack whose quiz's rules a test sets."""

    stack: object

    @property
    def placement_id(self):
        return self.rows("SELECT id FROM placement WHERE content_kind = 'quiz'")[0]["id"]

    @property
    def now(self):
        return self.stack.tool.clock()

    def after(self, **time):
        return self.now + timedelta(**time)

    def set(self, policy=None, **parts):
        """The rules from now on: those given, everything else as for a new assignment."""
        with self.stack.tool.sessions.begin() as session:
            placement = session.scalars(select(Placement).where(Placement.content_kind == "quiz")).one()
            rules = Rules(title="Quiz", points=10, policy=replace(policy or Policy(), **parts))
            change_assignment(session, placement, rules, now=self.now)
            return placement.id

    def let_run(self, student, minutes):
        """So much of an attempt's time passes, without the clocks of anybody else."""
        moved = text(
            "UPDATE attempt SET started_at = started_at - :ago, ends_at = ends_at - :ago,"
            " finished_at = finished_at - :ago WHERE id = :id"
        )
        with self.stack.tool.sessions.begin() as session:
            session.execute(moved, {"ago": timedelta(minutes=minutes), "id": student.attempt_id})

    def hand_in_all(self):
        """What the worker's round does; gives how many were handed in."""
        return sum(hand_in(self.stack.tool, attempt_id) for attempt_id in list_ended(self.stack.tool))

    def person_id(self, student):
        return self.rows("SELECT person_id FROM attempt WHERE id = :id", id=student.attempt_id)[0][
            "person_id"
        ]

    def rows(self, statement, **values):
        return self.stack.rows(statement, **values)

    def grade(self, person_id):
        return self.rows("SELECT * FROM grade WHERE person_id = :p", p=person_id)


@pytest.fixture(scope="module")
def opened(shared_stack):
    """The quiz's placement is there: its teacher has looked at it."""
    shared_stack.launch(QUIZ_LINK, TEACHER)
    return Ruled(stack=shared_stack)


@pytest.fixture
def ruled(opened):
    opened.set()
    return opened


@pytest.fixture(scope="module")
def seats(shared_stack):
    people = shared_stack.lms.district.list_students("grade-7")
    return iter([person.id for person in people if person.locale == "en"])


@pytest.fixture
def pupil(seats):
    return next(seats)

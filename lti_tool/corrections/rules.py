"""Rules that change: of an assignment, by an exception to it, or by what a student is given in every quiz. Attempts under way and grades follow."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.db.connect import transaction
from lti_tool.facts.accommodations import Accommodation
from lti_tool.facts.people import Access
from lti_tool.flow import queue_grade, wanted_ratio
from lti_tool.gradebook.due import find_grade
from lti_tool.grading import scale
from lti_tool.people.accommodations import give
from lti_tool.people.standing import get_visible_person
from lti_tool.player.attempts import get_taught_placement, newest_finished
from lti_tool.player.extensions import extend, take_back
from lti_tool.player.offers import Rules, change_rules
from lti_tool.player.rules import Extension
from lti_tool.player.tables import Placement
from lti_tool.rulings import renew_ends
from lti_tool.tool import Tool


def change_assignment(session: Session, placement: Placement, rules: Rules, *, now: datetime) -> None:
    """What a teacher changed holds from now on, for attempts under way, too; a grade whose share of the points changes by it is sent."""
    change_rules(placement, rules)
    session.flush()
    follow_rules(session, placement_id=placement.id, now=now)


def follow_rules(
    session: Session,
    *,
    placement_id: uuid.UUID | None = None,
    person_id: uuid.UUID | None = None,
    now: datetime,
) -> None:
    """After the rules changed, at an assignment or for a person: ends of attempts under way and grades follow.

    A grade goes out again where its share of the points it was given out of is another one now.
    """
    renew_ends(session, placement_id=placement_id, person_id=person_id)
    for placement, attempt in newest_finished(session, placement_id=placement_id, person_id=person_id):
        ratio = wanted_ratio(session, placement, attempt.person_id)
        grade = find_grade(session, placement.id, attempt.person_id)
        if ratio is None or (grade and grade.wanted_score == scale(ratio, grade.wanted_maximum)):
            continue
        queue_grade(session, attempt, now)


def give_accommodation(
    tool: Tool, access: Access, person_id: uuid.UUID, accommodation: Accommodation, *, reason: str
) -> None:
    """Give a student this in every quiz from now on. Raises NotFoundError for one the caller may not see."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        give(session, access, person_id, accommodation, reason=reason, now=now)
        follow_rules(session, person_id=person_id, now=now)


def extend_assignment(
    tool: Tool,
    access: Access,
    placement_id: uuid.UUID,
    person_id: uuid.UUID | None,
    extension: Extension,
    *,
    reason: str,
) -> None:
    """An exception at an assignment of one's class, for a student of it or (None) all. Raises NotFoundError for others."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, access, placement_id)
        if person_id is not None:
            get_visible_person(session, access, person_id)
        extend(session, access, placement, person_id, extension, reason=reason, now=now)
        follow_rules(session, placement_id=placement.id, person_id=person_id, now=now)


def take_back_extension(tool: Tool, access: Access, placement_id: uuid.UUID, extension_id: uuid.UUID) -> None:
    """Undo an exception: dates, attempts and grades are again what they would be without it."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, access, placement_id)
        take_back(session, access, placement, extension_id, now=now)
        follow_rules(session, placement_id=placement.id, now=now)

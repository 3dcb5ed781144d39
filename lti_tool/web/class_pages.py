"""A teacher's pages: a class and its assignments, one assignment with every learner's status, one learner's answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.columns import send_again
from lti_tool.content.store import get_snapshot
from lti_tool.errors import NotFoundError
from lti_tool.facts.people import Member
from lti_tool.gradebook.compare import Finding
from lti_tool.gradebook.due import grades_of_placement, resend_all
from lti_tool.gradebook.findings import Comparison, find_comparison
from lti_tool.gradebook.tables import Grade
from lti_tool.lti.connection import Check
from lti_tool.people.standing import (
    get_taught_section,
    get_visible_person,
    list_former_learners,
    list_learners,
    list_taught_sections,
    shown_name,
)
from lti_tool.people.tables import Section
from lti_tool.player.attempts import (
    attempts_of_placement,
    get_taught_placement,
    list_placements,
    responses_of,
)
from lti_tool.player.marking import count_to_mark, has_marks
from lti_tool.player.rules import Counted, Terms, counted
from lti_tool.player.steps import list_steps
from lti_tool.player.tables import Attempt, Placement
from lti_tool.rulings import as_done, terms_for_all
from lti_tool.web.history_views import past_scores
from lti_tool.web.rendering import show_pictures
from lti_tool.web.result_pages import delivery_state, part_views
from lti_tool.web.visit import Visit, the_tool, visit_page

pages = Blueprint("class", __name__)


@dataclass(frozen=True, kw_only=True)
class LearnerRow:
    """One learner in an assignment's table."""

    person_id: uuid.UUID
    name: str
    state: str
    """not_started, started or finished."""
    progress: int
    """Per cent of the steps reached in an open attempt."""
    attempts: int
    grade: Grade | None
    delivery: str
    counted: Counted | None
    """The score that counts."""
    in_lms: Finding | None
    """What the LMS was last seen to hold instead."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What became of something a teacher asked for."""

    title: str
    text: str = ""
    is_good: bool = True


@dataclass(frozen=True, kw_only=True)
class PlacementRow:
    """One assignment in a class's list."""

    placement: Placement
    learners: int
    started: int
    finished: int
    undelivered: int


@pages.get("/at/<token>/class")
@visit_page("teacher")
def start(session: Session, visit: Visit) -> ResponseReturnValue:
    """The class the launch came from, else the list of classes."""
    sections = list_taught_sections(session, visit.access)
    here = visit.section_id if visit.section_id in visit.access.section_ids else None
    if here or len(sections) == 1:
        return redirect(visit.link("class.section", section_id=here or sections[0].id), 303)
    return redirect(visit.link("home.home"), 303)


@pages.get("/at/<token>/class/<uuid:section_id>")
@visit_page("teacher")
def section(session: Session, visit: Visit, section_id: uuid.UUID) -> ResponseReturnValue:
    found = get_taught_section(session, visit.access, section_id)
    rows = [
        _placement_row(session, visit, found, each)
        for each in list_placements(session, visit.access, section_id)
    ]
    return render_template(
        "class/section.html",
        visit=visit,
        section=found,
        rows=rows,
        learners=len(list_learners(session, visit.access, section_id)),
        sections=list_taught_sections(session, visit.access),
    )


def _placement_row(session: Session, visit: Visit, section: Section, placement: Placement) -> PlacementRow:
    rows = _learner_rows(session, visit, placement)
    return PlacementRow(
        placement=placement,
        learners=len(rows),
        started=sum(1 for row in rows if row.state == "started"),
        finished=sum(1 for row in rows if row.state == "finished"),
        undelivered=sum(1 for row in rows if row.delivery in ("due", "waiting", "refused")),
    )


@pages.get("/at/<token>/assignment/<uuid:placement_id>")
@visit_page("teacher")
def assignment(session: Session, visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    return assignment_page(session, visit, placement_id)


def assignment_page(
    session: Session,
    visit: Visit,
    placement_id: uuid.UUID,
    *,
    notice: Notice | None = None,
    checks: Sequence[Check] = (),
) -> str:
    """Every learner's status in one assignment, and what the LMS's gradebook holds otherwise, as last seen."""
    placement = get_taught_placement(session, visit.access, placement_id)
    comparison = find_comparison(session, visit.access, placement_id)
    rows = _learner_rows(session, visit, placement, comparison)
    return render_template(
        "class/assignment.html",
        visit=visit,
        placement=placement,
        section=get_taught_section(session, visit.access, placement.section_id),
        rows=rows,
        counts={
            state: sum(1 for row in rows if row.state == state)
            for state in ("not_started", "started", "finished")
        },
        to_mark=count_to_mark(session, visit.access, placement.id),
        has_marks=has_marks(session, visit.access, placement.id),
        problems=[row for row in rows if row.delivery in ("waiting", "refused")],
        comparison=comparison,
        notice=notice,
        checks=checks,
        former=_former_members(session, visit, placement),
        names=_names(session, visit, placement) if comparison else {},
    )


def _former_members(session: Session, visit: Visit, placement: Placement) -> list[Member]:
    """Who has left the class and worked on this assignment."""
    all_made = attempts_of_placement(session, visit.access, placement.id, with_set_aside=True)
    tried = {each.person_id for each in all_made}
    left = list_former_learners(session, visit.access, placement.section_id)
    return [member for member in left if member.person_id in tried]


def _names(session: Session, visit: Visit, placement: Placement) -> dict[uuid.UUID, str]:
    here = list_learners(session, visit.access, placement.section_id)
    left = list_former_learners(session, visit.access, placement.section_id)
    return {member.person_id: member.name for member in [*here, *left]}


def _learner_rows(
    session: Session, visit: Visit, placement: Placement, comparison: Comparison | None = None
) -> list[LearnerRow]:
    grades = grades_of_placement(session, visit.access, placement.id)
    attempts: dict[uuid.UUID, list[Attempt]] = {}
    for attempt in attempts_of_placement(session, visit.access, placement.id):
        attempts.setdefault(attempt.person_id, []).append(attempt)
    members = list_learners(session, visit.access, placement.section_id)
    terms = terms_for_all(session, placement, [member.person_id for member in members])
    return [
        _learner_row(
            session,
            member.person_id,
            member.name,
            attempts.get(member.person_id, []),
            grades.get(member.person_id),
            comparison.find(member.person_id) if comparison else None,
            terms.of(member.person_id),
        )
        for member in members
    ]


def _learner_row(
    session: Session,
    person_id: uuid.UUID,
    name: str,
    attempts: list[Attempt],
    grade: Grade | None,
    in_lms: Finding | None,
    terms: Terms,
) -> LearnerRow:
    finished = [attempt for attempt in attempts if attempt.finished_at is not None]
    still_open = next((attempt for attempt in attempts if attempt.finished_at is None), None)
    state = "finished" if finished else "started" if still_open else "not_started"
    return LearnerRow(
        person_id=person_id,
        name=name,
        state=state,
        progress=_progress(session, still_open) if still_open else 0,
        attempts=len(attempts),
        grade=grade,
        delivery=delivery_state(grade),
        counted=counted(terms, as_done(attempts)),
        in_lms=in_lms,
    )


def _progress(session: Session, attempt: Attempt) -> int:
    steps = list_steps(get_snapshot(session, attempt.snapshot_hash), attempt.asked)
    return round(100 * attempt.step / max(1, len(steps) - 1))


@pages.post("/at/<token>/assignment/<uuid:placement_id>/resend/<uuid:person_id>")
@visit_page("teacher")
def resend_one(
    session: Session, visit: Visit, placement_id: uuid.UUID, person_id: uuid.UUID
) -> ResponseReturnValue:
    """Send one learner's grade again."""
    placement = get_taught_placement(session, visit.access, placement_id)
    if not send_again(session, visit.access, placement, person_id, now=the_tool().clock()):
        raise NotFoundError("This student has no grade to send yet.")
    return redirect(visit.link("class.assignment", placement_id=placement_id), 303)


@pages.post("/at/<token>/assignment/<uuid:placement_id>/resend")
@visit_page("teacher")
def resend_every(session: Session, visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    """Send every grade of the assignment again that the LMS has not acknowledged."""
    get_taught_placement(session, visit.access, placement_id)
    resend_all(session, visit.access, placement_id, now=the_tool().clock())
    return redirect(visit.link("class.assignment", placement_id=placement_id), 303)


@pages.get("/at/<token>/assignment/<uuid:placement_id>/student/<uuid:person_id>")
@visit_page("teacher")
def student(
    session: Session, visit: Visit, placement_id: uuid.UUID, person_id: uuid.UUID
) -> ResponseReturnValue:
    """One learner's newest finished attempt, or the one the address names, as they saw it."""
    placement = get_taught_placement(session, visit.access, placement_id)
    person = get_visible_person(session, visit.access, person_id)
    attempts = [
        each
        for each in attempts_of_placement(session, visit.access, placement.id, with_set_aside=True)
        if each.person_id == person.id
    ]
    shown = _shown_attempt(attempts, request.args.get("attempt"))
    snapshot = get_snapshot(session, shown.snapshot_hash) if shown else None
    if snapshot is not None:
        show_pictures(snapshot, visit)
    return render_template(
        "class/student.html",
        visit=visit,
        placement=placement,
        name=shown_name(person),
        person_id=person.id,
        attempts=attempts,
        shown=shown,
        parts=part_views(session, shown, snapshot, visit.locale) if shown and snapshot else [],
        grade=grades_of_placement(session, visit.access, placement.id).get(person.id),
        history=past_scores(session, shown, visit.locale) if shown else [],
        answered={each.id: len(responses_of(session, each)) for each in attempts},
    )


def _shown_attempt(attempts: list[Attempt], named: str | None) -> Attempt | None:
    finished = [each for each in attempts if each.finished_at is not None]
    counting = [each for each in finished if each.set_aside_at is None]
    return next((each for each in finished if str(each.id) == named), counting[-1] if counting else None)

"""Who may see what in the district, for its administrator: rights held, giving and taking them back, and what was changed, which can be undone.

Somebody is found by an exact e-mail or id alone, sent in a form: no list of people to look through, and nothing personal in an address.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.audit.log import LONGEST_REASON
from lti_tool.audit.tables import AuditEntry
from lti_tool.content.spine import show_grades
from lti_tool.errors import BadFormError, ConflictError, ForbiddenError, InfoLitError
from lti_tool.facts.grades import read_grades
from lti_tool.people.grant_history import list_changes, list_grants, undo
from lti_tool.people.grants import GIVE, ROLES, Right, find_people, give, right_of, take
from lti_tool.people.identity import find_part
from lti_tool.people.standing import names_of, shown_name
from lti_tool.people.tables import Person, School
from lti_tool.web.visit import Visit, the_tool, visit_page

pages = Blueprint("rights", __name__)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of the history."""

    entry: AuditEntry
    is_given: bool
    name: str
    by: str
    right: Right


@pages.get("/at/<token>/rights")
@visit_page("administrator")
def rights(session: Session, visit: Visit) -> ResponseReturnValue:
    return _page(session, visit)


@pages.post("/at/<token>/rights/find")
@visit_page("administrator")
def find(session: Session, visit: Visit) -> ResponseReturnValue:
    """The persons with exactly this e-mail or id, to give a right to. Of students nothing is shown."""
    who = request.form.get("who", "").strip()
    found = find_people(session, visit.tenant_id, who) if who else []
    staff = [each for each in found if find_part(session, each.id) != "learner"]
    return _page(session, visit, who=who, found=staff, is_student=bool(found) and not staff)


@pages.post("/at/<token>/rights")
@visit_page("administrator")
def grant(session: Session, visit: Visit) -> ResponseReturnValue:
    """Give a right; with something to mend, the form again and nothing changed."""
    person_id = _person_id()
    try:
        right = _read_right()
        reason = _reason()
        with session.begin_nested():
            give(
                session,
                visit.access,
                person_id,
                right,
                reason=reason,
                granted_by=_granted_by(visit),
                now=the_tool().clock(),
            )
    except (BadFormError, ConflictError, ForbiddenError) as problem:
        person = session.get(Person, person_id)
        mine = [person] if person is not None and person.tenant_id == visit.tenant_id else []
        return _page(session, visit, found=mine, problem=problem)
    return redirect(visit.link("rights.rights", saved="yes"), 303)


@pages.post("/at/<token>/rights/take")
@visit_page("administrator")
def take_back(session: Session, visit: Visit) -> ResponseReturnValue:
    try:
        with session.begin_nested():
            right, reason = _read_right(), request.form.get("reason", "")
            take(session, visit.access, _person_id(), right, reason=reason, now=the_tool().clock())
    except (BadFormError, ConflictError, ForbiddenError) as problem:
        return _page(session, visit, problem=problem)
    return redirect(visit.link("rights.rights", saved="yes"), 303)


@pages.post("/at/<token>/rights/<int:entry_id>/undo")
@visit_page("administrator")
def undo_change(session: Session, visit: Visit, entry_id: int) -> ResponseReturnValue:
    """Put a right back to what it was before a change."""
    try:
        with session.begin_nested():
            undo(
                session,
                visit.access,
                entry_id,
                granted_by=_granted_by(visit),
                now=the_tool().clock(),
            )
    except (BadFormError, ConflictError, ForbiddenError) as problem:
        return _page(session, visit, problem=problem)
    return redirect(visit.link("rights.rights", saved="yes"), 303)


def _granted_by(visit: Visit) -> str:
    return f"person:{visit.access.person_id}" if visit.access.person_id else "link"


def _person_id() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("person_id", ""))
    except ValueError as error:
        raise BadFormError("Find the person by e-mail or id first.") from error


def _reason() -> str:
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise BadFormError("Say why, in a few words: it is kept with the change.")
    return reason


def _read_right() -> Right:
    wanted, school = request.form.get("role", ""), request.form.get("school", "")
    role = next((each for each in ROLES if each == wanted), None)
    if role is None:
        raise BadFormError("Choose one of the roles offered.")
    try:
        school_id = uuid.UUID(school) if school else None
    except ValueError as error:
        raise BadFormError("Choose one of the schools offered.") from error
    return Right(role=role, school_id=school_id, grades=read_grades(request.form.get("grades", "")))


def _page(
    session: Session,
    visit: Visit,
    *,
    who: str = "",
    found: Sequence[Person] = (),
    is_student: bool = False,
    problem: InfoLitError | None = None,
) -> ResponseReturnValue:
    changes = list_changes(session, visit.access)
    people = {each for entry in changes for each in (entry.person_id, entry.by_person_id) if each}
    names = names_of(session, visit.access, people)
    schools = session.scalars(
        select(School).where(School.tenant_id == visit.tenant_id).order_by(School.name)
    ).all()
    page = render_template(
        "admin/rights.html",
        visit=visit,
        lines=list_grants(session, visit.tenant_id),
        changes=[
            Change(
                entry=entry,
                is_given=entry.action == GIVE,
                name=names.get(entry.person_id, "") if entry.person_id else "",
                by=names.get(entry.by_person_id, "") if entry.by_person_id else "",
                right=right_of(entry.after or entry.before or {}),
            )
            for entry in changes
        ],
        schools={each.id: each.name for each in schools},
        roles=ROLES,
        who=who,
        was_sought=request.endpoint == "rights.find",
        found=[(each.id, shown_name(each), each.email) for each in found],
        is_student=is_student,
        form=request.form,
        problem=problem,
        is_saved="saved" in request.args,
        show_grades=show_grades,
        longest=LONGEST_REASON,
    )
    return make_response(page, problem.status if problem else 200)

"""Exceptions at one assignment: more time, more attempts or later dates for one student or the class, each undone by its own button."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.audit.log import LONGEST_REASON, Subject, list_entries
from lti_tool.audit.tables import AuditEntry
from lti_tool.corrections.rules import extend_assignment, take_back_extension
from lti_tool.db.connect import transaction
from lti_tool.people.standing import get_taught_section, list_learners, names_of
from lti_tool.player.attempts import get_taught_placement
from lti_tool.player.extensions import EXTEND, UNDO, rows_of
from lti_tool.player.rules import Extension
from lti_tool.player.tables import Extension as Row
from lti_tool.web.i18n import gettext as _
from lti_tool.web.rules_form import MOST_ATTEMPTS, read_moment, read_number
from lti_tool.web.visit import Visit, the_tool, visit_action, visit_page

pages = Blueprint("extend", __name__)
CLASS = "class"
MOST_MINUTES = 24 * 60
FIELDS = ("whom", "due_at", "closes_at", "extra_attempts", "extra_minutes", "reason")


@dataclass(frozen=True, kw_only=True)
class Granted:
    """One exception that holds, as the list shows it."""

    row: Row
    entry: AuditEntry
    whom: str
    by: str


@pages.get("/at/<token>/assignment/<uuid:placement_id>/extend")
@visit_page("teacher")
def exceptions(session: Session, visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    return _show(session, visit, placement_id, {"whom": request.args.get("whom", CLASS)}, {}, 200)


@pages.post("/at/<token>/assignment/<uuid:placement_id>/extend")
@visit_action("teacher")
def extend(visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    """Make an exception; with something to mend, the form again and nothing changed."""
    tool = the_tool()
    values = {name: request.form.get(name, "").strip() for name in FIELDS}
    problems: dict[str, str] = {}
    extension = _read(values, tool.settings.time_zone, problems)
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, visit.access, placement_id)
        learners = {
            str(each.person_id): each.person_id
            for each in list_learners(session, visit.access, placement.section_id)
        }
        if values["whom"] != CLASS and values["whom"] not in learners:
            problems["whom"] = _("Choose the class or one of its students.")
        if problems:
            return _show(session, visit, placement_id, values, problems, 400)
    extend_assignment(
        tool,
        visit.access,
        placement_id,
        learners.get(values["whom"]),
        extension,
        reason=values["reason"],
    )
    return redirect(visit.link("extend.exceptions", placement_id=placement_id), 303)


@pages.post("/at/<token>/assignment/<uuid:placement_id>/extend/<uuid:extension_id>/undo")
@visit_action("teacher")
def undo(visit: Visit, placement_id: uuid.UUID, extension_id: uuid.UUID) -> ResponseReturnValue:
    take_back_extension(the_tool(), visit.access, placement_id, extension_id)
    return redirect(visit.link("extend.exceptions", placement_id=placement_id), 303)


def _read(values: Mapping[str, str], zone: str, problems: dict[str, str]) -> Extension:
    moments: dict[str, datetime | None] = {}
    numbers: dict[str, int] = {}
    for name in ("due_at", "closes_at"):
        try:
            moments[name] = read_moment(values[name], zone)
        except ValueError as problem:
            problems[name] = str(problem)
    for name, most in (("extra_attempts", MOST_ATTEMPTS), ("extra_minutes", MOST_MINUTES)):
        try:
            numbers[name] = read_number(values[name], most, 0) or 0
        except ValueError as problem:
            problems[name] = str(problem)
    if not problems and not any((*moments.values(), *numbers.values())):
        problems["due_at"] = _("Give at least one of these: a date, attempts or minutes.")
    if not values["reason"]:
        problems["reason"] = _("Say why, in a few words: it is kept with the change.")
    return Extension() if problems else Extension(**moments, **numbers)  # type: ignore[arg-type]  # by name


def _show(
    session: Session,
    visit: Visit,
    placement_id: uuid.UUID,
    values: Mapping[str, str],
    problems: Mapping[str, str],
    status: int,
) -> ResponseReturnValue:
    placement = get_taught_placement(session, visit.access, placement_id)
    learners = list_learners(session, visit.access, placement.section_id)
    subject = Subject(placement_id=placement.id)
    entries = {each.id: each for each in list_entries(session, visit.access, subject, actions=(EXTEND, UNDO))}
    rows = rows_of(session, placement.id)
    people = {each.by_person_id for each in entries.values()} | {each.person_id for each in rows}
    names = names_of(session, visit.access, {each for each in people if each is not None})
    page = render_template(
        "class/extend.html",
        visit=visit,
        placement=placement,
        section=get_taught_section(session, visit.access, placement.section_id),
        learners=learners,
        values=values,
        problems=problems,
        longest=LONGEST_REASON,
        zone=the_tool().settings.time_zone,
        exceptions=[
            Granted(
                row=row,
                entry=entries[row.audit_id],
                whom=names.get(row.person_id, "") if row.person_id else "",
                by=names.get(entries[row.audit_id].by_person_id or row.id, ""),
            )
            for row in rows
            if row.audit_id in entries
        ],
    )
    return make_response(page, status)

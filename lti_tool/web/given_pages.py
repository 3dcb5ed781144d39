"""What a student is given in every quiz: a page for their teachers and specialists to set it with a reason, and the student's own view of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.audit.log import LONGEST_REASON, Subject, list_entries
from lti_tool.audit.tables import AuditEntry
from lti_tool.corrections.rules import give_accommodation
from lti_tool.db.connect import transaction
from lti_tool.facts.accommodations import (
    MOST_ATTEMPTS,
    MOST_DAYS,
    MOST_FEWER,
    TIME_PERCENTS,
    Accommodation,
    read_accommodation,
)
from lti_tool.people.accommodations import ACTION, find_accommodation
from lti_tool.people.standing import get_visible_person, names_of, shown_name
from lti_tool.web.i18n import gettext as _
from lti_tool.web.rules_form import read_number
from lti_tool.web.visit import Visit, the_tool, visit_action, visit_page

pages = Blueprint("given", __name__)
NUMBERS = {"extra_attempts": MOST_ATTEMPTS, "extra_days": MOST_DAYS, "fewer_choices": MOST_FEWER}
SWITCHES = ("no_timer", "reads_aloud", "large_text")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of the history."""

    entry: AuditEntry
    by: str
    before: Accommodation
    after: Accommodation


@pages.get("/at/<token>/given")
@visit_page()
def own(session: Session, visit: Visit) -> ResponseReturnValue:
    """What I am given. Nobody else's."""
    person_id = visit.access.person_id
    given = find_accommodation(session, person_id) if person_id else Accommodation()
    return render_template("home/given.html", visit=visit, given=given)


@pages.get("/at/<token>/student/<uuid:person_id>/given")
@visit_page("reader")
def given(session: Session, visit: Visit, person_id: uuid.UUID) -> ResponseReturnValue:
    values = _values(find_accommodation(session, get_visible_person(session, visit.access, person_id).id))
    return _show(session, visit, person_id, values, {}, 200)


@pages.post("/at/<token>/student/<uuid:person_id>/given")
@visit_action("reader")
def give(visit: Visit, person_id: uuid.UUID) -> ResponseReturnValue:
    """Give this from now on; with something to mend, the form again and nothing changed."""
    tool = the_tool()
    values = {name: request.form.get(name, "").strip() for name in (*asdict(Accommodation()), "reason")}
    problems: dict[str, str] = {}
    accommodation = _read(values, problems)
    if problems:
        with transaction(tool.sessions) as session:
            return _show(session, visit, person_id, values, problems, 400)
    give_accommodation(tool, visit.access, person_id, accommodation, reason=values["reason"])
    return redirect(visit.link("given.given", person_id=person_id, saved="yes"), 303)


def _read(values: Mapping[str, str], problems: dict[str, str]) -> Accommodation:
    told: dict[str, int] = {}
    for name, most in NUMBERS.items():
        try:
            told[name] = read_number(values[name], most, 0) or 0
        except ValueError as problem:
            problems[name] = str(problem)
    if values["time_percent"] not in map(str, TIME_PERCENTS):
        problems["time_percent"] = _("Choose one of the ways offered.")
    if not values["reason"]:
        problems["reason"] = _("Say why, in a few words: it is kept with the change.")
    if problems:
        return Accommodation()
    switches = {name: values[name] == "yes" for name in SWITCHES}
    return read_accommodation({"time_percent": int(values["time_percent"])} | told | switches)


def _values(given: Accommodation) -> dict[str, str]:
    return {
        name: ("yes" if value else "") if isinstance(value, bool) else str(value)
        for name, value in asdict(given).items()
    }


def _show(
    session: Session,
    visit: Visit,
    person_id: uuid.UUID,
    values: Mapping[str, str],
    problems: Mapping[str, str],
    status: int,
) -> ResponseReturnValue:
    person = get_visible_person(session, visit.access, person_id)
    entries = list_entries(session, visit.access, Subject(person_id=person.id), actions=(ACTION,))
    names = names_of(session, visit.access, {each.by_person_id for each in entries if each.by_person_id})
    page = render_template(
        "class/given.html",
        visit=visit,
        person=person,
        name=shown_name(person),
        values=values,
        problems=problems,
        percents=TIME_PERCENTS,
        most=NUMBERS,
        longest=LONGEST_REASON,
        is_saved="saved" in request.args,
        given=find_accommodation(session, person.id),
        changes=[
            Change(
                entry=each,
                by=names.get(each.by_person_id, "") if each.by_person_id else "",
                before=read_accommodation(each.before),
                after=read_accommodation(each.after),
            )
            for each in entries
        ],
    )
    return make_response(page, status)

"""Rosters, for administrators: bring a file in, see first what it would do, and how imports went. Nobody is named."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from lti_tool.errors import BadFormError, ConflictError, InfoLitError, PackageError, RosterError
from lti_tool.rosters.runs import SHOWN, get_run, list_problems, list_runs
from lti_tool.rosters.source import GivenFile
from lti_tool.rosters.tables import RosterUpload, SISField
from lti_tool.rosters.uploads import (
    MOST_UPLOAD,
    Decision,
    decide,
    find_open,
    get_upload,
    keep_upload,
    list_uploads,
)
from lti_tool.rosters.words import list_lines
from lti_tool.web.given_file import allow_file, read_file
from lti_tool.web.visit import Visit, the_tool, visit_page

pages = Blueprint("rosters", __name__)
MOST_PROBLEMS = 200
LONGEST_NAME = 64
MB = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What the form says besides the file."""

    roster: str = "sis"
    sis_field: str = "sourcedId"


@pages.get("/at/<token>/rosters")
@visit_page("administrator")
def runs(session: Session, visit: Visit) -> ResponseReturnValue:
    return _form(session, visit)


@pages.post("/at/<token>/rosters")
@visit_page("administrator")
def upload(session: Session, visit: Visit) -> ResponseReturnValue:
    """Take a file, and go to the page that says what it would do."""
    allow_file(MOST_UPLOAD)
    chosen, tool = Chosen(), the_tool()
    try:
        chosen = _read_chosen(request.form)
        kept = keep_upload(
            session,
            tool.seal,
            visit.access,
            _read_roster(),
            source=_checked_name(chosen.roster),
            sis_field=_checked_field(chosen.sis_field),
            now=tool.clock(),
        )
    except RequestEntityTooLarge:
        problem = f"The file has more than {MOST_UPLOAD // MB} MB. Pack the CSV files as a ZIP; if that is still too large, use the command infolit roster import on the server."
        return make_response(_form(session, visit, chosen, problem), 413)
    except (RosterError, PackageError, BadFormError, ConflictError) as error:
        return _refused(session, visit, chosen, error)
    return redirect(visit.link("rosters.look", upload_id=kept.id), 303)


def _refused(session: Session, visit: Visit, chosen: Chosen, error: InfoLitError) -> ResponseReturnValue:
    other = find_open(session, visit.tenant_id, chosen.roster) if isinstance(error, ConflictError) else None
    return make_response(_form(session, visit, chosen, error.message, other), error.status)


def _read_chosen(form: Mapping[str, str]) -> Chosen:
    return Chosen(
        roster=form.get("roster", "").strip()[: LONGEST_NAME + 1], sis_field=form.get("sis_field", "")
    )


def _checked_name(told: str) -> str:
    if not (0 < len(told) <= LONGEST_NAME and told.isprintable()):
        raise BadFormError("Give the roster a name of 1 to 64 characters, such as sis.")
    return told


def _checked_field(told: str) -> SISField:
    if told not in get_args(SISField):
        raise BadFormError("Choose from the list which field your LMS sends as SIS id.")
    return cast(SISField, told)


def _read_roster() -> GivenFile:
    name, raw = read_file()
    return GivenFile(name=name.replace("\\", "/").rpartition("/")[2], raw=raw)


def _form(
    session: Session,
    visit: Visit,
    chosen: Chosen | None = None,
    problem: str = "",
    other: RosterUpload | None = None,
) -> str:
    uploads = list_uploads(session, visit.tenant_id)
    last = Chosen(roster=uploads[0].source, sis_field=uploads[0].sis_field) if uploads else Chosen()
    return render_template(
        "admin/rosters.html",
        visit=visit,
        runs=list_runs(session, visit.tenant_id),
        most=SHOWN,
        uploads=uploads,
        chosen=chosen or last,
        fields=get_args(SISField),
        problem=problem,
        other=other,
        most_mb=MOST_UPLOAD // MB,
    )


@pages.get("/at/<token>/rosters/upload/<uuid:upload_id>")
@visit_page("administrator")
def look(session: Session, visit: Visit, upload_id: uuid.UUID) -> ResponseReturnValue:
    """How far a file is; then what it would do; then the import it became."""
    found = get_upload(session, visit.access, upload_id)
    if found.run_id is not None:
        return redirect(visit.link("rosters.run", run_id=found.run_id), 303)
    lines = list(list_lines(found.counts, is_dry=True))
    return render_template("admin/roster_upload.html", visit=visit, upload=found, lines=lines)


@pages.post("/at/<token>/rosters/upload/<uuid:upload_id>")
@visit_page("administrator")
def settle(session: Session, visit: Visit, upload_id: uuid.UUID) -> ResponseReturnValue:
    """Import it now, or throw it away."""
    do = request.form.get("do", "")
    if do not in get_args(Decision):
        raise BadFormError
    decide(session, visit.access, upload_id, cast(Decision, do), now=the_tool().clock())
    there = visit.link("rosters.look", upload_id=upload_id) if do == "import" else visit.link("rosters.runs")
    return redirect(there, 303)


@pages.get("/at/<token>/rosters/<uuid:run_id>")
@visit_page("administrator")
def run(session: Session, visit: Visit, run_id: uuid.UUID) -> ResponseReturnValue:
    found = get_run(session, visit.access, run_id)
    return render_template(
        "admin/roster.html",
        visit=visit,
        run=found,
        lines=list(list_lines(found.counts)),
        problems=list_problems(session, found, most=MOST_PROBLEMS),
        upload=None if found.ended_at else find_open(session, visit.tenant_id, found.source),
    )

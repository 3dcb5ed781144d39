"""Imports of rosters, for administrators: how the newest went, what they counted, and which rows had problems. Nobody is named."""

from __future__ import annotations

import uuid

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.rosters.runs import SHOWN, get_run, list_problems, list_runs
from lti_tool.web.visit import Visit, visit_page

pages = Blueprint("rosters", __name__)
MOST_PROBLEMS = 200


@pages.get("/at/<token>/rosters")
@visit_page("administrator")
def runs(session: Session, visit: Visit) -> ResponseReturnValue:
    return render_template(
        "admin/rosters.html", visit=visit, runs=list_runs(session, visit.tenant_id), most=SHOWN
    )


@pages.get("/at/<token>/rosters/<uuid:run_id>")
@visit_page("administrator")
def run(session: Session, visit: Visit, run_id: uuid.UUID) -> ResponseReturnValue:
    found = get_run(session, visit.access, run_id)
    return render_template(
        "admin/roster.html",
        visit=visit,
        run=found,
        problems=list_problems(session, found, most=MOST_PROBLEMS),
    )

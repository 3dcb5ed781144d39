"""The merge queue: records that may be one student, side by side, for district specialists, a school's specialist and administrators."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.corrections.merges import REVERSIBLE, keep_apart, merge, split
from lti_tool.errors import BadFormError
from lti_tool.people.cases import AT_ONCE, count_open, list_decided, list_open
from lti_tool.people.years import school_year
from lti_tool.web.visit import Visit, the_tool, visit_action, visit_page

pages = Blueprint("people", __name__)
_DECISIONS = {"same": merge, "apart": keep_apart, "split": split}


@pages.get("/at/<token>/people")
@visit_page("steward")
def queue(session: Session, visit: Visit) -> ResponseReturnValue:
    tool = the_tool()
    now = tool.clock()
    year = school_year(now, tool.settings.school_year_starts)
    return render_template(
        "people/queue.html",
        visit=visit,
        waiting=count_open(session, visit.access),
        most=AT_ONCE,
        pairs=list_open(session, visit.access, school_year=year),
        decided=list_decided(session, visit.access, since=now - REVERSIBLE, school_year=year),
        days=REVERSIBLE.days,
    )


@pages.post("/at/<token>/people/<uuid:case_id>")
@visit_action("steward")
def decide(visit: Visit, case_id: uuid.UUID) -> ResponseReturnValue:
    """One student, two students, or taken apart again."""
    decision = _DECISIONS.get(request.form.get("do", ""))
    if decision is None:
        raise BadFormError("Choose whether this is one student or two.")
    decision(the_tool(), visit.access, case_id, reason=request.form.get("reason", ""))
    return redirect(visit.link("people.queue"), 303)

"""An assignment's rules, changed later by its teacher."""

from __future__ import annotations

import uuid

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.columns import change_column
from lti_tool.corrections.rules import change_assignment
from lti_tool.db.connect import transaction
from lti_tool.errors import DeliveryError
from lti_tool.gradebook.due import grades_of_placement
from lti_tool.people.standing import get_taught_section
from lti_tool.player.attempts import get_taught_placement
from lti_tool.player.offers import Rules, policy_of
from lti_tool.player.tables import Placement
from lti_tool.web.class_pages import Notice, assignment_page
from lti_tool.web.i18n import gettext as _
from lti_tool.web.retell import retell
from lti_tool.web.rules_form import RulesForm, read_rules, show_rules
from lti_tool.web.visit import Visit, the_tool, visit_action, visit_page

pages = Blueprint("rules", __name__)


@pages.get("/at/<token>/assignment/<uuid:placement_id>/settings")
@visit_page("teacher")
def rules(session: Session, visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    """The rules as they are, to change them."""
    placement = get_taught_placement(session, visit.access, placement_id)
    form = show_rules(_rules_of(placement), the_tool().settings.time_zone)
    return _show(session, visit, placement, form, 200)


@pages.post("/at/<token>/assignment/<uuid:placement_id>/settings")
@visit_action("teacher")
def change(visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the changed rules, and tell the LMS if wished; with something to mend, the form again and nothing changed."""
    tool = the_tool()
    form = read_rules(request.form.to_dict(), tool.settings.time_zone)
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, visit.access, placement_id)
        if form.rules is None:
            return _show(session, visit, placement, form, 400)
        was = (placement.title, placement.points)
        change_assignment(session, placement, form.rules, now=tool.clock())
        is_news = was != (placement.title, placement.points) and placement.line_item_url is not None
    if is_news and request.form.get("column"):
        return _tell_lms(visit, placement_id)
    return redirect(visit.link("class.assignment", placement_id=placement_id), 303)


def _tell_lms(visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    """Title and points for the LMS's column. When it will not, the teacher reads why and does it there."""
    tool = the_tool()
    try:
        change_column(tool.means, placement_id)
    except DeliveryError as error:
        text = _("Change title and points there, too. The reason: %(reason)s", reason=retell(error.message))
        notice = Notice(title=_("Saved here, but not in your LMS."), text=text, is_good=False)
    else:
        notice = Notice(title=_("Saved here and in the gradebook of your LMS."))
    with transaction(tool.sessions) as session:
        return assignment_page(session, visit, placement_id, notice=notice)


def _rules_of(placement: Placement) -> Rules:
    return Rules(title=placement.title, points=placement.points, policy=policy_of(placement))


def _show(
    session: Session, visit: Visit, placement: Placement, form: RulesForm, status: int
) -> ResponseReturnValue:
    page = render_template(
        "class/settings.html",
        visit=visit,
        placement=placement,
        section=get_taught_section(session, visit.access, placement.section_id),
        form=form,
        zone=the_tool().settings.time_zone,
        sent=len(grades_of_placement(session, visit.access, placement.id)),
    )
    return make_response(page, status)

"""What a teacher asks of the LMS from their pages: read the class list anew, compare the gradebook, test the connection, make a column.

The LMS is spoken to between transactions, and what it says comes back as words on the page, never as an error page.
"""

from __future__ import annotations

import uuid
from contextlib import suppress

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from lti_tool.columns import make_column
from lti_tool.db.connect import transaction
from lti_tool.errors import DeliveryError
from lti_tool.flow import reconcile
from lti_tool.lti.connection import check_column
from lti_tool.people.standing import get_taught_section
from lti_tool.player.attempts import get_taught_placement
from lti_tool.upkeep import sync_roster
from lti_tool.web.class_pages import Notice, assignment_page
from lti_tool.web.i18n import gettext as _
from lti_tool.web.visit import Visit, the_tool, visit_action

pages = Blueprint("lms", __name__)


@pages.post("/at/<token>/class/<uuid:section_id>/roster")
@visit_action("teacher")
def update_roster(visit: Visit, section_id: uuid.UUID) -> ResponseReturnValue:
    """Read the class list now. Why it could not be read stands on the class page afterwards."""
    tool = the_tool()
    with transaction(tool.sessions) as session:
        get_taught_section(session, visit.access, section_id)
    with suppress(DeliveryError):  # Noted with the section: the page says it.
        sync_roster(tool, section_id)
    return redirect(visit.link("class.section", section_id=section_id), 303)


@pages.post("/at/<token>/assignment/<uuid:placement_id>/compare")
@visit_action("teacher")
def compare(visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    """Look at the LMS's gradebook now. What differs stands on the assignment's page, until the next look."""
    with suppress(DeliveryError):  # Noted with the assignment: the page says it.
        reconcile(the_tool(), visit.access, placement_id)
    return redirect(visit.link("class.assignment", placement_id=placement_id), 303)


@pages.post("/at/<token>/assignment/<uuid:placement_id>/test")
@visit_action("teacher")
def test_connection(visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    """The assignment's page, with what works between InfoLit and its LMS, and what to do about the rest."""
    tool = the_tool()
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, visit.access, placement_id)
        section = get_taught_section(session, visit.access, placement.section_id)
    checks = check_column(
        tool.sessions,
        tool.gateway,
        placement.platform_id,
        line_item_url=placement.line_item_url,
        memberships_url=section.memberships_url,
        public_url=tool.settings.public_url,
    )
    with transaction(tool.sessions) as session:
        return assignment_page(session, visit, placement_id, checks=checks)


@pages.post("/at/<token>/assignment/<uuid:placement_id>/column")
@visit_action("teacher")
def add_column(visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    """Give an assignment without a grade a column in the LMS, and the grades so far."""
    tool = the_tool()
    with transaction(tool.sessions) as session:
        get_taught_placement(session, visit.access, placement_id)
    try:
        make_column(tool.means, placement_id)
    except DeliveryError as error:
        notice = Notice(title=_("No column was made."), text=error.message, is_good=False)
    else:
        notice = Notice(title=_("The gradebook of your course has a column for this now."))
    with transaction(tool.sessions) as session:
        return assignment_page(session, visit, placement_id, notice=notice)

"""Reading settings and the list of keyboard shortcuts: for everybody who has a visit of their own."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.errors import BadFormError
from lti_tool.facts.reading import read_choices
from lti_tool.people.reading import keep_reading
from lti_tool.web.home_pages import back_to
from lti_tool.web.visit import Visit, visit_page

pages = Blueprint("reading", __name__)


@pages.post("/at/<token>/reading")
@visit_page()
def keep(session: Session, visit: Visit) -> ResponseReturnValue:
    """Keep the chosen settings; the script wants no page for an answer."""
    keep_choices(session, visit, request.form)
    if request.accept_mimetypes.best == "application/json":
        return "", 204
    return redirect(back_to(visit), 303)


def keep_choices(session: Session, visit: Visit, told: Mapping[str, str]) -> None:
    """Settings from a form become those of the person. Raises BadFormError."""
    reading = read_choices(told, visit.reading)
    if reading is None:
        raise BadFormError("This reading setting is not offered. Choose one of those in the panel.")
    keep_reading(session, visit.access, reading)


@pages.get("/at/<token>/keyboard")
@visit_page()
def keyboard(session: Session, visit: Visit) -> ResponseReturnValue:
    """The shortcuts of a lesson's pages, for who has no scripts or wants to read in peace."""
    return render_template("play/keyboard.html", visit=visit)

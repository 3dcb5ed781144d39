"""Where a visit starts when no assignment decides it, the language switch, and the address people type."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.errors import BadFormError
from lti_tool.people.standing import list_taught_sections
from lti_tool.people.tables import LaunchSession, Person
from lti_tool.player.attempts import list_own_work
from lti_tool.web.i18n import LOCALES
from lti_tool.web.visit import Visit, visit_page

pages = Blueprint("home", __name__)


@pages.get("/")
def welcome() -> ResponseReturnValue:
    """What somebody sees who comes without an LMS."""
    return render_template("home/welcome.html")


@pages.get("/at/<token>/")
@visit_page("anyone")
def home(session: Session, visit: Visit) -> ResponseReturnValue:
    """An orienting page: what this is, and where one may go from here."""
    return render_template(
        "home/home.html",
        visit=visit,
        sections=list_taught_sections(session, visit.access),
        work=list_own_work(session, visit.access),
        is_staff=visit.access.is_specialist or visit.access.is_overseer or visit.access.is_administrator,
    )


@pages.post("/at/<token>/language")
@visit_page("anyone")
def language(session: Session, visit: Visit) -> ResponseReturnValue:
    """Change the language of pages and lessons, now and at the next launch."""
    wanted = request.form.get("locale", "")
    if wanted not in LOCALES:
        raise BadFormError("This language is not offered here.")
    session.get_one(LaunchSession, visit.session_id).locale = wanted
    if visit.access.person_id is not None:
        session.get_one(Person, visit.access.person_id).locale = wanted
    return redirect(back_to(visit), 303)


def back_to(visit: Visit) -> str:
    """The page the form was on, if it is one of this visit's own; of an address that only takes a form, the nearest page above it."""
    back, home_path = request.form.get("back", ""), visit.link("home.home")
    if not back.startswith(home_path) or "//" in back or "\\" in back:
        return home_path
    while back.startswith(home_path) and not _is_page(back):
        back = back.rstrip("/").rpartition("/")[0]
    return back if back.startswith(home_path) else home_path


def _is_page(address: str) -> bool:
    pages_here = current_app.create_url_adapter(request)
    return pages_here is not None and pages_here.test(urlsplit(address).path, method="GET")

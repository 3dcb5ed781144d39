"""Where an LMS registers itself, by an administrator's one-time link, and what Canvas reads about the tool.

The link opens a page that says what will be registered where; only its button does it, so that link previews spend nothing.
These pages are shown inside an LMS that is not registered yet, so any https page may frame them. They show nothing of anybody.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.db.connect import transaction
from lti_tool.errors import ForbiddenError, RegistrationError
from lti_tool.lti.invitations import get_invitation
from lti_tool.lti.offer import canvas_key
from lti_tool.lti.registration import register
from lti_tool.lti.values import find_origin
from lti_tool.people.grants import tenant_name
from lti_tool.web.visit import the_tool

pages = Blueprint("registration", __name__)


@pages.before_request
def let_new_lms_frame() -> None:
    g.may_be_framed_by_new_lms = True


@pages.get("/lti/register")
def without_invitation() -> ResponseReturnValue:
    raise ForbiddenError("An LMS registers itself here with a link that your InfoLit administrator makes.")


@pages.get("/lti/register/<ticket>")
def ask(ticket: str) -> ResponseReturnValue:
    """The LMS opens our link, with the address of its configuration added."""
    tool = the_tool()
    with transaction(tool.sessions) as session:
        invitation = get_invitation(session, ticket, now=tool.clock())
        district = tenant_name(session, invitation.tenant_id)
    url = request.args.get("openid_configuration", "")
    if find_origin(url) is None:
        raise RegistrationError(
            "This link is not opened in a browser but pasted into the LMS, where a tool is registered by its address."
        )
    return render_template(
        "lti/register.html",
        host=urlsplit(url).hostname,
        district=district,
        configuration_url=url,
        registration_token=request.args.get("registration_token", ""),
    )


@pages.post("/lti/register/<ticket>")
def confirm(ticket: str) -> ResponseReturnValue:
    tool = the_tool()
    registration = register(
        tool.sessions,
        tool.settings,
        ticket,
        configuration_url=request.form.get("openid_configuration", ""),
        token=request.form.get("registration_token") or None,
        now=tool.clock(),
    )
    return render_template("lti/registered.html", registration=registration)


@pages.get("/lti/canvas.json")
def canvas() -> Response:
    """The configuration of a Canvas developer key ("Enter URL")."""
    return jsonify(canvas_key(the_tool().settings.public_url))

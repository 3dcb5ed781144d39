"""The administrator's console beyond registering by hand: invitations, values to copy, changing and retiring, messages, keys."""

from __future__ import annotations

import uuid
from dataclasses import fields

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.errors import BadFormError, ConflictError
from lti_tool.lti.invitations import HOURS, make_invitation
from lti_tool.lti.keys import list_published, may_rotate, rotate_keys
from lti_tool.lti.message_log import KEPT, list_messages
from lti_tool.lti.offer import CUSTOM
from lti_tool.lti.platforms import (
    PlatformFacts,
    change_platform,
    get_platform_of,
    restore_platform,
    retire_platform,
)
from lti_tool.lti.spec import JWKS_PATH, LAUNCH_PATH, LOGIN_PATH, OUR_SCOPES
from lti_tool.web.visit import Visit, the_tool, visit_page

pages = Blueprint("console", __name__)
MOST_MESSAGES = 200


@pages.post("/at/<token>/platforms/invite")
@visit_page("administrator")
def invite(session: Session, visit: Visit) -> ResponseReturnValue:
    """A one-time link for an LMS to register itself, shown this once."""
    tool = the_tool()
    path = make_invitation(
        session, visit.tenant_id, now=tool.clock(), name=request.form.get("name"), hours=HOURS
    )
    return render_template(
        "admin/invitation.html", visit=visit, address=tool.settings.public_url + path, hours=HOURS
    )


@pages.get("/at/<token>/platforms/values")
@visit_page("administrator")
def values(session: Session, visit: Visit) -> ResponseReturnValue:
    """What each LMS asks for, ready to copy."""
    url = the_tool().settings.public_url
    return render_template(
        "admin/values.html",
        visit=visit,
        login=url + LOGIN_PATH,
        launch=url + LAUNCH_PATH,
        jwks=url + JWKS_PATH,
        canvas=f"{url}/lti/canvas.json",
        domain=url.partition("://")[2],
        scopes=OUR_SCOPES,
        custom=[f"{name}={value}" for name, value in CUSTOM.items()],
    )


@pages.get("/at/<token>/platforms/<uuid:platform_id>/edit")
@visit_page("administrator")
def edit(session: Session, visit: Visit, platform_id: uuid.UUID) -> ResponseReturnValue:
    platform = get_platform_of(session, visit.tenant_id, platform_id)
    form = {field.name: getattr(platform, field.name) or "" for field in fields(PlatformFacts)}
    return render_template("admin/edit.html", visit=visit, platform=platform, form=form, problem=None)


@pages.post("/at/<token>/platforms/<uuid:platform_id>/edit")
@visit_page("administrator")
def change(session: Session, visit: Visit, platform_id: uuid.UUID) -> ResponseReturnValue:
    """Change a registration; a mistake brings the form back with the reason."""
    platform = get_platform_of(session, visit.tenant_id, platform_id)
    form = {field.name: request.form.get(field.name, "") for field in fields(PlatformFacts)}
    allow_http = the_tool().settings.allow_http_platforms
    try:
        with session.begin_nested():
            change_platform(session, platform_id, PlatformFacts(**form), allow_http=allow_http)
    except (BadFormError, ConflictError) as error:
        page = render_template("admin/edit.html", visit=visit, platform=platform, form=form, problem=error)
        return page, error.status
    return redirect(visit.link("admin.platform", platform_id=platform_id), 303)


@pages.post("/at/<token>/platforms/<uuid:platform_id>/retire")
@visit_page("administrator")
def retire(session: Session, visit: Visit, platform_id: uuid.UUID) -> ResponseReturnValue:
    get_platform_of(session, visit.tenant_id, platform_id)
    retire_platform(session, platform_id, now=the_tool().clock())
    return redirect(visit.link("admin.platform", platform_id=platform_id), 303)


@pages.post("/at/<token>/platforms/<uuid:platform_id>/restore")
@visit_page("administrator")
def restore(session: Session, visit: Visit, platform_id: uuid.UUID) -> ResponseReturnValue:
    get_platform_of(session, visit.tenant_id, platform_id)
    restore_platform(session, platform_id)
    return redirect(visit.link("admin.platform", platform_id=platform_id), 303)


@pages.get("/at/<token>/platforms/<uuid:platform_id>/messages")
@visit_page("administrator")
def messages(session: Session, visit: Visit, platform_id: uuid.UUID) -> ResponseReturnValue:
    """The newest messages with an LMS; `?failed=1` only those that went wrong."""
    failed_only = request.args.get("failed") == "1"
    return render_template(
        "admin/messages.html",
        visit=visit,
        platform=get_platform_of(session, visit.tenant_id, platform_id),
        failed_only=failed_only,
        days=KEPT.days,
        messages=list_messages(
            session, visit.tenant_id, platform_id, failed_only=failed_only, most=MOST_MESSAGES
        ),
    )


@pages.get("/at/<token>/keys")
@visit_page("administrator")
def keys(session: Session, visit: Visit) -> ResponseReturnValue:
    tool = the_tool()
    return render_template(
        "admin/keys.html",
        visit=visit,
        keys=list_published(session, tool.clock()),
        may_rotate=may_rotate(session, tool.clock()),
        days=tool.settings.key_rotation_days,
    )


@pages.post("/at/<token>/keys")
@visit_page("administrator")
def rotate(session: Session, visit: Visit) -> ResponseReturnValue:
    """Take the next key into use, once LMSs have had the time to learn it."""
    tool = the_tool()
    if not may_rotate(session, tool.clock()):
        raise ConflictError("The next key was published less than an hour ago: LMSs may not know it yet.")
    rotate_keys(session, tool.seal, tool.clock())
    return redirect(visit.link("console.keys"), 303)

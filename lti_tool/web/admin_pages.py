"""The administrator's pages: registering an LMS, testing the connection, approving deployments.

The way in is a one-time link made with `infolit admin link` (the first LMS has to be registered before anybody can launch), or a launch
by somebody granted the administrator's role.
"""

from __future__ import annotations

import uuid
from dataclasses import fields

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError, ConflictError
from lti_tool.gradebook.health import DeliveryHealth, delivery_health
from lti_tool.lti.connection import Check, check_platform
from lti_tool.lti.deployments import approve_deployment, list_deployments, refuse_deployment
from lti_tool.lti.message_log import last_launches, list_messages
from lti_tool.lti.platforms import PlatformFacts, add_platform, get_platform_of, list_platforms
from lti_tool.lti.registration import missing_scopes
from lti_tool.lti.tables import Platform
from lti_tool.people.sessions import open_session, use_ticket
from lti_tool.web.i18n import current_locale
from lti_tool.web.visit import Visit, the_tool, visit_action, visit_page

pages = Blueprint("admin", __name__)


@pages.get("/admin/enter/<ticket>")
def enter(ticket: str) -> ResponseReturnValue:
    """The one-time link: a button, so that link previews do not spend it."""
    return render_template("admin/enter.html", ticket=ticket)


@pages.post("/admin/enter/<ticket>")
def use(ticket: str) -> ResponseReturnValue:
    tool = the_tool()
    now = tool.clock()
    with transaction(tool.sessions) as session:
        tenant_id = use_ticket(session, ticket, now=now)
        token, _ = open_session(
            session,
            limits=tool.limits,
            now=now,
            tenant_id=tenant_id,
            role="none",
            locale=current_locale(),
            browser=request.user_agent.string or None,
        )
    return redirect(f"/at/{token}/platforms", 303)


@pages.get("/at/<token>/platforms")
@visit_page("administrator")
def platforms(session: Session, visit: Visit) -> ResponseReturnValue:
    return _list_page(session, visit, form={}, problem=None)


@pages.post("/at/<token>/platforms")
@visit_page("administrator")
def add(session: Session, visit: Visit) -> ResponseReturnValue:
    """Register an LMS; a mistake brings the form back as it was filled in, with the reason."""
    told = {field.name: request.form.get(field.name, "") for field in fields(PlatformFacts)}
    deployment = request.form.get("deployment_id", "").strip()
    try:
        with session.begin_nested():
            platform = add_platform(
                session,
                PlatformFacts(**told),
                tenant_id=visit.access.tenant_id,
                now=the_tool().clock(),
                allow_http=the_tool().settings.allow_http_platforms,
                deployment_ids=[deployment] if deployment else [],
            )
    except (BadFormError, ConflictError) as error:
        page = _list_page(session, visit, form=told | {"deployment_id": deployment}, problem=error)
        return page, error.status
    return redirect(visit.link("admin.platform", platform_id=platform.id), 303)


def _list_page(
    session: Session, visit: Visit, *, form: dict[str, str], problem: BadFormError | ConflictError | None
) -> str:
    found = list_platforms(session, tenant_id=visit.tenant_id)
    return render_template(
        "admin/platforms.html",
        visit=visit,
        platforms=found,
        deployments={each.id: list_deployments(session, each.id) for each in found},
        launches=last_launches(session, visit.tenant_id),
        health=delivery_health(session, visit.tenant_id),
        form=form,
        problem=problem,
    )


@pages.get("/at/<token>/platforms/<uuid:platform_id>")
@visit_page("administrator")
def platform(session: Session, visit: Visit, platform_id: uuid.UUID) -> ResponseReturnValue:
    found = _own_platform(session, visit, platform_id)
    return _platform_page(session, visit, found, checks=None)


def _platform_page(session: Session, visit: Visit, found: Platform, *, checks: list[Check] | None) -> str:
    return render_template(
        "admin/platform.html",
        visit=visit,
        platform=found,
        deployments=list_deployments(session, found.id),
        launched_at=last_launches(session, visit.tenant_id).get(found.id),
        health=delivery_health(session, visit.tenant_id).get(found.id, DeliveryHealth()),
        errors=list_messages(session, visit.tenant_id, found.id, failed_only=True, most=5),
        missing=missing_scopes(found.granted_scopes),
        checks=checks,
        public_url=the_tool().settings.public_url,
    )


@pages.post("/at/<token>/platforms/<uuid:platform_id>/test")
@visit_action("administrator")
def test(visit: Visit, platform_id: uuid.UUID) -> ResponseReturnValue:
    """Fetch the LMS's keys, ask it for a token, and say what is missing."""
    tool = the_tool()
    with transaction(tool.sessions) as session:
        _own_platform(session, visit, platform_id)
    checks = check_platform(tool.sessions, tool.gateway, platform_id, public_url=tool.settings.public_url)
    with transaction(tool.sessions) as session:
        return _platform_page(session, visit, _own_platform(session, visit, platform_id), checks=checks)


@pages.post("/at/<token>/platforms/<uuid:platform_id>/deployment")
@visit_page("administrator")
def decide(session: Session, visit: Visit, platform_id: uuid.UUID) -> ResponseReturnValue:
    """Approve or refuse a deployment."""
    found = _own_platform(session, visit, platform_id)
    deployment_id = request.form.get("deployment_id", "").strip()
    if not deployment_id or len(deployment_id) > 255:
        raise BadFormError("Which deployment? Copy its id from the LMS.")
    act = refuse_deployment if request.form.get("decision") == "refuse" else approve_deployment
    act(session, found.id, deployment_id, now=the_tool().clock())
    return redirect(visit.link("admin.platform", platform_id=platform_id), 303)


def _own_platform(session: Session, visit: Visit, platform_id: uuid.UUID) -> Platform:
    return get_platform_of(session, visit.access.tenant_id, platform_id)

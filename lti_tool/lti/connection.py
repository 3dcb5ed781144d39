"""Trying a registration out: does each thing work that launches and grades need, and if not, what to change.

It reads the LMS's keys and asks for access tokens, one permission at a time. It changes nothing in the LMS.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.errors import ColumnGoneError, DeliveryError
from lti_tool.lti import spec
from lti_tool.lti.deployments import list_deployments
from lti_tool.lti.gateway import HTTPGateway
from lti_tool.lti.platform_keys import KeyListError, fetch_keys
from lti_tool.lti.platforms import get_platform
from lti_tool.lti.tables import Deployment, DeploymentStatus, Platform

_PERMISSIONS = {
    spec.SCOPE_SCORE: ("scores", "Grades can be sent to the gradebook.", True),
    spec.SCOPE_LINE_ITEM: ("columns", "Gradebook columns can be found and made.", False),
    spec.SCOPE_RESULT: ("results", "Grades can be read back, to compare.", False),
    spec.SCOPE_MEMBERS: ("roster", "The class list can be read, to show who has not started.", False),
}


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing tried. `remedy` says what to do when it is not ok."""

    name: str
    ok: bool
    sentence: str
    remedy: str = ""
    is_needed: bool = True
    """Without it the tool does not work; otherwise only a part of it is missing."""


def check_platform(
    sessions: SessionFactory, gateway: HTTPGateway, platform_id: uuid.UUID, *, public_url: str
) -> list[Check]:
    """Try everything, in the order in which an administrator would look. Raises NotFoundError for an unknown platform."""
    with transaction(sessions) as session:
        platform = get_platform(session, platform_id)
        deployments = list_deployments(session, platform_id)
    tellers = [row for row in deployments if row.notice_url and row.status == DeploymentStatus.APPROVED]
    approved = [row.deployment_id for row in deployments if row.status == DeploymentStatus.APPROVED]
    waiting = [row.deployment_id for row in deployments if row.status == DeploymentStatus.WAITING]
    return [
        _check_keys(gateway.client, platform),
        *_check_permissions(lambda scope: gateway.tokens.fetch_new(platform, [scope]), platform, public_url),
        _check_deployments(approved, waiting),
        *_check_notices(tellers),
    ]


def check_column(
    sessions: SessionFactory,
    gateway: HTTPGateway,
    platform_id: uuid.UUID,
    *,
    line_item_url: str | None,
    memberships_url: str | None,
    public_url: str,
) -> list[Check]:
    """What one assignment needs of its LMS, tried for its teacher: access, the column, the class list. Changes nothing there."""
    with transaction(sessions) as session:
        platform = get_platform(session, platform_id)
    needed = [spec.SCOPE_SCORE] + ([spec.SCOPE_MEMBERS] if memberships_url else [])
    found = _check_permissions(
        lambda scope: gateway.tokens.fetch_new(platform, [scope]), platform, public_url, scopes=needed
    )
    return [*found, *([_look_at_column(gateway, platform_id, line_item_url)] if line_item_url else [])]


def _look_at_column(gateway: HTTPGateway, platform_id: uuid.UUID, line_item_url: str) -> Check:
    try:
        item = gateway.get_line_item(platform_id, line_item_url)
    except ColumnGoneError:
        return Check(
            name="column",
            ok=False,
            sentence="The LMS no longer has the column of this assignment.",
            remedy="Open the assignment once from the course. If the column was deleted there, add the assignment anew.",
        )
    except DeliveryError as error:
        return Check(
            name="column",
            ok=False,
            sentence=error.message,
            remedy="Grades may arrive all the same: this only looks at the column.",
            is_needed=False,
        )
    points = "" if item.score_maximum is None else f"{item.score_maximum:g}"
    return Check(
        name="column", ok=True, sentence=f"The column “{item.label}” is there, out of {points} points."
    )


def _check_keys(client: httpx.Client, platform: Platform) -> Check:
    try:
        keys, _ = fetch_keys(client, platform.jwks_url)
    except KeyListError as error:
        remedy = f"Open {platform.jwks_url} in a browser: it has to show a list of keys. Compare it with the LMS's settings."
        return Check(
            name="keys", ok=False, sentence=f"The LMS's signing keys cannot be read. {error}", remedy=remedy
        )
    return Check(
        name="keys",
        ok=True,
        sentence=f"The LMS publishes {len(keys)} signing key(s); launches can be verified.",
    )


def _check_permissions(
    ask: Callable[[str], None],
    platform: Platform,
    public_url: str,
    *,
    scopes: Sequence[str] = tuple(_PERMISSIONS),
) -> list[Check]:
    checks: list[Check] = []
    for scope in scopes:
        name, sentence, is_needed = _PERMISSIONS[scope]
        try:
            ask(scope)
        except DeliveryError as error:
            remedy = _remedy(error, scope, platform, public_url)
            checks.append(
                Check(name=name, ok=False, sentence=error.message, remedy=remedy, is_needed=is_needed)
            )
        else:
            checks.append(Check(name=name, ok=True, sentence=sentence, is_needed=is_needed))
    return checks


def _remedy(error: DeliveryError, scope: str, platform: Platform, public_url: str) -> str:
    status = error.data.get("status")
    if "missing" in error.data or error.data.get("lms_error") == "invalid_scope":
        return f"In the LMS's registration of InfoLit, allow the permission {scope}."
    if status in (400, 401, 403):
        return (
            f"In the LMS, compare: client id {platform.client_id}; key list address {public_url + spec.JWKS_PATH}, which the LMS's "
            f"server has to reach; here, compare: token address {platform.token_url}; audience "
            f"{platform.audience or '(none, so the token address is used)'}; and the clocks of both."
        )
    if status == 404:
        return (
            f"Nothing answers at the token address {platform.token_url}. Compare it with the LMS's settings."
        )
    return f"Look whether {platform.token_url} can be reached from this server (name, firewall, certificate), then test again."


def _check_notices(tellers: list[Deployment]) -> list[Check]:
    """Of an LMS that can tell of copied courses: whether it does."""
    if not tellers:
        return []
    if all(row.notice_handler for row in tellers):
        return [
            Check(
                name="notices", ok=True, sentence="The LMS tells InfoLit of copied courses.", is_needed=False
            )
        ]
    return [
        Check(
            name="notices",
            ok=False,
            sentence="The LMS can tell InfoLit of copied courses, and has not agreed to yet.",
            remedy=f"In the LMS's registration of InfoLit, allow the permission {spec.SCOPE_NOTICES}. It is asked again once a day, at a launch.",
            is_needed=False,
        )
    ]


def _check_deployments(approved: list[str], waiting: list[str]) -> Check:
    if waiting:
        listed = ", ".join(waiting)
        remedy = "Approve or refuse them: `infolit platform approve`, or the page of this platform."
        return Check(
            name="deployments", ok=False, sentence=f"Deployments wait for approval: {listed}.", remedy=remedy
        )
    if approved:
        return Check(name="deployments", ok=True, sentence=f"Approved deployments: {', '.join(approved)}.")
    remedy = "Open InfoLit once from a course: its deployment then appears here, to be approved."
    return Check(name="deployments", ok=False, sentence="No deployment is approved yet.", remedy=remedy)

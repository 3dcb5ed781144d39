"""Registration by the LMS itself (LTI Dynamic Registration 1.0): read its configuration, ask to be registered, keep what it answers.

The one-time invitation is taken first and given back if nothing comes of it; the HTTP happens between two short transactions.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.errors import BadFormError, ConflictError, DeliveryError, RegistrationError
from lti_tool.lti import spec
from lti_tool.lti.http import Answer
from lti_tool.lti.invitations import Invitation, give_back_invitation, use_invitation
from lti_tool.lti.message_log import note
from lti_tool.lti.offer import registration_request
from lti_tool.lti.platform_answers import (
    PlatformConfiguration,
    Registered,
    read_configuration,
    read_registered,
)
from lti_tool.lti.platforms import PlatformFacts, add_platform
from lti_tool.lti.public_http import PublicHTTP
from lti_tool.lti.values import find_origin
from lti_tool.settings import Settings

_LONGEST_TOKEN = 16_384


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What came of it, for the page that says so."""

    platform_id: uuid.UUID
    name: str
    client_id: str
    missing_scopes: tuple[str, ...]
    """Permissions the tool asks for and did not get."""
    deployment_id: str | None
    """Already approved; None: it is learned from the first launch."""
    is_open: bool
    """Whether deployments are let in without approval."""


def register(
    sessions: SessionFactory,
    settings: Settings,
    ticket: str,
    *,
    configuration_url: str,
    token: str | None,
    now: datetime,
) -> Registration:
    """Let the LMS behind `configuration_url` register. Raises RegistrationError or ForbiddenError; then nothing was saved."""
    with transaction(sessions) as session:
        invitation = use_invitation(session, ticket, now=now)
    try:
        configuration, registered = _ask(settings, configuration_url, _check_token(token))
        with transaction(sessions) as session:
            return _save(session, settings, invitation, configuration, registered, now)
    except BaseException:
        with transaction(sessions) as session:
            give_back_invitation(session, ticket)
        raise


def _check_token(token: str | None) -> str | None:
    if token and (len(token) > _LONGEST_TOKEN or not token.isascii() or not token.isprintable()):
        raise RegistrationError("The LMS's registration token is not readable.")
    return token or None


def _ask(settings: Settings, url: str, token: str | None) -> tuple[PlatformConfiguration, Registered]:
    web = PublicHTTP(timeout_s=settings.lms_timeout_s, allow_loopback=settings.allow_http_platforms)
    configuration = read_configuration(_reach(lambda: web.get_json(url, bearer=token)), url)
    for later in (configuration.auth_url, configuration.token_url, configuration.jwks_url):
        web.check(later)
    request = registration_request(
        settings.public_url,
        scopes=configuration.scopes,
        is_canvas=configuration.product == "canvas",
    )
    body = json.dumps(request).encode()
    answer = _reach(lambda: web.post_json(configuration.registration_url, body, bearer=token))
    return configuration, read_registered(answer, configuration.scopes)


def _reach(send: Callable[[], Answer]) -> Answer:
    try:
        return send()
    except DeliveryError as error:
        raise RegistrationError(error.message, **error.data) from error


def _save(
    session: Session,
    settings: Settings,
    invitation: Invitation,
    configuration: PlatformConfiguration,
    registered: Registered,
    now: datetime,
) -> Registration:
    origin = find_origin(configuration.issuer)
    name = invitation.name or configuration.name or (origin.host if origin else configuration.issuer)
    try:
        platform = add_platform(
            session,
            replace(_facts(configuration, registered), name=name),
            tenant_id=invitation.tenant_id,
            now=now,
            allow_http=settings.allow_http_platforms,
            deployment_ids=[registered.deployment_id] if registered.deployment_id else [],
        )
    except (BadFormError, ConflictError) as error:
        raise RegistrationError(error.message) from error
    platform.granted_scopes = " ".join(registered.scopes)
    note(session, platform.id, "registration", at=now, status=200)
    return Registration(
        platform_id=platform.id,
        name=name,
        client_id=registered.client_id,
        missing_scopes=missing_scopes(platform.granted_scopes),
        deployment_id=registered.deployment_id,
        is_open=settings.auto_approve_deployments,
    )


def _facts(configuration: PlatformConfiguration, registered: Registered) -> PlatformFacts:
    return PlatformFacts(
        name=configuration.issuer,
        issuer=configuration.issuer,
        client_id=registered.client_id,
        auth_url=configuration.auth_url,
        token_url=configuration.token_url,
        jwks_url=configuration.jwks_url,
        audience=configuration.audience if configuration.audience != configuration.token_url else None,
        product=configuration.product,
    )


def missing_scopes(granted: str | None) -> tuple[str, ...]:
    """The permissions of ours that are not among those given; none when nobody told."""
    if granted is None:
        return ()
    return tuple(scope for scope in spec.OUR_SCOPES if scope not in granted.split())

"""The start of a launch: the LMS asks us to log somebody in; we remember the request and send the browser back to the LMS.

Nothing here is signed, so nothing is believed: it only chooses the registration. Spec: https://www.imsglobal.org/spec/security/v1p0 5.1.1
"""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_tool.errors import LaunchError, UnknownPlatformError
from lti_tool.lti.spec import LAUNCH_PATH
from lti_tool.lti.tables import LoginState, Platform
from lti_tool.lti.values import find_id, find_origin, is_plain, is_under, undo_encoding
from lti_tool.settings import Settings

_HINT_LENGTH = 8192
_STORAGE_TARGET = re.compile(r"[A-Za-z0-9_.:-]{1,255}")
_KEPT_AFTER_EXPIRY = timedelta(hours=1)
_DELETED_AT_ONCE = 50


@dataclass(frozen=True, kw_only=True)
class LoginStart:
    """Where the browser goes next, and what a page needs that also keeps state and nonce in the LMS's storage."""

    redirect_url: str
    state: str
    nonce: str
    storage_target: str | None
    auth_origin: str
    """Origin of the registered authorization address: the only one to exchange postMessages with."""
    platform_id: uuid.UUID

    @property
    def storage_key(self) -> str:
        return storage_key(self.state)


@dataclass(frozen=True, kw_only=True)
class _Request:
    """The LMS's request, each value in a form that can be stored and sent."""

    issuer: str
    client_id: str | None
    login_hint: str
    target_link_uri: str
    message_hint: str | None
    storage_target: str | None


def hash_secret(value: str) -> str:
    """What is stored of a random value: enough to recognise it, not to know it."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def storage_key(state: str) -> str:
    """What the two values of one launch are kept under in the LMS's storage, after `lti_state_` and `lti_nonce_`: many run at once."""
    return hash_secret(state)[:16]


def begin_login(
    session: Session, params: Mapping[str, str], *, now: datetime, browser_key: str | None, settings: Settings
) -> LoginStart:
    """Remember a launch that begins. `browser_key` is the random value of the browser's cookie; reuse it over launches."""
    request = _read_request(params, settings.public_url)
    platform = _choose_platform(session, request)
    state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    _forget_expired(session, now)
    session.add(
        LoginState(
            platform_id=platform.id,
            state_hash=hash_secret(state),
            nonce=nonce,
            target_link_uri=request.target_link_uri,
            browser_hash=hash_secret(browser_key) if browser_key else None,
            storage_target=request.storage_target,
            created_at=now,
            expires_at=now + timedelta(minutes=settings.login_minutes),
        )
    )
    session.flush()
    return LoginStart(
        redirect_url=_authorization_url(platform, request, state, nonce, settings.public_url),
        state=state,
        nonce=nonce,
        storage_target=request.storage_target,
        auth_origin=str(find_origin(platform.auth_url) or ""),
        platform_id=platform.id,
    )


def _read_request(params: Mapping[str, str], public_url: str) -> _Request:
    issuer = find_id(params.get("iss"))
    if issuer is None:
        raise _unusable("iss", "say which LMS it comes from")
    target_link_uri = undo_encoding(params.get("target_link_uri", ""))
    if not is_under(target_link_uri, public_url):
        raise _unusable("target_link_uri", f"lead to an address below {public_url}")
    storage_target = params.get("lti_storage_target", "")
    _check_optional_id(params, "lti_deployment_id")
    return _Request(
        issuer=issuer,
        client_id=_check_optional_id(params, "client_id"),
        login_hint=_read_hint(params, "login_hint") or _missing_login_hint(),
        target_link_uri=target_link_uri,
        message_hint=_read_hint(params, "lti_message_hint"),
        storage_target=storage_target if _STORAGE_TARGET.fullmatch(storage_target) else None,
    )


def _missing_login_hint() -> str:
    raise _unusable("login_hint", "say who is opening it")


def _check_optional_id(params: Mapping[str, str], name: str) -> str | None:
    value = params.get(name) or None
    if value is not None and find_id(value) is None:
        raise _unusable(name, "be an id of at most 255 plain characters")
    return value


def _read_hint(params: Mapping[str, str], name: str) -> str | None:
    """Hints mean nothing to us and go back unchanged."""
    value = params.get(name) or None
    if value is not None and not is_plain(value, limit=_HINT_LENGTH):
        raise _unusable(name, "be a text without control characters")
    return value


def _unusable(name: str, purpose: str) -> LaunchError:
    return LaunchError(
        f"The launch cannot begin: its value `{name}` is missing or wrong; it has to {purpose}.", field=name
    )


def _choose_platform(session: Session, request: _Request) -> Platform:
    query = select(Platform).where(Platform.issuer == request.issuer, Platform.retired_at.is_(None)).limit(2)
    if request.client_id is not None:
        query = query.where(Platform.client_id == request.client_id)
    found = session.scalars(query).all()
    if not found:
        raise UnknownPlatformError(issuer=request.issuer, client_id=request.client_id)
    if len(found) > 1:
        raise UnknownPlatformError(
            "Several registrations of InfoLit belong to this LMS, and the launch does not say which one it is for (client_id).",
            issuer=request.issuer,
        )
    return found[0]


def _authorization_url(platform: Platform, request: _Request, state: str, nonce: str, public_url: str) -> str:
    values = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": public_url + LAUNCH_PATH,
        "login_hint": request.login_hint,
        "state": state,
        "nonce": nonce,
    }
    if request.message_hint is not None:
        values["lti_message_hint"] = request.message_hint
    parts = urlsplit(platform.auth_url)
    query = "&".join(part for part in (parts.query, urlencode(values)) if part)
    return urlunsplit(parts._replace(query=query))


def _forget_expired(session: Session, now: datetime) -> None:
    """Clear away a few old rows with each launch, so that no job has to."""
    old = (
        select(LoginState.id)
        .where(LoginState.expires_at < now - _KEPT_AFTER_EXPIRY)
        .limit(_DELETED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        delete(LoginState).where(LoginState.id.in_(old)).execution_options(synchronize_session=False)
    )

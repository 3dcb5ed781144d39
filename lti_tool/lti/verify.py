"""The check of a signed launch: everything about it first, using it up last and once.

    check_launch   state row → LMS's key → token → browser → deployment; writes nothing but a deployment seen for the first time
    accept_launch  the state row is taken by a conditional UPDATE, in the transaction of whatever the launch leads to

Of two simultaneous posts of one launch both may pass the first, exactly one passes the second.
Spec: https://www.imsglobal.org/spec/security/v1p0 section 5.1.3
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.errors import BrowserMismatchError, LaunchError, LaunchExpiredError
from lti_tool.facts.launch import Launch
from lti_tool.lti.deployments import admit_deployment
from lti_tool.lti.login import hash_secret, storage_key
from lti_tool.lti.message_log import note, note_error, noting_failure
from lti_tool.lti.platform_keys import KeySource
from lti_tool.lti.refusals import refusal
from lti_tool.lti.tables import LoginState, Platform
from lti_tool.lti.token import Expected, read_kid, verify_token
from lti_tool.lti.values import find_origin
from lti_tool.settings import Settings


@dataclass(frozen=True, kw_only=True)
class BrowserProof:
    """How the browser shows that it is the one that began the launch."""

    browser_key: str | None = None
    """The value of its cookie."""
    stored_state: str | None = None
    """The state it kept in the LMS's storage (lti.get_data). Only from a post by our own page: whoever began a login knows it."""
    stored_nonce: str | None = None
    """The nonce it kept there, likewise."""


@dataclass(frozen=True, kw_only=True)
class StorageQuestion:
    """What our page asks the LMS's storage for where the cookie did not come back."""

    target: str
    origin: str
    """The only origin to ask, and whose answers count: that of the registered authorization address."""
    key: str


@dataclass(frozen=True, kw_only=True)
class PendingLogin:
    """A launch under way, read from its row."""

    login_id: uuid.UUID
    platform: Platform
    nonce: str
    target_link_uri: str
    state_hash: str
    browser_hash: str | None
    storage_target: str | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckedLaunch:
    """A launch that is right in every way and not used yet. Give it to `accept_launch`."""

    login_id: uuid.UUID
    launch: Launch


def check_launch(
    sessions: SessionFactory,
    form: Mapping[str, str],
    *,
    now: datetime,
    proof: BrowserProof,
    keys: KeySource,
    settings: Settings,
) -> CheckedLaunch:
    """Check everything but whether it is the first use. Opens its own short transactions, since it may ask the LMS for keys between."""
    if form.get("error"):
        _refuse(sessions, form, now)
    state, id_token = form.get("state", ""), form.get("id_token", "")
    if not state or not id_token:
        raise LaunchError("The launch arrived without its `id_token` or its `state`.", has_state=bool(state))
    with transaction(sessions) as session:
        pending = read_login(session, state, now=now)
    with noting_failure(sessions, pending.platform.id, "launch", at=now):
        launch = _check(sessions, pending, id_token, now=now, proof=proof, keys=keys, settings=settings)
    return CheckedLaunch(login_id=pending.login_id, launch=launch)


def _refuse(sessions: SessionFactory, form: Mapping[str, str], now: datetime) -> NoReturn:
    """Say what the LMS's error means, and note it with that LMS where the login it answers is known."""
    error = refusal(form["error"])
    with transaction(sessions) as session:
        pending = find_login(session, form.get("state", ""), now=now)
        if pending is not None:
            note_error(session, pending.platform.id, "launch", error, at=now)
    raise error


def _check(
    sessions: SessionFactory,
    pending: PendingLogin,
    id_token: str,
    *,
    now: datetime,
    proof: BrowserProof,
    keys: KeySource,
    settings: Settings,
) -> Launch:
    browser_key = _check_browser(pending, proof)
    key = keys.get_key(pending.platform, read_kid(id_token), now)
    expected = Expected(
        platform=pending.platform,
        nonce=pending.nonce,
        target_link_uri=pending.target_link_uri,
        begun_at=pending.created_at,
        public_url=settings.public_url,
        browser_key=browser_key,
    )
    launch = verify_token(id_token, key=key, expected=expected, now=now)
    admit_deployment(sessions, launch, now=now, is_open=settings.auto_approve_deployments)
    return launch


def find_storage_question(
    session: Session, form: Mapping[str, str], *, now: datetime, browser_key: str | None
) -> StorageQuestion | None:
    """How this launch may still be shown to belong to this browser; None when the cookie shows it, or nothing can.

    A launch that is refused anyway (an error, no login under way) gives None too: `check_launch` says why.
    """
    state = form.get("state", "")
    pending = find_login(session, state, now=now) if state and not form.get("error") else None
    if pending is None or pending.storage_target is None or _matches(browser_key, pending.browser_hash):
        return None
    origin = find_origin(pending.platform.auth_url)
    return StorageQuestion(target=pending.storage_target, origin=str(origin), key=storage_key(state))


def accept_launch(session: Session, checked: CheckedLaunch, *, now: datetime) -> Launch:
    """Use the launch up. Raises LaunchExpiredError for all but the first; if the caller's transaction fails, it is unused again."""
    taken = session.execute(
        update(LoginState)
        .where(
            LoginState.id == checked.login_id,
            LoginState.consumed_at.is_(None),
            LoginState.expires_at > now,
        )
        .values(consumed_at=now)
        .returning(LoginState.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if taken is None:
        raise LaunchExpiredError(login_id=str(checked.login_id))
    note(session, checked.launch.platform_id, "launch", at=now, status=200)
    return checked.launch


def read_login(session: Session, state: str, *, now: datetime) -> PendingLogin:
    """The launch under way that `state` belongs to. Raises LaunchExpiredError when it is unknown, used or too old."""
    pending = find_login(session, state, now=now)
    if pending is None:
        raise LaunchExpiredError()
    return pending


def find_login(session: Session, state: str, *, now: datetime) -> PendingLogin | None:
    query = (
        select(LoginState, Platform)
        .join(Platform, Platform.id == LoginState.platform_id)
        .where(
            LoginState.state_hash == hash_secret(state),
            LoginState.consumed_at.is_(None),
            LoginState.expires_at > now,
            Platform.retired_at.is_(None),
        )
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    row, platform = found
    return PendingLogin(
        login_id=row.id,
        platform=platform,
        nonce=row.nonce,
        target_link_uri=row.target_link_uri,
        state_hash=row.state_hash,
        browser_hash=row.browser_hash,
        storage_target=row.storage_target,
        created_at=row.created_at,
    )


def _check_browser(pending: PendingLogin, proof: BrowserProof) -> str | None:
    """Gives the browser's key when its cookie is what proved it."""
    if _matches(proof.browser_key, pending.browser_hash):
        return proof.browser_key
    if pending.storage_target is not None and _is_stored(pending, proof):
        return None
    raise BrowserMismatchError(
        platform_id=str(pending.platform.id), has_storage=pending.storage_target is not None
    )


def _is_stored(pending: PendingLogin, proof: BrowserProof) -> bool:
    has_nonce = hmac.compare_digest(hash_secret(proof.stored_nonce or ""), hash_secret(pending.nonce))
    return has_nonce and _matches(proof.stored_state, pending.state_hash)


def _matches(value: str | None, expected_hash: str | None) -> bool:
    if not value or not expected_hash:
        return False
    return hmac.compare_digest(hash_secret(value), expected_hash)

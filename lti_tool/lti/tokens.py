"""Access tokens for an LMS's services: asked for with a signed assertion, kept encrypted, shared by processes, never by registrations.

Spec: https://www.imsglobal.org/spec/security/v1p0 section 4.1 (client credentials with private_key_jwt)
"""

from __future__ import annotations

import hashlib
import json
import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from authlib.oauth2.rfc7523 import private_key_jwt_sign  # type: ignore[import-untyped]  # Authlib ships no types
from joserfc.jwk import RSAKey
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.errors import DeliveryError, DeliveryRefusedError, DeliveryRetryError, SettingsError
from lti_tool.lti.http import Answer, find_retry_after_s, send
from lti_tool.lti.keys import signing_key
from lti_tool.lti.message_log import note_answer, noting_failure
from lti_tool.lti.seal import Seal
from lti_tool.lti.spec import ALGORITHM, ASSERTION_TYPE
from lti_tool.lti.tables import AccessToken, Platform

Clock = Callable[[], datetime]
REFRESHED_EARLY = timedelta(seconds=60)
ASSERTION_LIFE_S = 300
PAUSE_AFTER_REFUSAL = timedelta(seconds=5)
"""How long an LMS that refused us is not asked again: a thousand waiting grades are one question, not a thousand."""
_DEFAULT_LIFE_S, _LONGEST_LIFE_S, _LONGEST_TOKEN = 300, 24 * 3600, 16_384


@dataclass(frozen=True, kw_only=True)
class Token:
    """A bearer token and when it ends."""

    value: str
    expires_at: datetime

    def is_live(self, now: datetime) -> bool:
        return now < self.expires_at - REFRESHED_EARLY


class TokenStore:
    """Tokens by registration and scopes: in this process first, then the database, then the LMS. One request at a time for each."""

    def __init__(self, sessions: SessionFactory, seal: Seal, client: httpx.Client, clock: Clock) -> None:
        self._sessions, self._seal, self._client, self._clock = sessions, seal, client, clock
        self._guard = threading.Lock()
        self._locks: dict[tuple[uuid.UUID, str], threading.Lock] = {}
        self._known: dict[tuple[uuid.UUID, str], Token] = {}
        self._refusals: dict[tuple[uuid.UUID, str], tuple[datetime, DeliveryError]] = {}

    def get(self, platform: Platform, scopes: Iterable[str], *, instead_of: str | None = None) -> str:
        """A token for these scopes; `instead_of` names one that the LMS no longer takes. Not to be called within a transaction."""
        wanted = tuple(sorted(scopes))
        slot = (platform.id, scope_key(platform, wanted))
        with self._guard:
            lock = self._locks.setdefault(slot, threading.Lock())
        with lock:
            token = self._known.get(slot)
            if token is None or not self._serves(token, instead_of):
                token = self._find_stored(slot)
            if token is None or not self._serves(token, instead_of):
                token = self._fetch_unless_refused(slot, platform, wanted)
                self._store(slot, token)
            self._known[slot] = token
            return token.value

    def fetch_new(self, platform: Platform, scopes: Iterable[str]) -> None:
        """Ask the LMS for a token and throw it away: a test of the connection."""
        self._fetch(platform, tuple(sorted(scopes)))

    def _serves(self, token: Token, instead_of: str | None) -> bool:
        return token.value != instead_of and token.is_live(self._clock())

    def _find_stored(self, slot: tuple[uuid.UUID, str]) -> Token | None:
        with transaction(self._sessions) as session:
            row = session.get(AccessToken, slot)
        if row is None:
            return None
        try:
            value = self._seal.open(row.token_encrypted, purpose="access-token", about=_about(slot)).decode()
        except SettingsError:
            return None  # Closed with a former secret key; a new one is a request away.
        return Token(value=value, expires_at=row.expires_at)

    def _store(self, slot: tuple[uuid.UUID, str], token: Token) -> None:
        sealed = self._seal.close(token.value.encode(), purpose="access-token", about=_about(slot))
        new = {"token_encrypted": sealed, "expires_at": token.expires_at}
        row = insert(AccessToken).values(platform_id=slot[0], scope_key=slot[1], **new)
        with transaction(self._sessions) as session:
            session.execute(row.on_conflict_do_update(index_elements=["platform_id", "scope_key"], set_=new))
            ended = AccessToken.expires_at < self._clock() - timedelta(days=1)
            session.execute(delete(AccessToken).where(AccessToken.platform_id == slot[0], ended))

    def _fetch_unless_refused(
        self, slot: tuple[uuid.UUID, str], platform: Platform, scopes: tuple[str, ...]
    ) -> Token:
        refused_at, refusal = self._refusals.get(slot, (None, None))
        if (
            refusal is not None
            and refused_at is not None
            and self._clock() < refused_at + PAUSE_AFTER_REFUSAL
        ):
            raise refusal.with_traceback(None)
        try:
            return self._fetch(platform, scopes)
        except DeliveryError as error:
            if "status" in error.data:
                self._refusals[slot] = (self._clock(), error)
            raise

    def _fetch(self, platform: Platform, scopes: tuple[str, ...]) -> Token:
        with transaction(self._sessions) as session:
            key = signing_key(session, self._seal)
        now = self._clock()
        with noting_failure(self._sessions, platform.id, "token", at=now):
            token = fetch_token(self._client, platform, scopes, key=key, now=now)
        note_answer(self._sessions, platform.id, "token", 200, at=now)
        return token


def scope_key(platform: Platform, scopes: Iterable[str]) -> str:
    """What a token is kept under: changes with everything that the token depends on."""
    parts = [platform.client_id, platform.token_url, platform.audience, *sorted(scopes)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _about(slot: tuple[uuid.UUID, str]) -> str:
    return f"{slot[0]}/{slot[1]}"


def fetch_token(
    client: httpx.Client, platform: Platform, scopes: Iterable[str], *, key: RSAKey, now: datetime
) -> Token:
    """Ask the LMS for a token. Raises DeliveryRetryError or DeliveryRefusedError with what to look at."""
    answer = send(client, _token_request(client, platform, scopes, key))
    if not answer.is_success:
        raise _token_refusal(answer, now)
    return _read_token(answer, frozenset(scopes), now)


def _token_request(
    client: httpx.Client, platform: Platform, scopes: Iterable[str], key: RSAKey
) -> httpx.Request:
    assertion = private_key_jwt_sign(
        key,
        client_id=platform.client_id,
        token_endpoint=platform.audience or platform.token_url,
        alg=ALGORITHM,
        header={"kid": key.kid, "typ": "JWT"},
        expires_in=ASSERTION_LIFE_S,
    )
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
        "scope": " ".join(sorted(scopes)),
    }
    return client.build_request("POST", platform.token_url, data=form, headers={"Accept": "application/json"})


def _token_refusal(answer: Answer, now: datetime) -> DeliveryRetryError:
    body = answer.find_json()
    error = body.get("error") if isinstance(body, dict) else None
    wait_s = find_retry_after_s(answer, now)
    if answer.status == 429 or answer.status >= 500:
        return DeliveryRetryError(
            "The LMS is busy or out of order just now.", retry_after_s=wait_s, status=answer.status
        )
    sentence = _TOKEN_SENTENCES.get(error) if isinstance(error, str) else None
    return DeliveryRetryError(
        sentence
        or "The LMS did not give InfoLit access to its gradebook. Its administrator can see why with `infolit platform test`.",
        retry_after_s=wait_s,
        status=answer.status,
        lms_error=error if sentence else None,
    )


_TOKEN_SENTENCES = {
    "invalid_client": "The LMS does not recognise InfoLit: its client id, its key list address or the audience are not as registered.",
    "invalid_grant": "The LMS does not accept InfoLit's signature: it may hold old keys, or the clocks differ.",
    "invalid_scope": "The LMS does not allow InfoLit to use its gradebook: the permission for scores is turned off in its registration.",
    "unauthorized_client": "The LMS has turned InfoLit's registration off.",
}


def _read_token(answer: Answer, scopes: frozenset[str], now: datetime) -> Token:
    body = answer.find_json()
    value = body.get("access_token") if isinstance(body, dict) else None
    if (
        not isinstance(value, str)
        or not value.isascii()
        or not value.isprintable()
        or not 0 < len(value) <= _LONGEST_TOKEN
    ):
        raise DeliveryRetryError(
            "The LMS answered with something else than an access token.", status=answer.status
        )
    granted = body.get("scope")
    if isinstance(granted, str) and granted and scopes.isdisjoint(granted.split()):
        raise DeliveryRefusedError(
            "The LMS does not allow InfoLit to do this: the permission is turned off in its registration.",
            missing=" ".join(sorted(scopes)),
        )
    return Token(value=value, expires_at=now + timedelta(seconds=_read_life_s(body.get("expires_in"))))


def _read_life_s(value: Any) -> float:
    """`expires_in` is a number; some LMSs write it as text, and some leave it out."""
    try:
        life_s = float(value)
    except (TypeError, ValueError, OverflowError):
        return _DEFAULT_LIFE_S
    return min(life_s, _LONGEST_LIFE_S) if life_s > 0 else _DEFAULT_LIFE_S

"""The public keys of LMSs, kept in memory for as long as the LMS allows, and fetched again when it signs with a new one.

Fetching never happens inside a database transaction. One cache serves a process; each registration's keys are its own.
Spec: https://www.imsglobal.org/spec/security/v1p0 section 6.3
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import httpx
from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from lti_tool.errors import DeliveryRetryError, LaunchUntrustedError
from lti_tool.lti.http import Answer, send
from lti_tool.lti.spec import ALGORITHM
from lti_tool.lti.tables import Platform

Keys = Mapping[str, RSAKey]
DEFAULT_LIFE = timedelta(hours=1)
SHORTEST_LIFE = timedelta(seconds=60)
"""Also for `no-cache`: a class of thirty that opens an assignment together causes one fetch, not thirty."""
LONGEST_LIFE = timedelta(hours=24)
PAUSE_AFTER_REFETCH = timedelta(seconds=30)
PAUSE_AFTER_FAILURE = timedelta(seconds=10)
STALE_LIFE = timedelta(hours=24)
"""How long known keys may be used when the LMS's key list cannot be read."""
_LEAST_BITS, _MOST_BITS, _MOST_KEYS = 2048, 8192, 50
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})")
_NOT_KEPT = re.compile(r"\bno-(?:cache|store)\b")


class KeySource(Protocol):
    """Where a launch's check gets the LMS's key from."""

    def get_key(self, platform: Platform, kid: str, now: datetime) -> RSAKey:
        """Raises LaunchUntrustedError when the LMS publishes no such key, or cannot be asked."""
        ...


class KeyListError(Exception):
    """A key list could not be used; the message says why, in words for an administrator."""


@dataclass
class _Cached:
    url: str
    keys: Keys = field(default_factory=dict)
    fetched_at: datetime | None = None
    fresh_until: datetime | None = None
    no_fetch_before: datetime | None = None
    problem: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_fresh(self, now: datetime) -> bool:
        return self.fresh_until is not None and now < self.fresh_until

    def may_fetch(self, now: datetime) -> bool:
        return self.no_fetch_before is None or now >= self.no_fetch_before

    def is_usable(self, now: datetime) -> bool:
        return self.fetched_at is not None and now < self.fetched_at + STALE_LIFE


class PlatformKeys:
    """The keys of all registered LMSs, for one process."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._by_platform: dict[uuid.UUID, _Cached] = {}

    def get_key(self, platform: Platform, kid: str, now: datetime) -> RSAKey:
        cached = self._cached(platform)
        key = cached.keys.get(kid) if cached.is_fresh(now) else None
        if key is None:
            with cached.lock:
                key = self._look_up(cached, kid, now)
        if key is not None:
            return key
        if cached.problem:
            raise LaunchUntrustedError(
                f"InfoLit could not read the signing keys of your LMS just now: {cached.problem}",
                platform_id=str(platform.id),
            )
        raise LaunchUntrustedError(
            "The launch is signed with a key that your LMS does not publish.",
            platform_id=str(platform.id),
            kid=kid[:64],
        )

    def _look_up(self, cached: _Cached, kid: str, now: datetime) -> RSAKey | None:
        if not cached.is_fresh(now):
            self._fetch(cached, now)
        elif kid not in cached.keys:
            self._fetch(cached, now, pause=PAUSE_AFTER_REFETCH)
        return cached.keys.get(kid) if cached.is_usable(now) else None

    def _cached(self, platform: Platform) -> _Cached:
        with self._lock:
            cached = self._by_platform.get(platform.id)
            if cached is None or cached.url != platform.jwks_url:
                cached = self._by_platform[platform.id] = _Cached(platform.jwks_url)
            return cached

    def _fetch(self, cached: _Cached, now: datetime, *, pause: timedelta | None = None) -> None:
        """Read the list again unless that was done a moment ago. On failure the known keys stay."""
        if not cached.may_fetch(now):
            return
        try:
            cached.keys, life = fetch_keys(self._client, cached.url)
        except KeyListError as error:
            cached.problem = str(error)
            cached.no_fetch_before = now + PAUSE_AFTER_FAILURE
            return
        cached.problem = ""
        cached.fetched_at, cached.fresh_until = now, now + life
        cached.no_fetch_before = now + pause if pause else None


def fetch_keys(client: httpx.Client, url: str) -> tuple[Keys, timedelta]:
    """The signing keys at `url` by key id, and how long they may be kept. Raises KeyListError."""
    try:
        answer = send(client, client.build_request("GET", url, headers={"Accept": "application/json"}))
    except DeliveryRetryError as error:
        raise KeyListError(error.message) from error
    if not answer.is_success:
        raise KeyListError(f"The address answers with status {answer.status}.")
    document = answer.find_json()
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise KeyListError('What is at that address is not a key list (JSON with "keys").')
    found = {key.kid: key for key in map(_find_signing_key, keys[:_MOST_KEYS]) if key is not None and key.kid}
    if not found:
        raise KeyListError("The key list holds no RSA key for RS256 signatures.")
    return found, _life(answer)


def _find_signing_key(jwk: Any) -> RSAKey | None:
    """One entry as a key; None for keys of other kinds, for other uses, malformed ones, and ones too weak to trust."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or not isinstance(jwk.get("kid"), str):
        return None
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", ALGORITHM) != ALGORITHM:
        return None
    modulus, exponent = jwk.get("n"), jwk.get("e")
    if not isinstance(modulus, str) or not isinstance(exponent, str) or len(exponent) > 16:
        return None
    if not _LEAST_BITS <= len(modulus) * 6 <= _MOST_BITS + 64:  # Base64 holds 6 bits a character.
        return None
    public = {"kty": "RSA", "kid": jwk["kid"], "use": "sig", "alg": ALGORITHM, "n": modulus, "e": exponent}
    try:
        key = RSAKey.import_key(public)
        bits = key.public_key.key_size
    except (JoseError, ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if _LEAST_BITS <= bits <= _MOST_BITS else None


def _life(answer: Answer) -> timedelta:
    """How long a list may be kept, by its Cache-Control, within bounds."""
    control = answer.headers.get("cache-control", "").lower()
    if _NOT_KEPT.search(control):
        return SHORTEST_LIFE
    stated = _MAX_AGE.search(control)
    if stated is None:
        return DEFAULT_LIFE
    return min(max(timedelta(seconds=int(stated[1])), SHORTEST_LIFE), LONGEST_LIFE)

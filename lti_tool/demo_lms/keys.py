"""The platform's own signing keys, and its copy of the tool's public keys."""

from __future__ import annotations

import base64
import json
import threading
import urllib.request
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from joserfc.jwt import Token

from lti_tool.demo_lms.files import write_atomically

ALGORITHM = "RS256"
_KEY_BITS = 2048
_FETCH_TIMEOUT_S = 5
_MAX_JWKS_BYTES = 256 * 1024


class KeyRing:
    """Two RSA keys, both published, the first in use; kept in a file when there is a folder for it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._keys = _load_keys(path) or [_new_key(), _new_key()]
        self._save()

    @property
    def active(self) -> RSAKey:
        return self._keys[0]

    def sign(self, claims: dict[str, Any]) -> str:
        key = self.active
        return jwt.encode(
            {"alg": ALGORITHM, "typ": "JWT", "kid": key.kid}, claims, key, algorithms=[ALGORITHM]
        )

    def public(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self._keys]}

    def rotate(self) -> str:
        """A new key takes over, the one in use stays published, the older one goes. Returns the new key id."""
        fresh = _new_key()
        with self._lock:
            self._keys = [fresh, self._keys[0]]
            self._save()
        return fresh.kid or ""

    def _save(self) -> None:
        if self._path:
            keys = [key.as_dict(private=True) for key in self._keys]
            write_atomically(self._path, json.dumps({"keys": keys}))


def _new_key() -> RSAKey:
    return RSAKey.generate_key(
        _KEY_BITS, parameters={"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True
    )


def _load_keys(path: Path | None) -> list[RSAKey]:
    if path is None or not path.exists():
        return []
    return [RSAKey.import_key(key) for key in json.loads(path.read_text(encoding="utf-8"))["keys"]]


class ToolTokenError(Exception):
    """A JWT from the tool could not be trusted; the message says why."""


class ToolKeys:
    """The tool's key set, fetched on first need and again when a key id is unknown."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._keys: dict[str, Any] = {}

    def verify(self, token: str) -> Token:
        """Signature only; what the claims must say is the caller's business."""
        key = self._find_key(_read_kid(token))
        try:
            return jwt.decode(token, key, algorithms=[ALGORITHM])
        except (JoseError, ValueError, TypeError) as problem:
            raise ToolTokenError(
                f"the signature does not verify with the tool's published key: {problem}"
            ) from problem

    def _find_key(self, kid: str) -> Any:
        with self._lock:
            if kid not in self._keys:
                self._keys = _fetch_keys(self._url)
            if kid not in self._keys:
                raise ToolTokenError(f"key id {kid!r} is not among the keys at {self._url}")
            return self._keys[kid]


def _read_kid(token: str) -> str:
    header = peek(token)["header"]
    if header.get("alg") != ALGORITHM:
        raise ToolTokenError(f"alg is {header.get('alg')!r}; only {ALGORITHM} is accepted")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise ToolTokenError("the header has no kid, so no key can be chosen")
    return kid


def _fetch_keys(url: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(url, timeout=_FETCH_TIMEOUT_S) as answer:  # noqa: S310 - URL is configuration
            document = json.loads(answer.read(_MAX_JWKS_BYTES))
        return {key.kid: key for key in KeySet.import_key_set(document).keys if key.kid}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, JoseError) as problem:
        raise ToolTokenError(f"the tool's keys could not be read from {url}: {problem}") from problem


def peek(token: str) -> dict[str, Any]:
    """Header and claims of a JWT, unverified: for choosing a key and for the log."""
    parts = token.split(".")
    if len(parts) != 3:
        raise ToolTokenError("not a JWT: it does not have three parts")
    try:
        header, claims = (_decode_part(part) for part in parts[:2])
    except ValueError as problem:
        raise ToolTokenError(f"not a JWT: {problem}") from problem
    return {"header": header, "claims": claims}


def _decode_part(part: str) -> dict[str, Any]:
    decoded = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(decoded, dict):
        raise ValueError("a part is not a JSON object")
    return decoded

"""Encryption at rest for our private keys, access tokens and uploaded rosters: AES-256-GCM under a key made from INFOLIT_SECRET_KEY."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lti_tool.errors import SettingsError

Purpose = Literal["tool-key", "access-token", "roster-secret", "roster-upload"]
_VERSION = b"\x01"
_NONCE_BYTES = 12


class Seal:
    """Closes and opens secrets. What was closed for one purpose, or about one thing, does not open for another."""

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()
        self._cipher = lru_cache(maxsize=8)(self._make_cipher)

    def close(self, plain: bytes, *, purpose: Purpose, about: str) -> bytes:
        """`about` names what it belongs to (a key id, a platform), so that rows cannot be swapped."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher(purpose).encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, *, purpose: Purpose, about: str) -> bytes:
        """Raises SettingsError when the secret key is not the one it was closed with."""
        version, nonce, box = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if version != _VERSION or len(nonce) != _NONCE_BYTES:
            raise SettingsError(
                "A stored secret was written by another version of InfoLit and cannot be read."
            )
        try:
            return self._cipher(purpose).decrypt(nonce, box, about.encode())
        except InvalidTag as error:
            raise SettingsError(
                "INFOLIT_SECRET_KEY is not the one this database was set up with, so stored secrets cannot be read. "
                "Set it back to the value it had. If that is lost, `infolit keys rotate --all` starts with new keys."
            ) from error

    def _make_cipher(self, purpose: Purpose) -> AESGCM:
        info = f"infolit/{purpose}".encode()
        return AESGCM(HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(self._secret))

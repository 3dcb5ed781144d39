"""Our own RSA keys: made, published, rotated. One signs; the next is published before it is needed, so LMSs know it already."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from joserfc.jwk import RSAKey
from sqlalchemy import delete, func, or_, select, text
from sqlalchemy.orm import Session

from lti_tool.errors import NotReadyError
from lti_tool.lti.seal import Seal
from lti_tool.lti.spec import ALGORITHM
from lti_tool.lti.tables import ToolKey

BITS = 2048
KEYS_IN_USE = 2
PUBLISHED_AFTER_RETIREMENT = timedelta(days=2)
"""Longer than any message we sign lives, and than any LMS keeps our key list."""
KNOWN_AFTER = timedelta(hours=1)
"""How long a key is published before it signs: LMSs read our list at least that often."""
_LOCK = 0x1F0117B  # One process at a time makes keys; any constant of ours does.


def ensure_keys(session: Session, seal: Seal, now: datetime) -> None:
    """See to it that one key can sign and the next is published. Safe to call from every process at every start."""
    _lock(session)
    for _ in range(KEYS_IN_USE - len(_list_active(session))):
        _add_key(session, seal, now)


def rotate_keys(session: Session, seal: Seal, now: datetime, *, every_key: bool = False) -> str:
    """Let the next key sign and publish another; the old one stays published for a while. Gives the new signing key's id.

    `every_key` retires the next key too: after a leak, or when the secret key that closed them is lost.
    """
    _lock(session)
    session.execute(delete(ToolKey).where(ToolKey.published_until <= now))
    active = _list_active(session)
    for key in active if every_key else active[:1]:
        key.retired_at = now
        key.published_until = now + PUBLISHED_AFTER_RETIREMENT
    session.flush()
    ensure_keys(session, seal, now)
    return _list_active(session)[0].kid


def list_published(session: Session, now: datetime) -> list[ToolKey]:
    """The keys LMSs see: the one that signs first, then the next, then retired ones that may still be needed."""
    still_needed = or_(ToolKey.retired_at.is_(None), ToolKey.published_until > now)
    query = select(ToolKey).where(still_needed)
    rows = session.scalars(
        query.order_by(ToolKey.retired_at.desc().nulls_first(), ToolKey.created_at, ToolKey.kid)
    )
    return list(rows)


def may_rotate(session: Session, now: datetime) -> bool:
    """Whether the next key has been published for long enough that LMSs know it."""
    active = _list_active(session)
    return len(active) < KEYS_IN_USE or active[1].created_at + KNOWN_AFTER <= now


def rotate_if_due(session: Session, seal: Seal, now: datetime, *, every: timedelta) -> str | None:
    """Rotate when the signing key has signed for `every`; gives the new one's id, or None when it is not time yet."""
    _lock(session)
    active = _list_active(session)
    last = session.scalar(select(func.max(ToolKey.retired_at)))
    since = last or (active[0].created_at if active else now)
    return rotate_keys(session, seal, now) if now - since >= every else None


def signing_key(session: Session, seal: Seal) -> RSAKey:
    """The key that signs what we send. Parsed once per process: signing from PEM text is a hundred times slower."""
    row = next(iter(_list_active(session)), None)
    if row is None:
        raise NotReadyError("InfoLit has no signing key yet. It makes one when it starts.")
    return _parse(seal, row.kid, row.private_pem_encrypted)


def public_jwks(session: Session, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """The key list LMSs fetch: keys in use, and retired ones that a message on its way may still need."""
    still_needed = or_(ToolKey.retired_at.is_(None), ToolKey.published_until > now)
    rows = session.scalars(
        select(ToolKey.public_jwk).where(still_needed).order_by(ToolKey.created_at, ToolKey.kid)
    )
    return {"keys": list(rows)}


def _list_active(session: Session) -> list[ToolKey]:
    query = select(ToolKey).where(ToolKey.retired_at.is_(None)).order_by(ToolKey.created_at, ToolKey.kid)
    return list(session.scalars(query))


def _add_key(session: Session, seal: Seal, now: datetime) -> None:
    key = RSAKey.generate_key(BITS, parameters={"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)
    pem = key.as_pem(private=True)
    session.add(
        ToolKey(
            kid=key.kid,
            private_pem_encrypted=seal.close(pem, purpose="tool-key", about=key.kid or ""),
            public_jwk=dict(key.as_dict(private=False)),
            created_at=now,
        )
    )
    session.flush()


@lru_cache(maxsize=16)
def _parse(seal: Seal, kid: str, sealed: bytes) -> RSAKey:
    pem = seal.open(sealed, purpose="tool-key", about=kid)
    return RSAKey.import_key(pem, {"kid": kid, "use": "sig", "alg": ALGORITHM})


def _lock(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})

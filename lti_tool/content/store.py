"""Published snapshots in the database: immutable, found by the hash of what they hold."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.content.snapshot import Snapshot, load_snapshot
from lti_tool.db.base import Base, created


class ContentSnapshot(Base):
    """A module or quiz exactly as it was when somebody began it. Shared by all districts: it holds nothing of anybody's."""

    __tablename__ = "content_snapshot"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_kind: Mapped[str] = mapped_column(String(8))
    content_id: Mapped[str] = mapped_column(String(64), index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[created]


class ContentPicture(Base):
    """A picture of some snapshot, by the hash of its bytes: it is there as long as an attempt may show it."""

    __tablename__ = "content_picture"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes]


def save_snapshot(session: Session, snapshot: Snapshot, read: Callable[[str], bytes]) -> None:
    """Keep a snapshot and its pictures (`read`: from SHA-256 to bytes); what is kept already stays as it is."""
    known = session.scalar(select(ContentSnapshot.hash).where(ContentSnapshot.hash == snapshot.hash))
    if known is not None:
        return
    for sha256 in sorted(set(snapshot.media.values())):
        session.execute(
            insert(ContentPicture).values(sha256=sha256, body=read(sha256)).on_conflict_do_nothing()
        )
    save_amended(session, snapshot)


def save_amended(session: Session, snapshot: Snapshot) -> None:
    """Keep a snapshot made of kept ones, whose pictures are there."""
    session.execute(
        insert(ContentSnapshot)
        .values(
            hash=snapshot.hash,
            content_kind=snapshot.kind,
            content_id=snapshot.content_id,
            body=snapshot.document,
        )
        .on_conflict_do_nothing()
    )


def get_snapshot(session: Session, content_hash: str) -> Snapshot:
    """The snapshot with this hash, from memory when it was read before."""
    known = _loaded(content_hash)
    if known.snapshot is None:
        body = session.scalars(select(ContentSnapshot.body).where(ContentSnapshot.hash == content_hash)).one()
        known.snapshot = load_snapshot(body)
    return known.snapshot


def find_newest(session: Session, kind: str, content_id: str) -> Snapshot | None:
    """The newest snapshot of a module or quiz, or None."""
    newest = session.scalar(
        select(ContentSnapshot.hash)
        .where(ContentSnapshot.content_kind == kind, ContentSnapshot.content_id == content_id)
        .order_by(ContentSnapshot.created_at.desc())
        .limit(1)
    )
    return None if newest is None else get_snapshot(session, newest)


def get_picture(session: Session, sha256: str) -> bytes | None:
    """The bytes of a snapshot's picture, or None."""
    return session.scalar(select(ContentPicture.body).where(ContentPicture.sha256 == sha256))


class _Slot:
    snapshot: Snapshot | None = None


@lru_cache(maxsize=256)
def _loaded(content_hash: str) -> _Slot:
    """A place in memory for one hash: snapshots never change, so they never go stale."""
    return _Slot()

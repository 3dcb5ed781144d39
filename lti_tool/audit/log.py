"""Writing, reading and taking back entries. What a deed changes, and how that is undone, belongs to whoever does it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.audit.tables import AuditEntry
from lti_tool.errors import ConflictError, NotFoundError
from lti_tool.facts.people import Access

LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What something was done to: each part narrows it down."""

    person_id: uuid.UUID | None = None
    section_id: uuid.UUID | None = None
    placement_id: uuid.UUID | None = None
    attempt_id: uuid.UUID | None = None
    item_id: str | None = None


def note(
    session: Session,
    access: Access,
    action: str,
    subject: Subject,
    *,
    now: datetime,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write an entry in the caller's transaction, by the person of `access`. The values are plain JSON."""
    entry = AuditEntry(
        tenant_id=access.tenant_id,
        at=now,
        by_person_id=access.person_id,
        action=action,
        person_id=subject.person_id,
        section_id=subject.section_id,
        placement_id=subject.placement_id,
        attempt_id=subject.attempt_id,
        item_id=subject.item_id,
        reason=reason.strip()[:LONGEST_REASON],
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
    )
    session.add(entry)
    session.flush()
    return entry


def get_entry(session: Session, access: Access, entry_id: int) -> AuditEntry:
    """An entry of the caller's district; whether it is theirs to undo, the caller checks. Raises NotFoundError."""
    entry = session.scalar(
        select(AuditEntry).where(AuditEntry.id == entry_id, AuditEntry.tenant_id == access.tenant_id)
    )
    if entry is None:
        raise NotFoundError
    return entry


def mark_undone(session: Session, entry: AuditEntry, by: AuditEntry) -> None:
    """Say that `by` took `entry` back. Of two who undo at once the second gets a ConflictError, and its transaction ends."""
    taken = session.scalar(
        update(AuditEntry)
        .where(AuditEntry.id == entry.id, AuditEntry.undone_by_id.is_(None))
        .values(undone_by_id=by.id)
        .returning(AuditEntry.id)
    )
    if taken is None:
        raise ConflictError("This was taken back already. Load the page again to see how things stand.")


def list_entries(
    session: Session, access: Access, subject: Subject, *, actions: tuple[str, ...] = (), limit: int = 100
) -> list[AuditEntry]:
    """The newest entries of the district that match every given part of `subject`, the newest first."""
    query = select(AuditEntry).where(AuditEntry.tenant_id == access.tenant_id)
    for name in ("person_id", "section_id", "placement_id", "attempt_id", "item_id"):
        wanted = getattr(subject, name)
        if wanted is not None:
            query = query.where(getattr(AuditEntry, name) == wanted)
    if actions:
        query = query.where(AuditEntry.action.in_(actions))
    return list(session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)))

"""The district's own banks: who sees and changes which, and what is done to them. Each deed is noted, and another one takes it back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.audit.log import Subject, get_entry, list_entries, mark_undone, note
from lti_tool.audit.tables import AuditEntry
from lti_tool.errors import ConflictError, ForbiddenError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.holdings.tables import OwnBank, OwnEdition, OwnRevision

Deed: TypeAlias = Literal["share", "unshare", "withdraw", "offer"]
DEEDS: Mapping[str, Mapping[str, bool]] = {
    "share": {"is_shared": True},
    "unshare": {"is_shared": False},
    "withdraw": {"is_withdrawn": True},
    "offer": {"is_withdrawn": False},
}
KEEP, REPLACE, UNDO = "own_keep", "own_replace", "own_undo"
UNDOABLE = (REPLACE, *(f"own_{deed}" for deed in DEEDS))
"""Keeping is taken back by withdrawing, and what was put back stays so until something else is done."""
ACTIONS = (KEEP, UNDO, *UNDOABLE)


@dataclass(frozen=True, kw_only=True)
class OwnLine:
    """A bank as a list shows it."""

    bank: OwnBank
    edition: OwnEdition
    is_mine: bool
    may_change: bool


def list_banks(session: Session, access: Access) -> list[OwnLine]:
    """Every bank this person sees, withdrawn ones last."""
    rows = session.execute(
        select(OwnBank, OwnEdition)
        .join(OwnEdition, (OwnEdition.own_bank_id == OwnBank.id) & (OwnEdition.number == OwnBank.edition))
        .where(*_seen(access))
    )
    lines = [_line(access, bank, edition) for bank, edition in rows]
    return sorted(lines, key=lambda line: (line.bank.withdrawn_at is not None, line.edition.title.casefold()))


def get_line(session: Session, access: Access, bank_id: str) -> OwnLine:
    """One bank this person sees. Raises NotFoundError."""
    found = next((line for line in list_banks(session, access) if line.bank.bank_id == bank_id), None)
    if found is None:
        raise NotFoundError
    return found


def is_foreign(session: Session, tenant_id: uuid.UUID, content_id: str) -> bool:
    """Whether this is another district's own."""
    owner = session.scalar(select(OwnBank.tenant_id).where(OwnBank.bank_id == content_id))
    return owner is not None and owner != tenant_id


def _line(access: Access, bank: OwnBank, edition: OwnEdition) -> OwnLine:
    return OwnLine(
        bank=bank, edition=edition, is_mine=_is_mine(access, bank), may_change=may_change(access, bank)
    )


def _seen(access: Access) -> list[ColumnElement[bool]]:
    own = [OwnBank.tenant_id == access.tenant_id]
    if access.is_specialist:
        return own
    is_open = and_(OwnBank.is_shared, OwnBank.withdrawn_at.is_(None))
    return [*own, or_(is_open, OwnBank.brought_by == access.person_id)]


def _is_mine(access: Access, bank: OwnBank) -> bool:
    return access.person_id is not None and bank.brought_by == access.person_id


def may_change(access: Access, bank: OwnBank) -> bool:
    """Specialists may; a teacher their own, as long as it is not everybody's."""
    return access.is_specialist or (_is_mine(access, bank) and not bank.is_shared)


def get_changeable(session: Session, access: Access, bank_id: str) -> OwnBank:
    """A bank to be changed, locked, with the district's revision raised. Raises NotFoundError, or ForbiddenError where it may only be seen."""
    raise_revision(session, access.tenant_id)
    bank = session.scalar(select(OwnBank).where(*_seen(access), OwnBank.bank_id == bank_id).with_for_update())
    if bank is None:
        raise NotFoundError
    if not may_change(access, bank):
        raise ForbiddenError("These questions are shared by a specialist, who alone can change them.")
    return bank


def raise_revision(session: Session, tenant_id: uuid.UUID) -> None:
    """Say that something of the district's own changes in this transaction. Another change of the district waits here until its end.

    What the district holds (`Holdings`) is asked for before or after, never between: it would be remembered though it may be rolled back.
    """
    session.execute(
        insert(OwnRevision)
        .values(tenant_id=tenant_id, revision=1)
        .on_conflict_do_update(index_elements=["tenant_id"], set_={"revision": OwnRevision.revision + 1})
    )


def do(
    session: Session, access: Access, bank_id: str, deed: Deed, *, now: datetime, seen: int | None = None
) -> None:
    """Share, stop sharing, withdraw or offer again. What is so already stays so. `seen`: the edition that was looked at."""
    bank = get_changeable(session, access, bank_id)
    require_seen(bank, seen)
    change(session, access, bank, f"own_{deed}", DEEDS[deed], now=now)


def require_seen(bank: OwnBank, seen: int | None) -> None:
    """Raises ConflictError where another edition holds than the one that somebody looked at."""
    if seen is not None and bank.edition != seen:
        raise ConflictError("Somebody has replaced these questions since. Look at them again first.")


def change(
    session: Session,
    access: Access,
    bank: OwnBank,
    action: str,
    wanted: Mapping[str, Any],
    *,
    now: datetime,
) -> AuditEntry | None:
    """Bring a locked bank into a state, and note it; None where it is in it already. Raises ForbiddenError."""
    before = state_of(bank)
    after = before | dict(wanted)
    if after == before:
        return None
    if after["is_shared"] != before["is_shared"] and not access.is_specialist:
        raise ForbiddenError("Sharing with the whole district is for specialists: ask yours.")
    is_offered = before["is_withdrawn"] and not after["is_withdrawn"]
    if is_offered and not may_offer(session, access, bank):
        raise ForbiddenError("A specialist withdrew these questions. Only a specialist can offer them again.")
    bank.edition, bank.is_shared, bank.changed_at = after["edition"], after["is_shared"], now
    bank.withdrawn_at = (bank.withdrawn_at or now) if after["is_withdrawn"] else None
    return note(session, access, action, Subject(item_id=bank.bank_id), now=now, before=before, after=after)


def may_offer(session: Session, access: Access, bank: OwnBank) -> bool:
    """Whether a withdrawn bank that this person may change is theirs to offer again: a teacher takes back no specialist's withdrawal."""
    if access.is_specialist:
        return True
    withdrawal = session.execute(
        select(AuditEntry.by_person_id)
        .where(
            AuditEntry.tenant_id == access.tenant_id,
            AuditEntry.item_id == bank.bank_id,
            AuditEntry.action.in_(ACTIONS),
            AuditEntry.after["is_withdrawn"].as_boolean(),
            ~AuditEntry.before["is_withdrawn"].as_boolean(),
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).first()
    return withdrawal is None or withdrawal.by_person_id == access.person_id


def state_of(bank: OwnBank) -> dict[str, Any]:
    return {
        "edition": bank.edition,
        "is_shared": bank.is_shared,
        "is_withdrawn": bank.withdrawn_at is not None,
    }


def list_deeds(session: Session, access: Access, bank_id: str) -> list[AuditEntry]:
    """What was done to a bank the caller sees, the newest first."""
    return list_entries(session, access, Subject(item_id=bank_id), actions=ACTIONS, limit=20)


def undo(session: Session, access: Access, bank_id: str, entry_id: int, *, now: datetime) -> None:
    """Put a bank back to what it was before a deed. Raises ConflictError when it has changed since."""
    bank = get_changeable(session, access, bank_id)
    entry = get_entry(session, access, entry_id)
    if entry.action not in UNDOABLE or entry.item_id != bank_id:
        raise NotFoundError
    if entry.undone_by_id is not None or state_of(bank) != entry.after:
        raise ConflictError("This has changed since. Load the page again to see how things stand.")
    done = change(session, access, bank, UNDO, entry.before or {}, now=now)
    assert done is not None  # noqa: S101 - what stands differs from what is put back
    mark_undone(session, entry, done)

"""The audit log's table."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db.base import Base, tenant_fk


class AuditEntry(Base):
    """One deed: who did what to whom, when and why, and how it was before and after. What takes it back is an entry of its own."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("undone_by_id <> id", name="does_not_undo_itself"),
        Index("ix_audit_entry_placement_id_id", "placement_id", "id"),
        Index("ix_audit_entry_person_id_id", "person_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    """Grows with time: the order in which things were done."""
    tenant_id: Mapped[tenant_fk]
    at: Mapped[datetime]
    by_person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """Who did it; None once that person is removed from the tool."""
    action: Mapped[str] = mapped_column(String(32))
    """A verb with its object, such as `accommodate`, `extend` or `override`."""
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    """The student it was done to; None: a whole class, or an item."""
    section_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("section.id", ondelete="CASCADE"))
    placement_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"))
    """The assignment; None: what holds in all of them."""
    attempt_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("attempt.id", ondelete="SET NULL"))
    item_id: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(500))
    """In the words of who did it; may be empty where the page asks for none."""
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What was changed, as plain values; None: there was, or is, nothing."""
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("audit_entry.id", ondelete="SET NULL"))
    """The entry that took this one back."""

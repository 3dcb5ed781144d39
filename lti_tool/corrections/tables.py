"""Re-scores: one run over all attempts at a module or quiz, and what it changes of each."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db.base import Base, created, tenant_fk, uuid_pk

STATES = ("counting", "ready", "applying", "done")


class RescoreRun(Base):
    """Bringing finished attempts to a newer snapshot: first worked out (`counting`), then, once somebody says so, done (`applying`)."""

    __tablename__ = "rescore_run"
    __table_args__ = (CheckConstraint(f"state IN {STATES}", name="state_is_known"),)
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    content_kind: Mapped[str] = mapped_column(String(8))
    content_id: Mapped[str] = mapped_column(String(64))
    snapshot_hash: Mapped[str] = mapped_column(ForeignKey("content_snapshot.hash"))
    """The content by which is scored anew."""
    school_ids: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Only attempts made in these schools; None: in the whole district."""
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(12), default="counting")
    last_attempt: Mapped[uuid.UUID | None]
    """Attempts are gone through by their ids; this one was the last of the present state."""
    total: Mapped[int] = mapped_column(default=0)
    """Attempts to go through, as counted at the beginning of the present state."""
    done: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[created]
    finished_at: Mapped[datetime | None]


class RescoreChange(Base):
    """One attempt whose score a run changes, with the grade it belongs to."""

    __tablename__ = "rescore_change"
    run_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("rescore_run.id", ondelete="CASCADE"), primary_key=True
    )
    attempt_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True
    )
    tenant_id: Mapped[tenant_fk]
    placement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    before: Mapped[float]
    after: Mapped[float]
    """Score ratios of the attempt."""
    grade_before: Mapped[float | None]
    grade_after: Mapped[float | None]
    """Points of the gradebook; None where nothing goes there."""
    applied_at: Mapped[datetime | None]

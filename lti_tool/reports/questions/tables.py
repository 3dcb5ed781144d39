"""Answers of first attempts, and the sums over them.

Scores are whole ten-thousandths (`UNIT`), so that sums are exact: adding an attempt and taking it away again leaves no trace, in any order.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db.base import Base, tenant_fk, uuid_pk

UNIT = 10_000
"""A full mark."""


class FirstAnswer(Base):
    """One answer of a first attempt, with the total of its part of the attempt (the activities, or the quiz)."""

    __tablename__ = "first_answer"
    __table_args__ = (
        Index("ix_first_answer_content", "tenant_id", "content_kind", "content_id", "school_year"),
    )
    attempt_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[tenant_fk]
    placement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("placement.id", ondelete="CASCADE"), index=True
    )
    content_kind: Mapped[str] = mapped_column(String(8))
    content_id: Mapped[str] = mapped_column(String(64))
    school_year: Mapped[int]
    school_id: Mapped[uuid.UUID | None]
    grade: Mapped[int | None]
    lang: Mapped[str | None] = mapped_column(String(8))
    item_version: Mapped[str] = mapped_column(String(16))
    snapshot_hash: Mapped[str] = mapped_column(ForeignKey("content_snapshot.hash"))
    """Where the item of this version can be read."""
    part: Mapped[str] = mapped_column(String(12))
    score: Mapped[int]
    total: Mapped[int]
    """The sum of the scores of all items of this part of the attempt."""
    items: Mapped[int]
    """How many items that part has."""
    picks: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Ids of the options chosen; None for kinds without options."""


class ItemSums(Base):
    """The sums of one version of an item in one assignment, school and year: y is its score, t the total of the attempt's part."""

    __tablename__ = "item_sums"
    __table_args__ = (
        Index("ix_item_sums_content", "tenant_id", "content_kind", "content_id", "school_year"),
    )
    id: Mapped[uuid_pk]
    """Made from what it counts, so that simultaneous submissions lock their rows in one order."""
    tenant_id: Mapped[tenant_fk]
    placement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("placement.id", ondelete="CASCADE"), index=True
    )
    content_kind: Mapped[str] = mapped_column(String(8))
    content_id: Mapped[str] = mapped_column(String(64))
    school_year: Mapped[int]
    school_id: Mapped[uuid.UUID | None]
    part: Mapped[str] = mapped_column(String(12))
    item_id: Mapped[str] = mapped_column(String(64))
    item_version: Mapped[str] = mapped_column(String(16))
    n: Mapped[int]
    y: Mapped[int] = mapped_column(BigInteger)
    yy: Mapped[int] = mapped_column(BigInteger)
    t: Mapped[int] = mapped_column(BigInteger)
    tt: Mapped[int] = mapped_column(BigInteger)
    yt: Mapped[int] = mapped_column(BigInteger)


class PartSums(Base):
    """The sums of totals over the attempts of one assignment, school and year whose part has so many items."""

    __tablename__ = "part_sums"
    __table_args__ = (
        Index("ix_part_sums_content", "tenant_id", "content_kind", "content_id", "school_year"),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    placement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("placement.id", ondelete="CASCADE"), index=True
    )
    content_kind: Mapped[str] = mapped_column(String(8))
    content_id: Mapped[str] = mapped_column(String(64))
    school_year: Mapped[int]
    school_id: Mapped[uuid.UUID | None]
    part: Mapped[str] = mapped_column(String(12))
    items: Mapped[int]
    n: Mapped[int]
    t: Mapped[int] = mapped_column(BigInteger)
    tt: Mapped[int] = mapped_column(BigInteger)
    yy: Mapped[int] = mapped_column(BigInteger)
    """The squares of all scores of all items."""

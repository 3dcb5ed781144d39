"""The tables of standards. A row without a district holds for all of them; nothing here is about a person."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db.base import Base, short_str, uuid_pk


class Framework(Base):
    """A published set of standards, as a district or all of them imported it."""

    __tablename__ = "framework"
    __table_args__ = (
        CheckConstraint("source IN ('case', 'csv')", name="source_is_known"),
        Index(
            "uq_framework_tenant_id_guid",
            "tenant_id",
            "guid",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("tenant.id", ondelete="CASCADE"))
    """None: every district."""
    guid: Mapped[uuid.UUID]
    """The CFDocument's identifier; for a table's own framework one made from its title."""
    title: Mapped[short_str]
    uri: Mapped[str | None] = mapped_column(String(2048))
    source: Mapped[str] = mapped_column(String(8))
    version: Mapped[str | None] = mapped_column(String(8))
    """Of CASE."""
    adoption_status: Mapped[str | None] = mapped_column(String(64))
    """As its publisher says: Draft, Adopted, Deprecated."""
    license: Mapped[str | None] = mapped_column(String(255))
    keeps_statements: Mapped[bool]
    """Whether its licence lets us keep its words (`standards.license`)."""
    changed_at: Mapped[datetime | None]
    """As the package says: one that is older is not imported over it."""
    imported_at: Mapped[datetime]


class Standard(Base):
    """One standard: its code and links; its words only where the licence is open."""

    __tablename__ = "standard"
    __table_args__ = (UniqueConstraint("framework_id", "guid"),)
    id: Mapped[uuid_pk]
    framework_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framework.id", ondelete="CASCADE"))
    guid: Mapped[uuid.UUID]
    uri: Mapped[str | None] = mapped_column(String(2048))
    code: Mapped[str | None] = mapped_column(String(255))
    kind: Mapped[str | None] = mapped_column(String(255))
    """The publisher's word for it, such as Strand or Standard."""
    grades: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"))
    parent_guid: Mapped[uuid.UUID | None]
    """None: directly under the framework."""
    statement: Mapped[str | None] = mapped_column(Text)
    retired_at: Mapped[datetime | None]
    """Since when its publisher has it no more. It is never deleted, as skills and work may be keyed to it."""
    replaced_by_guid: Mapped[uuid.UUID | None]


class Alignment(Base):
    """That a standard asks for a skill: exactly, or partly; who said so, and when."""

    __tablename__ = "alignment"
    __table_args__ = (
        CheckConstraint("strength IN ('exact', 'partial')", name="strength_is_known"),
        Index(
            "uq_alignment_key",
            "tenant_id",
            "standard_id",
            "skill",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_alignment_standard_id", "standard_id"),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("tenant.id", ondelete="CASCADE"))
    """Who laid it so; None: whoever runs InfoLit, for every district."""
    standard_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("standard.id", ondelete="CASCADE"))
    skill: Mapped[str] = mapped_column(String(64))
    strength: Mapped[str] = mapped_column(String(8))
    reviewer: Mapped[short_str]
    reviewed: Mapped[date | None]
    retired_at: Mapped[datetime | None]
    """Since when a newer table does not say so any more."""

"""A district's own banks. What a bank says stands in its editions, which never change; a bank points at the one that holds."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db.base import Base, created, tenant_fk, uuid_pk

MAKERS = ("specialist", "teacher", "command")


class OwnBank(Base):
    """A bank of a district and the quiz that asks it: both have the id `bank_id`, which no other district's has."""

    __tablename__ = "own_bank"
    __table_args__ = (
        CheckConstraint(f"brought_as IN {MAKERS}", name="brought_as_is_known"),
        ForeignKeyConstraint(
            ["id", "edition"],
            ["own_edition.own_bank_id", "own_edition.number"],
            name="fk_own_bank_edition",
            use_alter=True,
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    bank_id: Mapped[str] = mapped_column(String(64), unique=True)
    edition: Mapped[int]
    """The number of the edition that holds."""
    brought_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    brought_as: Mapped[str] = mapped_column(String(16))
    is_shared: Mapped[bool]
    """Offered to every teacher of the district; else to who brought it, and to specialists."""
    withdrawn_at: Mapped[datetime | None]
    """Since when it is offered to nobody. What is assigned goes on."""
    created_at: Mapped[created]
    changed_at: Mapped[datetime]


class OwnEdition(Base):
    """What a file became. Without a number it waits to be kept, and goes after a day."""

    __tablename__ = "own_edition"
    __table_args__ = (
        UniqueConstraint("own_bank_id", "number"),
        CheckConstraint("number IS NULL OR own_bank_id IS NOT NULL", name="is_of_a_bank_once_kept"),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    own_bank_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("own_bank.id", ondelete="CASCADE"))
    """None: a bank to come."""
    number: Mapped[int | None]
    bank_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(255))
    language: Mapped[str] = mapped_column(String(16))
    skill: Mapped[str] = mapped_column(String(64))
    """Of questions that named none: what a newer file begins with."""
    questions: Mapped[int]
    """Those that are ready to be asked."""
    bank_yaml: Mapped[str] = mapped_column(Text)
    quiz_yaml: Mapped[str | None] = mapped_column(Text)
    """None: no question is ready, so nothing can be kept yet."""
    report: Mapped[list[Any]] = mapped_column(JSONB)
    """What became of each question of the file (`interchange.bank.Line`)."""
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_at: Mapped[created]


class OwnPicture(Base):
    """A picture of an edition."""

    __tablename__ = "own_picture"
    edition_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("own_edition.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]
    body: Mapped[bytes]


class OwnRevision(Base):
    """How often a district's own banks were changed: by it every process notices, and changes of one district wait for each other."""

    __tablename__ = "own_revision"
    tenant_id: Mapped[uuid.UUID] = mapped_column(
        Uuid, ForeignKey("tenant.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int]

"""Runs of imports with their problems, files given on a page, and the staging tables that hold a source's rows while it is read and applied.

Staging tables are UNLOGGED: a crash of the server empties them, and the next run reads the source again.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db.base import Base, tenant_fk, uuid_pk

SISField = Literal["sourcedId", "identifier", "username"]
"""Which field of a person is what the LMS sends as SIS id."""


class RosterRun(Base):
    """One import of one source. A run that was cut off is found by its fingerprint and goes on where it stopped."""

    __tablename__ = "roster_run"
    __table_args__ = (
        CheckConstraint("kind IN ('oneroster', 'rest', 'table')", name="kind_is_known"),
        CheckConstraint("state IN ('reading', 'applying', 'done', 'failed')", name="state_is_known"),
        Index("ix_roster_run_tenant_id_began_at", "tenant_id", "began_at"),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    source: Mapped[str] = mapped_column(String(64))
    """Which roster: within it every sourcedId is unique."""
    kind: Mapped[str] = mapped_column(String(16))
    """oneroster: CSV files; rest: a OneRoster server; table: one plain CSV."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 over the files, or over what is asked of the server, and the field of the SIS id: the same import gives the same one."""
    state: Mapped[str] = mapped_column(String(8), default="reading")
    position: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """How far it is: rows read of each file, the next page of each list, the steps that are done."""
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    problems: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(500))
    """Why it stopped, in plain words."""
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When it was last known to be at work."""
    ended_at: Mapped[datetime | None]


class RosterProblem(Base):
    """A row that could not be used as it is. It names file and line, and nobody."""

    __tablename__ = "roster_problem"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant_id: Mapped[tenant_fk]
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("roster_run.id", ondelete="CASCADE"), index=True)
    file: Mapped[str] = mapped_column(String(64))
    line: Mapped[int]
    """Of a list from a server: the place of the entry in it."""
    sentence: Mapped[str] = mapped_column(String(500))
    remedy: Mapped[str] = mapped_column(String(500))


class RosterUpload(Base):
    """A file that an administrator gave on a page, and how far it is. The file itself goes once nothing more is done with it."""

    __tablename__ = "roster_upload"
    __table_args__ = (
        CheckConstraint(
            "state IN ('checking', 'checked', 'importing', 'stopped', 'done', 'refused', 'thrown', 'expired')",
            name="state_is_known",
        ),
        CheckConstraint(
            "(sealed IS NOT NULL) = (state IN ('checking', 'checked', 'importing', 'stopped'))",
            name="file_is_kept_while_open",
        ),
        Index(
            "uq_roster_upload_open",
            "tenant_id",
            "source",
            unique=True,
            postgresql_where=text("state IN ('checking', 'checked', 'importing', 'stopped')"),
        ),
        Index("ix_roster_upload_tenant_id_created_at", "tenant_id", "created_at"),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(64))
    """Which roster, as `RosterRun.source`."""
    sis_field: Mapped[SISField] = mapped_column(String(16))
    file_name: Mapped[str] = mapped_column(String(120))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The file, encrypted; loaded only by who reads it."""
    state: Mapped[str] = mapped_column(String(16))
    part: Mapped[str | None] = mapped_column(String(16))
    """What is being done: reading or applying; waiting: another import of the district runs."""
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    """How far that part is: bytes read, or steps."""
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    problems: Mapped[int] = mapped_column(default=0)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """The first problems of the dry run, as `RosterProblem` has them."""
    error: Mapped[str | None] = mapped_column(String(500))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    """As `RosterRun.fingerprint`; known once it was tried out."""
    run_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("roster_run.id", ondelete="SET NULL"))
    """The import, once it is done."""
    by_person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """Who gave it; None: an administrator who came by a one-time link."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    """When a worker was last known to be at it."""
    decided_at: Mapped[datetime | None]
    """When the import was wanted."""
    ended_at: Mapped[datetime | None]


class Staged:
    """What every staged row has. `verdict` says what is to become of it, once that is known."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[uuid.UUID]
    line: Mapped[int]
    sourced_id: Mapped[str] = mapped_column(Text)
    is_gone: Mapped[bool]
    """`status` is tobedeleted."""
    modified_at: Mapped[datetime | None]


def _indexed(table: str, *columns: str) -> Any:
    indexes = [Index(f"ix_{table}_{'_'.join(columns)}", *columns)] if columns else []
    return (*indexes, {"prefixes": ["UNLOGGED"]})


class StagedOrg(Staged, Base):
    """A school (or district) of orgs.csv."""

    __tablename__ = "roster_staged_org"
    __table_args__ = _indexed("roster_staged_org", "run_id", "sourced_id")
    name: Mapped[str] = mapped_column(Text)
    is_school: Mapped[bool]
    school_id: Mapped[uuid.UUID | None]
    verdict: Mapped[str | None] = mapped_column(String(8))
    tenant_id: Mapped[uuid.UUID]


class StagedTerm(Staged, Base):
    """An academic session: the school year that it belongs to; of terms also the name and the last day."""

    __tablename__ = "roster_staged_term"
    __table_args__ = _indexed("roster_staged_term", "run_id", "sourced_id")
    school_year: Mapped[int]
    name: Mapped[str | None] = mapped_column(Text)
    ends_on: Mapped[date | None]


class StagedClass(Staged, Base):
    """A class."""

    __tablename__ = "roster_staged_class"
    __table_args__ = _indexed("roster_staged_class", "run_id", "sourced_id")
    title: Mapped[str] = mapped_column(Text)
    org: Mapped[str | None] = mapped_column(Text)
    term: Mapped[str | None] = mapped_column(Text)
    grade: Mapped[int | None]
    class_id: Mapped[uuid.UUID | None]
    verdict: Mapped[str | None] = mapped_column(String(8))


class StagedUser(Staged, Base):
    """A person."""

    __tablename__ = "roster_staged_user"
    __table_args__ = _indexed("roster_staged_user", "run_id", "sourced_id")
    part: Mapped[str | None] = mapped_column(String(8))
    """learner, staff, other (a guardian and such, never taken), or None: said elsewhere (roles.csv)."""
    given_name: Mapped[str | None] = mapped_column(Text)
    family_name: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    org: Mapped[str | None] = mapped_column(Text)
    grade: Mapped[int | None]
    tenant_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID | None]
    verdict: Mapped[str | None] = mapped_column(String(8))


class StagedAlias(Base):
    """An id of a staged person beside the sourcedId."""

    __tablename__ = "roster_staged_alias"
    __table_args__ = _indexed("roster_staged_alias", "run_id", "kind", "namespace", "value")
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[uuid.UUID]
    sourced_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    namespace: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)


class StagedRole(Base):
    """A role of OneRoster 1.2, which keeps them beside the users."""

    __tablename__ = "roster_staged_role"
    __table_args__ = _indexed("roster_staged_role", "run_id", "sourced_id")
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[uuid.UUID]
    sourced_id: Mapped[str] = mapped_column(Text)
    """Of the user."""
    part: Mapped[str] = mapped_column(String(8))
    org: Mapped[str | None] = mapped_column(Text)
    is_primary: Mapped[bool]


class StagedEnrollment(Staged, Base):
    """A person's part in a class."""

    __tablename__ = "roster_staged_enrollment"
    __table_args__ = _indexed("roster_staged_enrollment")
    class_sid: Mapped[str] = mapped_column(Text)
    user_sid: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(16))
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]


STAGING = (StagedOrg, StagedTerm, StagedClass, StagedUser, StagedAlias, StagedRole, StagedEnrollment)

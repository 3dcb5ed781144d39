"""The grade row: what the LMS shall hold, what it acknowledged, and how the delivery goes."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db.base import Base, created, tenant_fk, uuid_pk


class GradeState(StrEnum):
    """How a grade's delivery stands."""

    DUE = "due"
    """To be sent now, or being sent."""
    WAITING = "waiting"
    """A try failed; the next one is planned."""
    REFUSED = "refused"
    """The LMS said no; somebody has to change something, then resend."""
    DELIVERED = "delivered"
    """The LMS acknowledged the newest score."""


class Grade(Base):
    """One learner's grade in one column. `wanted_version` counts changes; delivered means `acked_version` has caught up."""

    __tablename__ = "grade"
    __table_args__ = (
        UniqueConstraint("placement_id", "person_id"),
        Index(
            "ix_grade_undelivered",
            "platform_id",
            "next_try_at",
            postgresql_where="state IN ('due', 'waiting')",
        ),
        CheckConstraint("state IN ('due', 'waiting', 'refused', 'delivered')", name="state_is_known"),
        CheckConstraint("acked_version <= wanted_version", name="acked_is_not_ahead"),
        CheckConstraint("wanted_score BETWEEN 0 AND wanted_maximum", name="score_is_within_maximum"),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    placement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    """The attempt the wanted score comes from."""
    line_item_url: Mapped[str] = mapped_column(String(2048))
    subject: Mapped[str] = mapped_column(String(255))
    """The learner's `sub` in that platform."""
    wanted_score: Mapped[float]
    wanted_maximum: Mapped[float]
    is_pending: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A teacher has still to mark a part: the LMS is told so, and `wanted_score` is no more than what is sure by now."""
    wanted_version: Mapped[int] = mapped_column(default=1)
    wanted_at: Mapped[datetime]
    """The timestamp the score is sent with: strictly later with every version, the same for a repeated try of one version."""
    submitted_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default=GradeState.DUE)
    acked_version: Mapped[int] = mapped_column(default=0)
    acked_attempt_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("attempt.id", ondelete="SET NULL"))
    """The attempt of the score that was acknowledged last: sent again, it is no new submission."""
    acked_score: Mapped[float | None]
    acked_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    """Tries of the wanted version."""
    next_try_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    """A worker is on it until then; afterwards another may take it."""
    overrides: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A teacher asked for this version to replace the grade they had entered in the LMS."""
    last_error: Mapped[str | None] = mapped_column(String(500))
    """In plain words, for the teacher."""
    created_at: Mapped[created]


class GradeDecision(Base):
    """What a teacher decided of one learner's grade at one assignment, above the score they earned, which stays underneath."""

    __tablename__ = "grade_decision"
    __table_args__ = (
        CheckConstraint("ratio BETWEEN 0 AND 1", name="ratio_is_a_ratio"),
        CheckConstraint("(ratio IS NULL) = is_excused", name="is_one_of_both"),
    )
    placement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("placement.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    tenant_id: Mapped[tenant_fk]
    ratio: Mapped[float | None]
    """The grade in place of the score, 0..1."""
    is_excused: Mapped[bool]
    """No grade: nothing is sent to the gradebook any more."""


class ColumnCheck(Base):
    """The last comparison of an assignment's column in the LMS with our grades."""

    __tablename__ = "column_check"
    placement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("placement.id", ondelete="CASCADE"), primary_key=True
    )
    tenant_id: Mapped[tenant_fk]
    checked_at: Mapped[datetime]
    problem: Mapped[str | None] = mapped_column(String(500))
    """Why the column could not be read, in plain words; what was found before stands."""


class ColumnFinding(Base):
    """One learner whose grade in the LMS differs from ours, as it was last seen."""

    __tablename__ = "column_finding"
    __table_args__ = (
        CheckConstraint("difference IN ('changed', 'missing', 'only_there')", name="difference_is_known"),
    )
    placement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("placement.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    tenant_id: Mapped[tenant_fk]
    difference: Mapped[str] = mapped_column(String(12))
    ours: Mapped[float | None]
    theirs: Mapped[float | None]
    """In points of our maximum where we have one."""
    maximum: Mapped[float | None]

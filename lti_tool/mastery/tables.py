"""The mastery model's memory: a belief per person, per person and skill, per item version; the evidence behind each move; and what a district
or a teacher decided of levels, with levels frozen at the end of terms."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db.base import Base, tenant_fk, uuid_pk


class LearnerState(Base):
    """A person's overall ability, in logits."""

    __tablename__ = "learner_state"
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    tenant_id: Mapped[tenant_fk]
    mean: Mapped[float]
    var: Mapped[float]
    updated_at: Mapped[datetime]


class MasteryState(Base):
    """A person's deviation in one skill from their overall ability, and the level that follows."""

    __tablename__ = "mastery_state"
    __table_args__ = (
        CheckConstraint("var > 0", name="var_is_positive"),
        CheckConstraint("p_mastered BETWEEN 0 AND 1", name="p_mastered_is_a_ratio"),
    )
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    skill: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[tenant_fk]
    mean: Mapped[float]
    var: Mapped[float]
    answers: Mapped[int] = mapped_column(default=0)
    occasions: Mapped[int] = mapped_column(default=0)
    """Finished attempts that held evidence."""
    last_at: Mapped[datetime]
    p_mastered: Mapped[float]
    expected: Mapped[float]
    """Expected score on the skill's items for the person's grade, 0..1."""
    level: Mapped[str] = mapped_column(String(16))
    """What the engine says, whichever method the district has chosen."""
    proficient_since: Mapped[datetime | None]
    """When proficient was reached first by the engine; a reached level keeps its date."""
    method_score: Mapped[float | None]
    """What the district's gradebook rule makes of the results, 0..1; None: the engine's method, or no score yet."""
    method_level: Mapped[str] = mapped_column(String(16))
    """What the evidence says by the district's method."""
    shown_level: Mapped[str] = mapped_column(String(16))
    """The level people see: `method_level`, unless a teacher set another."""
    shown_since: Mapped[datetime | None]
    """When proficient was reached first by the district's method."""


class ItemState(Base):
    """The difficulty of one version of an item in one district, learned from its answers."""

    __tablename__ = "item_state"
    __table_args__ = (Index("ix_item_state_skill", "tenant_id", "skill"),)
    tenant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("tenant.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    item_version: Mapped[str] = mapped_column(String(16), primary_key=True)
    skill: Mapped[str] = mapped_column(String(64))
    guess: Mapped[float]
    grade_from: Mapped[int]
    grade_to: Mapped[int]
    mean: Mapped[float]
    var: Mapped[float]
    answers: Mapped[int] = mapped_column(default=0)


class Evidence(Base):
    """One answer and how far it moved the estimate. Only a correction of its score, or an older answer that came late, changes it."""

    __tablename__ = "mastery_evidence"
    __table_args__ = (Index("ix_mastery_evidence_person_skill", "person_id", "skill", "answered_at"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant_id: Mapped[tenant_fk]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), index=True)
    skill: Mapped[str] = mapped_column(String(64))
    item_id: Mapped[str] = mapped_column(String(64))
    item_version: Mapped[str] = mapped_column(String(16))
    item_mean: Mapped[float]
    """Difficulty of the item in logits, as believed when the answer arrived."""
    item_var: Mapped[float]
    guess: Mapped[float]
    ratio: Mapped[float]
    points: Mapped[float] = mapped_column(default=1.0, server_default=text("1"))
    """What the item is worth in its quiz: gradebook rules pool a quiz's questions by it."""
    weight: Mapped[float]
    expected: Mapped[float]
    """What the model expected before the answer."""
    moved: Mapped[float]
    """Logits by which person + skill rose or fell."""
    answered_at: Mapped[datetime]
    school_year: Mapped[int]
    school_id: Mapped[uuid.UUID | None]
    grade: Mapped[int | None]
    section_id: Mapped[uuid.UUID | None]


class Calibration(Base):
    """A published engine: the numbers in force from then on until the next one. Never changed."""

    __tablename__ = "mastery_calibration"
    __table_args__ = (CheckConstraint("engine_version > 1", name="version_follows_the_shipped_one"),)
    tenant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("tenant.id", ondelete="CASCADE"), primary_key=True
    )
    engine_version: Mapped[int] = mapped_column(primary_key=True)
    published_at: Mapped[datetime]
    students: Mapped[int]
    answers: Mapped[int]
    parameters: Mapped[dict[str, Any]]
    """Fields of `Parameters`."""
    platt: Mapped[dict[str, Any]]
    """Slope and constant on the predicted logit."""
    judgement: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Fields of `Judgement`; None: as believed."""
    history: Mapped[dict[str, Any]]
    """Weight by name of each fact of a student's history, see `history`."""
    quality: Mapped[dict[str, Any]]
    """Log loss and calibration error on students held back, before and after."""


class MethodChoice(Base):
    """By which method a district shows levels, from then on until its next choice. Never changed; the newest holds."""

    __tablename__ = "mastery_method"
    __table_args__ = (Index("ix_mastery_method_tenant_id_id", "tenant_id", "id"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    method: Mapped[str] = mapped_column(String(16))
    """engine, or a value of `classic.Method`."""
    number: Mapped[int]
    min_results: Mapped[int]
    proficient_from: Mapped[float]
    developing_from: Mapped[float]
    chosen_at: Mapped[datetime]
    audit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("audit_entry.id", ondelete="SET NULL")
    )
    """By whom and why, as long as the audit log keeps it."""
    applied_at: Mapped[datetime | None]
    """When every level was worked out by it; None: that is still to be done."""


class LevelDecision(Base):
    """A level that a teacher or specialist set, in place of what the evidence says, until it is taken back."""

    __tablename__ = "level_decision"
    __table_args__ = (
        CheckConstraint("level IN ('beginning', 'developing', 'proficient')", name="level_can_be_set"),
    )
    record_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    """The record it was made on: it goes back there when records are taken apart."""
    skill: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    """The record that holds the student's history, as with evidence."""
    tenant_id: Mapped[tenant_fk]
    level: Mapped[str] = mapped_column(String(16))
    set_at: Mapped[datetime]
    audit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("audit_entry.id", ondelete="SET NULL")
    )
    """By whom and why, as long as the audit log keeps it."""


class Term(Base):
    """A stretch of a school year at whose end levels are frozen."""

    __tablename__ = "mastery_term"
    __table_args__ = (Index("uq_mastery_term_tenant_id_name", "tenant_id", "name", unique=True),)
    id: Mapped[uuid_pk]
    tenant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(64))
    ends_at: Mapped[datetime]
    """The first moment that is no part of it."""
    frozen_at: Mapped[datetime | None]
    """None: it has not ended yet, or waits for the night."""


class FrozenLevel(Base):
    """Where a person stood in a skill at the end of a term. Written once; the database itself refuses every change.

    It stays with the record that held the history then, so joining records and taking them apart moves nothing.
    """

    __tablename__ = "frozen_level"
    term_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("mastery_term.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    skill: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[tenant_fk]
    level: Mapped[str] = mapped_column(String(16))
    """As people saw it."""
    is_set: Mapped[bool]
    """Whether a teacher had set it."""
    evidence_level: Mapped[str] = mapped_column(String(16))
    """What the evidence said by the district's method."""
    p_mastered: Mapped[float]
    expected: Mapped[float]
    answers: Mapped[int]
    occasions: Mapped[int]
    method: Mapped[str] = mapped_column(String(16))
    method_number: Mapped[int]
    method_score: Mapped[float | None]
    engine_version: Mapped[int]
    proficient_since: Mapped[datetime | None]
    frozen_at: Mapped[datetime]

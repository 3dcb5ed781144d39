"""The mastery model's memory: a belief per person, per person and skill, per item version; and the evidence behind each move."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db.base import Base, tenant_fk


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
    proficient_since: Mapped[datetime | None]
    """When proficient was reached first; a reached level keeps its date."""


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
    history: Mapped[dict[str, Any]]
    """Weight by name of each fact of a student's history, see `history`."""
    quality: Mapped[dict[str, Any]]
    """Log loss and calibration error on students held back, before and after."""

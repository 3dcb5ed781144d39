"""The rollups: where each person stands in each skill each year, and the cells of the board that count them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db.base import Base, tenant_fk, uuid_pk

LEVELS = ("not_enough", "beginning", "developing", "proficient", "needs_refresh")


class PersonSkillYear(Base):
    """One person's newest standing in one skill in one school year, with the school and grade it is counted under."""

    __tablename__ = "person_skill_year"
    __table_args__ = (
        Index("ix_person_skill_year_cell", "tenant_id", "school_year", "skill", "grade", "school_id"),
        Index("ix_person_skill_year_section", "section_id", "skill"),
    )
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    skill: Mapped[str] = mapped_column(String(64), primary_key=True)
    school_year: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[tenant_fk]
    school_id: Mapped[uuid.UUID | None]
    grade: Mapped[int | None]
    section_id: Mapped[uuid.UUID | None]
    level: Mapped[str] = mapped_column(String(16))
    expected: Mapped[float]
    answers: Mapped[int]
    updated_at: Mapped[datetime]


class BoardCell(Base):
    """How many persons stand at which level: one skill, grade, school and year."""

    __tablename__ = "board_cell"
    __table_args__ = (
        Index(
            "uq_board_cell_key",
            "tenant_id",
            "school_year",
            "school_id",
            "grade",
            "skill",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(
            "not_enough >= 0 AND beginning >= 0 AND developing >= 0 AND proficient >= 0 AND needs_refresh >= 0",
            name="counts_are_not_negative",
        ),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    school_year: Mapped[int]
    school_id: Mapped[uuid.UUID | None]
    grade: Mapped[int | None]
    skill: Mapped[str] = mapped_column(String(64))
    not_enough: Mapped[int] = mapped_column(default=0)
    beginning: Mapped[int] = mapped_column(default=0)
    developing: Mapped[int] = mapped_column(default=0)
    proficient: Mapped[int] = mapped_column(default=0)
    needs_refresh: Mapped[int] = mapped_column(default=0)
    sum_expected: Mapped[float] = mapped_column(default=0.0)
    """Sum of the persons' expected scores: divided by their number, the mean."""
    answers: Mapped[int] = mapped_column(default=0)

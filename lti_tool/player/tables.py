"""The tables of playing."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db.base import Base, created, short_str, tenant_fk, uuid_pk
from lti_tool.player.rules import AFTER_FINISH, FEEDBACK_POLICIES, KEEPS, LATES, RETAKES


def _rules_checks() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("content_kind IN ('module', 'quiz')", name="content_kind_is_known"),
        CheckConstraint("points > 0", name="points_are_positive"),
        CheckConstraint(f"feedback IN {FEEDBACK_POLICIES}", name="feedback_is_known"),
        CheckConstraint("max_attempts > 0", name="max_attempts_are_positive"),
        CheckConstraint(f"keeps IN {KEEPS}", name="keeps_is_known"),
        CheckConstraint(f"late IN {LATES}", name="late_is_known"),
        CheckConstraint(f"retake IN {RETAKES}", name="retake_is_known"),
        CheckConstraint("time_limit_minutes > 0", name="time_limit_is_positive"),
        CheckConstraint("cooldown_minutes >= 0", name="cooldown_is_no_less_than_nothing"),
        CheckConstraint("late_percent BETWEEN 0 AND 100", name="late_percent_is_a_percent"),
        CheckConstraint("late_floor BETWEEN 0 AND 100", name="late_floor_is_a_percent"),
        CheckConstraint("late_grace_minutes >= 0", name="late_grace_is_no_less_than_nothing"),
    )


class RulesColumns:
    """The columns of `rules.Policy`, where each is explained: an offer has them before there is a placement."""

    max_attempts: Mapped[int | None]
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    feedback: Mapped[str] = mapped_column(
        String(16), default=AFTER_FINISH, server_default=text(f"'{AFTER_FINISH}'")
    )
    """When a student sees what was right and why."""
    keeps: Mapped[str] = mapped_column(String(8), default="best", server_default=text("'best'"))
    cooldown_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    retake: Mapped[str] = mapped_column(String(8), default="all", server_default=text("'all'"))
    is_practice: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    time_limit_minutes: Mapped[int | None]
    late: Mapped[str] = mapped_column(String(8), default="full", server_default=text("'full'"))
    late_percent: Mapped[float] = mapped_column(default=0, server_default=text("0"))
    late_floor: Mapped[float] = mapped_column(default=0, server_default=text("0"))
    late_grace_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class Placement(RulesColumns, Base):
    """A module or a quiz put into a course: one resource link of the LMS, with rules of its own."""

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("section_id", "resource_link_id"),
        *_rules_checks(),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    section_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("section.id", ondelete="CASCADE"))
    resource_link_id: Mapped[short_str]
    content_kind: Mapped[str] = mapped_column(String(8))
    content_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[short_str]
    points: Mapped[float]
    """The maximum of the gradebook column."""
    line_item_url: Mapped[str | None] = mapped_column(String(2048))
    """The column's address as the newest launch gave it; None: played without a grade."""
    line_items_url: Mapped[str | None] = mapped_column(String(2048))
    """Where the course's columns are listed and made, as the newest launch gave it."""
    offer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("placement_offer.id", ondelete="SET NULL"))
    """What the teacher chose in the library, copied below at the first launch: each copy of a course has its own."""
    copied_from_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("placement.id", ondelete="SET NULL"))
    """The placement of the course this one was copied from, whose rules it began with. Nobody's work came along."""
    created_at: Mapped[created]


class PlacementOffer(RulesColumns, Base):
    """What a teacher chose in the library and how it is to be, before anybody has opened the link made of it."""

    __tablename__ = "placement_offer"
    __table_args__ = _rules_checks()
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    section_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("section.id", ondelete="SET NULL"))
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    content_kind: Mapped[str] = mapped_column(String(8))
    content_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[short_str]
    points: Mapped[float]
    created_at: Mapped[created]


class Extension(Base):
    """A teacher's exception at one assignment, for one student or the whole class. Taken back, it is gone; the audit log keeps it."""

    __tablename__ = "extension"
    __table_args__ = (
        CheckConstraint("extra_attempts BETWEEN 0 AND 50", name="extra_attempts_are_few"),
        CheckConstraint("extra_minutes BETWEEN 0 AND 1440", name="extra_minutes_are_few"),
        Index("ix_extension_placement_id_person_id", "placement_id", "person_id"),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    placement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    """None: for the whole class."""
    due_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    extra_attempts: Mapped[int] = mapped_column(default=0)
    extra_minutes: Mapped[int] = mapped_column(default=0)
    audit_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audit_entry.id", ondelete="CASCADE"), unique=True
    )
    """By whom, when and why."""


class DeepLinkRequest(Base):
    """An LMS's "add content" that a teacher came with: it belongs to their visit alone, and is answered once."""

    __tablename__ = "deep_link_request"
    launch_session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("launch_session.id", ondelete="CASCADE"), primary_key=True
    )
    tenant_id: Mapped[tenant_fk]
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    section_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("section.id", ondelete="CASCADE"))
    deployment_id: Mapped[short_str]
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """`facts.launch.DeepLinking` as the launch told it."""
    created_at: Mapped[created]
    answered_at: Mapped[datetime | None]


class Attempt(Base):
    """One person's go at one placement, pinned to the content as it was when they began."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("placement_id", "person_id", "number"),
        Index(
            "uq_attempt_one_open",
            "placement_id",
            "person_id",
            unique=True,
            postgresql_where="finished_at IS NULL AND set_aside_at IS NULL",
        ),
        Index("ix_attempt_ends_at", "ends_at", postgresql_where="finished_at IS NULL"),
        Index("ix_attempt_kept_of_id", "kept_of_id", postgresql_where="kept_of_id IS NOT NULL"),
        CheckConstraint("score_ratio IS NULL OR score_ratio BETWEEN 0 AND 1", name="score_ratio_is_a_ratio"),
    )
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    placement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    snapshot_hash: Mapped[str] = mapped_column(ForeignKey("content_snapshot.hash"))
    seed: Mapped[int] = mapped_column(BigInteger)
    """Decides the drawn questions and the shown orders, so that a page is the same on every device."""
    drawn: Mapped[list[str]] = mapped_column(JSONB)
    """Ids of the quiz questions drawn for this attempt, in the order asked."""
    step: Mapped[int] = mapped_column(default=0)
    """The step the student was on last."""
    is_preview: Mapped[bool] = mapped_column(default=False)
    """A teacher trying it out: never graded, never counted."""
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    kept_of_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    """This is that attempt as it was handed in before it was reopened: a copy, set aside, with a number below zero."""
    set_aside_at: Mapped[datetime | None]
    """When a teacher gave a new start in place of it: kept and readable, counted nowhere, and no more answers are taken."""
    ends_at: Mapped[datetime | None]
    """When it is handed in by itself; None: its student ends it. Follows when the rules change under way."""
    carried: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    """Ids of the items taken over, with their answers and scores, from the attempt before."""
    hidden: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    """From an item's id to the ids of the options that were left out for this person."""
    score_ratio: Mapped[float | None]
    is_pending: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Finished, and an answer waits for a teacher's mark; what waits counts 0 in `score_ratio` until then."""
    school_year: Mapped[int]
    school_id: Mapped[uuid.UUID | None]
    grade: Mapped[int | None]
    section_id: Mapped[uuid.UUID | None]
    """Where the person stood at the time (section, school, grade): history never moves when they do."""
    line_item_url: Mapped[str | None] = mapped_column(String(2048))
    """The column as this person's own newest launch gave it: linked sections of Schoology have one each. None: the placement's."""

    @property
    def asked(self) -> list[str]:
        """The drawn questions that are asked now: without those carried over."""
        return [item_id for item_id in self.drawn if item_id not in self.carried]


class ResponseRow(Base):
    """One person's response to one item of an attempt: as saved last, and as checked."""

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint("best_ratio IS NULL OR best_ratio BETWEEN 0 AND 1", name="best_ratio_is_a_ratio"),
    )
    attempt_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[tenant_fk]
    saved: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The newest answer, scored or not."""
    saved_at: Mapped[datetime]
    saved_by: Mapped[str | None] = mapped_column(String(40))
    """The open page (a random word per page load) that saved it, with its own counter `saved_seq`."""
    saved_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    checked: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The answer the shown feedback speaks of."""
    tries: Mapped[int] = mapped_column(default=0)
    hints: Mapped[int] = mapped_column(default=0)
    first_ratio: Mapped[float | None]
    """Of the first check: what the mastery model learns from."""
    best_ratio: Mapped[float | None]
    """Of the best check: what the grade counts."""
    checked_at: Mapped[datetime | None]


class Marking(Base):
    """A teacher's marks for one answer: by its rubric, a draft or given; or their word in place of a program's score."""

    __tablename__ = "marking"
    __table_args__ = (CheckConstraint("ratio IS NULL OR ratio BETWEEN 0 AND 1", name="ratio_is_a_ratio"),)
    attempt_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[tenant_fk]
    levels: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """From the id of a criterion to the id of the chosen level."""
    ratio: Mapped[float | None]
    """Of a kind that a program scores: what the answer is worth in the teacher's eyes. None: the levels say it."""
    comment: Mapped[str] = mapped_column(String(2000), default="")
    """For the student."""
    is_draft: Mapped[bool]
    """Seen by teachers alone."""
    marked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    marked_at: Mapped[datetime]


class DroppedItem(Base):
    """An item that counts nothing at one assignment any more, for everybody: its teacher decided so."""

    __tablename__ = "dropped_item"
    placement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("placement.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[tenant_fk]


class Event(Base):
    """What happened in an attempt, in order: the evidence behind every number. Never changed."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("attempt_id", "client", "seq"),
        Index("ix_event_attempt_id_id", "attempt_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant_id: Mapped[tenant_fk]
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    item_id: Mapped[str | None] = mapped_column(String(64))
    client: Mapped[str] = mapped_column(String(40))
    """The open page that sent it; with `seq` it makes a repeated message harmless."""
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(16))
    """started, saved, checked, hint, mended (words of it), finished, marked, rescored, reopened or put_back."""
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Notebook(Base):
    """What a student wrote down for themselves at an assignment, over all their attempts. Nobody else reads it."""

    __tablename__ = "notebook"
    placement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("placement.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    tenant_id: Mapped[tenant_fk]
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    """Grows with each change: a page that began from an older one brings both texts together."""
    saved_at: Mapped[datetime]


class Evidence(Base):
    """A source that a student saved while playing, as the lesson showed it, with their own words on it."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_placement_id_person_id", "placement_id", "person_id"),)
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    placement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    title: Mapped[short_str]
    address: Mapped[str | None] = mapped_column(String(255))
    """Of the practice web."""
    page_title: Mapped[short_str]
    """The page of the lesson it was found on."""
    quote: Mapped[str] = mapped_column(Text)
    """The words the student marked in it; may be empty."""
    why: Mapped[str] = mapped_column(Text)
    """What it shows, in the student's words."""
    kept_at: Mapped[datetime]

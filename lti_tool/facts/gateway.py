"""The small door to an LMS's services. `lti.gateway` opens it over HTTP; nothing else speaks to an LMS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from lti_tool.facts.launch import LaunchPerson, Role

ActivityProgress = Literal["Initialized", "Started", "InProgress", "Submitted", "Completed"]
GradingProgress = Literal["FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"]


@dataclass(frozen=True, kw_only=True)
class OutgoingScore:
    """One score for one learner in one column, as AGS 2.0 sends it. `timestamp` is aware, and strictly increases per column and learner."""

    line_item_url: str
    subject: str
    score_given: float | None
    """None only where no score is meant: an LMS that would erase its own for that is not told."""
    score_maximum: float
    timestamp: datetime
    submitted_at: datetime | None = None
    attempt_id: UUID | None = None
    """The attempt the score comes from: LMSs that can show a student's work are given its address."""
    is_new_submission: bool = True
    """False when the LMS has a score of this attempt already: sent again, it is no further submission."""
    keeps_teachers_grade: bool = True
    """False when a teacher asked for this score to replace the one they had entered in the LMS."""
    comment: str | None = None
    activity_progress: ActivityProgress = "Completed"
    grading_progress: GradingProgress = "FullyGraded"


@dataclass(frozen=True, kw_only=True)
class RecordedResult:
    """What the LMS holds for one learner in one column."""

    subject: str
    result_score: float | None
    result_maximum: float | None


@dataclass(frozen=True, kw_only=True)
class LineItem:
    """A column of an LMS's gradebook, as it tells of it."""

    url: str
    label: str
    score_maximum: float | None
    resource_link_id: str | None = None
    resource_id: str | None = None
    """What it is for, in our words: kind and content, `quiz:leave-the-page`."""
    tag: str | None = None
    told: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """All that the LMS said: goes back with a change, which replaces the column whole."""


@dataclass(frozen=True, kw_only=True)
class NewLineItem:
    """A column to be made."""

    label: str
    score_maximum: float
    resource_id: str
    tag: str
    resource_link_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class RosterMember:
    """One person of a course, as the LMS's class list says."""

    person: LaunchPerson
    role: Role
    is_active: bool = True
    """False for somebody who has left or is suspended, where the LMS lists them at all."""


class Gateway(Protocol):
    """What the rest of the tool may ask of an LMS.

    Every call may raise DeliveryRetryError (later may help; `retry_after_s` when the LMS said when) or
    DeliveryRefusedError (it will not help), both with a message a teacher can read.
    """

    def send_score(self, platform_id: UUID, score: OutgoingScore) -> None:
        """Deliver one score. Raises ScoreConflictError when the LMS holds one with the same or a later timestamp."""
        ...

    def find_result(self, platform_id: UUID, line_item_url: str, subject: str) -> RecordedResult | None:
        """The learner's result as the LMS holds it, or None."""
        ...

    def list_results(self, platform_id: UUID, line_item_url: str) -> list[RecordedResult]:
        """Every result of a column. All of them or an error: never a part."""
        ...

    def list_line_items(
        self, platform_id: UUID, line_items_url: str, *, resource_link_id: str | None = None
    ) -> list[LineItem]:
        """A course's columns, of one link where asked. All of them or an error: never a part."""
        ...

    def get_line_item(self, platform_id: UUID, line_item_url: str) -> LineItem:
        """One column as the LMS holds it. Raises ColumnGoneError when it does not."""
        ...

    def make_line_item(self, platform_id: UUID, line_items_url: str, item: NewLineItem) -> LineItem:
        """Make a column and give it as the LMS keeps it. Look first: asked twice, it makes two."""
        ...

    def change_line_item(
        self, platform_id: UUID, line_item_url: str, *, label: str, score_maximum: float
    ) -> LineItem:
        """Give a column another title and maximum; all else stays as the LMS has it."""
        ...

    def list_members(
        self, platform_id: UUID, memberships_url: str, *, resource_link_id: str | None = None
    ) -> list[RosterMember]:
        """The whole class list of a course. All of it or an error: never a part.

        With one of the tool's own links, LMSs also say what a launch on it would tell of each person.
        """
        ...

    def ask_for_notices(self, platform_id: UUID, notices_url: str, *, notice_type: str, handler: str) -> None:
        """Have the LMS tell `handler`, an address of ours, of everything of that type."""
        ...

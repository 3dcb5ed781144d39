"""What an arriving score does to a cell of the gradebook: each LMS has rules of its own for lateness, attempts and teachers' grades."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lti_tool.demo_lms.answers import ApiError
from lti_tool.demo_lms.district import Person
from lti_tool.demo_lms.quirks import Quirks
from lti_tool.demo_lms.records import LineItem, Result

SECOND_US = 1_000_000
Change = Callable[[Result | None], Result]


@dataclass(frozen=True, kw_only=True)
class Score:
    """A score as the tool sent it."""

    user_id: str
    score_given: float | None
    score_maximum: float | None
    comment: str
    activity_progress: str
    grading_progress: str
    timestamp: str
    timestamp_us: int
    submitted_us: int | None
    extension: Mapping[str, Any]
    """What the message says to Canvas; empty for an LMS that does not read it."""

    @property
    def is_submission(self) -> bool:
        return self.extension.get("new_submission", True) is not False

    def is_graded(self, quirks: Quirks) -> bool:
        return self.score_given is not None and self.grading_progress in quirks.graded_progress


def apply(score: Score, item: LineItem, person: Person, quirks: Quirks) -> Change:
    def change(old: Result | None) -> Result:
        if old:
            check_newer(score.timestamp_us, old, quirks.stale_rule)
        given, maximum = _new_score(score, old, quirks)
        keeps_teachers = _keeps_teachers_grade(score, old)
        return Result(
            line_item_id=item.id,
            person_id=person.id,
            score_given=given,
            score_maximum=maximum,
            comment=_new_comment(score, old, quirks),
            activity_progress=score.activity_progress,
            grading_progress=score.grading_progress,
            timestamp=score.timestamp,
            timestamp_us=score.timestamp_us,
            received_count=(old.received_count if old else 0) + 1,
            submissions=_count_submission(score, old, quirks),
            by_teacher=keeps_teachers,
            flag="" if old is None or quirks.score_wipes_flag else old.flag,
        )

    return change


def check_newer(timestamp_us: int, old: Result, rule: str) -> None:
    """A score that comes too late for this LMS is refused as this LMS does it."""
    if rule == "older":
        if timestamp_us < old.timestamp_us:
            hint = f"The timestamp is before {old.timestamp}, when the result was last updated."
            raise ApiError(400, "stale_timestamp", hint)
        return
    unit = SECOND_US if rule == "whole_seconds" else 1
    if timestamp_us // unit <= old.timestamp_us // unit:
        hint = f"The stored score has the timestamp {old.timestamp}; a score must be strictly newer."
        raise ApiError(409, "stale_timestamp", hint)


def _new_score(score: Score, old: Result | None, quirks: Quirks) -> tuple[float | None, float | None]:
    if old and _keeps_teachers_grade(score, old):
        return old.score_given, old.score_maximum
    if score.is_graded(quirks):
        return score.score_given, score.score_maximum
    if score.extension.get("preserve_score") is True and old:
        return old.score_given, old.score_maximum
    return None, None


def _keeps_teachers_grade(score: Score, old: Result | None) -> bool:
    return bool(old and old.by_teacher and score.extension.get("prioritize_non_tool_grade") is True)


def _new_comment(score: Score, old: Result | None, quirks: Quirks) -> str:
    """A comment that is left out clears the one that stood there (AGS 2.0), but where comments are added."""
    if not quirks.comments_add or not old:
        return score.comment
    return "\n".join(part for part in (old.comment, score.comment) if part)


def _count_submission(score: Score, old: Result | None, quirks: Quirks) -> int:
    before = old.submissions if old else 0
    if not quirks.counts_submissions or not score.is_submission:
        return before
    if quirks.attempts_allowed and before >= quirks.attempts_allowed:
        hint = "The student has used the maximum number of allowed attempts."
        raise ApiError(422, "attempts_used_up", hint)
    return before + 1


def enter_by_teacher(item: LineItem, person: Person, points: float, *, flag: str, now_s: float) -> Change:
    """The teacher types a grade into the gradebook. It counts as of now."""
    now = datetime.fromtimestamp(now_s, UTC)

    def change(old: Result | None) -> Result:
        return Result(
            line_item_id=item.id,
            person_id=person.id,
            score_given=points,
            score_maximum=item.score_maximum,
            comment=old.comment if old else "",
            activity_progress=old.activity_progress if old else "Completed",
            grading_progress="FullyGraded",
            timestamp=now.isoformat(),
            timestamp_us=int(now_s * SECOND_US),
            received_count=old.received_count if old else 0,
            submissions=old.submissions if old else 0,
            by_teacher=True,
            flag=flag,
        )

    return change

"""A score as AGS 2.0 puts it on the wire. The message is pylti1p3's `Grade`; its times are given to it as texts, because its own
formatting drops the fraction of a second that makes timestamps increase strictly.

Canvas's extension: https://canvas.instructure.com/doc/api/score.html
"""

from __future__ import annotations

from datetime import UTC, datetime

from pylti1p3.grade import Grade

from lti_tool.facts.gateway import OutgoingScore
from lti_tool.lti.products import Product
from lti_tool.lti.spec import CANVAS_SUBMISSION, LAUNCH_PATH

SCORED = ("FullyGraded", "PendingManual")
"""With which gradingProgress an LMS reads scoreGiven; with any other it takes its own score away (AGS 2.0; Canvas, Moodle)."""


def score_json(score: OutgoingScore, product: Product, *, public_url: str) -> str:
    """The message for one score, to an LMS of this product. Raises ValueError where it would erase the score that an LMS holds."""
    given = score.score_given if score.grading_progress in SCORED else None
    is_score = given is not None
    if given is None and not product.takes_canvas_submission:
        raise ValueError("A message without a score erases the one that most LMSs hold.")
    grade = (
        Grade()
        .set_activity_progress(score.activity_progress)
        .set_grading_progress(score.grading_progress)
        .set_timestamp(_time_text(score.timestamp))
        .set_user_id(score.subject)
    )
    if given is not None:
        grade.set_score_given(given).set_score_maximum(score.score_maximum)
    if score.submitted_at is not None:
        grade.set_submitted_at(_time_text(score.submitted_at))
    if score.comment is not None:
        grade.set_comment(score.comment)
    if product.takes_canvas_submission:
        grade.set_extra_claims({CANVAS_SUBMISSION: _canvas_submission(score, public_url, is_score=is_score)})
    return grade.get_value()


def _canvas_submission(score: OutgoingScore, public_url: str, *, is_score: bool) -> dict[str, object]:
    """A teacher's own grade stands; SpeedGrader launches the address to show the attempt."""
    told: dict[str, object] = {
        "new_submission": score.is_new_submission,
        "prioritize_non_tool_grade": score.keeps_teachers_grade,
    }
    if not is_score:
        told |= {"new_submission": False, "preserve_score": True}
    if score.attempt_id is not None:
        told["submission_type"] = "basic_lti_launch"
        told["submission_data"] = f"{public_url}{LAUNCH_PATH}?attempt={score.attempt_id}"
    return told


def _time_text(moment: datetime) -> str:
    """ISO 8601 in UTC to the microsecond, as in 2026-11-23T09:33:01.123456Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

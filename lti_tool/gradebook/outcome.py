"""What becomes of a grade after a try to deliver it: delivered, waiting, refused, or to be sent again with a later time.

Every function locks the row first and asks whether it is still the version that was sent: a newer one stays due whatever the old one met.
Only the holder of a claim gives it back; a worker that overran its lease leaves the claim of the next one alone.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.facts.gateway import OutgoingScore, RecordedResult
from lti_tool.gradebook.due import make_due
from lti_tool.gradebook.findings import forget_finding, note_teachers_grade
from lti_tool.gradebook.tables import Grade, GradeState

Clock = Callable[[], datetime]
LONGEST_WAIT_S = 300.0
_TICK = timedelta(milliseconds=1)
_SAME_MOMENT = timedelta(seconds=10)
"""So soon after a submission, a score with a later time is an earlier one of ours on an LMS that counts whole seconds, not a teacher's."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One grade taken for sending, as it stood when taken."""

    grade_id: uuid.UUID
    platform_id: uuid.UUID
    placement_id: uuid.UUID
    version: int
    tries: int
    until: datetime | None
    """When the claim runs out; it also tells this claim from a later one of somebody else."""
    score: OutgoingScore


def acknowledge(sessions: SessionFactory, claim: Claim, *, now: datetime) -> None:
    """The LMS holds this version. A newer wanted version stays due."""
    with transaction(sessions) as session:
        grade = _give_back(session, claim)
        if claim.version < grade.acked_version:
            # We overran our lease while a newer score was delivered, and nobody knows which of the two the LMS took last.
            make_due(grade, now)
            return
        grade.acked_version = claim.version
        grade.acked_attempt_id = claim.score.attempt_id
        grade.acked_score = claim.score.score_given
        grade.acked_at = now
        forget_finding(session, grade)
        if grade.wanted_version == grade.acked_version:
            grade.state = GradeState.DELIVERED
            grade.last_error = None


def refuse(sessions: SessionFactory, claim: Claim, *, reason: str) -> None:
    """The LMS will not take it until somebody changes something."""
    with transaction(sessions) as session:
        grade = _give_back(session, claim)
        if grade.wanted_version == claim.version and grade.acked_version < claim.version:
            grade.state, grade.last_error = GradeState.REFUSED, reason[:500]


def plan_retry(
    sessions: SessionFactory, claim: Claim, *, reason: str, retry_after_s: float | None, now: datetime
) -> None:
    """The LMS did not take it just now. When it said how long to wait, its other grades wait as well."""
    wait_s = retry_after_s if retry_after_s is not None else backoff_s(claim.tries)
    jittered = timedelta(seconds=wait_s * random.uniform(1.0, 1.25))  # noqa: S311 - spreads load, protects nothing
    with transaction(sessions) as session:
        grade = _give_back(session, claim)
        if grade.wanted_version == claim.version and grade.acked_version < claim.version:
            grade.state, grade.last_error = GradeState.WAITING, reason[:500]
            grade.next_try_at = now + jittered
    if retry_after_s:
        _hold_others(
            sessions, claim, reason=reason, until=now + min(jittered, timedelta(seconds=LONGEST_WAIT_S))
        )


def _hold_others(sessions: SessionFactory, claim: Claim, *, reason: str, until: datetime) -> None:
    """Let the platform's other grades wait too. Rows in use at this moment are passed over: nobody waits for a lock here."""
    with transaction(sessions) as session:
        others = (
            select(Grade.id)
            .where(
                Grade.platform_id == claim.platform_id,
                Grade.state.in_([GradeState.DUE, GradeState.WAITING]),
                Grade.next_try_at < until,
                Grade.claimed_until.is_(None),
            )
            .with_for_update(skip_locked=True)
            .cte("others")
            .prefix_with("MATERIALIZED")
        )
        session.execute(
            update(Grade)
            .where(Grade.id == others.c.id)
            .values(next_try_at=until, state=GradeState.WAITING, last_error=reason[:500])
            .execution_options(synchronize_session=False)
        )


def backoff_s(tries: int) -> float:
    """Seconds until the next try: 1, 2, 4 … up to five minutes.

    >>> [backoff_s(n) for n in (1, 2, 3, 20)]
    [1.0, 2.0, 4.0, 300.0]
    """
    return min(LONGEST_WAIT_S, 2.0 ** min(max(tries, 1) - 1, 16))


def settle_conflict(
    sessions: SessionFactory, claim: Claim, result: RecordedResult | None, *, now: datetime
) -> bool:
    """The LMS holds a score that it takes for as new as ours. True when it is ours.

    The score we send: an earlier try arrived, and only its answer was lost. No score, or the one we delivered before: the LMS's clock or
    its whole seconds are in the way, and ours goes out again with a later time. Any other score: a teacher entered it after the
    student was done, and it stands until somebody resends ours.
    """
    held = _held_ratio(result)
    wanted = (claim.score.score_given or 0.0) / claim.score.score_maximum
    if held is not None and _is_close(held, wanted):
        acknowledge(sessions, claim, now=now)
        return True
    with transaction(sessions) as session:
        grade = _give_back(session, claim)
        if grade.wanted_version != claim.version or grade.acked_version >= claim.version:
            return False
        if held is None or _is_own_earlier(grade, held) or now - grade.wanted_at < _SAME_MOMENT:
            _send_later(grade, claim, now)
        else:
            grade.state = GradeState.REFUSED
            grade.last_error = (
                "The gradebook holds another score, entered there later. It stands; resend to replace it."
            )
            note_teachers_grade(session, grade, held * grade.wanted_maximum)
    return False


def _held_ratio(result: RecordedResult | None) -> float | None:
    if result is None or result.result_score is None:
        return None
    return result.result_score / (result.result_maximum or 1.0)


def _is_close(held: float, wanted: float) -> bool:
    """Equal but for the rounding of an LMS that keeps two decimals of a hundred points."""
    return abs(held - wanted) < 0.0005


def _is_own_earlier(grade: Grade, held: float) -> bool:
    return grade.acked_score is not None and _is_close(held, grade.acked_score / grade.wanted_maximum)


def _send_later(grade: Grade, claim: Claim, now: datetime) -> None:
    """A later time for the same score, after the wait of an ordinary retry."""
    grade.wanted_at = max(now, grade.wanted_at + _TICK)
    grade.state = GradeState.WAITING
    grade.last_error = (
        "The LMS took an earlier score for the newer one; ours is sent again with a later time."
    )
    grade.next_try_at = now + timedelta(seconds=backoff_s(claim.tries))


def _give_back(session: Session, claim: Claim) -> Grade:
    """The row, locked and free to take again, unless another worker holds it by now."""
    grade = session.scalars(select(Grade).where(Grade.id == claim.grade_id).with_for_update()).one()
    if grade.claimed_until == claim.until:
        grade.claimed_until = None
    return grade

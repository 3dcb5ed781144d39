"""Saying what the gradebook shall hold: inside the transaction that finishes an attempt."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.db.jobs import enqueue
from lti_tool.facts.answers import Outcome
from lti_tool.facts.people import Access
from lti_tool.gradebook.tables import Grade, GradeDecision, GradeState
from lti_tool.grading import scale

DELIVER_TASK = "deliver_due"
_TICK = timedelta(milliseconds=1)


def due(
    session: Session, outcome: Outcome, *, platform_id: uuid.UUID, subject: str, now: datetime
) -> Grade | None:
    """Write the wanted score and queue its delivery, in the caller's transaction. None when the link has no column."""
    if outcome.line_item_url is None:
        return None
    grade = session.scalar(
        select(Grade)
        .where(Grade.placement_id == outcome.placement_id, Grade.person_id == outcome.person_id)
        .with_for_update()
    )
    score = scale(outcome.score_ratio, outcome.points)
    if grade is None:
        grade = _new_grade(outcome, score, platform_id=platform_id, subject=subject, now=now)
        session.add(grade)
    else:
        _change(grade, outcome, score, subject=subject, now=now)
    session.flush()
    enqueue(session, DELIVER_TASK, {"platform_id": str(platform_id)})
    return grade


def _new_grade(
    outcome: Outcome, score: float, *, platform_id: uuid.UUID, subject: str, now: datetime
) -> Grade:
    return Grade(
        id=uuid.uuid4(),
        tenant_id=outcome.tenant_id,
        platform_id=platform_id,
        placement_id=outcome.placement_id,
        person_id=outcome.person_id,
        attempt_id=outcome.attempt_id,
        line_item_url=outcome.line_item_url,
        subject=subject,
        wanted_score=score,
        wanted_maximum=outcome.points,
        is_pending=outcome.is_pending,
        wanted_at=now,
        submitted_at=outcome.finished_at,
        next_try_at=now,
    )


def _change(grade: Grade, outcome: Outcome, score: float, *, subject: str, now: datetime) -> None:
    grade.attempt_id = outcome.attempt_id
    grade.line_item_url = outcome.line_item_url or grade.line_item_url
    grade.subject = subject
    grade.wanted_score = score
    grade.wanted_maximum = outcome.points
    grade.is_pending = outcome.is_pending
    grade.submitted_at = outcome.finished_at
    make_due(grade, now)


def make_due(grade: Grade, now: datetime, *, overrides: bool = False) -> None:
    """A new version with a later time, to be sent now."""
    grade.overrides = overrides
    grade.wanted_version += 1
    grade.wanted_at = max(now, grade.wanted_at + _TICK)
    grade.state = GradeState.DUE
    grade.tries = 0
    grade.next_try_at = now
    grade.last_error = None


def resend(
    session: Session,
    access: Access,
    placement_id: uuid.UUID,
    person_id: uuid.UUID,
    *,
    now: datetime,
    line_item_url: str | None = None,
    overrides: bool = False,
) -> bool:
    """Send a grade once more, at a teacher's wish. False when there is none to send.

    `overrides`: in place of a grade they entered in the LMS, which they have seen.
    """
    grade = session.scalar(
        select(Grade)
        .where(
            Grade.tenant_id == access.tenant_id,
            Grade.placement_id == placement_id,
            Grade.person_id == person_id,
        )
        .with_for_update()
    )
    if grade is None:
        return False
    if line_item_url is not None and grade.state == GradeState.REFUSED:
        grade.line_item_url = line_item_url
    make_due(grade, now, overrides=overrides)
    session.flush()
    enqueue(session, DELIVER_TASK, {"platform_id": str(grade.platform_id)})
    return True


def move_grades(session: Session, placement_id: uuid.UUID, *, old_url: str, new_url: str) -> None:
    """The column has another address. What waits is sent there; what was delivered stays as it is."""
    session.execute(
        update(Grade)
        .where(Grade.placement_id == placement_id, Grade.line_item_url == old_url)
        .values(line_item_url=new_url)
        .execution_options(synchronize_session="fetch")
    )


def send_to_new_column(
    session: Session,
    placement_id: uuid.UUID,
    *,
    own: uuid.UUID | None,
    new_url: str,
    now: datetime,
) -> None:
    """A launch gave another column: with `own` that person's grade moves, otherwise every refused one goes there."""
    grades = session.scalars(
        select(Grade).where(Grade.placement_id == placement_id).order_by(Grade.id).with_for_update()
    )
    for grade in grades:
        is_meant = grade.person_id == own if own is not None else grade.state == GradeState.REFUSED
        if grade.line_item_url == new_url or not is_meant:
            continue
        grade.line_item_url, grade.acked_attempt_id, grade.acked_score = new_url, None, None
        make_due(grade, now)
        enqueue(session, DELIVER_TASK, {"platform_id": str(grade.platform_id)})
    session.flush()


def resend_all(session: Session, access: Access, placement_id: uuid.UUID, *, now: datetime) -> int:
    """Send every grade of an assignment again that is not acknowledged; gives how many."""
    grades = session.scalars(
        select(Grade)
        .where(
            Grade.tenant_id == access.tenant_id,
            Grade.placement_id == placement_id,
            Grade.state != GradeState.DELIVERED,
        )
        .order_by(Grade.id)
        .with_for_update()
    ).all()
    for grade in grades:
        make_due(grade, now)
    session.flush()
    for platform_id in {grade.platform_id for grade in grades}:
        enqueue(session, DELIVER_TASK, {"platform_id": str(platform_id)})
    return len(grades)


def find_grade(session: Session, placement_id: uuid.UUID, person_id: uuid.UUID) -> Grade | None:
    return session.scalar(
        select(Grade).where(Grade.placement_id == placement_id, Grade.person_id == person_id)
    )


def find_decision(session: Session, placement_id: uuid.UUID, person_id: uuid.UUID) -> GradeDecision | None:
    """What a teacher decided of this grade, if anything."""
    return session.get(GradeDecision, (placement_id, person_id))


def withdraw(session: Session, placement_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Send nothing of this grade: what waits is not sent any more, and what the LMS has stays there."""
    grade = find_grade(session, placement_id, person_id)
    if grade is not None:
        session.refresh(grade, with_for_update=True)
        grade.state, grade.last_error = GradeState.DELIVERED, None


def grades_of_placement(session: Session, access: Access, placement_id: uuid.UUID) -> dict[uuid.UUID, Grade]:
    """Grades of one assignment by person; the caller has checked that the placement is theirs to see."""
    rows = session.scalars(
        select(Grade).where(Grade.tenant_id == access.tenant_id, Grade.placement_id == placement_id)
    )
    return {grade.person_id: grade for grade in rows}


def count_grades(session: Session) -> dict[str, int]:
    """How many grades stand where, over all districts: a figure for whoever runs the server."""
    rows = session.execute(select(Grade.state, func.count()).group_by(Grade.state))
    return {state.value: 0 for state in GradeState} | {str(state): int(count) for state, count in rows}


def free_to_take(now: datetime) -> ColumnElement[bool]:
    """Due now, and in nobody's hands."""
    return and_(
        Grade.state.in_([GradeState.DUE, GradeState.WAITING]),
        Grade.next_try_at <= now,
        or_(Grade.claimed_until.is_(None), Grade.claimed_until < now),
    )


def platforms_with_due_grades(session: Session, *, now: datetime) -> list[uuid.UUID]:
    """Platforms that something should be sent to now: what the sweep looks at."""
    return list(session.scalars(select(Grade.platform_id).where(free_to_take(now)).distinct()))

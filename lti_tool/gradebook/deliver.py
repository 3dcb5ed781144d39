"""Delivering grades: take what is due, send it, write down what the LMS said. No HTTP happens inside a transaction.

A claim is a lease: a worker that dies leaves rows which another takes when the lease has run out. The timestamp belongs to the wanted
version, so a repeated try is recognised by the LMS as the same score (AGS 2.0: not newer, refused with 409) and is not a second grade.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select, update

from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.errors import ColumnGoneError, DeliveryRefusedError, DeliveryRetryError, ScoreConflictError
from lti_tool.facts.gateway import Gateway, OutgoingScore
from lti_tool.gradebook.due import free_to_take
from lti_tool.gradebook.outcome import (
    Claim,
    Clock,
    acknowledge,
    plan_retry,
    refuse,
    settle_conflict,
)
from lti_tool.gradebook.tables import Grade

log = structlog.get_logger("infolit.delivery")
_OUR_FAULT = "InfoLit met an error of its own while sending this score; it will be sent again."


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """The means of delivery: where from, through what, how long a claim holds, how many at once."""

    sessions: SessionFactory
    gateway: Gateway
    clock: Clock
    lease: timedelta
    at_once: int = 4
    find_column: Callable[[UUID], str | None] = lambda placement_id: None
    """Looks in the LMS where the column of an assignment is now; asked when it is not where it was. None: nowhere."""
    is_stopping: Callable[[], bool] = lambda: False
    """Asked before each grade: a worker that is told to end finishes what it sends and takes no more."""


def deliver_due(delivery: Delivery, platform_id: UUID) -> int:
    """Send every due grade of a platform; gives how many the LMS has now. Returns when nothing is due any more.

    Each lane takes one grade after the other, so a grade that the LMS is slow with holds up no other one.
    """
    first = _claim(delivery, platform_id, most=delivery.at_once)
    if not first:
        return 0
    with ThreadPoolExecutor(max_workers=len(first)) as lanes:
        return sum(lanes.map(lambda claim: _run_lane(delivery, claim), first))


def _run_lane(delivery: Delivery, claim: Claim) -> int:
    sent = 0
    claims = [claim]
    while claims:
        sent += _deliver(delivery, claims[0])
        claims = _claim(delivery, claim.platform_id, most=1)
    return sent


def _claim(delivery: Delivery, platform_id: UUID, *, most: int) -> list[Claim]:
    """Take up to `most` due grades; those that another worker is taking at this moment are passed over."""
    if delivery.is_stopping():
        return []
    now = delivery.clock()
    with transaction(delivery.sessions) as session:
        chosen = (
            select(Grade.id)
            .where(Grade.platform_id == platform_id, free_to_take(now))
            .order_by(Grade.next_try_at)
            .limit(most)
            .with_for_update(skip_locked=True)
            .cte("chosen")
            .prefix_with("MATERIALIZED")
        )
        rows = session.scalars(
            update(Grade)
            .where(Grade.id == chosen.c.id)
            .values(claimed_until=now + delivery.lease, tries=Grade.tries + 1)
            .returning(Grade)
            .execution_options(synchronize_session=False, populate_existing=True)
        ).all()
        return [_as_claim(row) for row in rows]


def _as_claim(row: Grade) -> Claim:
    return Claim(
        grade_id=row.id,
        platform_id=row.platform_id,
        placement_id=row.placement_id,
        version=row.wanted_version,
        tries=row.tries,
        until=row.claimed_until,
        score=OutgoingScore(
            line_item_url=row.line_item_url,
            subject=row.subject,
            score_given=row.wanted_score,
            score_maximum=row.wanted_maximum,
            timestamp=row.wanted_at,
            submitted_at=row.submitted_at,
            attempt_id=row.attempt_id,
            grading_progress="PendingManual" if row.is_pending else "FullyGraded",
            is_new_submission=row.acked_attempt_id != row.attempt_id,
            keeps_teachers_grade=not row.overrides,
        ),
    )


def _deliver(delivery: Delivery, claim: Claim) -> bool:
    """Send one score and record the outcome. True when the LMS has it."""
    sessions, now = delivery.sessions, delivery.clock
    try:
        return _send(delivery, claim)
    except DeliveryRetryError as error:
        plan_retry(sessions, claim, reason=error.message, retry_after_s=error.retry_after_s, now=now())
    except DeliveryRefusedError as error:
        refuse(sessions, claim, reason=error.message)
    except Exception as error:
        log.exception("delivery_failed", kind=type(error).__name__, grade_id=str(claim.grade_id))
        plan_retry(sessions, claim, reason=_OUR_FAULT, retry_after_s=None, now=now())
    return False


def _send(delivery: Delivery, claim: Claim) -> bool:
    """Send; when the LMS holds a score as new as ours, look which, and only then decide."""
    try:
        claim = _send_where_the_column_is(delivery, claim)
    except ScoreConflictError:
        score = claim.score
        result = delivery.gateway.find_result(claim.platform_id, score.line_item_url, score.subject)
        return settle_conflict(delivery.sessions, claim, result, now=delivery.clock())
    acknowledge(delivery.sessions, claim, now=delivery.clock())
    return True


def _send_where_the_column_is(delivery: Delivery, claim: Claim) -> Claim:
    """Send to the column's address; when it is gone, look once where the column is now. Gives the claim as it was sent."""
    try:
        delivery.gateway.send_score(claim.platform_id, claim.score)
    except ColumnGoneError:
        found = delivery.find_column(claim.placement_id)
        if found is None or found == claim.score.line_item_url:
            raise
        claim = replace(claim, score=replace(claim.score, line_item_url=found, is_new_submission=True))
        delivery.gateway.send_score(claim.platform_id, claim.score)
    return claim

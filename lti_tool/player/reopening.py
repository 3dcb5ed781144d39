"""Reopening a handed-in attempt: its student goes on with it, and what was handed in is kept beside it as a copy.

The attempt keeps its id, number, questions and start; only what its end decided is undone. A copy is an attempt that is set aside (it counts
nowhere), numbered below zero, whose `kept_of_id` names the attempt. Events stay with the attempt itself.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case, delete, func, insert, select
from sqlalchemy.orm import Session, aliased

from lti_tool.player.attempts import checks_that_count, log_event, reopenings_that_stand
from lti_tool.player.copying import OWN, rows_of, write_rows
from lti_tool.player.responses import next_seq
from lti_tool.player.tables import Attempt, Marking, ResponseRow

ENDED = ("finished_at", "score_ratio", "is_pending", "ends_at", "step")
"""The columns of an attempt that its end decided."""
UNSCORED: dict[str, Any] = {
    "checked": None,
    "tries": 0,
    "first_ratio": None,
    "best_ratio": None,
    "checked_at": None,
}


def reopen_attempt(session: Session, attempt: Attempt, *, ends_at: datetime | None, now: datetime) -> None:
    """Let a finished attempt be under way again. The attempt's row must be locked.

    Answers stay as they were. What was scored at the end is not scored any more; what its student had checked themselves stays checked.
    """
    kept = _copy(session, attempt, now)
    log_event(
        session, attempt, name="reopened", seq=next_seq(session, attempt), now=now, data={"kept": str(kept)}
    )
    checked = {event.item_id for event in checks_that_count(session, attempt)}
    rows = session.scalars(select(ResponseRow).where(ResponseRow.attempt_id == attempt.id))
    for row in rows:
        if row.item_id not in checked and row.item_id not in attempt.carried:
            for name, value in UNSCORED.items():
                setattr(row, name, value)
    # A teacher's word on an answer that stays checked, or was carried over, stays as well.
    is_over = Marking.ratio.is_(None) | Marking.item_id.not_in(checked)
    session.execute(
        delete(Marking)
        .where(Marking.attempt_id == attempt.id, Marking.item_id.not_in(attempt.carried), is_over)
        .execution_options(synchronize_session=False)
    )
    attempt.finished_at, attempt.score_ratio, attempt.is_pending = None, None, False
    attempt.ends_at, attempt.step = ends_at, 0
    session.flush()


def put_back(session: Session, attempt: Attempt, *, now: datetime) -> None:
    """Let the attempt be as it was handed in before it was reopened last; what it is now becomes the copy, so that nothing is lost.

    It stays pinned to the content that was corrected meanwhile, and is to be scored anew.
    """
    kept = session.get_one(Attempt, standing_copies(session, attempt)[-1], with_for_update=True)
    for table in OWN:
        mine, its = rows_of(session, table, attempt.id), rows_of(session, table, kept.id)
        session.execute(delete(table).where(table.attempt_id.in_([attempt.id, kept.id])))
        write_rows(session, table, mine, kept.id)
        write_rows(session, table, its, attempt.id)
    for name in ENDED:
        now_there, then = getattr(attempt, name), getattr(kept, name)
        setattr(attempt, name, then)
        setattr(kept, name, now_there)
    kept.snapshot_hash = attempt.snapshot_hash
    kept.finished_at = kept.finished_at or now
    kept.score_ratio = kept.score_ratio or 0.0
    log_event(session, attempt, name="put_back", seq=next_seq(session, attempt), now=now)
    session.flush()
    session.expire_all()


def standing_copies(session: Session, attempt: Attempt) -> list[uuid.UUID]:
    """The copies of what was handed in before each reopening that was not undone, the oldest first."""
    return [uuid.UUID(str(event.data["kept"])) for event in reopenings_that_stand(session, attempt)]


class FirstAnswer(NamedTuple):
    """An answer that was scored when a reopened attempt was handed in before."""

    checked: dict[str, Any]
    word: float | None
    """What a teacher says it is worth, where that is about this answer and no later try."""


def first_answers(session: Session, attempt: Attempt) -> dict[str, FirstAnswer]:
    """The answers of a reopened attempt that were scored when it was handed in before, by item: what was learned of its student then."""
    copies = standing_copies(session, attempt)
    if not copies:
        return {}
    rows = session.execute(
        select(ResponseRow.item_id, ResponseRow.checked, ResponseRow.tries, Marking.ratio)
        .join(Attempt, Attempt.id == ResponseRow.attempt_id)
        .outerjoin(
            Marking,
            (Marking.attempt_id == ResponseRow.attempt_id) & (Marking.item_id == ResponseRow.item_id),
        )
        .where(Attempt.id.in_(copies), ResponseRow.first_ratio.is_not(None), ResponseRow.checked.is_not(None))
        .order_by(Attempt.number)
    )
    # The oldest copy has the highest number, and comes last.
    return {row.item_id: FirstAnswer(row.checked, row.ratio if row.tries == 1 else None) for row in rows}


def let_words_stand(session: Session, attempt: Attempt) -> None:
    """Let a teacher's words on answers that come again as they were handed in before stand again: to be called before these are scored."""
    for kept_id in reversed(standing_copies(session, attempt)):
        own, kept = aliased(ResponseRow), aliased(ResponseRow)
        is_same = case((own.tries == 0, own.saved), else_=own.checked) == kept.checked
        same = session.scalars(
            select(own.item_id)
            .join(kept, (kept.attempt_id == kept_id) & (kept.item_id == own.item_id))
            .where(own.attempt_id == attempt.id, is_same)
        ).all()
        known = select(Marking.item_id).where(Marking.attempt_id == attempt.id)
        words = (Marking.ratio.is_not(None), Marking.item_id.in_(same), Marking.item_id.not_in(known))
        write_rows(session, Marking, rows_of(session, Marking, kept_id, *words), attempt.id)


def _copy(session: Session, attempt: Attempt, now: datetime) -> uuid.UUID:
    lowest = session.scalar(
        select(func.min(Attempt.number)).where(
            Attempt.placement_id == attempt.placement_id, Attempt.person_id == attempt.person_id
        )
    )
    kept_id = uuid.uuid4()
    values = {column.key: getattr(attempt, column.key) for column in Attempt.__table__.columns}
    own = {"id": kept_id, "number": min(lowest or 0, 0) - 1, "set_aside_at": now, "kept_of_id": attempt.id}
    session.execute(insert(Attempt).values(values | own))
    for table in OWN:
        write_rows(session, table, rows_of(session, table, attempt.id), kept_id)
    return kept_id

"""The analysis of questions from scratch: for attempts finished before it existed, and whenever sums are doubted."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lti_tool.content.store import get_snapshot
from lti_tool.db.connect import transaction
from lti_tool.flow import count_questions
from lti_tool.people.standing import is_test_student
from lti_tool.player.attempts import stands
from lti_tool.player.tables import Attempt
from lti_tool.tool import Tool

AT_ONCE = 100
_TABLES = "first_answer, item_sums, part_sums"


def rebuild_questions(tool: Tool) -> Iterator[int]:
    """Empty the analysis and count every first attempt anew; gives how many are done after each batch.

    Submissions may go on meanwhile: each is counted when it comes in, and once more in place of that when its turn comes.
    """
    with transaction(tool.sessions) as session:
        session.execute(text(f"LOCK TABLE {_TABLES} IN EXCLUSIVE MODE"))
        session.execute(text(f"TRUNCATE {_TABLES}"))
    last, done = uuid.UUID(int=0), 0
    while True:
        with transaction(tool.sessions) as session:
            attempts = _next_attempts(session, last)
            for attempt in attempts:
                if not is_test_student(session, attempt.person_id):
                    count_questions(session, attempt, get_snapshot(session, attempt.snapshot_hash))
        if not attempts:
            return
        last, done = attempts[-1].id, done + len(attempts)
        yield done


def _next_attempts(session: Session, last: uuid.UUID) -> list[Attempt]:
    """The next first attempts by id, locked, so that nobody re-scores them at this moment."""
    query = (
        select(Attempt)
        .where(
            Attempt.id > last,
            Attempt.number == 1,
            Attempt.is_preview.is_(False),
            Attempt.finished_at.is_not(None),
            stands(),
        )
        .order_by(Attempt.id)
        .limit(AT_ONCE)
        .with_for_update()
    )
    return list(session.scalars(query))

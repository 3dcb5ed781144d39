"""A teacher puts right what a program said of one answer, and takes that back.

The attempt is scored anew with their word in place of the program's advice; grade, mastery and analysis follow as after any re-score, and a
later correction of the content goes by their word as well (`player/advised.py`).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.audit.log import note
from lti_tool.audit.tables import AuditEntry
from lti_tool.content.store import get_snapshot
from lti_tool.corrections.reasons import about, require_reason
from lti_tool.corrections.rescoring import follow, score_again
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError, ConflictError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.player.advised import STEPS, Advised, Word, get_advised, let_stand
from lti_tool.player.attempts import (
    get_handed_in,
    get_taught_placement,
    lock_attempts,
    responses_of,
)
from lti_tool.player.marking import LONGEST_COMMENT
from lti_tool.player.tables import Attempt, Marking, Placement
from lti_tool.tool import Tool

JUDGE = "judge"
GONE = "This answer was given anew since, so there is nothing to take back."


def judge_answer(
    tool: Tool,
    access: Access,
    placement_id: uuid.UUID,
    attempt_id: uuid.UUID,
    item_id: str,
    *,
    steps: int,
    comment: str,
    reason: str,
    shown: str,
) -> None:
    """Let an answer be worth `steps` of STEPS; the word that stands already, said again, changes nothing.

    `shown` is the digest of what the teacher read. Raises BadFormError for what cannot be, NotFoundError outside of one's classes, ConflictError
    when the answer or the word on it is another one by now.
    """
    if not 0 <= steps <= STEPS:
        raise BadFormError("Choose what the answer is worth.")
    if len(comment) > LONGEST_COMMENT:
        raise BadFormError("The words to the student are longer than 2000 characters. Shorten them.")
    require_reason(reason)
    now = tool.clock()
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, access, placement_id)
        attempt = _get_locked(session, access, placement, attempt_id)
        advised = get_advised(session, attempt, get_snapshot(session, attempt.snapshot_hash), item_id)
        word = Word(ratio=steps / STEPS, comment=comment)
        if advised.word == word:
            return
        if advised.digest != shown:
            raise ConflictError("This has changed since. Load the page again to see how things stand.")
        before = advised.word.as_values() if advised.word else None
        subject = about(placement, person_id=attempt.person_id, item_id=item_id, attempt_id=attempt.id)
        note(session, access, JUDGE, subject, now=now, reason=reason, before=before, after=word.as_values())
        _let_count(session, access, attempt, advised, word, now)


def take_back(
    session: Session, access: Access, placement: Placement, entry: AuditEntry, now: datetime
) -> None:
    """Let what stood before a teacher's word stand again. Raises ConflictError when the answer or the word is another one by now."""
    attempt_id, item_id = entry.attempt_id, entry.item_id
    if attempt_id is None or item_id is None:
        raise NotFoundError
    try:
        attempt = _get_locked(session, access, placement, attempt_id)
        advised = get_advised(session, attempt, get_snapshot(session, attempt.snapshot_hash), item_id)
    except NotFoundError:
        raise ConflictError(GONE) from None
    if advised.word is None or advised.word.as_values() != entry.after:
        raise ConflictError(GONE)
    word = Word(**entry.before) if entry.before else None
    _let_count(session, access, attempt, advised, word, now)


def words_on(
    session: Session, attempt_ids: Collection[uuid.UUID]
) -> dict[tuple[uuid.UUID | None, str | None], dict[str, Any]]:
    """The teachers' words that stand on answers of these attempts, by attempt and item, as audit entries hold them."""
    query = select(Marking).where(Marking.attempt_id.in_(attempt_ids), Marking.ratio.is_not(None))
    return {
        (row.attempt_id, row.item_id): Word(ratio=row.ratio or 0.0, comment=row.comment).as_values()
        for row in session.scalars(query)
    }


def _get_locked(session: Session, access: Access, placement: Placement, attempt_id: uuid.UUID) -> Attempt:
    """A finished attempt, locked with all others of its person here. Raises NotFoundError."""
    lock_attempts(session, placement, get_handed_in(session, access, placement, attempt_id).person_id)
    return get_handed_in(session, access, placement, attempt_id)


def _let_count(
    session: Session, access: Access, attempt: Attempt, advised: Advised, word: Word | None, now: datetime
) -> None:
    """The score, the grade, what is known of the student, and the analysis; and what the same answer gives in later attempts."""
    snapshot = get_snapshot(session, attempt.snapshot_hash)
    takers = let_stand(session, attempt, advised, word, access.person_id, now)
    scored = score_again(session, attempt, snapshot, now)
    for taker in takers:
        if taker.finished_at is not None:
            score_again(session, taker, get_snapshot(session, taker.snapshot_hash), now)
            continue
        row = responses_of(session, taker)[advised.item.id]
        row.first_ratio, row.best_ratio = advised.row.first_ratio, advised.row.best_ratio
    follow(session, attempt, snapshot, scored, now)

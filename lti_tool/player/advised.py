"""A teacher's word on an answer of a kind that only advises (`IS_ADVISORY`): it stands in place of the program's score until it is taken back.

It is kept as the answer's marking; `rescore` makes it count, and every later re-score goes by it.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_tool.content.model import Item
from lti_tool.content.snapshot import Snapshot
from lti_tool.errors import NotFoundError
from lti_tool.interactions import get_kind, is_advisory
from lti_tool.player.asked import asked_versions
from lti_tool.player.attempts import responses_of
from lti_tool.player.marking import LONGEST_COMMENT, markings_of
from lti_tool.player.responses import score_in_any
from lti_tool.player.tables import Attempt, Marking, ResponseRow

STEPS = 4
"""A teacher gives none to all of the score in so many steps."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """What a teacher says an answer is worth, and what they tell its student."""

    ratio: float
    comment: str = ""

    def as_values(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Advised:
    """An answer that a program scored and a teacher may score otherwise."""

    item: Item
    row: ResponseRow
    marking: Marking | None
    advice: float
    """The program's own score of it."""

    @property
    def word(self) -> Word | None:
        if self.marking is None or self.marking.ratio is None:
            return None
        return Word(ratio=self.marking.ratio, comment=self.marking.comment)

    @property
    def digest(self) -> str:
        """Fingerprint of the answer and the word on it, by which a page that shows others is told."""
        shown = [self.row.checked, self.word.as_values() if self.word else None]
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def get_advised(session: Session, attempt: Attempt, snapshot: Snapshot, item_id: str) -> Advised:
    """An answer of a finished attempt the caller was given. Raises NotFoundError where none was given, or its score is no advice.

    What was carried over is judged where it was given: there it is evidence.
    """
    row = responses_of(session, attempt).get(item_id)
    if item_id not in (*snapshot.activity_ids, *attempt.drawn) or row is None or not row.tries:
        raise NotFoundError
    if item_id in attempt.carried:
        raise NotFoundError
    item = snapshot.item(item_id)
    if not is_advisory(get_kind(item.kind)):
        raise NotFoundError
    return Advised(
        item=item,
        row=row,
        marking=markings_of(session, attempt).get(item_id),
        advice=score_in_any(asked_versions(attempt, snapshot, item_id), row.checked or {}).ratio,
    )


def let_stand(
    session: Session,
    attempt: Attempt,
    advised: Advised,
    word: Word | None,
    by: uuid.UUID | None,
    now: datetime,
) -> list[Attempt]:
    """Let a teacher's word on an answer stand, or the program's score again (None), wherever the same answer counts.

    That is in this attempt, in the later ones that took the answer over, and in what was kept of each when it was reopened. Gives the later ones:
    these and the attempt are to be scored anew. All attempts of the person here must be locked.
    """
    takers = _takers(session, attempt, advised)
    live = [attempt.id, *(each.id for each in takers)]
    is_same = (ResponseRow.item_id == advised.item.id, ResponseRow.checked == advised.row.checked)
    copies = session.scalars(
        select(Attempt.id)
        .join(ResponseRow, ResponseRow.attempt_id == Attempt.id)
        .where(Attempt.kept_of_id.in_(live), *is_same)
    ).all()
    own = (Marking.attempt_id.in_([*live, *copies]), Marking.item_id == advised.item.id)
    session.execute(delete(Marking).where(*own).execution_options(synchronize_session="fetch"))
    if word is not None:
        for attempt_id in (*live, *copies):
            session.add(
                Marking(
                    attempt_id=attempt_id,
                    item_id=advised.item.id,
                    tenant_id=attempt.tenant_id,
                    levels={},
                    ratio=word.ratio,
                    comment=word.comment[:LONGEST_COMMENT],
                    is_draft=False,
                    marked_by=by,
                    marked_at=now,
                )
            )
    session.flush()
    return takers


def _takers(session: Session, attempt: Attempt, advised: Advised) -> list[Attempt]:
    """The attempts right after this one that took this very answer over, the first one first."""

    def has_taken(later: Attempt) -> bool:
        row = responses_of(session, later).get(advised.item.id)
        is_same = row is not None and row.checked == advised.row.checked
        return is_same and advised.item.id in later.carried

    later = session.scalars(
        select(Attempt)
        .where(
            Attempt.placement_id == attempt.placement_id,
            Attempt.person_id == attempt.person_id,
            Attempt.number > attempt.number,
            Attempt.is_preview.is_(False),
        )
        .order_by(Attempt.number)
    )
    return list(takewhile(has_taken, later))

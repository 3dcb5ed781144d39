"""A teacher's marks for answers that no program scores: kept as a draft or given, with who and when, each time in the event log.

Scoring itself is the kind's; what follows from it (grade, mastery, rollups) is `corrections.marks.give_marks`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.content.model import Item
from lti_tool.content.snapshot import Snapshot
from lti_tool.content.store import get_snapshot
from lti_tool.errors import BadFormError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.interactions import get_kind, is_manual, marked
from lti_tool.player.attempts import attempts_of_placement, log_event, stands
from lti_tool.player.responses import next_seq
from lti_tool.player.tables import Attempt, Marking, Placement, ResponseRow

LONGEST_COMMENT = 2000


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What a teacher says of one answer: from the ids of criteria to those of levels, and words for the student."""

    levels: Mapping[str, str]
    comment: str
    is_draft: bool


@dataclass(frozen=True, kw_only=True)
class Handed:
    """An answer that a teacher marks, and how far that is."""

    attempt: Attempt
    item: Item
    row: ResponseRow
    marking: Marking | None

    @property
    def state(self) -> str:
        """waiting, draft or given."""
        if self.marking is None:
            return "waiting"
        return "draft" if self.marking.is_draft else "given"


def missing_criteria(item: Item, levels: Mapping[str, str]) -> list[str]:
    """The ids of the criteria without a level of theirs."""
    rubric: Sequence[Any] = item.spec.rubric  # type: ignore[attr-defined]  # manual kinds have one
    return [str(each.id) for each in rubric if each.find(levels.get(each.id, "")) is None]


def keep_marks(
    session: Session,
    access: Access,
    attempt: Attempt,
    snapshot: Snapshot,
    item_id: str,
    marks: Marks,
    *,
    now: datetime,
) -> bool:
    """Write the marks; True when this is the first time that this answer gets a score. The attempt's row must be locked."""
    handed = get_handed(session, attempt, snapshot, item_id)
    if not marks.is_draft and missing_criteria(handed.item, marks.levels):
        raise BadFormError("Choose a level of each criterion, or keep it as a draft.")
    if marks.is_draft and handed.state == "given":
        raise BadFormError("These marks were given already. Give them anew to change them.")
    marking = handed.marking or Marking(attempt_id=attempt.id, item_id=item_id, tenant_id=attempt.tenant_id)
    marking.levels = {name: level for name, level in marks.levels.items() if level}
    marking.comment = marks.comment[:LONGEST_COMMENT]
    marking.is_draft = marks.is_draft
    marking.marked_by, marking.marked_at = access.person_id, now
    session.add(marking)
    is_first = not marks.is_draft and handed.row.first_ratio is None
    data: dict[str, object] = {
        "by": str(access.person_id),
        "levels": dict(marking.levels),
        "draft": marks.is_draft,
    }
    if not marks.is_draft:
        ratio = marked(
            get_kind(handed.item.kind), handed.item.spec, handed.row.checked or {}, marking.levels
        ).ratio
        handed.row.best_ratio = ratio
        handed.row.first_ratio = ratio if is_first else handed.row.first_ratio
        data["ratio"] = ratio
    log_event(
        session, attempt, name="marked", seq=next_seq(session, attempt), now=now, item_id=item_id, data=data
    )
    session.flush()
    return is_first


def get_handed(session: Session, attempt: Attempt, snapshot: Snapshot, item_id: str) -> Handed:
    """An answer of a finished attempt that a teacher marks. Raises NotFoundError for any other item."""
    for handed in _handed_in(session, attempt, snapshot):
        if handed.item.id == item_id:
            return handed
    raise NotFoundError


def list_handed(session: Session, access: Access, placement: Placement) -> list[Handed]:
    """Every answer of an assignment that a teacher marks, those handed in first at the top; the caller has checked the placement."""
    found = []
    for attempt in attempts_of_placement(session, access, placement.id):
        if attempt.finished_at is not None:
            found += _handed_in(session, attempt, get_snapshot(session, attempt.snapshot_hash))
    return sorted(found, key=lambda each: (each.attempt.finished_at, str(each.attempt.id)))


def _handed_in(session: Session, attempt: Attempt, snapshot: Snapshot) -> list[Handed]:
    manual = [
        item
        for item_id in (*snapshot.activity_ids, *attempt.drawn)
        if is_manual(get_kind((item := snapshot.item(item_id)).kind))
    ]
    if not manual:
        return []
    markings = markings_of(session, attempt)
    rows = {
        row.item_id: row
        for row in session.scalars(
            select(ResponseRow).where(ResponseRow.attempt_id == attempt.id, ResponseRow.tries > 0)
        )
    }
    return [
        Handed(attempt=attempt, item=item, row=rows[item.id], marking=markings.get(item.id))
        for item in manual
        if item.id in rows
    ]


def markings_of(session: Session, attempt: Attempt) -> dict[str, Marking]:
    """The marks for an attempt that the caller was given, drafts included."""
    rows = session.scalars(select(Marking).where(Marking.attempt_id == attempt.id))
    return {row.item_id: row for row in rows}


def count_to_mark(session: Session, access: Access, placement_id: uuid.UUID) -> int:
    """How many attempts at an assignment wait for a teacher; the caller has checked the placement."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Attempt)
            .where(
                Attempt.placement_id == placement_id,
                Attempt.tenant_id == access.tenant_id,
                Attempt.is_preview.is_(False),
                Attempt.is_pending.is_(True),
                stands(),
            )
        )
        or 0
    )


def has_marks(session: Session, access: Access, placement_id: uuid.UUID) -> bool:
    """Whether some answer of the assignment was marked or begun to be."""
    statement = (
        select(Marking.item_id)
        .join(Attempt, Attempt.id == Marking.attempt_id)
        .where(
            Attempt.placement_id == placement_id,
            Marking.tenant_id == access.tenant_id,
            Marking.ratio.is_(None),
        )
        .limit(1)
    )
    return session.scalar(statement) is not None

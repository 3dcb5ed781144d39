"""The answer sheet of a first attempt, for the analysis of questions."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lti_tool.content.snapshot import Snapshot
from lti_tool.facts.answers import AnswerSheet, SheetAnswer
from lti_tool.interactions import get_kind, is_scored, picks_of
from lti_tool.player.attempts import get_placement, responses_of
from lti_tool.player.responses import item_version
from lti_tool.player.steps import part_of
from lti_tool.player.tables import Attempt


def find_sheet(
    session: Session, attempt: Attempt, snapshot: Snapshot, *, lang: str | None
) -> AnswerSheet | None:
    """The sheet of a person's first attempt at an assignment once it is wholly scored, or None. Answers not given are 0.

    One that was set aside has none, nor has the new start in its place: its questions were met before.
    """
    if attempt.number != 1 or attempt.is_preview or attempt.finished_at is None or attempt.is_pending:
        return None
    if attempt.set_aside_at is not None:
        return None
    rows, answers = responses_of(session, attempt), []
    for item_id in (*snapshot.activity_ids, *attempt.drawn):
        item, row = snapshot.item(item_id), rows.get(item_id)
        kind = get_kind(item.kind)
        if is_scored(kind):
            first = row.checked if row is not None and row.checked else {}
            answers.append(
                SheetAnswer(
                    item_id=item_id,
                    item_version=item_version(item),
                    part=part_of(snapshot, attempt.drawn, item_id),
                    ratio=(row.first_ratio or 0.0) if row is not None else 0.0,
                    picks=picks_of(kind, item.spec, first),
                )
            )
    placement = get_placement(session, attempt.placement_id)
    return AnswerSheet(
        tenant_id=attempt.tenant_id,
        attempt_id=attempt.id,
        placement_id=placement.id,
        content_kind=placement.content_kind,
        content_id=placement.content_id,
        snapshot_hash=snapshot.hash,
        school_year=attempt.school_year,
        school_id=attempt.school_id,
        grade=attempt.grade,
        lang=lang,
        answers=tuple(answers),
    )

"""Scoring a finished attempt anew, by the items as they stand in another snapshot. What was scored before stays in the event log.

Every try counts as it was made: the checks of the event log, and the answer that was scored when the attempt ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.content.model import Item
from lti_tool.content.snapshot import Snapshot
from lti_tool.facts.answers import ItemMark, ScoredAnswer
from lti_tool.grading import attempt_ratio
from lti_tool.interactions import get_kind, is_manual, is_scored, marked
from lti_tool.player.asked import asked_versions
from lti_tool.player.attempts import checks_that_count, log_event, responses_of
from lti_tool.player.marking import markings_of
from lti_tool.player.reopening import first_answers
from lti_tool.player.responses import (
    as_answer,
    as_bank_item,
    dropped_items,
    has_pending,
    next_seq,
    score_in_any,
)
from lti_tool.player.steps import part_of
from lti_tool.player.tables import Attempt, Event, Marking, ResponseRow


@dataclass(frozen=True, kw_only=True)
class Rescored:
    """What scoring anew made of an attempt."""

    before: float
    after: float
    """Score ratios of the attempt."""
    answers: tuple[ScoredAnswer, ...]
    """Those with evidence, as they count now."""


def rescore(
    session: Session,
    attempt: Attempt,
    snapshot: Snapshot,
    *,
    now: datetime,
) -> Rescored:
    """Score by `snapshot`, to which the attempt is pinned from now on. Dropped items count nothing. The attempt's row must be locked."""
    rows, markings, tries = (
        responses_of(session, attempt),
        markings_of(session, attempt),
        _tries(session, attempt),
    )
    dropped, known = dropped_items(session, attempt.placement_id), first_answers(session, attempt)
    before, marks, answers, changed = attempt.score_ratio or 0.0, [], [], {}
    for item_id in (*snapshot.activity_ids, *attempt.drawn):
        versions, row = asked_versions(attempt, snapshot, item_id), rows.get(item_id)
        item = versions[0]
        if not is_scored(get_kind(item.kind)):
            continue
        if row is not None and row.tries:
            worth = _first_and_best(versions, row, tries.get(item_id, []), markings.get(item_id))
            if worth and worth != (row.first_ratio, row.best_ratio):
                changed[item_id] = {"before": [row.first_ratio, row.best_ratio], "after": list(worth)}
                row.first_ratio, row.best_ratio = worth
        part = part_of(snapshot, attempt.drawn, item_id)
        ratio = (row.best_ratio or 0.0) if row else 0.0
        if item_id not in dropped:
            marks.append(ItemMark(item_id=item_id, part=part, points=item.points, ratio=ratio))
        if row is not None and row.first_ratio is not None and item_id not in attempt.carried:
            told = as_answer(
                as_bank_item(snapshot.item(item_id)),
                row,
                points=item.points,
                is_practice=part == "activities",
                now=now,
            )
            first = known.get(item_id)
            if first is not None and not _stands_by_word(row, first.checked, markings.get(item_id), item):
                ratio_then = score_in_any(versions, first.checked).ratio if first.word is None else first.word
                told = replace(told, ratio=ratio_then)
            answers.append(told)
    attempt.score_ratio = attempt_ratio(marks, snapshot.weights)
    _log(session, attempt, snapshot, before=before, changed=changed, now=now)
    attempt.snapshot_hash = snapshot.hash
    attempt.is_pending = has_pending(session, attempt, snapshot)
    session.flush()
    return Rescored(before=before, after=attempt.score_ratio, answers=tuple(answers))


def list_rescored(session: Session, attempt: Attempt) -> list[Event]:
    """The answers of an attempt that were scored anew, the newest first, each with the snapshots it was scored by."""
    query = select(Event).where(
        Event.attempt_id == attempt.id, Event.name == "rescored", Event.item_id.is_not(None)
    )
    return list(session.scalars(query.order_by(Event.id.desc())))


def _stands_by_word(row: ResponseRow, first: dict[str, Any], marking: Marking | None, item: Item) -> bool:
    """Whether a teacher says what the answer first handed in is worth, so that no program is asked."""
    if is_manual(get_kind(item.kind)):
        return True
    return marking is not None and marking.ratio is not None and row.checked == first


def _first_and_best(
    versions: Sequence[Item], row: ResponseRow, checked: list[dict[str, Any]], marking: Marking | None
) -> tuple[float, float] | None:
    """What the first try is worth, and what counts; None while it waits for a teacher. A teacher's word is about the last try, and counts."""
    ratios = _ratios(versions, row, checked, marking)
    if not ratios:
        return None
    if marking is None or marking.ratio is None:
        return ratios[0], max(ratios)
    return (ratios[0] if len(ratios) > 1 else marking.ratio), marking.ratio


def _ratios(
    versions: Sequence[Item], row: ResponseRow, checked: list[dict[str, Any]], marking: Marking | None
) -> list[float]:
    """The score of each try, the first one first; empty while it waits for a teacher."""
    item = versions[0]
    kind = get_kind(item.kind)
    if is_manual(kind):
        if marking is None or marking.is_draft:
            return []
        return [marked(kind, item.spec, row.checked or {}, marking.levels).ratio]
    responses = checked[: row.tries] if len(checked) >= row.tries else [*checked, row.checked or {}]
    return [score_in_any(versions, response).ratio for response in responses]


def _tries(session: Session, attempt: Attempt) -> dict[str, list[dict[str, Any]]]:
    """The checked answers of each item, in order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for event in checks_that_count(session, attempt):
        found.setdefault(event.item_id or "", []).append(event.data["response"])
    return found


def _log(
    session: Session,
    attempt: Attempt,
    snapshot: Snapshot,
    *,
    before: float,
    changed: dict[str, dict[str, object]],
    now: datetime,
) -> None:
    """One event for each answer that scores otherwise, and one for the attempt: with both snapshots, so that it stays readable."""
    pins: dict[str, object] = {"from": attempt.snapshot_hash, "to": snapshot.hash}
    seq = next_seq(session, attempt)
    for place, (item_id, scores) in enumerate(changed.items()):
        data = pins | scores
        log_event(session, attempt, name="rescored", seq=seq + place, now=now, item_id=item_id, data=data)
    told = pins | {"before": before, "after": attempt.score_ratio}
    log_event(session, attempt, name="rescored", seq=seq + len(changed), now=now, data=told)

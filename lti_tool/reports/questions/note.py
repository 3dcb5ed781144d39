"""Taking a first attempt into the analysis, in the caller's transaction: its answers as rows, and what they add to the sums.

An attempt that is known already is taken out first, so noting it anew (a re-score, a teacher's marks) and noting it twice are the same thing.
Sums are changed by one statement per table in the order of their ids: simultaneous submissions wait for each other and never deadlock.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.facts.answers import AnswerSheet
from lti_tool.reports.questions.tables import UNIT, FirstAnswer, ItemSums, PartSums

_PLACE = ("tenant_id", "placement_id", "content_kind", "content_id", "school_year", "school_id", "part")
_ITEM_KEY = (*_PLACE, "item_id", "item_version")
_PART_KEY = (*_PLACE, "items")
Key = tuple[Any, ...]
Change = Counter[str]


def note_first_attempt(session: Session, sheet: AnswerSheet) -> None:
    """Count an attempt's answers, in place of what was counted of it before."""
    before = _take_out(session, sheet.attempt_id)
    rows = rows_of(sheet)
    if rows:
        session.execute(insert(FirstAnswer).values(rows))
    _add_up(session, before, rows)


def forget_first_attempt(session: Session, attempt_id: uuid.UUID) -> None:
    """Count an attempt no more."""
    _add_up(session, _take_out(session, attempt_id), [])


def rows_of(sheet: AnswerSheet) -> list[dict[str, Any]]:
    """The rows of `first_answer` that a sheet makes."""
    scores = {answer.item_id: round(answer.ratio * UNIT) for answer in sheet.answers}
    totals: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for answer in sheet.answers:
        totals[answer.part] += scores[answer.item_id]
        counts[answer.part] += 1
    place = {
        name: getattr(sheet, name)
        for name in (
            "attempt_id",
            "tenant_id",
            "placement_id",
            "content_kind",
            "content_id",
            "school_year",
            "school_id",
            "grade",
            "lang",
            "snapshot_hash",
        )
    }
    return [
        place
        | {
            "item_id": answer.item_id,
            "item_version": answer.item_version,
            "part": answer.part,
            "score": scores[answer.item_id],
            "total": totals[answer.part],
            "items": counts[answer.part],
            "picks": None if answer.picks is None else list(answer.picks),
        }
        for answer in sheet.answers
    ]


def _take_out(session: Session, attempt_id: uuid.UUID) -> list[dict[str, Any]]:
    columns = FirstAnswer.__table__.columns
    gone = session.execute(
        delete(FirstAnswer).where(FirstAnswer.attempt_id == attempt_id).returning(*columns)
    )
    return [dict(row._mapping) for row in gone]


def _add_up(session: Session, before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> None:
    items: dict[Key, Change] = defaultdict(Counter)
    parts: dict[Key, Change] = defaultdict(Counter)
    for rows, by in ((before, -1), (after, +1)):
        _count_items(items, rows, by)
        _count_parts(parts, rows, by)
    _apply(session, ItemSums, _ITEM_KEY, items)
    _apply(session, PartSums, _PART_KEY, parts)


def _count_items(changes: dict[Key, Change], rows: Iterable[dict[str, Any]], by: int) -> None:
    for row in rows:
        y, t = row["score"], row["total"]
        added = {"n": 1, "y": y, "yy": y * y, "t": t, "tt": t * t, "yt": y * t}
        _count(changes[tuple(row[name] for name in _ITEM_KEY)], added, by)


def _count_parts(changes: dict[Key, Change], rows: Iterable[dict[str, Any]], by: int) -> None:
    squares: Counter[Key] = Counter()
    totals: dict[Key, int] = {}
    for row in rows:
        key = tuple(row[name] for name in _PART_KEY)
        squares[key] += row["score"] ** 2
        totals[key] = row["total"]
    for key, t in totals.items():
        _count(changes[key], {"n": 1, "t": t, "tt": t * t, "yy": squares[key]}, by)


def _count(change: Change, added: dict[str, int], by: int) -> None:
    for name, value in added.items():
        change[name] += by * value


def _apply(
    session: Session,
    table: type[ItemSums] | type[PartSums],
    names: tuple[str, ...],
    changes: dict[Key, Change],
) -> None:
    rows = [
        dict(zip(names, key, strict=True)) | dict(change) | {"id": _id_of(key)}
        for key, change in changes.items()
        if any(change.values())
    ]
    if not rows:
        return
    statement = insert(table).values(sorted(rows, key=lambda row: row["id"]))
    sums = {name: getattr(table, name) + statement.excluded[name] for name in next(iter(changes.values()))}
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=sums))


def _id_of(key: Key) -> uuid.UUID:
    """The same id for the same sums in every process."""
    return uuid.uuid5(key[0], "/".join(str(part) for part in key[1:]))

"""Saving, checking and showing responses. The server's copy is the truth; a page only holds what it could not send yet.

Newest wins by arrival: each open page (`client`) counts its own messages, so a late repeat of one page's older message is recognised and
ignored, while another device's newer answer is taken. An answer that a page had to hold back says how long ago it was given, which no
clock of a device can get wrong, and gives way to what was answered elsewhere since. In a lesson a student may check an item several times, the best check counts; in a
quiz the saved answer is scored once, when the attempt is finished.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.content.model import Item
from lti_tool.content.snapshot import Snapshot
from lti_tool.errors import ConflictError, SetAsideError
from lti_tool.facts.answers import BankItem, ItemMark, ScoredAnswer
from lti_tool.interactions import (
    get_kind,
    has_memory,
    is_advisory,
    is_manual,
    is_scored,
    marked,
    revise,
    scene_of,
)
from lti_tool.interactions.contract import Form, ItemView, Response, Score, by_teacher, without_key
from lti_tool.player.asked import asked_item, asked_versions
from lti_tool.player.attempts import checks_that_count, log_event
from lti_tool.player.steps import part_of
from lti_tool.player.tables import Attempt, DroppedItem, Event, Marking, ResponseRow


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Which open page sends, and the how-manieth of its messages this is."""

    client: str
    seq: int


def item_seed(attempt_seed: int, item_id: str) -> int:
    """A seed of its own for each item of an attempt, so that no two items are shuffled alike."""
    digest = hashlib.sha256(f"{attempt_seed}:{item_id}".encode()).digest()
    return int.from_bytes(digest[:6], "big")


def item_version(item: Item) -> str:
    """Fingerprint of everything that is asked and scored, in the source language."""
    return hashlib.sha256(item.spec.model_dump_json().encode()).hexdigest()[:16]


def parse_response(item: Item, form: Form, before: Response | None = None) -> Response:
    """The response in a posted form whose fields are named `<item id>.<field>`; `before` is the saved one."""
    prefix = f"{item.id}."
    own = {name.removeprefix(prefix): values for name, values in form.items() if name.startswith(prefix)}
    return revise(get_kind(item.kind), item.spec, before or {}, own)


def saved_before(session: Session, attempt: Attempt, item: Item) -> Response:
    """What a kind with memory goes on from. The attempt's row must be locked."""
    if not has_memory(get_kind(item.kind)):
        return {}
    row = session.get(ResponseRow, (attempt.id, item.id), populate_existing=True)
    return row.saved if row else {}


def save_response(
    session: Session,
    attempt: Attempt,
    item: Item,
    response: Response,
    *,
    sender: Sender,
    now: datetime,
    given_at: datetime | None = None,
) -> bool:
    """Keep an answer as the newest one. False when this page sent a newer one before, or the item is locked.

    `given_at` is for an answer that was held back for a while (no connection): one given later elsewhere stands. Raises ConflictError when the attempt was finished meanwhile.
    """
    require_open(attempt)
    statement = insert(ResponseRow).values(
        attempt_id=attempt.id,
        item_id=item.id,
        tenant_id=attempt.tenant_id,
        saved=response,
        saved_at=given_at or now,
        saved_by=sender.client,
        saved_seq=sender.seq,
        tries=0,
        hints=0,
    )
    is_others = ResponseRow.saved_by.is_distinct_from(sender.client)
    is_news = (is_others & (ResponseRow.saved_at <= given_at if given_at else true())) | (
        ~is_others & (ResponseRow.saved_seq < sender.seq)
    )
    changed = session.execute(
        statement.on_conflict_do_update(
            index_elements=["attempt_id", "item_id"],
            set_={
                "saved": response,
                "saved_at": given_at or now,
                "saved_by": sender.client,
                "saved_seq": sender.seq,
            },
            where=is_news & _is_unlocked(item),
        )
        .returning(ResponseRow.item_id)
        .execution_options(populate_existing=True)
    ).scalar()
    return changed is not None


def list_changed_elsewhere(session: Session, attempt: Attempt, *, client: str, since: datetime) -> list[str]:
    """Ids of the items that another open page saved since then."""
    query = select(ResponseRow.item_id).where(
        ResponseRow.attempt_id == attempt.id,
        ResponseRow.saved_by.is_not(None),
        ResponseRow.saved_by != client,
        ResponseRow.saved_at > since,
    )
    return sorted(session.scalars(query))


def require_open(attempt: Attempt) -> None:
    """Raises ConflictError when the attempt was finished, SetAsideError when it was set aside."""
    if attempt.set_aside_at is not None:
        raise SetAsideError
    if attempt.finished_at is not None:
        raise ConflictError(
            "This attempt was finished, perhaps on another device. Your earlier answers counted."
        )


def _is_unlocked(item: Item) -> ColumnElement[bool]:
    """`is_locked` in the database's words, so that a check on another device is seen however close it is."""
    return or_(ResponseRow.tries == 0, and_(ResponseRow.best_ratio < 1, ResponseRow.tries < item.tries))


def has_open_response(session: Session, attempt: Attempt, item: Item) -> bool:
    """Whether the item has an answer that may still be changed (a locked item's fields are not sent by browsers)."""
    row = session.get(ResponseRow, (attempt.id, item.id), populate_existing=True)
    return row is not None and not is_locked(row, item)


def score_in_any(versions: Sequence[Item], response: Response) -> Score:
    """The score by the first version, or by the one in another language that gives more: a student may answer in any that they can read."""
    best = get_kind(versions[0].kind).score(versions[0].spec, response)
    for other in versions[1:]:
        if best.ratio >= 1 or best.is_blank or best.is_pending:
            break
        score = get_kind(other.kind).score(other.spec, response)
        best = score if score.ratio > best.ratio else best
    return best


def check_response(
    session: Session, attempt: Attempt, versions: Sequence[Item], *, now: datetime
) -> ResponseRow | None:
    """Score the saved answer of a lesson's activity, given in its languages, and count the try. None when it is blank or no try is left."""
    item = versions[0]
    row = session.scalars(
        select(ResponseRow)
        .where(ResponseRow.attempt_id == attempt.id, ResponseRow.item_id == item.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    kind = get_kind(item.kind)
    if row is None or is_locked(row, item) or not is_scored(kind) or is_manual(kind):
        return None
    score = score_in_any(versions, row.saved)
    if score.is_blank:
        return None
    _write_check(row, row.saved, score, now)
    is_own = (Marking.attempt_id == attempt.id, Marking.item_id == item.id)
    word = session.scalar(delete(Marking).where(*is_own).returning(Marking.ratio))
    data: dict[str, object] = {"response": row.saved, "ratio": score.ratio, "try": row.tries}
    log_event(
        session, attempt, name="checked", seq=next_seq(session, attempt), now=now, item_id=item.id, data=data
    )
    if word is not None:
        _write_without_word(session, attempt, versions, row)
    return row


def _write_check(row: ResponseRow, response: Response, score: Score, now: datetime) -> None:
    row.checked = response
    row.tries += 1
    row.checked_at = now
    if score.is_pending:  # the ratios come with the teacher's marks
        return
    row.best_ratio = max(row.best_ratio or 0.0, score.ratio)
    if row.first_ratio is None:
        row.first_ratio = score.ratio


def _write_without_word(
    session: Session, attempt: Attempt, versions: Sequence[Item], row: ResponseRow
) -> None:
    """What a teacher's word on an earlier answer gave goes with it: first and best are the program's scores of all tries."""
    own = [event for event in checks_that_count(session, attempt) if event.item_id == row.item_id]
    ratios = [score_in_any(versions, event.data["response"]).ratio for event in own]
    row.first_ratio, row.best_ratio = ratios[0], max(ratios)


def is_locked(row: ResponseRow | None, item: Item) -> bool:
    """No more tries: it was right already, or all tries are used."""
    if row is None or row.tries == 0:
        return False
    return (row.best_ratio or 0.0) >= 1 or row.tries >= item.tries


def take_hint(session: Session, attempt: Attempt, item: Item, *, now: datetime) -> None:
    """Open the next hint of a lesson's activity."""
    session.execute(
        insert(ResponseRow)
        .values(
            attempt_id=attempt.id,
            item_id=item.id,
            tenant_id=attempt.tenant_id,
            saved={},
            saved_at=now,
            saved_seq=0,
            tries=0,
            hints=min(1, len(item.spec.hints)),
        )
        .on_conflict_do_update(
            index_elements=["attempt_id", "item_id"],
            set_={"hints": func.least(ResponseRow.hints + 1, len(item.spec.hints))},
        )
    )
    log_event(session, attempt, name="hint", seq=next_seq(session, attempt), now=now, item_id=item.id)


def next_seq(session: Session, attempt: Attempt) -> int:
    """The next number for an event of the server's own in this attempt; the attempt's row must be locked."""
    last = session.scalar(
        select(func.max(Event.seq)).where(Event.attempt_id == attempt.id, Event.client == "server")
    )
    return (last or 0) + 1


def view_item(
    attempt: Attempt,
    item: Item,
    row: ResponseRow | None,
    *,
    number: int | None,
    in_quiz: bool,
    lang: str,
    tells: bool = True,
    at_once: bool = False,
    marking: Marking | None = None,
    versions: Sequence[Item] = (),
) -> ItemView:
    """What a page shows of an item: the saved answer, and feedback on the checked one, without the key while tries remain.

    `versions` are the item in its languages, by which it was scored. `at_once` is True where questions of a quiz may be checked while working. `marking` is the teacher's, for a kind that a teacher marks. `tells` is False where the teacher lets nobody see what was right (yet): then there is no feedback and nothing to check.
    """
    kind = get_kind(item.kind)
    locked = attempt.finished_at is not None or is_locked(row, item)
    score = None
    if (
        row is not None
        and row.checked is not None
        and (not in_quiz or at_once or attempt.finished_at is not None)
    ):
        full = score_in_any((item, *versions), row.checked)
        score = full if locked else without_key(full)
    elif attempt.finished_at is not None:
        score = score_in_any((item, *versions), row.saved if row else {})
    is_marked = marking is not None and not marking.is_draft and score is not None and score.is_pending
    if is_marked and marking is not None and row is not None:
        score = marked(kind, item.spec, row.checked or {}, marking.levels)
    given = marking.ratio if marking is not None and score is not None and is_advisory(kind) else None
    if score is not None and given is not None:
        score = by_teacher(score, item.spec.feedback, given)
    is_told = is_marked or given is not None
    shown = row.hints if row else 0
    seed, response = item_seed(attempt.seed, item.id), _shown_response(row, locked)
    can_check = tells and (at_once or not in_quiz) and is_scored(kind) and not is_manual(kind)
    return ItemView(
        item_id=item.id,
        kind=item.kind,
        number=number,
        public=kind.public(item.spec, seed),
        response=response,
        scene=scene_of(kind, item.spec, response, seed),
        score=score if tells else None,
        is_locked=locked,
        shown_hints=tuple(item.spec.hints[:shown]),
        lang=item.lang if item.lang != lang else None,
        extra={
            "hints_left": max(0, len(item.spec.hints) - shown),
            "tries_left": max(0, item.tries - (row.tries if row else 0)),
            "in_quiz": in_quiz,
            "is_carried": item.id in attempt.carried,
            "left_out": len(attempt.hidden.get(item.id, ())),
            "can_check": can_check,
            "difficulty": item.difficulty,
            "is_manual": is_manual(kind),
            "comment": marking.comment if marking is not None and is_told and tells else "",
            "given": given if tells else None,
            "is_advisory": is_advisory(kind),
            "is_stale": score is not None and row is not None and row.checked != row.saved and not locked,
        },
    )


def _shown_response(row: ResponseRow | None, locked: bool) -> dict[str, Any]:
    if row is None:
        return {}
    return row.checked if locked and row.checked is not None else row.saved


def score_all(
    session: Session,
    attempt: Attempt,
    snapshot: Snapshot,
    item_ids: list[str],
    *,
    is_practice: bool = False,
    now: datetime,
) -> tuple[list[ItemMark], list[ScoredAnswer]]:
    """Score what was not scored yet and give every item's mark, and the answers that are evidence of mastery.

    What was carried over counts in the marks and is no new evidence. A lesson's activity that was answered but never checked is checked now; a quiz question is scored here once.
    """
    rows = {
        row.item_id: row
        for row in session.scalars(
            select(ResponseRow)
            .where(ResponseRow.attempt_id == attempt.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    dropped, words = dropped_items(session, attempt.placement_id), _words_on(session, attempt)
    marks, answers = [], []
    for item_id in item_ids:
        item, row = asked_item(attempt, snapshot, item_id), rows.get(item_id)
        if not is_scored(get_kind(item.kind)):
            continue
        if row is not None and row.tries == 0:
            score = score_in_any(asked_versions(attempt, snapshot, item_id), row.saved)
            if not score.is_blank:
                _write_check(row, row.saved, score, now)
        if row is not None and item_id in words:
            row.best_ratio = words[item_id]
            row.first_ratio = words[item_id] if row.tries == 1 else row.first_ratio
        part = part_of(snapshot, attempt.drawn, item_id)
        ratio = (row.best_ratio or 0.0) if row else 0.0
        if item_id not in dropped:
            marks.append(ItemMark(item_id=item_id, part=part, points=item.points, ratio=ratio))
        if row is not None and row.first_ratio is not None and item_id not in attempt.carried:
            known = replace(as_bank_item(snapshot.item(item_id)), guess=_guess(item))
            is_soft = is_practice or part == "activities"
            answers.append(as_answer(known, row, points=item.points, is_practice=is_soft, now=now))
    return marks, answers


def _words_on(session: Session, attempt: Attempt) -> dict[str, float | None]:
    """What a teacher says answers are worth that a program scores."""
    query = select(Marking).where(Marking.attempt_id == attempt.id, Marking.ratio.is_not(None))
    return {row.item_id: row.ratio for row in session.scalars(query)}


def dropped_items(session: Session, placement_id: uuid.UUID) -> frozenset[str]:
    """The items that count nothing at an assignment."""
    rows = session.scalars(select(DroppedItem.item_id).where(DroppedItem.placement_id == placement_id))
    return frozenset(rows)


def has_pending(session: Session, attempt: Attempt, snapshot: Snapshot) -> bool:
    """Whether an answer of a finished attempt waits for a teacher."""
    waiting = session.scalars(
        select(ResponseRow.item_id).where(
            ResponseRow.attempt_id == attempt.id, ResponseRow.tries > 0, ResponseRow.best_ratio.is_(None)
        )
    )
    return any(is_manual(get_kind(snapshot.item(item_id).kind)) for item_id in waiting)


def as_answer(
    item: BankItem, row: ResponseRow, *, points: float, is_practice: bool, now: datetime
) -> ScoredAnswer:
    """A scored answer as evidence of mastery."""
    return ScoredAnswer(
        item=item,
        ratio=row.first_ratio or 0.0,
        is_practice=is_practice,
        used_hint=row.hints > 0,
        answered_at=row.saved_at if row.saved_at <= now else now,
        points=points,
    )


def as_bank_item(item: Item) -> BankItem:
    """An item as the mastery model knows it."""
    return BankItem(
        item_id=item.id,
        item_version=item_version(item),
        skill=item.skill,
        guess=_guess(item),
        difficulty=item.difficulty,
        grades=item.grades,
    )


def _guess(item: Item) -> float:
    return get_kind(item.kind).guess_floor(item.spec)


def new_client() -> str:
    """A random word for one open page."""
    return uuid.uuid4().hex[:16]

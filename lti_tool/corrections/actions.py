"""What a teacher may do to grades of their class: set one, excuse from one, drop a question for everybody,
give a student a new start, reopen what they handed in; and take each of it back.

Each is one transaction with its entry in the audit log and the grades it moves, which go out by the ordinary delivery. Scores stay as they were
earned: a decision stands above them, and taking it back sends what the score says. AGS knows no word for "excused": nothing is sent from then
on, and what the gradebook holds stays, until the teacher marks it there.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.audit.log import Subject, get_entry, list_entries, mark_undone, note
from lti_tool.audit.tables import AuditEntry
from lti_tool.content.store import get_snapshot
from lti_tool.corrections.answers import JUDGE, take_back, words_on
from lti_tool.corrections.reasons import about, require_reason
from lti_tool.corrections.rescoring import follow, score_again
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError, ConflictError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.flow import count_questions, queue_grade
from lti_tool.gradebook.due import find_decision, withdraw
from lti_tool.gradebook.tables import GradeDecision
from lti_tool.people.standing import get_visible_person, is_test_student
from lti_tool.people.tables import Person
from lti_tool.player.attempts import (
    attempts_of_placement,
    find_last_finished,
    find_open_attempt,
    get_taught_placement,
    lock_attempts,
)
from lti_tool.player.reopening import put_back, reopen_attempt
from lti_tool.player.rescore import rescore
from lti_tool.player.responses import dropped_items
from lti_tool.player.rules import is_playable, reopened_end
from lti_tool.player.tables import Attempt, DroppedItem, Placement
from lti_tool.reports.questions.note import forget_first_attempt
from lti_tool.rulings import terms_for
from lti_tool.tool import Tool

OVERRIDE, EXCUSE, DROP, RESET, REOPEN = "override", "excuse", "drop", "reset", "reopen"
ACTIONS = (OVERRIDE, EXCUSE, DROP, RESET, REOPEN, JUDGE)
Values = dict[str, Any]
_MOST_OF_ONE = 10_000
"""Entries about one student or question of an assignment."""


def override_grade(
    tool: Tool, access: Access, placement_id: uuid.UUID, person_id: uuid.UUID, points: float, reason: str
) -> None:
    """Let the gradebook hold these points in place of the score. Raises BadFormError for what cannot be."""
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, access, placement_id)
        if not 0 <= points <= placement.points:
            raise BadFormError("Give points between 0 and the most that the assignment has.")
        decided = {"ratio": points / placement.points, "is_excused": False}
        _decide_with_note(session, tool, access, placement, person_id, OVERRIDE, decided, reason)


def excuse(tool: Tool, access: Access, placement_id: uuid.UUID, person_id: uuid.UUID, reason: str) -> None:
    """Send no grade of this student any more."""
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, access, placement_id)
        decided = {"ratio": None, "is_excused": True}
        _decide_with_note(session, tool, access, placement, person_id, EXCUSE, decided, reason)


def drop_item(tool: Tool, access: Access, placement_id: uuid.UUID, item_id: str, reason: str) -> None:
    """Let an item count nothing at an assignment: everybody's score is worked out without it."""
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, access, placement_id)
        if item_id not in asked_items(session, access, placement):
            raise NotFoundError("Nobody was asked this question here.")
        if item_id in dropped_items(session, placement.id):
            raise BadFormError("This question is dropped already.")
        require_reason(reason)
        note(session, access, DROP, about(placement, item_id=item_id), now=tool.clock(), reason=reason)
        session.add(DroppedItem(placement_id=placement.id, item_id=item_id, tenant_id=placement.tenant_id))
        session.flush()
        _score_all_again(session, access, placement, tool.clock())


def reset(tool: Tool, access: Access, placement_id: uuid.UUID, person_id: uuid.UUID, reason: str) -> None:
    """Give a student a new start: their attempts so far are set aside, kept and counted nowhere. What was learned of them stays."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        placement, person, own = _own_attempts(session, access, placement_id, person_id, reason)
        if not own:
            raise BadFormError("This student has not begun yet, so there is nothing to reset.")
        subject, before = (
            about(placement, person_id=person.id),
            {"attempts": [str(each.id) for each in own]},
        )
        note(session, access, RESET, subject, now=now, reason=reason, before=before)
        for attempt in own:
            attempt.set_aside_at = now
        _attempts_changed(session, placement, own, now)


def reopen(
    tool: Tool,
    access: Access,
    placement_id: uuid.UUID,
    person_id: uuid.UUID,
    reason: str,
    *,
    minutes: int | None = None,
) -> None:
    """Let a student go on with what they handed in last; what they had handed in is kept.

    `minutes` to go on with, where time is limited; None: what was left. Raises BadFormError where there is nothing to reopen, or no time.
    """
    now = tool.clock()
    with transaction(tool.sessions) as session:
        placement, person, own = _own_attempts(session, access, placement_id, person_id, reason)
        attempt = _attempt_to_reopen(own)
        terms = terms_for(session, placement, person.id)
        finished_at = attempt.finished_at or now
        ends_at = reopened_end(attempt.ends_at, finished_at, minutes, now)
        if ends_at is not None and ends_at <= now:
            raise BadFormError("All of the time was used. Say how many minutes there are to go on.")
        if not is_playable(terms, ends_at, now):
            raise BadFormError(
                "The assignment is closed for this student. Give them a later date first, with “Extend this assignment”."
            )
        subject = about(placement, person_id=person.id)
        note(session, access, REOPEN, subject, now=now, reason=reason, before={"attempt": str(attempt.id)})
        forget_first_attempt(session, attempt.id)
        reopen_attempt(session, attempt, ends_at=ends_at, now=now)
        _grade_follows(session, placement, person.id, now)


def _own_attempts(
    session: Session, access: Access, placement_id: uuid.UUID, person_id: uuid.UUID, reason: str
) -> tuple[Placement, Person, list[Attempt]]:
    """The assignment, the student and their attempts that count, oldest first and locked; refused to others, and without a reason."""
    placement = get_taught_placement(session, access, placement_id)
    require_reason(reason)
    person = get_visible_person(session, access, person_id)
    attempts = lock_attempts(session, placement, person.id)
    return placement, person, [each for each in attempts if each.set_aside_at is None]


def _attempt_to_reopen(own: list[Attempt]) -> Attempt:
    if not any(each.finished_at for each in own):
        raise BadFormError("This student has handed in nothing yet, so there is nothing to reopen.")
    if own[-1].finished_at is None:
        raise BadFormError(
            "This student has another try under way. It can be reopened once that one is handed in."
        )
    return own[-1]


def undo(tool: Tool, access: Access, placement_id: uuid.UUID, entry_id: int) -> None:
    """Take one of these back: as it was before, with the grade sent again. Raises ConflictError when that was done already, or something newer
    was decided about the same student, question or answer and stands.
    """
    now = tool.clock()
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, access, placement_id)
        entry = get_entry(session, access, entry_id)
        if entry.placement_id != placement.id or entry.action not in ACTIONS:
            raise NotFoundError
        subject = about(
            placement, person_id=entry.person_id, item_id=entry.item_id, attempt_id=entry.attempt_id
        )
        if entry.undone_by_id is None and entry.action != JUDGE:
            same = list_entries(session, access, subject, actions=ACTIONS, limit=_MOST_OF_ONE)
            if entry.id not in last_of_each(same):
                raise ConflictError("Something newer was decided here. Take that back first.")
        taken = note(
            session, access, f"undo_{entry.action}", subject, now=now, before=entry.after, after=entry.before
        )
        mark_undone(session, entry, taken)
        if entry.action == JUDGE:
            take_back(session, access, placement, entry, now)
        elif entry.action == DROP:
            gone = (DroppedItem.placement_id == placement.id, DroppedItem.item_id == entry.item_id)
            session.execute(delete(DroppedItem).where(*gone))
            _score_all_again(session, access, placement, now)
        elif entry.action == RESET and entry.person_id is not None:
            _count_again(session, placement, entry.person_id, (entry.before or {})["attempts"], now)
        elif entry.action == REOPEN and entry.person_id is not None:
            _put_back(session, placement, entry.person_id, (entry.before or {})["attempt"], now)
        elif entry.person_id is not None:
            _decide(session, placement, entry.person_id, entry.before, now)


def list_actions(session: Session, access: Access, placement: Placement) -> list[AuditEntry]:
    """What was done at an assignment the caller was given, the newest first."""
    return list_entries(session, access, Subject(placement_id=placement.id), actions=ACTIONS)


def last_of_each(entries: list[AuditEntry]) -> set[int]:
    """Ids of the entries that may be taken back: of each student, question or answer the newest that still stands."""
    newest: dict[object, int] = {}
    for entry in entries:
        if entry.undone_by_id is None:
            newest.setdefault(_what(entry), entry.id)
    return set(newest.values())


def undoable(session: Session, entries: list[AuditEntry]) -> set[int]:
    """Ids of the entries of one assignment whose undo would do anything: of words on an answer, the newest that says what stands."""
    judged = [entry for entry in entries if entry.action == JUDGE and entry.undone_by_id is None]
    words = words_on(session, {entry.attempt_id for entry in judged if entry.attempt_id})
    standing: dict[object, int] = {}
    for entry in judged:
        if entry.after is not None and words.get((entry.attempt_id, entry.item_id)) == entry.after:
            standing.setdefault(_what(entry), entry.id)
    return last_of_each([entry for entry in entries if entry.action != JUDGE]) | set(standing.values())


def _what(entry: AuditEntry) -> object:
    """What an entry decides about: a student's grade, a question for everybody, or one answer."""
    if entry.action == JUDGE:
        return entry.attempt_id, entry.item_id
    return entry.person_id or entry.item_id


def decisions_of(session: Session, placement: Placement) -> dict[uuid.UUID, GradeDecision]:
    """What is decided at an assignment the caller was given, by person."""
    rows = session.scalars(select(GradeDecision).where(GradeDecision.placement_id == placement.id))
    return {row.person_id: row for row in rows}


def asked_items(session: Session, access: Access, placement: Placement) -> dict[str, str]:
    """The items that anybody was asked here, with the snapshot to read them in, in the order asked."""
    found: dict[str, str] = {}
    for attempt in attempts_of_placement(session, access, placement.id, with_set_aside=True):
        snapshot = get_snapshot(session, attempt.snapshot_hash)
        for item_id in (*snapshot.activity_ids, *attempt.drawn):
            found[item_id] = attempt.snapshot_hash
    return found


def _decide_with_note(
    session: Session,
    tool: Tool,
    access: Access,
    placement: Placement,
    person_id: uuid.UUID,
    action: str,
    decided: Values,
    reason: str,
) -> None:
    require_reason(reason)
    person = get_visible_person(session, access, person_id)
    known = find_decision(session, placement.id, person.id)
    before = None if known is None else {"ratio": known.ratio, "is_excused": known.is_excused}
    subject = about(placement, person_id=person.id)
    note(session, access, action, subject, now=tool.clock(), reason=reason, before=before, after=decided)
    _decide(session, placement, person.id, decided, tool.clock())


def _decide(
    session: Session, placement: Placement, person_id: uuid.UUID, decided: Values | None, now: datetime
) -> None:
    """Let this hold, or nothing; the grade follows."""
    if decided is None:
        own = (GradeDecision.placement_id == placement.id, GradeDecision.person_id == person_id)
        session.execute(delete(GradeDecision).where(*own))
    else:
        key = {"placement_id": placement.id, "person_id": person_id, "tenant_id": placement.tenant_id}
        session.execute(
            insert(GradeDecision)
            .values(key | decided)
            .on_conflict_do_update(index_elements=["placement_id", "person_id"], set_=decided)
        )
    session.expire_all()
    attempt = find_last_finished(session, placement.id, person_id)
    if decided is not None and decided["is_excused"]:
        withdraw(session, placement.id, person_id)
    elif attempt is not None:
        queue_grade(session, attempt, now)
    elif decided is not None:
        raise BadFormError("This student has not finished a try yet, so there is no grade to set.")


def _count_again(
    session: Session, placement: Placement, person_id: uuid.UUID, ids: list[str], now: datetime
) -> None:
    """Let attempts that were set aside stand again. Raises ConflictError when one was under way and another is now."""
    own = [each for each in lock_attempts(session, placement, person_id) if str(each.id) in ids]
    is_any_open = any(each.finished_at is None for each in own)
    if is_any_open and find_open_attempt(session, placement.id, person_id) is not None:
        raise ConflictError(
            "This student has begun anew, and only one try can be under way. Undo the reset once the new one is handed in."
        )
    for attempt in own:
        attempt.set_aside_at = None
    _attempts_changed(session, placement, own, now)


def _put_back(
    session: Session, placement: Placement, person_id: uuid.UUID, attempt_id: str, now: datetime
) -> None:
    """Let a reopened attempt be as it was handed in, scored by what counts now."""
    attempt = next(
        each for each in lock_attempts(session, placement, person_id) if str(each.id) == attempt_id
    )
    put_back(session, attempt, now=now)
    snapshot = get_snapshot(session, attempt.snapshot_hash)
    follow(session, attempt, snapshot, rescore(session, attempt, snapshot, now=now), now)
    _grade_follows(session, placement, person_id, now)


def _attempts_changed(session: Session, placement: Placement, own: list[Attempt], now: datetime) -> None:
    """Grade and analysis follow after attempts of one student were set aside or stand again. With none left, nothing is sent."""
    session.flush()
    person_id = own[0].person_id
    _grade_follows(session, placement, person_id, now)
    for attempt in own:
        if attempt.set_aside_at is not None:
            forget_first_attempt(session, attempt.id)
        elif not is_test_student(session, person_id):
            count_questions(session, attempt, get_snapshot(session, attempt.snapshot_hash))


def _grade_follows(session: Session, placement: Placement, person_id: uuid.UUID, now: datetime) -> None:
    last = find_last_finished(session, placement.id, person_id)
    if last is not None:
        queue_grade(session, last, now)
    elif find_decision(session, placement.id, person_id) is None:
        withdraw(session, placement.id, person_id)


def _score_all_again(session: Session, access: Access, placement: Placement, now: datetime) -> None:
    for attempt in attempts_of_placement(session, access, placement.id, with_set_aside=True):
        if attempt.finished_at is None or attempt.kept_of_id is not None:
            continue
        locked = session.get_one(Attempt, attempt.id, with_for_update=True, populate_existing=True)
        score_again(session, locked, get_snapshot(session, locked.snapshot_hash), now)

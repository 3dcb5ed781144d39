"""A teacher or specialist sets a student's level in a skill, with a reason, and takes it back.

It stands in place of what the evidence says until it is taken back. The engine goes on learning underneath, dates of levels that were
earned stay, and the pages show both.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.audit.log import Subject, get_entry, list_entries, mark_undone, note
from lti_tool.audit.tables import AuditEntry
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError, ConflictError, ForbiddenError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.mastery.learn import as_standing
from lti_tool.mastery.showing import show
from lti_tool.mastery.tables import LearnerState, LevelDecision, MasteryState
from lti_tool.people.identity import hold_root, list_records
from lti_tool.people.standing import get_visible_person
from lti_tool.people.years import school_year
from lti_tool.reports.record import correct
from lti_tool.tool import Tool

SET, TAKE_BACK = "set level", "undo set level"
SETTABLE = ("beginning", "developing", "proficient")


def set_level(tool: Tool, access: Access, person_id: uuid.UUID, skill: str, level: str, reason: str) -> None:
    """Let this level stand until it is taken back. Raises NotFoundError for a student or skill that is not there to see."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        record = get_visible_person(session, access, person_id)
        if access.person_id in list_records(session, record.id):
            raise ForbiddenError("Nobody sets their own level.")
        if level not in SETTABLE:
            raise BadFormError("Choose the level to set.")
        if not reason.strip():
            raise BadFormError("Say why, in a few words: it is kept with the level.")
        state = _lock(session, record.id, skill)
        told = {"skill": skill, "level": level}
        entry = note(
            session, access, SET, Subject(person_id=record.id), now=now, reason=reason,
            before={"skill": skill, "level": state.shown_level}, after=told,
        )  # fmt: skip
        values = {"person_id": state.person_id, "level": level, "set_at": now, "audit_id": entry.id}
        session.execute(
            insert(LevelDecision)
            .values(record_id=record.id, skill=skill, tenant_id=record.tenant_id, **values)
            .on_conflict_do_update(index_elements=["record_id", "skill"], set_=values)
        )
        _follow(session, tool, state, now)


def take_back_level(tool: Tool, access: Access, person_id: uuid.UUID, entry_id: int) -> None:
    """Let the evidence count again. Raises ConflictError when another level was set since, or this one taken back."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        person = get_visible_person(session, access, person_id)
        entry = get_entry(session, access, entry_id)
        if entry.action != SET or entry.person_id not in list_records(session, person.id):
            raise NotFoundError
        skill = str((entry.after or {})["skill"])
        state = _lock(session, entry.person_id, skill)
        taken = note(
            session, access, TAKE_BACK, Subject(person_id=entry.person_id), now=now,
            before=entry.after, after={"skill": skill, "level": state.method_level},
        )  # fmt: skip
        mark_undone(session, entry, taken)
        gone = session.scalar(
            delete(LevelDecision).where(LevelDecision.audit_id == entry.id).returning(LevelDecision.skill)
        )
        if gone is None:
            raise ConflictError("Another level was set since. Load the page again to see how things stand.")
        _follow(session, tool, state, now)


def list_set_levels(session: Session, access: Access, person_id: uuid.UUID, skill: str) -> list[AuditEntry]:
    """What was set for a student the caller was given, on any of their records, the newest first."""
    entries = [
        entry
        for record_id in list_records(session, person_id)
        for entry in list_entries(session, access, Subject(person_id=record_id), actions=(SET,))
        if (entry.after or {}).get("skill") == skill
    ]
    return sorted(entries, key=lambda each: -each.id)


def _lock(session: Session, record_id: uuid.UUID, skill: str) -> MasteryState:
    root = hold_root(session, record_id)
    session.scalars(
        select(LearnerState.person_id).where(LearnerState.person_id == root).with_for_update()
    ).first()
    state = session.get(MasteryState, (root, skill), populate_existing=True)
    if state is None:
        raise NotFoundError("This student has not answered anything in that skill yet.")
    return state


def _follow(session: Session, tool: Tool, state: MasteryState, now: datetime) -> None:
    show(session, [state])
    year = school_year(now, tool.settings.school_year_starts)
    correct(session, [as_standing(state)], year, now=now)

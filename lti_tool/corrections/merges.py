"""Two records found to be one student, and taken apart again: what was learned is replayed, rollups follow, and the audit log keeps who did it.

Records are not mixed: attempts, grades and classes stay with the account they were made in. Only the evidence moves to the record that
keeps the history, and back. Two students only: nobody who teaches or holds a right is ever joined with anybody.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.audit.log import Subject, note
from lti_tool.db.connect import transaction
from lti_tool.errors import ConflictError
from lti_tool.facts.answers import SkillStanding
from lti_tool.facts.people import Access
from lti_tool.mastery.pooling import part, pool, proficient_dates, skill_years
from lti_tool.people.cases import get_case
from lti_tool.people.identity import find_part, find_roots, list_records
from lti_tool.people.tables import MergeCase, Person, PersonAlias
from lti_tool.player.tables import Attempt
from lti_tool.reports.rebuild import Key, Level, levels_of, rebuild
from lti_tool.tool import Tool

REVERSIBLE = timedelta(days=90)
MERGE, SPLIT, KEEP_APART, TAKE_ID = "merge", "split", "keep apart", "take id"


def merge(tool: Tool, access: Access, case_id: uuid.UUID, *, reason: str) -> None:
    """Say that both records of a case are one student. Raises ConflictError when that cannot be, or was decided already."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        case = _open_case(session, access, case_id)
        if case.other_id is None:
            _take_id(session, access, case, reason, now)
            return
        kept, joined = _lock_two(session, case.person_id, case.other_id)
        _require_students(session, kept, joined)
        before = levels_of(session, [kept.id, joined.id])
        dates = {each.id: proficient_dates(session, each.id) for each in (kept, joined)}
        case.undo = _as_json(before, dates)
        joined.merged_into_id = kept.id
        session.flush()
        standings = pool(session, case.tenant_id, kept=kept.id, joined=joined.id, now=now)
        earlier = before[joined.id] | before[kept.id]
        _rebuild(session, case.tenant_id, joined.id, [], {}, now)
        _rebuild(session, case.tenant_id, kept.id, standings, earlier, now)
        _decide(session, access, case, "merged", MERGE, reason, now)


def keep_apart(tool: Tool, access: Access, case_id: uuid.UUID, *, reason: str) -> None:
    """Say that a case's records are two people, or that the told id is wrong. It is not asked again."""
    with transaction(tool.sessions) as session:
        case = _open_case(session, access, case_id)
        _decide(session, access, case, "apart", KEEP_APART, reason, tool.clock())


def split(tool: Tool, access: Access, case_id: uuid.UUID, *, reason: str) -> None:
    """Take a merge back: each record gets what was learned from its own work, also since then."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        case = get_case(session, access, case_id)
        if case.state != "merged" or case.other_id is None or case.undo is None or case.decided_at is None:
            raise ConflictError("These records are not joined, so there is nothing to take apart.")
        if now - case.decided_at > REVERSIBLE:
            raise ConflictError(
                f"This was decided more than {REVERSIBLE.days} days ago and cannot be taken apart any more."
            )
        joined = session.get_one(Person, case.other_id, with_for_update=True)
        if joined.merged_into_id is None:
            raise ConflictError("These records are not joined, so there is nothing to take apart.")
        kept_id = find_roots(session, [joined.id])[joined.id]
        session.get_one(Person, kept_id, with_for_update=True)
        joined.merged_into_id = None
        session.flush()
        levels, dates = _from_json(case.undo)
        standings = part(
            session,
            case.tenant_id,
            kept=kept_id,
            joined=joined.id,
            record_ids=list_records(session, joined.id),
            attempt_ids=_attempt_ids(session, joined.id),
            dates={joined.id: dates.get(joined.id, {}), kept_id: dates.get(case.person_id, {})},
            now=now,
        )
        for person_id, own in ((kept_id, levels.get(case.person_id, {})), (joined.id, levels[joined.id])):
            _rebuild(session, case.tenant_id, person_id, standings[person_id], own, now)
        case.undo = None
        _decide(session, access, case, "apart", SPLIT, reason, now)


def _open_case(session: Session, access: Access, case_id: uuid.UUID) -> MergeCase:
    case = get_case(session, access, case_id)
    if case.state != "open":
        raise ConflictError("Somebody has decided this already. Load the page again to see how things stand.")
    return case


def _lock_two(session: Session, person_id: uuid.UUID, other_id: uuid.UUID) -> tuple[Person, Person]:
    """The records that hold the two histories now, locked in one order: the older keeps it."""
    roots = find_roots(session, [person_id, other_id])
    if roots[person_id] == roots[other_id]:
        raise ConflictError("These records are joined already.")
    people = session.scalars(
        select(Person).where(Person.id.in_(roots.values())).order_by(Person.id).with_for_update()
    ).all()
    by_id = {person.id: person for person in people}
    return by_id[roots[person_id]], by_id[roots[other_id]]


def _require_students(session: Session, *people: Person) -> None:
    for person in people:
        if any(find_part(session, each) == "staff" for each in list_records(session, person.id)):
            raise ConflictError("One of them teaches or holds a right here. Such records are never joined.")
        if person.is_test_student:
            raise ConflictError("One of them is an LMS's test student.")


def _take_id(session: Session, access: Access, case: MergeCase, reason: str, now: datetime) -> None:
    """The student has a new SIS id: the old one is retired, and the new one says who they are from now on."""
    for alias in session.scalars(
        select(PersonAlias).where(
            PersonAlias.person_id == case.person_id,
            PersonAlias.kind == "sis",
            PersonAlias.retired_at.is_(None),
        )
    ):
        alias.retired_at = now
    session.add(
        PersonAlias(
            id=uuid.uuid4(),
            tenant_id=case.tenant_id,
            person_id=case.person_id,
            kind="sis",
            namespace="district",
            value=case.value or "",
            first_seen_at=now,
            last_seen_at=now,
        )
    )
    _decide(session, access, case, "merged", TAKE_ID, reason, now)


def _decide(
    session: Session, access: Access, case: MergeCase, state: str, action: str, reason: str, now: datetime
) -> None:
    case.state, case.decided_at, case.decided_by = state, now, access.person_id
    told = {"case": str(case.id), "other": str(case.other_id) if case.other_id else None}
    note(session, access, action, Subject(person_id=case.person_id), now=now, reason=reason, after=told)


def _attempt_ids(session: Session, person_id: uuid.UUID) -> list[uuid.UUID]:
    return list(
        session.scalars(select(Attempt.id).where(Attempt.person_id.in_(list_records(session, person_id))))
    )


def _rebuild(
    session: Session,
    tenant_id: uuid.UUID,
    person_id: uuid.UUID,
    standings: list[SkillStanding],
    earlier: Mapping[Key, Level],
    now: datetime,
) -> None:
    years = [(each.skill, each.where, each.answers) for each in skill_years(session, person_id)]
    rebuild(session, tenant_id, person_id, years, standings, earlier, now=now)


def _as_json(
    levels: Mapping[uuid.UUID, Mapping[Key, Level]], dates: Mapping[uuid.UUID, Mapping[str, datetime]]
) -> dict[str, Any]:
    return {
        str(person_id): {
            "levels": [[*key, *level] for key, level in own.items()],
            "dates": {skill: date.isoformat() for skill, date in dates[person_id].items()},
        }
        for person_id, own in levels.items()
    }


def _from_json(
    told: Mapping[str, Any],
) -> tuple[dict[uuid.UUID, dict[Key, Level]], dict[uuid.UUID, dict[str, datetime]]]:
    levels, dates = {}, {}
    for key, own in told.items():
        person_id = uuid.UUID(key)
        levels[person_id] = {
            (skill, year): (level, expected) for skill, year, level, expected in own["levels"]
        }
        dates[person_id] = {skill: datetime.fromisoformat(date) for skill, date in own["dates"].items()}
    return levels, dates

"""The class list of an LMS, made ours: who is in a section, in which part, and who has left.

Only a complete list changes anything. It is applied in one transaction; who is missing from it becomes inactive and is never deleted, so
what they did stays readable. Nobody gets a part the LMS did not name.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.db.jobs import enqueue
from lti_tool.errors import DeliveryError, DeliveryRefusedError, NotFoundError
from lti_tool.facts.gateway import Gateway, RosterMember
from lti_tool.facts.launch import LaunchPerson
from lti_tool.people.arrive import refresh_person
from lti_tool.people.linking import identify
from lti_tool.people.tables import Enrollment, Person, PersonAlias, Section

SYNC_TASK = "sync_roster"
_PIECE = 1000
IN_USE = timedelta(days=120)
"""A class that nobody has opened for so long is not asked after every night."""


@dataclass(frozen=True, kw_only=True)
class RosterSync:
    """The means of a sync."""

    sessions: SessionFactory
    gateway: Gateway
    clock: Callable[[], datetime]


def request_sync(session: Session, section_id: uuid.UUID) -> bool:
    """Queue the first sync of a section, in the caller's transaction. False when it has no list, or had one read before."""
    section = session.get_one(Section, section_id)
    if section.memberships_url is None or section.roster_synced_at is not None:
        return False
    enqueue(session, SYNC_TASK, {"section_id": str(section_id)}, queue="upkeep")
    return True


def list_sections_to_sync(
    session: Session, *, platform_id: uuid.UUID | None = None, now: datetime
) -> list[Section]:
    """Sections in use that have a class list, for the nightly round."""
    in_use = select(Enrollment.section_id).where(Enrollment.last_seen_at > now - IN_USE)
    statement = select(Section).where(Section.memberships_url.is_not(None), Section.id.in_(in_use))
    if platform_id is not None:
        statement = statement.where(Section.platform_id == platform_id)
    return list(session.scalars(statement.order_by(Section.roster_synced_at.nulls_first(), Section.id)))


def sync(means: RosterSync, section_id: uuid.UUID, *, resource_link_id: str | None) -> int:
    """Read the whole list, then apply it; gives how many active members it has. A failure is noted for the teacher and raised."""
    began = means.clock()
    with transaction(means.sessions) as session:
        section = session.get(Section, section_id)
        if section is None or section.memberships_url is None:
            raise NotFoundError("The LMS gives InfoLit no class list for this class.")
    try:
        members = _fetch(means.gateway, section, resource_link_id)
    except DeliveryError as error:
        _note(means.sessions, section_id, roster_error=error.message[:500])
        raise
    with transaction(means.sessions) as session:
        count = apply_roster(session, section_id, members, began=began, now=means.clock())
    _note(means.sessions, section_id, roster_synced_at=began, roster_error=None)
    return count


def _fetch(gateway: Gateway, section: Section, resource_link_id: str | None) -> list[RosterMember]:
    """The course's list. It is asked for as a whole: with a link, an LMS names only those who may open that link."""
    url = section.memberships_url or ""
    members = gateway.list_members(section.platform_id, url)
    if not any(member.is_active for member in members):
        raise DeliveryRefusedError("The LMS sent an empty class list, so the one InfoLit has was kept.")
    if resource_link_id is None or any(member.person.sourced_id for member in members):
        return members
    return _with_sourced_ids(gateway, section, members, resource_link_id)


def _with_sourced_ids(
    gateway: Gateway, section: Section, members: list[RosterMember], resource_link_id: str
) -> list[RosterMember]:
    """SIS ids from what launches on one of our links would tell. They are welcome, not needed: an LMS may refuse the question."""
    url = section.memberships_url or ""
    try:
        told = gateway.list_members(section.platform_id, url, resource_link_id=resource_link_id)
    except DeliveryError:
        return members
    known = {each.person.subject: each.person for each in told}
    return [_completed(each, known.get(each.person.subject)) for each in members]


def _completed(member: RosterMember, told: LaunchPerson | None) -> RosterMember:
    """The member with the ids that a launch of theirs would tell."""
    if told is None:
        return member
    more = {name: getattr(told, name) for name in ("sourced_id", "state_id", "graduates", "section_names")}
    return replace(member, person=replace(member.person, **more))


def _note(sessions: SessionFactory, section_id: uuid.UUID, **values: object) -> None:
    """After the list's own transaction: a launch holds section and enrolment in the other order."""
    with transaction(sessions) as session:
        session.execute(update(Section).where(Section.id == section_id).values(**values))


def apply_roster(
    session: Session,
    section_id: uuid.UUID,
    members: Sequence[RosterMember],
    *,
    began: datetime,
    now: datetime,
) -> int:
    """Make a complete list ours; gives how many active members it has.

    Two syncs of one section wait for each other. Members come in one order, so that syncs of two sections cannot block each other.
    """
    session.execute(select(func.pg_advisory_xact_lock(section_id.int % 2**63)))
    section = session.get_one(Section, section_id)
    active = sorted((each for each in members if each.is_active), key=lambda each: each.person.subject)
    known = _find_known(session, section, active)
    enrolled = {_person_id(session, section, member, known, now): member for member in active}
    session.flush()
    _enroll_all(session, section, enrolled)
    _deactivate_others(session, section, set(enrolled), began)
    return len(enrolled)


def _find_known(session: Session, section: Section, members: list[RosterMember]) -> dict[str, uuid.UUID]:
    """Persons by subject that need no look-up of their own, read at once: those whose ids are all recorded."""
    subjects = _persons_by_alias(
        session, section, "lti", str(section.platform_id), [each.person.subject for each in members]
    )
    sis_ids = _persons_by_alias(
        session, section, "sis", "district", [each.person.sourced_id or "" for each in members]
    )
    session.scalars(select(Person).where(Person.id.in_(subjects.values()))).all()
    return {
        each.person.subject: subjects[each.person.subject]
        for each in members
        if each.person.subject in subjects
        and (each.person.sourced_id is None or each.person.sourced_id in sis_ids)
    }


def _persons_by_alias(
    session: Session, section: Section, kind: str, namespace: str, values: list[str]
) -> dict[str, uuid.UUID]:
    rows = session.execute(
        select(PersonAlias.value, PersonAlias.person_id).where(
            PersonAlias.tenant_id == section.tenant_id,
            PersonAlias.kind == kind,
            PersonAlias.namespace == namespace,
            PersonAlias.value.in_(values),
        )
    )
    return {row.value: row.person_id for row in rows}


def _person_id(
    session: Session, section: Section, member: RosterMember, known: dict[str, uuid.UUID], now: datetime
) -> uuid.UUID:
    person_id = known.get(member.person.subject)
    if person_id is None:
        person_id = identify(
            session,
            member.person,
            role=member.role,
            tenant_id=section.tenant_id,
            platform_id=section.platform_id,
            now=now,
        )
    refresh_person(session, person_id, member.person)
    return person_id


def _enroll_all(session: Session, section: Section, enrolled: dict[uuid.UUID, RosterMember]) -> None:
    """In pieces: one statement takes 65,535 values at most."""
    rows = [
        {
            "section_id": section.id,
            "person_id": person_id,
            "tenant_id": section.tenant_id,
            "role": member.role.value,
            "lms_subject": member.person.subject,
            "status": "active",
            "source": "roster",
            "section_names": list(member.person.section_names),
        }
        for person_id, member in enrolled.items()
    ]
    for first in range(0, len(rows), _PIECE):
        statement = insert(Enrollment).values(rows[first : first + _PIECE])
        changed: dict[str, object] = {
            name: statement.excluded[name] for name in ("role", "lms_subject", "status", "source")
        }
        told = func.cardinality(statement.excluded.section_names) > 0
        changed["section_names"] = case(
            (told, statement.excluded.section_names), else_=Enrollment.section_names
        )
        session.execute(
            statement.on_conflict_do_update(index_elements=["section_id", "person_id"], set_=changed)
        )


def _deactivate_others(session: Session, section: Section, enrolled: set[uuid.UUID], began: datetime) -> None:
    """Who is not on the list has left, except who launched after it was asked for, and test students, whom no list names."""
    test_students = select(Person.id).where(
        Person.tenant_id == section.tenant_id, Person.is_test_student.is_(True)
    )
    session.execute(
        update(Enrollment)
        .where(
            Enrollment.section_id == section.id,
            Enrollment.tenant_id == section.tenant_id,
            Enrollment.status == "active",
            Enrollment.person_id.not_in(enrolled),
            Enrollment.person_id.not_in(test_students),
            or_(Enrollment.last_seen_at.is_(None), Enrollment.last_seen_at < began),
        )
        .values(status="inactive")
        .execution_options(synchronize_session=False)
    )

"""From a verified launch to our own records: the person, their section, their part in it, their grade and school this year.

Who the person is, `linking` decides. What the launch leaves out never erases what is known.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.facts.launch import Launch, LaunchPerson, Role
from lti_tool.facts.people import Arrival
from lti_tool.people.classes import remember_sis_ids
from lti_tool.people.linking import identify
from lti_tool.people.person_years import Year, assume_year, grade_from_graduation, remember_year
from lti_tool.people.tables import Enrollment, Person, School, Section
from lti_tool.people.years import parse_grade, school_year


def arrive(session: Session, launch: Launch, *, now: datetime, year_starts: int = 7) -> Arrival:
    """Find or make everything a launch tells of. Safe when the same person launches twice at once."""
    person_id = identify(
        session,
        launch.person,
        role=launch.role,
        tenant_id=launch.tenant_id,
        platform_id=launch.platform_id,
        now=now,
    )
    refresh_person(session, person_id, launch.person)
    section = _section(session, launch, now=now)
    if section is not None:
        _enroll(session, launch, section, person_id, now=now)
        if launch.role is Role.LEARNER:
            _remember_year(session, launch.person, section, person_id, school_year(now, year_starts))
    return Arrival(
        tenant_id=launch.tenant_id,
        person_id=person_id,
        section_id=section.id if section else None,
        role=launch.role,
    )


def refresh_person(session: Session, person_id: uuid.UUID, told: LaunchPerson) -> None:
    person = session.get_one(Person, person_id)
    for field in ("name", "given_name", "family_name", "email"):
        value = getattr(told, field)
        if value and getattr(person, field) != value:
            setattr(person, field, value[:255])


def _section(session: Session, launch: Launch, *, now: datetime) -> Section | None:
    if launch.context is None:
        return None
    title = launch.context.title or launch.context.label or launch.context.context_id
    session.execute(
        insert(Section)
        .values(
            id=uuid.uuid4(),
            tenant_id=launch.tenant_id,
            platform_id=launch.platform_id,
            context_id=launch.context.context_id,
            title=title[:255],
            label=launch.context.label,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["platform_id", "context_id"])
    )
    section = session.scalars(
        select(Section).where(
            Section.platform_id == launch.platform_id, Section.context_id == launch.context.context_id
        )
    ).one()
    _refresh_section(session, section, launch)
    return section


def _refresh_section(session: Session, section: Section, launch: Launch) -> None:
    if launch.context and launch.context.title and section.title != launch.context.title:
        section.title = launch.context.title[:255]
    memberships_url = launch.services.memberships_url
    if memberships_url and section.memberships_url != memberships_url:
        section.memberships_url = memberships_url
    grade = parse_grade(launch.custom.get("grade"))
    if grade is not None and section.grade != grade:
        section.grade = grade
    school = launch.custom.get("school")
    if school:
        section.school_id = _school_id(session, launch.tenant_id, school[:255])
    session.flush()
    if launch.context:
        remember_sis_ids(session, section, launch.context.sis_ids)


def _school_id(session: Session, tenant_id: uuid.UUID, name: str) -> uuid.UUID:
    statement = select(School.id).where(School.tenant_id == tenant_id, School.name == name)
    known = session.scalar(statement)
    if known is not None:
        return known
    session.execute(
        insert(School)
        .values(id=uuid.uuid4(), tenant_id=tenant_id, name=name)
        .on_conflict_do_nothing(index_elements=["tenant_id", "name"])
    )
    return session.scalars(statement).one()


def _enroll(
    session: Session, launch: Launch, section: Section, person_id: uuid.UUID, *, now: datetime
) -> None:
    values: dict[str, object] = {
        "role": launch.role.value,
        "lms_subject": launch.person.subject,
        "status": "active",
        "last_seen_at": now,
    }
    if launch.person.section_names:
        values["section_names"] = list(launch.person.section_names)
    session.execute(
        insert(Enrollment)
        .values(section_id=section.id, person_id=person_id, tenant_id=launch.tenant_id, **values)
        .on_conflict_do_update(index_elements=["section_id", "person_id"], set_=values)
    )


def _remember_year(
    session: Session, told: LaunchPerson, section: Section, person_id: uuid.UUID, year: int
) -> None:
    """The class fills in grade and school; a graduation year says more, and a roster or the specialist stands above it."""
    of = Year(section.tenant_id, person_id, year)
    remember_year(session, of, grade=section.grade, school_id=section.school_id, source="launch")
    if told.graduates is not None:
        grade = grade_from_graduation(told.graduates, year)
        remember_year(session, of, grade=grade, school_id=None, source="schoology")
    assume_year(session, of)

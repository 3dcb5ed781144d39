"""Where a person stands: their school year, grade and school, and what their LMS calls them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from lti_tool.errors import NotFoundError
from lti_tool.facts.launch import Role
from lti_tool.facts.people import Access, Member, Standing
from lti_tool.facts.reach import covered, overseen
from lti_tool.people.identity import list_records
from lti_tool.people.person_years import find_year
from lti_tool.people.tables import Enrollment, LaunchSession, Person, School, Section
from lti_tool.people.years import school_year


def standing_of(
    session: Session, person_id: uuid.UUID, *, section_id: uuid.UUID, now: datetime, year_starts: int = 7
) -> Standing:
    """The person's school, grade and section now: what their new answers are counted under."""
    year = school_year(now, year_starts)
    told = find_year(session, person_id, year)
    if told is not None:
        return Standing(school_year=year, school_id=told.school_id, grade=told.grade, section_id=section_id)
    section = session.get_one(Section, section_id)
    return Standing(school_year=year, school_id=section.school_id, grade=section.grade, section_id=section_id)


def find_subject(session: Session, section_id: uuid.UUID, person_id: uuid.UUID) -> str | None:
    """What this section's LMS calls the person: grades are sent for it."""
    return session.scalar(
        select(Enrollment.lms_subject).where(
            Enrollment.section_id == section_id, Enrollment.person_id == person_id
        )
    )


def find_role(session: Session, section_id: uuid.UUID, person_id: uuid.UUID | None) -> Role | None:
    """The person's part in a class, or None when they have none (any more)."""
    found = session.scalar(
        select(Enrollment.role).where(
            Enrollment.section_id == section_id,
            Enrollment.person_id == person_id,
            Enrollment.status == "active",
        )
    )
    return Role(found) if found else None


def is_test_student(session: Session, person_id: uuid.UUID) -> bool:
    """Whether this is an LMS's stand-in for a student (Canvas: Student View)."""
    return bool(session.scalar(select(Person.is_test_student).where(Person.id == person_id)))


def find_locale(session: Session, person_id: uuid.UUID) -> str | None:
    """The language the person chose in the tool, or None."""
    return session.scalar(select(Person.locale).where(Person.id == person_id))


def find_language(session: Session, person_id: uuid.UUID) -> str | None:
    """The language the person reads the tool in, without its region: the one they chose, else the one their LMS told last."""
    told = find_locale(session, person_id) or session.scalar(
        select(LaunchSession.locale)
        .where(LaunchSession.person_id == person_id)
        .order_by(LaunchSession.created_at.desc())
        .limit(1)
    )
    return told.replace("_", "-").split("-")[0][:8] if told else None


def get_person(session: Session, tenant_id: uuid.UUID, person_id: uuid.UUID) -> Person:
    person = session.get(Person, person_id)
    if person is None or person.tenant_id != tenant_id:
        raise NotFoundError
    return person


def get_taught_section(session: Session, access: Access, section_id: uuid.UUID) -> Section:
    """A class the person teaches. Raises NotFoundError for any other."""
    section = session.get(Section, section_id)
    if section is None or section.tenant_id != access.tenant_id or section.id not in access.section_ids:
        raise NotFoundError
    return section


def list_taught_sections(session: Session, access: Access) -> list[Section]:
    return list(
        session.scalars(
            select(Section)
            .where(Section.tenant_id == access.tenant_id, Section.id.in_(access.section_ids))
            .order_by(Section.title)
        )
    )


def list_learners(session: Session, access: Access, section_id: uuid.UUID) -> list[Member]:
    """The learners of a class the access covers, by name; those who have left it are not counted any more."""
    return _list_learners(session, access, section_id, status="active")


def list_former_learners(session: Session, access: Access, section_id: uuid.UUID) -> list[Member]:
    """Learners who have left the class in the LMS, by name: what they did stays readable."""
    return _list_learners(session, access, section_id, status="inactive")


def _list_learners(session: Session, access: Access, section_id: uuid.UUID, *, status: str) -> list[Member]:
    get_visible_section(session, access, section_id)
    rows = session.scalars(
        select(Person)
        .join(Enrollment, Enrollment.person_id == Person.id)
        .where(
            Enrollment.section_id == section_id,
            Enrollment.role == "learner",
            Enrollment.status == status,
            Person.tenant_id == access.tenant_id,
            Person.is_test_student.is_(False),
        )
    )
    return sorted((Member(person_id=row.id, name=shown_name(row)) for row in rows), key=_by_name)


def teachers_of(session: Session, section_id: uuid.UUID) -> list[uuid.UUID]:
    """Who teaches a section that the caller was given."""
    query = select(Enrollment.person_id).where(
        Enrollment.section_id == section_id,
        Enrollment.role == Role.INSTRUCTOR.value,
        Enrollment.status == "active",
    )
    return list(session.scalars(query))


def subjects_of_learners(session: Session, section_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """Learners of a class, by the id its LMS uses for them: for work that nobody looks at."""
    rows = session.execute(
        select(Enrollment.lms_subject, Enrollment.person_id).where(
            Enrollment.section_id == section_id,
            Enrollment.role == "learner",
            Enrollment.lms_subject.is_not(None),
        )
    )
    return {row.lms_subject: row.person_id for row in rows}


def _by_name(member: Member) -> str:
    return member.name.casefold()


def get_visible_section(session: Session, access: Access, section_id: uuid.UUID) -> Section:
    """A class the person teaches, or one in a school and grade they are specialist of."""
    section = session.get(Section, section_id)
    if section is None or section.tenant_id != access.tenant_id:
        raise NotFoundError
    if not (section.id in access.section_ids or access.covers(section.school_id, section.grade)):
        raise NotFoundError
    return section


def visible_learners(access: Access) -> Select[uuid.UUID]:
    """Records of learners in classes the person teaches, or in schools and grades they are specialist of."""
    mine = or_(Section.id.in_(access.section_ids), covered(access, Section.school_id, Section.grade))
    return (
        select(Enrollment.person_id)
        .join(Section, Section.id == Enrollment.section_id)
        .where(Section.tenant_id == access.tenant_id, Enrollment.role == "learner", mine)
    )


def get_visible_person(session: Session, access: Access, person_id: uuid.UUID) -> Person:
    """A learner whose history the person may see: one of whose records is in a class they teach, or in a school and grade they are specialist of."""
    person = session.scalar(
        select(Person).where(Person.id == person_id, Person.tenant_id == access.tenant_id)
    )
    if person is None:
        raise NotFoundError
    seen = visible_learners(access).where(Enrollment.person_id.in_(list_records(session, person.id)))
    if session.scalar(seen.limit(1)) is None:
        raise NotFoundError
    return person


def list_schools(session: Session, access: Access) -> list[School]:
    """The schools the person is specialist of, in all or some grades."""
    statement = select(School).where(School.tenant_id == access.tenant_id).order_by(School.name)
    return [school for school in session.scalars(statement) if access.enters(school.id)]


def list_overseen_schools(session: Session, access: Access) -> list[School]:
    """The schools whose figures, and figures only, the person may see."""
    mine = overseen(access, School.id)
    return list(
        session.scalars(
            select(School).where(School.tenant_id == access.tenant_id, mine).order_by(School.name)
        )
    )


def names_of(session: Session, access: Access, person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of people of the district whose work the caller was given."""
    query = select(Person).where(Person.tenant_id == access.tenant_id, Person.id.in_(list(person_ids)))
    return {person.id: shown_name(person) for person in session.scalars(query)}


def shown_name(person: Person) -> str:
    """A name for lists; a pseudonym where the LMS tells none."""
    whole = " ".join(part for part in (person.given_name, person.family_name) if part)
    return person.name or whole or f"#{person.id.hex[:6].upper()}"

"""A roster's class and the LMS's course in which it is taught: joined only where a launch told the very id the roster has.

The two stay apart: joining gives the course a school and a grade where the LMS tells none. Nobody gets a part in the course by it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from lti_tool.people.tables import RosterClass, Section

_MOST = 200
"""Ids of one course: more are no course of a school."""


def remember_sis_ids(session: Session, section: Section, told: Iterable[str]) -> None:
    """Keep the SIS ids a launch told of a course: each person tells those of their own classes, so they add up."""
    new = [each for each in told if each not in section.sis_ids]
    if new:
        section.sis_ids = [*section.sis_ids, *new][:_MOST]
        session.flush()
        link_classes(session, section.tenant_id, section_id=section.id)
        session.refresh(section)


def link_classes(session: Session, tenant_id: uuid.UUID, *, section_id: uuid.UUID | None = None) -> None:
    """Join what fits and is not joined yet, with the newest course where several have the id; one course's, or all of a district."""
    mine = Section.tenant_id == tenant_id if section_id is None else Section.id == section_id
    told = select(
        func.unnest(Section.sis_ids).label("sis_id"), Section.id.label("section_id"), Section.created_at
    ).where(mine, Section.tenant_id == tenant_id)
    every = told.subquery()
    newest = (
        select(every.c.sis_id, every.c.section_id)
        .ext(distinct_on(every.c.sis_id))
        .order_by(every.c.sis_id, every.c.created_at.desc(), every.c.section_id)
        .subquery()
    )
    session.execute(
        update(RosterClass)
        .where(
            RosterClass.tenant_id == tenant_id,
            RosterClass.section_id.is_(None),
            RosterClass.sourced_id == newest.c.sis_id,
        )
        .values(section_id=newest.c.section_id)
        .execution_options(synchronize_session=False)
    )
    _fill_in(session, tenant_id, section_id)


def _fill_in(session: Session, tenant_id: uuid.UUID, section_id: uuid.UUID | None) -> None:
    """School and grade of courses whose LMS tells none; a grade only where all classes of the course have the same."""
    classes = select(
        RosterClass.section_id,
        func.min(RosterClass.grade).label("lowest"),
        func.max(RosterClass.grade).label("highest"),
        func.array_agg(RosterClass.school_id).label("schools"),
    ).where(RosterClass.tenant_id == tenant_id, RosterClass.section_id.is_not(None))
    if section_id is not None:
        classes = classes.where(RosterClass.section_id == section_id)
    told = classes.group_by(RosterClass.section_id).subquery()
    one_grade = func.nullif(told.c.lowest, func.nullif(told.c.lowest, told.c.highest))
    session.execute(
        update(Section)
        .where(
            Section.id == told.c.section_id,
            Section.tenant_id == tenant_id,
            or_(Section.school_id.is_(None), Section.grade.is_(None)),
        )
        .values(
            school_id=func.coalesce(Section.school_id, told.c.schools[1]),
            grade=func.coalesce(Section.grade, one_grade),
        )
        .execution_options(synchronize_session=False)
    )

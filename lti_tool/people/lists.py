"""Named queries for lists of classes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.facts.people import Access
from lti_tool.facts.reach import covered
from lti_tool.people.tables import Section


def list_sections_of_grade(session: Session, access: Access, grade: int | None) -> list[Section]:
    """Sections of one grade in the schools where the person is specialist of it."""
    statement = select(Section).where(
        Section.tenant_id == access.tenant_id,
        Section.grade.is_not_distinct_from(grade),
        covered(access, Section.school_id, Section.grade),
    )
    return list(session.scalars(statement.order_by(Section.title)))

"""Which records a right reaches, as a condition of a query: the one place that says it. `Access.covers` says the same of one record.

A specialist's right holds in the whole district, in schools, or in grades of either, and shows students. A principal's and a coordinator's
shows figures of groups only (`reports.overview`), so it is asked for by another name.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from lti_tool.facts.people import Access

Column = InstrumentedAttribute[Any]


def covered(access: Access, school: Column, grade: Column) -> ColumnElement[bool]:
    """Rows of a school and grade the person is specialist of. A row without a school or grade is covered only where all of them are."""
    if access.is_district_specialist:
        return true()
    return or_(
        school.in_(access.school_ids),
        *(
            and_(grade.in_(part.grades), true() if part.school_id is None else school == part.school_id)
            for part in access.grade_parts
        ),
    )


def overseen(access: Access, school: Column) -> ColumnElement[bool]:
    """Rows of schools whose figures, and figures only, the person may see: as principal, or as coordinator of the district."""
    return true() if access.is_coordinator else school.in_(access.led_school_ids)

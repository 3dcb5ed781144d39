"""Facts about people and places that travel between packages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from lti_tool.facts.launch import Role


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Who came, where to and as what: a launch after `people` found or made its records."""

    tenant_id: UUID
    person_id: UUID
    section_id: UUID | None
    role: Role


@dataclass(frozen=True, kw_only=True)
class Standing:
    """School, grade (0 is kindergarten) and section of a learner at one moment, kept with each answer so that history never moves."""

    school_year: int
    """Named by the year it ends in: 2026/27 is 2027."""
    school_id: UUID | None
    grade: int | None
    section_id: UUID | None


class GradePart(NamedTuple):
    """Some grades of a school, or of every school of the district (None)."""

    school_id: UUID | None
    grades: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Access:
    """What the person of this request may see. Every query about other people's records starts from one of these (`facts.reach`).

    `section_ids`: classes they teach. `school_ids`: schools they are specialist of in every grade; `is_district_specialist`: of every school
    and grade; `grade_parts`: of some grades only. `led_school_ids` and `is_coordinator` open figures of groups, and nothing about a student.
    """

    tenant_id: UUID
    person_id: UUID | None
    section_ids: frozenset[UUID] = frozenset()
    is_district_specialist: bool = False
    school_ids: frozenset[UUID] = frozenset()
    grade_parts: frozenset[GradePart] = frozenset()
    led_school_ids: frozenset[UUID] = frozenset()
    """Schools they are principal of."""
    is_coordinator: bool = False
    is_administrator: bool = False

    @property
    def is_specialist(self) -> bool:
        return self.is_district_specialist or bool(self.school_ids) or bool(self.grade_parts)

    @property
    def is_overseer(self) -> bool:
        """Whether figures of schools are theirs to see, as principal or coordinator."""
        return self.is_coordinator or bool(self.led_school_ids)

    def covers(self, school_id: UUID | None, grade: int | None) -> bool:
        """Whether students of this school and grade are theirs to see as specialist."""
        return (
            self.is_district_specialist
            or school_id in self.school_ids
            or any(part.school_id in (None, school_id) and grade in part.grades for part in self.grade_parts)
        )

    def enters(self, school_id: UUID) -> bool:
        """Whether they are specialist of any grade of this school."""
        return (
            self.is_district_specialist
            or school_id in self.school_ids
            or any(part.school_id in (None, school_id) for part in self.grade_parts)
        )


@dataclass(frozen=True, kw_only=True)
class Member:
    """One learner of a section, as a list shows them."""

    person_id: UUID
    name: str

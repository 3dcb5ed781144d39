"""Facts about people and places that travel between packages."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class Access:
    """What the person of this request may see. Every query about other people's records starts from one of these.

    `section_ids`: classes they teach. `school_ids`: schools they are specialist of; None there means no grant,
    an empty set with `is_district_specialist` means every school of the district.
    """

    tenant_id: UUID
    person_id: UUID | None
    section_ids: frozenset[UUID] = frozenset()
    is_district_specialist: bool = False
    school_ids: frozenset[UUID] = frozenset()
    is_administrator: bool = False

    @property
    def is_specialist(self) -> bool:
        return self.is_district_specialist or bool(self.school_ids)


@dataclass(frozen=True, kw_only=True)
class Member:
    """One learner of a section, as a list shows them."""

    person_id: UUID
    name: str

"""A framework of standards as it was read, before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class StandardFacts:
    """One standard. Its own words only where the licence lets us keep them."""

    guid: UUID
    uri: str | None
    code: str | None
    kind: str | None
    grades: tuple[int, ...]
    parent: UUID | None = None
    statement: str | None = None
    replaced_by: UUID | None = None
    has_ended: bool = False
    """Its publisher says that it holds no longer."""


@dataclass(frozen=True, kw_only=True)
class FrameworkFacts:
    """A framework with all its standards."""

    guid: UUID
    title: str
    uri: str | None
    source: Literal["case", "csv"]
    version: str | None
    adoption_status: str | None
    license: str | None
    keeps_statements: bool
    changed_at: datetime | None
    standards: tuple[StandardFacts, ...]


@dataclass(frozen=True, kw_only=True)
class Laying:
    """One line that lays a skill to a code."""

    line: int
    framework: str
    code: str
    skill: str
    strength: Literal["exact", "partial"]
    reviewer: str
    reviewed: date | None

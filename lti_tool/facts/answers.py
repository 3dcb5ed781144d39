"""Facts about answers and grades that travel between packages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

PartName = Literal["activities", "quiz"]


@dataclass(frozen=True, kw_only=True)
class ItemMark:
    """What one item earned in an attempt. `ratio` is 0..1, `points` its weight within its part."""

    item_id: str
    part: PartName
    points: float
    ratio: float


@dataclass(frozen=True, kw_only=True)
class BankItem:
    """One item of the snapshot as the mastery model knows it: the pool a skill is judged on at a grade."""

    item_id: str
    item_version: str
    """Fingerprint of what was asked: item statistics never mix two versions."""
    skill: str
    guess: float
    """Chance of a right answer by guessing, 0..1."""
    difficulty: Literal["easy", "medium", "hard"]
    grades: tuple[int, int]
    """The grade band the item was written for."""


@dataclass(frozen=True, kw_only=True)
class ScoredAnswer:
    """One answer as evidence for the mastery model."""

    item: BankItem
    ratio: float
    """0..1, of the first try."""
    is_practice: bool
    used_hint: bool
    answered_at: datetime
    points: float = 1.0
    """What the item is worth in its quiz."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A finished attempt, as the gradebook and the reports need it."""

    tenant_id: UUID
    attempt_id: UUID
    placement_id: UUID
    person_id: UUID
    score_ratio: float
    """The ratio that counts for the grade, of all this person's finished attempts, by the rules of the assignment."""
    finished_at: datetime
    line_item_url: str | None
    points: float
    is_pending: bool = False
    """A teacher has still to mark a part of it."""


@dataclass(frozen=True, kw_only=True)
class SkillStanding:
    """Where one person stands in one skill after new evidence, for the rollups."""

    tenant_id: UUID
    person_id: UUID
    skill: str
    level: str
    """A value of mastery.levels.Level, as people see it: by the district's method, or as a teacher set it."""
    expected: float
    """Expected score on the skill's items for the grade, 0..1."""
    new_answers: int


@dataclass(frozen=True, kw_only=True)
class SheetAnswer:
    """What one item of a first attempt got: as answered at the first try, a blank one as 0."""

    item_id: str
    item_version: str
    part: PartName
    ratio: float
    """0..1."""
    picks: tuple[str, ...] | None
    """Ids of the options chosen; None for kinds without options."""


@dataclass(frozen=True, kw_only=True)
class AnswerSheet:
    """A person's first attempt at an assignment, wholly scored: what the analysis of questions learns from."""

    tenant_id: UUID
    attempt_id: UUID
    placement_id: UUID
    content_kind: str
    content_id: str
    snapshot_hash: str
    school_year: int
    school_id: UUID | None
    grade: int | None
    lang: str | None
    """The language the person reads the tool in."""
    answers: tuple[SheetAnswer, ...]

"""Asking the analysis: sums, tallies and groups of one assignment, or of one module or quiz over classes, within what the caller may see."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lti_tool.errors import ForbiddenError
from lti_tool.facts.people import Access
from lti_tool.facts.reach import covered
from lti_tool.reports.questions.fairness import Stratum
from lti_tool.reports.questions.options import Tally
from lti_tool.reports.questions.statistics import Reliability, Sums, TotalSums, reliability
from lti_tool.reports.questions.tables import UNIT, FirstAnswer, ItemSums, PartSums

Table: TypeAlias = type[FirstAnswer] | type[ItemSums] | type[PartSums]
GroupBy: TypeAlias = Literal["school_id", "grade", "lang"]
_SUMS = ("n", "y", "yy", "t", "tt", "yt")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which first attempts are looked at: those of some assignments, or those of a module or quiz in the schools of a grant."""

    tenant_id: uuid.UUID
    placement_ids: tuple[uuid.UUID, ...] | None = None
    content: tuple[str, str] | None = None
    school_year: int | None = None
    school_ids: tuple[uuid.UUID, ...] | None = None
    """None: every school of the district."""
    grant: Access | None = None
    """A specialist of some grades only: nothing outside of those may count."""

    def conditions(self, table: Table) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [table.tenant_id == self.tenant_id]
        if self.placement_ids is not None:
            found.append(table.placement_id.in_(self.placement_ids))
        if self.content is not None:
            found += [table.content_kind == self.content[0], table.content_id == self.content[1]]
        if self.school_year is not None:
            found.append(table.school_year == self.school_year)
        if self.school_ids is not None:
            found.append(table.school_id.in_(self.school_ids))
        if self.grant is not None:
            found.append(self._within(table, self.grant))
        return found

    def _within(self, table: Table, grant: Access) -> ColumnElement[bool]:
        """Sums know no grade: those of an assignment count only where every answer to it is within the grant."""
        mine = covered(grant, FirstAnswer.school_id, FirstAnswer.grade)
        if table is FirstAnswer:
            return mine
        others = select(FirstAnswer.placement_id).where(
            FirstAnswer.tenant_id == self.tenant_id, func.coalesce(mine, False).is_(False)
        )
        return table.placement_id.not_in(others)


def scope_of_assignments(access: Access, placement_ids: Sequence[uuid.UUID]) -> Scope:
    """The caller found the assignments among those of classes they teach."""
    return Scope(tenant_id=access.tenant_id, placement_ids=tuple(placement_ids))


def scope_of_grant(
    access: Access,
    *,
    content: tuple[str, str] | None = None,
    school_year: int | None = None,
    school_id: uuid.UUID | None = None,
) -> Scope:
    """Every school of a specialist's grant, or one of them. Raises ForbiddenError for others."""
    if not access.is_specialist or (school_id is not None and not access.enters(school_id)):
        raise ForbiddenError
    is_whole = access.is_district_specialist or bool(access.grade_parts)
    schools = (school_id,) if school_id else None if is_whole else tuple(access.school_ids)
    return Scope(
        tenant_id=access.tenant_id,
        content=content,
        school_year=school_year,
        school_ids=schools,
        grant=access if access.grade_parts and not access.is_district_specialist else None,
    )


@dataclass(frozen=True, kw_only=True)
class ItemFigures:
    """One version of an item."""

    item_id: str
    item_version: str
    snapshot_hash: str
    sums: Sums
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, kw_only=True)
class PartFigures:
    """The activities, or the quiz."""

    part: str
    totals: TotalSums
    """Of the attempts with as many items as most have."""
    reliability: Reliability | None
    items: tuple[ItemFigures, ...]


def read_figures(session: Session, scope: Scope) -> list[PartFigures]:
    """What the scope's attempts say of each part and each item, the quiz first."""
    totals = _totals(session, scope)
    sums = _item_sums(session, scope)
    tallies, snapshots = _tallies(session, scope)
    found = []
    for part in sorted(totals, reverse=True):
        items = {key[1:]: each for key, each in sums.items() if key[0] == part}
        found.append(
            PartFigures(
                part=part,
                totals=totals[part],
                reliability=reliability(totals[part], list(items.values())),
                items=tuple(
                    ItemFigures(
                        item_id=item_id,
                        item_version=version,
                        snapshot_hash=snapshots[item_id, version],
                        sums=each,
                        tallies=tuple(tallies[item_id, version]),
                    )
                    for (item_id, version), each in items.items()
                ),
            )
        )
    return found


def _totals(session: Session, scope: Scope) -> dict[str, TotalSums]:
    rows = session.execute(
        select(
            PartSums.part,
            PartSums.items,
            *(func.sum(getattr(PartSums, name)) for name in ("n", "t", "tt", "yy")),
        )
        .where(*scope.conditions(PartSums))
        .group_by(PartSums.part, PartSums.items)
        .having(func.sum(PartSums.n) > 0)
        .order_by(func.sum(PartSums.n))
    )
    return {
        row[0]: TotalSums(items=row[1], n=int(row[2]), t=int(row[3]), tt=int(row[4]), yy=int(row[5]))
        for row in rows
    }


def _item_sums(session: Session, scope: Scope) -> dict[tuple[str, str, str], Sums]:
    keys = (ItemSums.part, ItemSums.item_id, ItemSums.item_version)
    rows = session.execute(
        select(*keys, *(func.sum(getattr(ItemSums, name)) for name in _SUMS))
        .where(*scope.conditions(ItemSums))
        .group_by(*keys)
        .having(func.sum(ItemSums.n) > 0)
        .order_by(*keys)
    )
    return {
        (row[0], row[1], row[2]): Sums(**dict(zip(_SUMS, map(int, row[3:]), strict=True))) for row in rows
    }


def _tallies(
    session: Session, scope: Scope
) -> tuple[dict[tuple[str, str], list[Tally]], dict[tuple[str, str], str]]:
    keys = (
        FirstAnswer.item_id,
        FirstAnswer.item_version,
        FirstAnswer.total,
        FirstAnswer.score,
        FirstAnswer.picks,
    )
    rows = session.execute(
        select(*keys, func.count(), func.max(FirstAnswer.snapshot_hash))
        .where(*scope.conditions(FirstAnswer))
        .group_by(*keys)
    )
    tallies: dict[tuple[str, str], list[Tally]] = defaultdict(list)
    snapshots: dict[tuple[str, str], str] = {}
    for item_id, version, total, score, picks, count, snapshot in rows:
        known = None if picks is None else tuple(picks)
        tallies[item_id, version].append(Tally(total=total, score=score, picks=known, count=count))
        snapshots[item_id, version] = snapshot
    return tallies, snapshots


@dataclass(frozen=True, kw_only=True)
class ContentLine:
    """How much is known of one module or quiz."""

    content_kind: str
    content_id: str
    n: int
    """First attempts."""


def list_contents(session: Session, scope: Scope) -> list[ContentLine]:
    """The modules and quizzes of the scope with first attempts, those with most first."""
    counted = func.count(FirstAnswer.attempt_id.distinct())
    rows = session.execute(
        select(FirstAnswer.content_kind, FirstAnswer.content_id, counted)
        .where(*scope.conditions(FirstAnswer))
        .group_by(FirstAnswer.content_kind, FirstAnswer.content_id)
        .order_by(counted.desc(), FirstAnswer.content_id)
    )
    return [ContentLine(content_kind=row[0], content_id=row[1], n=row[2]) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Groups:
    """How the groups of students by school, grade or language did at one item, within strata of equal rest score."""

    item_id: str
    item_version: str
    counts: dict[Any, int]
    """Students by group."""
    cells: dict[tuple[int, Any], tuple[int, int]]
    """(right, wrong) by stratum and group."""

    def strata(self, focal: object) -> list[Stratum]:
        """One group against all others together."""
        sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for (rest, group), (right, wrong) in self.cells.items():
            at = 2 if group == focal else 0
            sums[rest][at] += right
            sums[rest][at + 1] += wrong
        return [
            Stratum(reference_right=a, reference_wrong=b, focal_right=c, focal_wrong=d)
            for a, b, c, d in sums.values()
        ]


def read_groups(session: Session, scope: Scope, by: GroupBy, *, at_least: int) -> list[Groups]:
    """Every item's groups; groups of fewer than `at_least` at an item are left out of it, on both sides."""
    group, stratum = getattr(FirstAnswer, by), (FirstAnswer.total - FirstAnswer.score) / UNIT
    keys = (FirstAnswer.item_id, FirstAnswer.item_version, stratum.label("rest"), group)
    right = func.count().filter(FirstAnswer.score == UNIT)
    rows = session.execute(
        select(*keys, right, func.count() - right)
        .where(*scope.conditions(FirstAnswer), group.is_not(None))
        .group_by(FirstAnswer.item_id, FirstAnswer.item_version, "rest", group)
    )
    cells: dict[tuple[str, str], dict[tuple[int, Any], tuple[int, int]]] = defaultdict(dict)
    counts: dict[tuple[str, str], dict[Any, int]] = defaultdict(lambda: defaultdict(int))
    for item_id, version, rest, name, yes, no in rows:
        cells[item_id, version][int(rest), name] = (yes, no)
        counts[item_id, version][name] += yes + no
    found = []
    for key, held in cells.items():
        large = {name: n for name, n in counts[key].items() if n >= at_least}
        kept = {place: pair for place, pair in held.items() if place[1] in large}
        found.append(Groups(item_id=key[0], item_version=key[1], counts=large, cells=kept))
    return found

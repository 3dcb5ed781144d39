"""Figures of schools for principals and coordinators: skill × grade, and totals; groups only, small ones hidden (`suppression`)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.errors import ForbiddenError
from lti_tool.facts.people import Access
from lti_tool.facts.reach import overseen
from lti_tool.reports.suppression import Share, shown_share, total_share
from lti_tool.reports.tables import LEVELS, BoardCell

_JUDGED = tuple(level for level in LEVELS if level != "not_enough")


class Group(NamedTuple):
    """The students of one school and grade who have enough evidence in a skill."""

    skill: str
    grade: int
    judged: int
    proficient: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One school year over some schools. A share is None where every group in it is too small."""

    cells: dict[tuple[str, int], Share | None]
    totals: dict[str, Share | None]
    """By skill, over all grades."""

    @property
    def skills(self) -> set[str]:
        return {skill for skill, _ in self.cells}

    @property
    def grades(self) -> list[int]:
        return sorted({grade for _, grade in self.cells})


def read_overview(
    session: Session,
    access: Access,
    *,
    school_year: int,
    smallest: int,
    school_id: uuid.UUID | None = None,
) -> Overview:
    """A year over every school the access oversees, or one of them. Raises ForbiddenError for others'."""
    if not access.is_overseer:
        raise ForbiddenError
    if school_id is not None and not (access.is_coordinator or school_id in access.led_school_ids):
        raise ForbiddenError
    return overview_of(_groups(session, access, school_year, school_id), smallest=smallest)


def overview_of(groups: Iterable[Group], *, smallest: int) -> Overview:
    """The figures of some schools' groups: from what may be shown of each, and nothing else."""
    cells: dict[tuple[str, int], list[Share]] = defaultdict(list)
    totals: dict[str, list[Share]] = defaultdict(list)
    for each in groups:
        share = shown_share(each.judged, each.proficient, smallest=smallest)
        cells[each.skill, each.grade] += [share] if share else []
        totals[each.skill] += [share] if share else []
    return Overview(
        cells={key: total_share(shares) for key, shares in cells.items()},
        totals={skill: total_share(shares) for skill, shares in totals.items()},
    )


def _groups(session: Session, access: Access, school_year: int, school_id: uuid.UUID | None) -> list[Group]:
    """Each school's groups, the smallest units there are. Without a grade nobody is counted."""
    judged = sum((getattr(BoardCell, level) for level in _JUDGED[1:]), getattr(BoardCell, _JUDGED[0]))
    query = (
        select(BoardCell.skill, BoardCell.grade, func.sum(judged), func.sum(BoardCell.proficient))
        .where(
            BoardCell.tenant_id == access.tenant_id,
            BoardCell.school_year == school_year,
            BoardCell.grade.is_not(None),
            overseen(access, BoardCell.school_id),
        )
        .group_by(BoardCell.skill, BoardCell.grade, BoardCell.school_id)
        .having(func.sum(judged) > 0)
    )
    if school_id is not None:
        query = query.where(BoardCell.school_id == school_id)
    return [Group(row[0], row[1], int(row[2]), int(row[3])) for row in session.execute(query)]

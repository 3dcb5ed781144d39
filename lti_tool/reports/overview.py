"""Figures of schools for principals and coordinators: skill × grade, and totals; groups only, small ones hidden (`suppression`)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.errors import ForbiddenError
from lti_tool.facts.people import Access
from lti_tool.facts.reach import overseen
from lti_tool.reports.suppression import Share, shown_share, total_share
from lti_tool.reports.tables import LEVELS, BoardCell

_JUDGED = tuple(level for level in LEVELS if level != "not_enough")


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
    groups: dict[tuple[str, int], list[Share]] = defaultdict(list)
    for skill, grade, judged, proficient in _groups(session, access, school_year, school_id):
        share = shown_share(judged, proficient, smallest=smallest)
        groups[skill, grade] += [share] if share else []
    totals: dict[str, list[Share]] = defaultdict(list)
    for (skill, _), shares in groups.items():
        totals[skill] += shares
    return Overview(
        cells={key: total_share(shares) for key, shares in groups.items()},
        totals={skill: total_share(shares) for skill, shares in totals.items()},
    )


def _groups(
    session: Session, access: Access, school_year: int, school_id: uuid.UUID | None
) -> list[tuple[str, int, int, int]]:
    """Skill, grade, judged and proficient of each school's groups, the smallest units there are. Without a grade nobody is counted."""
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
    return [(row[0], row[1], int(row[2]), int(row[3])) for row in session.execute(query)]

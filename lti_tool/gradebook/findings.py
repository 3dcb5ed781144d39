"""What a comparison with the LMS's gradebook found, kept until the next one: a teacher's own grade is shown, not fought over."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.facts.people import Access
from lti_tool.gradebook.compare import Difference, Finding
from lti_tool.gradebook.tables import ColumnCheck, ColumnFinding, Grade

COMPARED_FOR = timedelta(days=120)
"""How long after its newest grade a column is looked at every night."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The LMS's gradebook beside ours, as last seen: what differs, and why nobody could look if so."""

    findings: tuple[Finding, ...] = ()
    problem: str | None = None
    checked_at: datetime | None = None

    def find(self, person_id: uuid.UUID) -> Finding | None:
        return next((each for each in self.findings if each.person_id == person_id), None)


def find_comparison(session: Session, access: Access, placement_id: uuid.UUID) -> Comparison | None:
    """The newest comparison of an assignment; the caller has checked that the placement is theirs to see."""
    check = session.scalar(
        select(ColumnCheck).where(
            ColumnCheck.placement_id == placement_id, ColumnCheck.tenant_id == access.tenant_id
        )
    )
    rows = session.scalars(
        select(ColumnFinding).where(
            ColumnFinding.placement_id == placement_id, ColumnFinding.tenant_id == access.tenant_id
        )
    ).all()
    if check is None and not rows:
        return None
    return Comparison(
        findings=tuple(_as_finding(row) for row in rows),
        problem=check.problem if check else None,
        checked_at=check.checked_at if check else None,
    )


def _as_finding(row: ColumnFinding) -> Finding:
    return Finding(
        person_id=row.person_id,
        difference=Difference(row.difference),
        ours=row.ours,
        theirs=row.theirs,
        maximum=row.maximum,
    )


def keep_findings(
    session: Session,
    tenant_id: uuid.UUID,
    placement_id: uuid.UUID,
    findings: Iterable[Finding],
    *,
    now: datetime,
) -> None:
    """In place of what was found before."""
    _keep_check(session, tenant_id, placement_id, problem=None, now=now)
    session.execute(delete(ColumnFinding).where(ColumnFinding.placement_id == placement_id))
    for each in findings:
        _keep(session, tenant_id, placement_id, each)


def keep_problem(
    session: Session, tenant_id: uuid.UUID, placement_id: uuid.UUID, problem: str, *, now: datetime
) -> None:
    """The column could not be read; what was found before stands."""
    _keep_check(session, tenant_id, placement_id, problem=problem[:500], now=now)


def _keep_check(
    session: Session, tenant_id: uuid.UUID, placement_id: uuid.UUID, *, problem: str | None, now: datetime
) -> None:
    values = {"checked_at": now, "problem": problem}
    row = insert(ColumnCheck).values(placement_id=placement_id, tenant_id=tenant_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["placement_id"], set_=values))


def _keep(session: Session, tenant_id: uuid.UUID, placement_id: uuid.UUID, found: Finding) -> None:
    values = {
        "difference": found.difference.value,
        "ours": found.ours,
        "theirs": found.theirs,
        "maximum": found.maximum,
    }
    row = insert(ColumnFinding).values(
        placement_id=placement_id, person_id=found.person_id, tenant_id=tenant_id, **values
    )
    session.execute(row.on_conflict_do_update(index_elements=["placement_id", "person_id"], set_=values))


def note_teachers_grade(session: Session, grade: Grade, theirs: float) -> None:
    """A delivery met a grade that somebody entered in the LMS later than ours."""
    found = Finding(
        person_id=grade.person_id,
        difference=Difference.CHANGED,
        ours=grade.wanted_score,
        theirs=theirs,
        maximum=grade.wanted_maximum,
    )
    _keep(session, grade.tenant_id, grade.placement_id, found)


def forget_finding(session: Session, grade: Grade) -> None:
    """The LMS has just taken our score: what was seen before is old."""
    session.execute(
        delete(ColumnFinding).where(
            ColumnFinding.placement_id == grade.placement_id, ColumnFinding.person_id == grade.person_id
        )
    )


def placements_to_compare(session: Session, *, now: datetime) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Assignments whose column is looked at tonight, by platform: those with a grade of these months."""
    rows = session.execute(
        select(Grade.platform_id, Grade.placement_id)
        .where(Grade.wanted_at > now - COMPARED_FOR)
        .distinct()
        .order_by(Grade.platform_id, Grade.placement_id)
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for row in rows:
        found.setdefault(row.platform_id, []).append(row.placement_id)
    return found

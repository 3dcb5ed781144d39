"""Terms of a run: academic sessions at whose end levels are kept. What has been kept already never changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lti_tool.mastery.freeze import end_of, tell_term
from lti_tool.rosters.step import Step

_TOLD = """
SELECT s.name, max(s.ends_on) AS ends_on, t.ends_at, t.frozen_at FROM roster_staged_term s
LEFT JOIN mastery_term t ON t.tenant_id = :tenant AND t.name = s.name
WHERE s.run_id = :run AND s.name IS NOT NULL AND s.ends_on IS NOT NULL AND NOT s.is_gone
GROUP BY s.name, t.ends_at, t.frozen_at ORDER BY s.name
"""
"""Schools of a district may end a term on different days: it is over when it is over everywhere."""


def plan_terms(session: Session, step: Step) -> None:
    told = [
        _verdict(row.ends_at, row.frozen_at, end_of(row.ends_on, step.zone)) for row in _rows(session, step)
    ]
    step.count("terms", **{verdict: told.count(verdict) for verdict in sorted(set(told))})


def apply_terms(session: Session, step: Step) -> None:
    for row in _rows(session, step):
        tell_term(session, step.run.tenant_id, row.name, end_of(row.ends_on, step.zone))


def _rows(session: Session, step: Step) -> list[Any]:
    return list(session.execute(text(_TOLD), step.values("academicsessions.csv")))


def _verdict(ends_at: datetime | None, frozen_at: datetime | None, told: datetime) -> str:
    if ends_at is None:
        return "new"
    return "same" if frozen_at is not None or ends_at == told else "changed"

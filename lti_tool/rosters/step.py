"""What the steps of an import share: the run, what each file is, counts by verdict, rows that stand twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lti_tool.rosters.manifest import Mode
from lti_tool.rosters.staging import add_problems
from lti_tool.rosters.tables import RosterRun


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step's view of its run. Files are named as in OneRoster, also where the rows came from elsewhere."""

    run: RosterRun
    modes: Mapping[str, Mode]
    now: datetime
    school_year: int
    zone: str = "UTC"
    """In which a day ends."""
    only_file: str | None = None
    """The plain table's name, where all rows come from one."""

    def file(self, name: str) -> str:
        return self.only_file or name

    def values(self, name: str) -> dict[str, Any]:
        """What the statements of a step may name."""
        return {
            "run": self.run.id,
            "tenant": self.run.tenant_id,
            "source": self.run.source,
            "now": self.now,
            "today": self.now.date(),
            "year": self.school_year,
            "is_delta": self.modes.get(name) == "delta",
        }

    def count(self, name: str, /, **numbers: int) -> None:
        """Keep what is to be said of a step in the end."""
        self.run.counts = {**self.run.counts, name: {**self.run.counts.get(name, {}), **numbers}}


_DOUBLES = {
    name: f"""
        UPDATE roster_staged_{name} o SET verdict = 'double' WHERE o.run_id = :run AND EXISTS (
            SELECT FROM roster_staged_{name} b WHERE b.run_id = :run AND b.sourced_id = o.sourced_id AND b.id < o.id)
        RETURNING o.line, '' AS told"""  # noqa: S608 - names of our own
    for name in ("org", "class", "user")
}
_TALLIES = {
    name: f"SELECT verdict, count(*) AS n FROM roster_staged_{name} WHERE run_id = :run AND verdict IS NOT NULL GROUP BY verdict"  # noqa: S608 - names of our own
    for name in ("org", "class", "user")
}


def mark_doubles(session: Session, step: Step, table: str, file: str) -> None:
    """The first row of an id counts."""
    add_problems(
        session,
        step.run,
        step.file(file),
        _DOUBLES[table],
        "The id of this row stands above already; what stands above was used.",
        "Every id may stand in the file once. Export it again, or tell the maker of your SIS.",
    )


def tally(session: Session, step: Step, name: str, table: str) -> None:
    rows = session.execute(text(_TALLIES[table]), {"run": step.run.id})
    step.count(name, **{row.verdict: row.n for row in rows})

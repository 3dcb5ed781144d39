"""Rows on their way into the staging tables, in large pieces (COPY), and problems with their place and remedy."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import delete, insert, text
from sqlalchemy.orm import Session

from lti_tool.rosters.tables import STAGING, RosterProblem, RosterRun
from lti_tool.rosters.values import clean

MOST_PROBLEMS = 1000
"""So many are kept of a run; all are counted."""
_PIECE = 50_000
_COLUMNS: Mapping[str, Sequence[str]] = {
    "org": ("tenant_id", "line", "sourced_id", "is_gone", "modified_at", "name", "is_school"),
    "term": ("line", "sourced_id", "is_gone", "modified_at", "school_year", "name", "ends_on"),
    "class": ("line", "sourced_id", "is_gone", "modified_at", "title", "org", "term", "grade"),
    "user": (
        *("tenant_id", "line", "sourced_id", "is_gone", "modified_at"),
        *("part", "given_name", "family_name", "email", "org", "grade"),
    ),
    "alias": ("sourced_id", "kind", "namespace", "value"),
    "role": ("sourced_id", "part", "org", "is_primary"),
    "enrollment": (
        *("line", "sourced_id", "is_gone", "modified_at"),
        *("class_sid", "user_sid", "role", "begins_on", "ends_on"),
    ),
}


class Desk:
    """Takes what is read of one file, and hands it on in pieces. Nothing is seen by others before the transaction ends."""

    def __init__(self, session: Session, run: RosterRun, file: str) -> None:
        self._session, self._run, self.file = session, run, file
        self._waiting: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _COLUMNS}
        of_people = (run.id, run.tenant_id)
        self._whose = {name: of_people if "tenant_id" in _COLUMNS[name] else (run.id,) for name in _COLUMNS}

    def put(self, table: str, *values: Any) -> None:
        waiting = self._waiting[table]
        waiting.append((*self._whose[table], *values))
        if len(waiting) >= _PIECE:
            self.flush()

    def problem(self, line: int, sentence: str, remedy: str) -> None:
        add_problem(self._session, self._run, self.file, line, sentence, remedy)

    def flush(self) -> None:
        for name, waiting in self._waiting.items():
            if waiting:
                _copy(self._session, name, waiting)
                waiting.clear()


def _copy(session: Session, name: str, rows: list[tuple[Any, ...]]) -> None:
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)  # noqa: S101 - what `db.connect` opens
    columns = SQL(", ").join(map(Identifier, ("run_id", *_COLUMNS[name])))
    command = SQL("COPY {} ({}) FROM STDIN").format(Identifier(f"roster_staged_{name}"), columns)
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)


def add_problem(session: Session, run: RosterRun, file: str, line: int, sentence: str, remedy: str) -> None:
    run.problems += 1
    if run.problems <= MOST_PROBLEMS:
        session.execute(
            insert(RosterProblem).values(
                tenant_id=run.tenant_id,
                run_id=run.id,
                file=file[:64],
                line=line,
                sentence=clean(sentence, 500),
                remedy=remedy[:500],
            )
        )


def add_problems(
    session: Session, run: RosterRun, file: str, query: str, sentence: str, remedy: str, **values: Any
) -> int:
    """A problem for each row of a query that gives `line` and `told`, which stands in the sentence for `%(told)s`. Gives how many."""
    told = {"run": run.id, "tenant": run.tenant_id, "source": run.source, **values}
    rows = session.execute(text(query), told).all()
    kept = rows[: max(0, MOST_PROBLEMS - run.problems)]
    for row in kept:
        add_problem(session, run, file, row.line, sentence % {"told": str(row.told)[:80]}, remedy)
    run.problems += len(rows) - len(kept)
    return len(rows)


def analyze(session: Session) -> None:
    """Tell the planner what the staging tables hold now: without it, it takes them for empty and joins row by row."""
    for table in STAGING:
        session.execute(text(f"ANALYZE {table.__tablename__}"))


def clear(session: Session, run_id: uuid.UUID) -> None:
    """Throw a run's staged rows away."""
    for table in STAGING:
        session.execute(delete(table).where(table.run_id == run_id))

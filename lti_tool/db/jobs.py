"""Putting a job into the queue inside the caller's transaction: no commit, no job; no job without its commit.

Procrastinate keeps its jobs in the same PostgreSQL; its own SQL function is called with the caller's session. No queueing lock is
used: it would make two students who finish at the same moment wait for each other, and a job is cheap when nothing is due.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_DEFER = text(
    """
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
        :queue, :task, :priority, NULL, NULL, CAST(:args AS jsonb), CAST(:at AS timestamptz)
    )::procrastinate_job_to_defer_v1])
    """
)


def enqueue(
    session: Session,
    task: str,
    args: Mapping[str, object],
    *,
    at: datetime | None = None,
    queue: str = "grades",
    priority: int = 0,
) -> None:
    """Queue `task` with JSON-able `args`, not before `at`. A higher priority runs first."""
    session.execute(
        _DEFER, {"queue": queue, "task": task, "priority": priority, "args": json.dumps(dict(args)), "at": at}
    )

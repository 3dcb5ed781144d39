"""The worker's jobs for rosters that administrators give on a page, and what an import works with."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import procrastinate

from lti_tool.app.apart import each_apart
from lti_tool.db.base import utcnow
from lti_tool.db.connect import transaction
from lti_tool.rosters.upload_work import go_on
from lti_tool.rosters.uploads import IMPORT_TASK, expire_uploads, list_at_work
from lti_tool.rosters.work import Means, Progress, Unheard
from lti_tool.tool import Tool


def means_of(tool: Tool, progress: Progress | None = None) -> Means:
    return Means(
        sessions=tool.sessions,
        clock=tool.clock,
        progress=progress or Unheard(),
        year_starts=tool.settings.school_year_starts,
        zone=tool.settings.time_zone,
    )


def add_upload_tasks(jobs: procrastinate.App, tool: Tool, is_stopping: Callable[[], bool]) -> None:
    """Uploaded rosters: at once, and every minute what a worker that ended has left or what had to wait. At night: files too old go."""

    @jobs.task(name=IMPORT_TASK, queue="upkeep")
    def import_upload(upload_id: str) -> str:
        return go_on(means_of(tool), tool.seal, uuid.UUID(upload_id), is_stopping=is_stopping)

    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="go_on_importing", queue="upkeep", queueing_lock="go_on_importing")
    def go_on_importing(timestamp: int) -> None:
        with transaction(tool.sessions) as session:
            waiting = list_at_work(session)
        each_apart(waiting, lambda each: go_on(means_of(tool), tool.seal, each, is_stopping=is_stopping))

    @jobs.periodic(cron="57 3 * * *")
    @jobs.task(name="expire_uploads", queue="upkeep", queueing_lock="expire_uploads")
    def expire(timestamp: int) -> int:
        with transaction(tool.sessions) as session:
            return expire_uploads(session, utcnow())

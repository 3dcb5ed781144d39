"""The worker: Procrastinate on the tool's own database. Grades go out as soon as a job says so, and a sweep catches what no job told.

A killed worker leaves nothing behind that matters: a grade it had taken is free again when the lease runs out, and its jobs, recognised by
their missing heartbeat, are put back.
"""

from __future__ import annotations

import asyncio
import signal
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import procrastinate
import structlog
from procrastinate import JobContext
from procrastinate.exceptions import AlreadyEnqueued

from lti_tool.app.apart import each_apart
from lti_tool.app.roster_jobs import add_upload_tasks
from lti_tool.app.rounds import Rounds
from lti_tool.columns import columns_to_compare, compare_columns
from lti_tool.corrections.methods import APPLY_METHOD_TASK, apply_method, unapplied
from lti_tool.corrections.rescoring import RESCORE_TASK, go_on, unfinished_runs
from lti_tool.corrections.terms import freeze_due
from lti_tool.db.base import utcnow
from lti_tool.db.connect import libpq_url, transaction
from lti_tool.errors import DeliveryError, NotFoundError
from lti_tool.flow import NOTICES_TASK, deliver, hand_in, list_ended, sweep
from lti_tool.gradebook.due import DELIVER_TASK
from lti_tool.holdings.bringing import forget_waiting
from lti_tool.lti.keys import rotate_if_due
from lti_tool.lti.message_log import purge_messages
from lti_tool.people.roster import SYNC_TASK
from lti_tool.people.sessions import end_old_sessions
from lti_tool.tool import Tool
from lti_tool.upkeep import (
    ask_for_notices,
    calibrate_district,
    list_district_ids,
    platforms_with_rosters,
    sync_roster,
    sync_rosters,
)

log = structlog.get_logger("infolit.worker")
HEARTBEAT_S = 5.0
SILENT_S = 20.0
AT_ONCE = 16
HAND_INS = 4
"""Attempts handed in at once by one worker."""
PER_PLATFORM = 3
"""Rounds of deliveries to one LMS at once: one that does not answer keeps no other LMS's grades waiting."""


def create_jobs(
    tool: Tool, database_url: str, rounds: Rounds, *, is_stopping: Callable[[], bool] = lambda: False
) -> procrastinate.App:
    """The job engine with our tasks. `database_url` as libpq wants it; long tasks end early when `is_stopping` says so."""
    connector = procrastinate.PsycopgConnector(conninfo=libpq_url(database_url), min_size=1, max_size=6)
    jobs = procrastinate.App(connector=connector)

    @jobs.task(name=DELIVER_TASK, queue="grades")
    def deliver_due(platform_id: str) -> int:
        return rounds.run(uuid.UUID(platform_id))

    @jobs.periodic(cron="*/5 * * * *")
    @jobs.task(name="put_back_stalled", queue="upkeep", pass_context=True, queueing_lock="put_back_stalled")
    async def put_back_stalled(context: JobContext, timestamp: int) -> None:
        for job in await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S):
            await context.app.job_manager.retry_job(job)

    @jobs.periodic(cron="17 3 * * *")
    @jobs.task(name="end_old_sessions", queue="upkeep", queueing_lock="end_old_sessions")
    def remove_ended_sessions(timestamp: int) -> int:
        with transaction(tool.sessions) as session:
            return end_old_sessions(session, now=utcnow())

    @jobs.periodic(cron="57 3 * * *")
    @jobs.task(name="forget_waiting", queue="upkeep", queueing_lock="forget_waiting")
    def forget_reports_not_kept(timestamp: int) -> int:
        with transaction(tool.sessions) as session:
            return forget_waiting(session, now=utcnow())

    _add_roster_tasks(jobs, tool)
    _add_upkeep_tasks(jobs, tool)
    _add_rescoring_tasks(jobs, tool, is_stopping)
    _add_level_tasks(jobs, tool, is_stopping)
    add_upload_tasks(jobs, tool, is_stopping)
    return jobs


def _add_level_tasks(jobs: procrastinate.App, tool: Tool, is_stopping: Callable[[], bool]) -> None:
    """Levels by a method just chosen: at once, and every minute what a worker that ended has left. At night: levels of terms that have ended."""

    @jobs.task(name=APPLY_METHOD_TASK, queue="upkeep")
    def apply_chosen_method(tenant_id: str) -> bool:
        return apply_method(tool, uuid.UUID(tenant_id), is_stopping=is_stopping)

    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="go_on_applying", queue="upkeep", queueing_lock="go_on_applying")
    def go_on_applying(timestamp: int) -> None:
        with transaction(tool.sessions) as session:
            waiting = unapplied(session)
        each_apart(waiting, lambda each: apply_method(tool, each, is_stopping=is_stopping))

    @jobs.periodic(cron="47 2 * * *")
    @jobs.task(name="freeze_nightly", queue="upkeep", queueing_lock="freeze_nightly")
    def freeze_all(timestamp: int) -> None:
        for slug, tenant_id in list_district_ids(tool):
            for frozen in freeze_due(tool, tenant_id):
                log.info("levels_frozen", district=slug, levels=frozen.levels)


def _add_rescoring_tasks(jobs: procrastinate.App, tool: Tool, is_stopping: Callable[[], bool]) -> None:
    """Re-scores: at once when somebody asks, and every minute what a worker that ended has left."""

    @jobs.task(name=RESCORE_TASK, queue="upkeep")
    def rescore(run_id: str) -> str:
        return go_on(tool, uuid.UUID(run_id), is_stopping=is_stopping)

    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="go_on_rescoring", queue="upkeep", queueing_lock="go_on_rescoring")
    def go_on_rescoring(timestamp: int) -> None:
        with transaction(tool.sessions) as session:
            run_ids = [run.id for run in unfinished_runs(session)]
        each_apart(run_ids, lambda each: go_on(tool, each, is_stopping=is_stopping))


def _add_upkeep_tasks(jobs: procrastinate.App, tool: Tool) -> None:
    """At night: old lines of the message log go, and a signing key that has served its time gives way to the next."""

    @jobs.periodic(cron="27 3 * * *")
    @jobs.task(name="purge_messages", queue="upkeep", queueing_lock="purge_messages")
    def remove_old_messages(timestamp: int) -> int:
        with transaction(tool.sessions) as session:
            return purge_messages(session, now=utcnow())

    _add_comparing_tasks(jobs, tool)
    _add_calibrating_tasks(jobs, tool)

    @jobs.periodic(cron="37 3 * * *")
    @jobs.task(name="rotate_keys", queue="upkeep", queueing_lock="rotate_keys")
    def rotate_signing_key(timestamp: int) -> str | None:
        if not tool.settings.key_rotation_days:
            return None
        every = timedelta(days=tool.settings.key_rotation_days)
        with transaction(tool.sessions) as session:
            return rotate_if_due(session, tool.seal, utcnow(), every=every)


def _add_comparing_tasks(jobs: procrastinate.App, tool: Tool) -> None:
    """At night: what the LMSs' gradebooks hold beside our grades, one job for each LMS. What differs is shown to teachers, not changed."""

    @jobs.task(name="compare_columns", queue="upkeep")
    def compare_columns_of_platform(placement_ids: list[str]) -> int:
        return compare_columns(tool.means, [uuid.UUID(each) for each in placement_ids])

    @jobs.periodic(cron="7 4 * * *")
    @jobs.task(name="compare_columns_nightly", queue="upkeep", queueing_lock="compare_columns_nightly")
    async def queue_comparisons(timestamp: int) -> None:
        for platform_id, placement_ids in (await asyncio.to_thread(columns_to_compare, tool.means)).items():
            job = compare_columns_of_platform.configure(queueing_lock=f"compare_columns:{platform_id}")
            with suppress(AlreadyEnqueued):
                await job.defer_async(placement_ids=[str(each) for each in placement_ids])


def _add_calibrating_tasks(jobs: procrastinate.App, tool: Tool) -> None:
    """On Sunday nights: each district's mastery engine, fitted to its students' answers."""

    @jobs.periodic(cron="23 1 * * 0")
    @jobs.task(name="calibrate_weekly", queue="upkeep", queueing_lock="calibrate_weekly")
    def calibrate_all(timestamp: int) -> None:
        for slug, tenant_id in list_district_ids(tool):
            report = calibrate_district(tool, tenant_id)
            log.info(
                "calibrated",
                district=slug,
                verdict=report.verdict,
                answers=report.answers,
                engine_version=report.engine_version,
            )


def _add_roster_tasks(jobs: procrastinate.App, tool: Tool) -> None:
    """Class lists: one when a teacher first comes, all of them at night, one job for each LMS so that none waits for another.

    And the request to be told of copied courses, which an LMS that refuses hears again at a launch on another day.
    """

    @jobs.task(name=SYNC_TASK, queue="upkeep")
    def sync_one(section_id: str) -> None:
        try:
            sync_roster(tool, uuid.UUID(section_id))
        except (DeliveryError, NotFoundError) as error:
            log.warning("roster_not_read", section_id=section_id, reason=error.message)

    @jobs.task(name="sync_rosters", queue="upkeep")
    def sync_all_of_platform(platform_id: str) -> int:
        return sync_rosters(tool, uuid.UUID(platform_id))

    @jobs.task(name=NOTICES_TASK, queue="upkeep")
    def ask_one(platform_id: str, deployment_id: str) -> None:
        try:
            ask_for_notices(tool, uuid.UUID(platform_id), deployment_id)
        except (DeliveryError, NotFoundError) as error:
            log.warning("notices_not_agreed", platform_id=platform_id, reason=error.message)

    @jobs.periodic(cron="41 2 * * *")
    @jobs.task(name="sync_rosters_nightly", queue="upkeep", queueing_lock="sync_rosters_nightly")
    async def queue_all(timestamp: int) -> None:
        for platform_id in await asyncio.to_thread(platforms_with_rosters, tool):
            job = sync_all_of_platform.configure(queueing_lock=f"sync_rosters:{platform_id}")
            with suppress(AlreadyEnqueued):
                await job.defer_async(platform_id=str(platform_id))


async def run_worker(tool: Tool, database_url: str) -> None:
    """Work until SIGTERM or Ctrl-C: what is being sent may end first, and nothing new is taken."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(2 * AT_ONCE))
    stopping = threading.Event()
    rounds = Rounds(
        lambda platform_id: deliver(tool, platform_id, is_stopping=stopping.is_set), most=PER_PLATFORM
    )
    jobs = create_jobs(tool, database_url, rounds, is_stopping=stopping.is_set)
    async with jobs.open_async():
        sweepers = [
            asyncio.create_task(_sweep_for_ever(tool, rounds)),
            asyncio.create_task(_hand_in_for_ever(tool)),
        ]
        work = asyncio.create_task(_work(jobs))

        def on_signal() -> None:
            stopping.set()
            work.cancel()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, on_signal)
        try:
            await work
        except asyncio.CancelledError:
            if not stopping.is_set():
                raise
        finally:
            stopping.set()
            for sweeper in sweepers:
                sweeper.cancel()


async def _work(jobs: procrastinate.App) -> None:
    await jobs.run_worker_async(
        queues=["grades", "upkeep"],
        concurrency=AT_ONCE,
        delete_jobs="successful",
        update_heartbeat_interval=HEARTBEAT_S,
        stalled_worker_timeout=SILENT_S,
        shutdown_graceful_timeout=5,
        fetch_job_polling_interval=2.0,
        install_signal_handlers=False,
    )


async def _sweep_for_ever(tool: Tool, rounds: Rounds) -> None:
    """Look for due grades every few seconds, whatever became of their jobs. An LMS that hangs does not hold up the next look."""
    running: set[asyncio.Task[None]] = set()
    while True:
        try:
            for platform_id in await asyncio.to_thread(sweep, tool):
                task = asyncio.create_task(_run_round(rounds, platform_id))
                running.add(task)
                task.add_done_callback(running.discard)
        except Exception as error:
            log.exception("sweep_failed", kind=type(error).__name__)
        await asyncio.sleep(tool.settings.delivery_sweep_s)


async def _hand_in_for_ever(tool: Tool) -> None:
    """Hand in what nobody ended in time, every few seconds: closed tabs and restarted servers end an attempt no later than its time does."""
    while True:
        try:
            while await hand_in_round(tool):
                pass
        except Exception as error:
            log.exception("sweep_failed", kind=type(error).__name__)
        await asyncio.sleep(tool.settings.delivery_sweep_s)


async def hand_in_round(tool: Tool) -> int:
    """Finish attempts whose time is over, some at a time; gives how many. One that cannot be finished holds up no other."""
    at_once = asyncio.Semaphore(HAND_INS)

    async def one(attempt_id: uuid.UUID) -> bool:
        async with at_once:
            try:
                return await asyncio.to_thread(hand_in, tool, attempt_id)
            except Exception as error:
                log.exception("not_handed_in", attempt_id=str(attempt_id), kind=type(error).__name__)
                return False

    return sum(await asyncio.gather(*map(one, await asyncio.to_thread(list_ended, tool))))


async def _run_round(rounds: Rounds, platform_id: uuid.UUID) -> None:
    try:
        await asyncio.to_thread(rounds.run, platform_id)
    except Exception as error:
        log.exception("sweep_failed", kind=type(error).__name__)

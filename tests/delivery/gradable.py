"""Learners with a grade row to change, on a running stack, and a real worker process to kill."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import httpx
from sqlalchemy import select

from lti_tool.cli import infolit
from lti_tool.cli.history import _base_launch, launch_of
from lti_tool.db.connect import transaction
from lti_tool.demo_lms import seed_district
from lti_tool.facts.answers import Outcome
from lti_tool.facts.launch import LaunchLink, LaunchServices
from lti_tool.facts.people import Access
from lti_tool.flow import begin_attempt, place_content
from lti_tool.gradebook.due import due
from lti_tool.gradebook.tables import Grade
from lti_tool.people.arrive import arrive
from lti_tool.player.tables import Attempt

POINTS = 10.0


@dataclass(frozen=True, kw_only=True)
class Learner:
    """A student in one assignment, with an attempt a score can come from."""

    user: str
    subject: str
    link: str
    outcome: Outcome


def enrol(stack, course_id="grade-7", most=1, link_number=0):
    """The first students of a course in one of its assignments, without the pages in between."""
    links = httpx.get(f"{stack.lms_url}/api/links").json()
    link = [each for each in links if each["course"] == course_id and each["lineitem"]][link_number]
    district = seed_district(stack.config.seed)
    course = next(each for each in district.courses if each.id == course_id)
    students = [each for each in district.list_members(course_id) if each.kind == "student"][:most]
    base = _base_launch(stack.tenant_id, stack.platform_id, stack.config.deployment_id, stack.tool)
    kind, _, content_id = link["content"].partition(":")
    launches = [
        replace(
            launch_of(base, student, course),
            link=LaunchLink(resource_link_id=link["resource_link_id"], title=link["title"]),
            services=LaunchServices(line_item_url=link["lineitem"]),
        )
        for student in students
    ]
    placement_id = place_content(stack.tool, launches[0], kind=kind, content_id=content_id)
    return [
        Learner(
            user=student.id,
            subject=student.sub,
            link=link["id"],
            outcome=_outcome(stack, launched, placement_id, link["lineitem"]),
        )
        for student, launched in zip(students, launches, strict=True)
    ]


def _outcome(stack, launched, placement_id, line_item_url):
    with transaction(stack.tool.sessions) as session:
        person_id = arrive(session, launched, now=stack.tool.clock()).person_id
    attempt_id = begin_attempt(
        stack.tool, Access(tenant_id=stack.tenant_id, person_id=person_id), placement_id
    )
    return Outcome(
        tenant_id=stack.tenant_id,
        attempt_id=attempt_id,
        placement_id=placement_id,
        person_id=person_id,
        score_ratio=0.0,
        finished_at=datetime.now(UTC),
        line_item_url=line_item_url,
        points=POINTS,
    )


def want(stack, learner, score, now=None):
    """What finishing an attempt says to the gradebook: this score, from now on."""
    outcome = replace(learner.outcome, score_ratio=score / POINTS)
    with transaction(stack.tool.sessions) as session:
        due(
            session,
            outcome,
            platform_id=stack.platform_id,
            subject=learner.subject,
            now=now or stack.tool.clock(),
        )


def hand_in(stack, learner):
    """The attempt is finished, as it is before any grade is due outside of these tests: what has not been handed in is not sent again by hand."""
    with transaction(stack.tool.sessions) as session:
        attempt = session.get_one(Attempt, learner.outcome.attempt_id)
        attempt.finished_at, attempt.score_ratio = learner.outcome.finished_at, learner.outcome.score_ratio


def grade_of(stack, learner):
    """The row as it stands in the database."""
    with transaction(stack.tool.sessions) as session:
        return session.scalars(
            select(Grade).where(
                Grade.placement_id == learner.outcome.placement_id,
                Grade.person_id == learner.outcome.person_id,
            )
        ).one()


def all_grades(stack):
    with transaction(stack.tool.sessions) as session:
        return session.scalars(select(Grade)).all()


def try_at_once(stack):
    """Forget every planned wait, as if it had gone by."""
    with transaction(stack.tool.sessions) as session:
        for grade in session.scalars(select(Grade)):
            grade.next_try_at = grade.wanted_at


def worker_environment(stack, **settings):
    told = {
        "database_url": stack.database_url,
        "data": stack.tool.settings.data,
        "public_url": stack.tool_url,
        "allow_http_platforms": "true",
        "log_level": "error",
        "delivery_sweep_s": 1,
        **settings,
    }
    return {f"INFOLIT_{name.upper()}": str(value) for name, value in told.items()}


def start_worker(stack, **settings):
    """A worker as an operator starts it."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "lti_tool.cli", "worker"],
        env={**os.environ, **worker_environment(stack, **settings)},
    )


NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["lti_tool.cli"])


def fork_worker(stack, **settings):
    """The same command in a process of its own that has been spared the seconds of importing."""
    worker = NURSERY.Process(target=_run_worker, args=(worker_environment(stack, **settings),), daemon=True)
    worker.start()
    return worker


def _run_worker(environment):
    os.environ.update(environment)
    infolit(["worker"])


@contextmanager
def running_worker(stack, start=start_worker, **settings):
    """A worker process that is there and listening; it is told to end at the end."""
    worker = start(stack, **settings)
    try:
        wait_for(lambda: _is_listening(stack), within_s=60)
        yield worker
    finally:
        worker.terminate()
        (worker.wait if start is start_worker else worker.join)(30)


def _is_listening(stack):
    with transaction(stack.tool.sessions) as session:
        return session.connection().exec_driver_sql("SELECT count(*) FROM procrastinate_workers").scalar() > 0


def wait_for(is_so, *, within_s):
    """Seconds until it is so. Fails when it does not come true in time."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < within_s, f"not within {within_s} s"
        time.sleep(0.01)
    return time.monotonic() - began

"""Many timed attempts end in the same second: how long until the LMS holds every grade, each accepted once.

    python -m benchmarks.timer_end.same_second --attempts 1000

The attempts are begun as students do, then all tabs are closed. Real worker processes hand in, score and deliver over HTTP to
the demo LMS. The exit code says whether every cell of its gradebook holds the attempt's score, accepted once.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from sqlalchemy import text

from lti_tool.db.connect import open_engine
from lti_tool.db.embedded import embedded_postgres
from lti_tool.db.migrate import migrate
from lti_tool.demo_lms.config import LinkSeed

TESTS = Path(__file__).resolve().parents[2] / "tests"
for folder in (TESTS, TESTS / "delivery"):
    sys.path.insert(0, str(folder))

from gradable import enrol, fork_worker  # noqa: E402 - the tests' own steps, on no path outside pytest
from stack import running_stack  # noqa: E402

COURSES = ("grade-5", "grade-7", "grade-8", "grade-11")
PER_COURSE = 25
POINTS = 10.0
END_TOGETHER = text(
    "UPDATE attempt SET started_at = :end - interval '30 minutes', ends_at = :end WHERE finished_at IS NULL"
)


def make_attempts(stack: Any, count: int) -> list[Any]:
    """So many students, each with an attempt under way."""
    learners: list[Any] = []
    for course in COURSES:
        for number in range(-(-count // (PER_COURSE * len(COURSES)))):
            most = min(PER_COURSE, count - len(learners))
            if most > 0:
                learners += enrol(stack, course, most=most, link_number=number)
    return learners


def measure(stack: Any, count: int, workers: int) -> int:
    began = time.monotonic()
    learners = make_attempts(stack, count)
    click.echo(f"{len(learners)} attempts are under way (made in {time.monotonic() - began:.0f} s).")
    running = [fork_worker(stack, lms_requests_per_s=1000) for _ in range(workers)]
    time.sleep(8)
    with stack.tool.sessions.begin() as session:
        end = stack.tool.clock().replace(microsecond=0)
        session.execute(END_TOGETHER, {"end": end})
    click.echo(f"All of them end at {end:%H:%M:%S}; answers that were under way may arrive for 10 s more.")
    told = _watch(stack, count, end)
    for worker in running:
        worker.terminate()
        worker.join()
    wrong = [learner.user for learner in learners if not _arrived_once(stack, learner)]
    click.echo(
        f"Handed in and graded: all {told['finished']:.1f} s after the end. In the LMS: all {told['delivered']:.1f} s after it. "
        f"{len(wrong)} wrong."
    )
    return 1 if wrong or stack.count("event", name="finished") != count else 0


def _watch(stack: Any, count: int, end: Any) -> dict[str, float]:
    told: dict[str, float] = {}
    queries = {
        "finished": "SELECT count(*) AS n FROM attempt WHERE finished_at IS NOT NULL",
        "delivered": "SELECT count(*) AS n FROM grade WHERE state = 'delivered'",
    }
    while len(told) < len(queries) and (stack.tool.clock() - end).total_seconds() < 900:
        for name, query in queries.items():
            if name not in told and stack.rows(query)[0]["n"] >= count:
                told[name] = (stack.tool.clock() - end).total_seconds()
        time.sleep(0.2)
    return {"finished": float("nan"), "delivered": float("nan")} | told


def _arrived_once(stack: Any, learner: Any) -> bool:
    held = stack.lms.state.find_result(str(learner.outcome.line_item_url).rpartition("/")[2], learner.user)
    return held is not None and held.received_count == 1


@click.command()
@click.option("--attempts", default=1000, help="How many attempts end together.")
@click.option("--workers", default=2, help="Worker processes.")
def main(attempts: int, workers: int) -> None:
    """Attempts that end in the same second."""
    links = -(-attempts // (PER_COURSE * len(COURSES)))
    seeds = tuple(
        LinkSeed(course_id=course, title=f"Timed {n}", content="quiz:leave-the-page", points=POINTS)
        for course in COURSES
        for n in range(links)
    )
    with (
        tempfile.TemporaryDirectory(prefix="infolit-timer-") as folder,
        embedded_postgres(Path(folder)) as url,
    ):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        data = Path(folder) / "data"
        data.mkdir()
        with running_stack(url, data, config_changes={"links": seeds}) as stack:
            sys.exit(measure(stack, attempts, workers))


if __name__ == "__main__":
    main()

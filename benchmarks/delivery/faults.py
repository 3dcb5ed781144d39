"""Thousands of due grades, and everything goes wrong: workers are killed, the LMS fails in every way, clocks step back.

    python -m benchmarks.delivery.faults --grades 10000
    python -m benchmarks.delivery.faults --grades 600 --minutes 3      a soak: new scores all the while

The tool's database, gateway and worker processes are the real ones, the LMS is the demo LMS over HTTP. In the end each cell of its
gradebook has to hold the newest score with its own time, accepted no oftener than it was wanted. The exit code says whether it does.
"""

from __future__ import annotations

import logging
import random
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import psycopg
from sqlalchemy import text

from lti_tool.db.connect import libpq_url, open_engine, transaction
from lti_tool.db.embedded import embedded_postgres
from lti_tool.db.migrate import migrate
from lti_tool.demo_lms.config import LinkSeed

TESTS = Path(__file__).resolve().parents[2] / "tests"
for folder in (TESTS, TESTS / "delivery"):
    sys.path.insert(0, str(folder))

from gradable import NURSERY, POINTS, enrol, worker_environment  # noqa: E402 - the tests' own steps, on no path outside pytest
from stack import running_stack  # noqa: E402

SEED = 20261126
COURSES = ("grade-5", "grade-7", "grade-8", "grade-11")
PER_COURSE = 25
TROUBLES: tuple[dict[str, Any], ...] = (
    {"mode": "ok"},
    {"mode": "ok", "delay_s": 0.05},
    {"mode": "status", "status": 500},
    {"mode": "status", "status": 503, "retry_after": "1"},
    {"mode": "status", "status": 429, "retry_after": "1"},
    {"mode": "garbage"},
    {"mode": "drop"},
    {"mode": "drop", "applied": True},
    {"mode": "hang", "delay_s": 3.0},
)
"""What the LMS does for a while; between two of them it is well."""
WORKERS, TROUBLE_S, WELL_S = 2, 1.0, 3.0


@dataclass
class Tally:
    """What was done to the delivery."""

    kills: int = 0
    troubles: int = 0
    steps_back: int = 0
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    """How often each cell was to hold another score."""
    newest: dict[tuple[str, str], float] = field(default_factory=dict)


def stepping_clock(file: str) -> Any:
    """A worker's clock: now, moved by the seconds that stand in a file."""

    def clock() -> datetime:
        try:
            ahead = float(Path(file).read_text() or 0)
        except (OSError, ValueError):
            ahead = 0.0
        return datetime.now(UTC) + timedelta(seconds=ahead)

    return clock


def run_worker(environment: dict[str, str], clock_file: str) -> None:
    """The worker command, in a process whose clock can be set back."""
    import os

    from lti_tool.app import assemble
    from lti_tool.cli import infolit

    os.environ.update(environment)
    assemble.utcnow = stepping_clock(clock_file)  # type: ignore[assignment]
    infolit(["worker"])


class Trial:
    """One stack with many due grades."""

    def __init__(self, stack: Any, clock_file: Path, seed: int) -> None:
        self.stack, self.clock_file, self.rng = stack, clock_file, random.Random(seed)
        self.tally, self.workers = Tally(), []
        self.classes: dict[str, list[Any]] = {}
        self.cells: list[tuple[uuid.UUID, str, str]] = []
        """Grade, student and line item."""

    # What is due

    def make_due(self, count: int) -> None:
        """So many learners in so many assignments, each with an attempt and a grade that is due."""
        links = -(-count // (PER_COURSE * len(COURSES)))
        for course in COURSES:
            for number in range(links):
                if len(self.cells) < count:
                    self._make_column_due(course, number, min(PER_COURSE, count - len(self.cells)))

    def _make_column_due(self, course: str, number: int, most: int) -> None:
        """The first student's attempt is begun as students do; the others' are its copies, which is quicker."""
        if course not in self.classes:
            self.classes[course] = enrol(self.stack, course, most=PER_COURSE)
        (first,) = enrol(self.stack, course, most=1, link_number=number)
        outcome, line_item = first.outcome, str(first.outcome.line_item_url).rpartition("/")[2]
        rows, now = [], datetime.now(UTC)
        for learner in self.classes[course][:most]:
            is_first, key = learner.subject == first.subject, (learner.user, line_item)
            rows.append(
                {
                    "id": uuid.uuid4(),
                    "template": outcome.attempt_id,
                    "attempt": outcome.attempt_id if is_first else uuid.uuid4(),
                    "person": learner.outcome.person_id,
                    "platform": self.stack.platform_id,
                    "url": outcome.line_item_url,
                    "subject": learner.subject,
                    "score": float(self.rng.randint(0, int(POINTS))),
                    "points": POINTS,
                    "now": now,
                }
            )
            if number == 0:
                rows[-1]["attempt"] = learner.outcome.attempt_id
            self.cells.append((rows[-1]["id"], *key))
            self.tally.newest[key], self.tally.versions[key] = rows[-1]["score"], 1
        with transaction(self.stack.tool.sessions) as session:
            session.execute(text(_COPY), rows)
            session.execute(text(_INSERT), rows)

    def want_anew(self, count: int) -> None:
        """Some students have a better or worse try: another score from now on, whatever became of the last."""
        now = stepping_clock(str(self.clock_file))()
        with transaction(self.stack.tool.sessions) as session:
            for grade_id, *key in self.rng.sample(self.cells, k=min(count, len(self.cells))):
                score = float(self.rng.randint(0, int(POINTS)))
                session.execute(text(_CHANGE), {"id": grade_id, "score": score, "now": now})
                self.tally.newest[tuple(key)] = score
                self.tally.versions[tuple(key)] += 1

    # What goes wrong

    def refill(self) -> None:
        while len(self.workers) < WORKERS:
            environment = worker_environment(
                self.stack, delivery_lease_s=2, lms_timeout_s=1, lms_requests_per_s=1000
            )
            worker = NURSERY.Process(target=run_worker, args=(environment, str(self.clock_file)), daemon=True)
            worker.start()
            self.workers.append(worker)

    def kill(self, count: int = 1) -> None:
        for worker in [self.workers.pop(0) for _ in range(min(count, len(self.workers)))]:
            worker.kill()
            worker.join()
            self.tally.kills += 1

    def trouble(self) -> None:
        """A while of one trouble, perhaps a killed worker in it and a clock that steps back, then a while of health."""
        self.stack.behave(**self.rng.choice(TROUBLES))
        self.tally.troubles += 1
        time.sleep(TROUBLE_S)
        if self.rng.random() < 0.5:
            self.kill(self.rng.choice((1, 1, WORKERS)))
            self.refill()
        if self.rng.random() < 0.3:
            self.clock_file.write_text(str(self.rng.choice((-600, -90, -5, 0, 30))))
            self.tally.steps_back += 1
        self.stack.behave(mode="ok")
        time.sleep(WELL_S)

    # What came of it

    def open_grades(self) -> int:
        return int(self.stack.rows("SELECT count(*) AS n FROM grade WHERE state <> 'delivered'")[0]["n"])

    def forget_waits(self) -> None:
        """As if every planned wait had gone by: they grow to five minutes in an outage, and nobody wants to watch that."""
        with transaction(self.stack.tool.sessions) as session:
            session.execute(text("UPDATE grade SET next_try_at = created_at WHERE state = 'waiting'"))

    def finish(self, within_s: float) -> float:
        """The LMS is well, the clock right, the workers live: everything arrives. Gives the seconds it took."""
        self.stack.behave(mode="ok")
        self.clock_file.write_text("0")
        began = time.monotonic()
        while self.open_grades() and time.monotonic() - began < within_s:
            self.forget_waits()
            self.refill()
            time.sleep(2)
        return time.monotonic() - began

    def faults(self) -> list[str]:
        """What is not as it has to be, in words; nothing in the end."""
        rows = {row["id"]: row for row in self.stack.rows("SELECT * FROM grade")}
        found = []
        for grade_id, *key in self.cells:
            row, held = rows[grade_id], self.stack.lms.state.find_result(key[1], key[0])
            found += _wrong(row, held, self.tally.newest[tuple(key)], self.tally.versions[tuple(key)])
        return found


def _wrong(row: dict[str, Any], held: Any, newest: float, versions: int) -> list[str]:
    name = str(row["id"])[:8]
    if held is None:
        return [f"{name}: the LMS holds nothing ({row['state']}: {row['last_error']})"]
    found = []
    if held.score_given != newest:
        found.append(f"{name}: the LMS holds {held.score_given}, newest is {newest}")
    if held.received_count > versions:
        found.append(f"{name}: accepted {held.received_count} times, wanted {versions} times")
    if row["state"] != "delivered" or row["acked_version"] != row["wanted_version"]:
        found.append(
            f"{name}: {row['state']}, {row['acked_version']} of {row['wanted_version']} acknowledged"
        )
    if datetime.fromisoformat(held.timestamp) != row["wanted_at"]:
        found.append(f"{name}: the LMS holds the time of another version")
    return found


_COPY = """
INSERT INTO attempt (id, tenant_id, placement_id, person_id, number, snapshot_hash, seed, drawn, step, is_preview, started_at, school_year)
SELECT :attempt, tenant_id, placement_id, :person, number, snapshot_hash, seed, drawn, step, is_preview, started_at, school_year
FROM attempt WHERE id = :template ON CONFLICT DO NOTHING
"""
_INSERT = """
INSERT INTO grade (id, tenant_id, platform_id, placement_id, person_id, attempt_id, line_item_url, subject, wanted_score, wanted_maximum,
  wanted_version, wanted_at, submitted_at, state, acked_version, tries, next_try_at, created_at, overrides)
SELECT :id, tenant_id, :platform, placement_id, :person, :attempt, :url, :subject, :score, :points,
  1, :now, :now, 'due', 0, 0, :now, :now, false
FROM attempt WHERE id = :template
"""
_CHANGE = """
UPDATE grade SET wanted_score = :score, wanted_version = wanted_version + 1, state = 'due', tries = 0, next_try_at = :now, last_error = NULL,
  wanted_at = GREATEST(:now, wanted_at + interval '1 millisecond')
WHERE id = :id
"""
"""What `gradebook.due.make_due` does, many at once."""


def trial(url: str, folder: Path, *, grades: int, minutes: float, seed: int) -> int:
    links = -(-grades // (PER_COURSE * len(COURSES)))
    seeds = tuple(
        LinkSeed(course_id=course, title=f"Trial {n}", content="quiz:leave-the-page", points=POINTS)
        for course in COURSES
        for n in range(links)
    )
    clock_file = folder / "clock"
    clock_file.write_text("0")
    with running_stack(url, folder, config_changes={"links": seeds}) as stack:
        one = Trial(stack, clock_file, seed)
        began = time.monotonic()
        one.make_due(grades)
        click.echo(f"{len(one.cells)} grades are due (made in {time.monotonic() - began:.0f} s).")
        return _torment(one, grades=grades, minutes=minutes)


def _torment(one: Trial, *, grades: int, minutes: float) -> int:
    began = time.monotonic()
    one.refill()
    try:
        while time.monotonic() - began < minutes * 60:
            one.want_anew(max(5, grades // 200))
            one.trouble()
            if one.tally.troubles % 5 == 0:
                one.forget_waits()
        open_then = one.open_grades()
        click.echo(
            f"After {time.monotonic() - began:.0f} s: {one.tally.troubles} troubles, {one.tally.kills} workers killed, "
            f"{one.tally.steps_back} clock steps; {open_then} of {grades} grades still open."
        )
        took_s = one.finish(within_s=1800)
    finally:
        one.kill(WORKERS)
    found = one.faults()
    click.echo(
        f"All {sum(one.tally.versions.values())} scores of {grades} grades settled {took_s:.0f} s after the last trouble; {len(found)} wrong."
    )
    for line in found[:20]:
        click.echo(f"  {line}")
    return 1 if found else 0


def _hurry(url: str) -> None:
    """Workers are killed here, not the database: it need not wait for the disk."""
    with psycopg.connect(libpq_url(url), autocommit=True) as admin:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            admin.execute(f"ALTER SYSTEM SET {setting} = off")
        admin.execute("SELECT pg_reload_conf()")


@click.command()
@click.option("--grades", default=10_000, help="How many grades are due.")
@click.option("--minutes", default=2.0, help="How long everything goes wrong, with new scores all the while.")
@click.option("--seed", default=SEED, help="Decides what goes wrong when.")
def main(grades: int, minutes: float, seed: int) -> None:
    """Due grades under every fault at once."""
    with (
        tempfile.TemporaryDirectory(prefix="infolit-faults-") as folder,
        embedded_postgres(Path(folder)) as url,
    ):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        _hurry(url)
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        data = Path(folder) / "data"
        data.mkdir()
        sys.exit(trial(url, data, grades=grades, minutes=minutes, seed=seed))


if __name__ == "__main__":
    main()

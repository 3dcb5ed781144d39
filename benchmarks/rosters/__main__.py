"""python -m benchmarks.rosters [FOLDER]: make a district's roster and measure its import on an embedded PostgreSQL of its own.

Three imports in a row: into an empty district, the same again, and with a tenth of the students changed. The server has the settings
that the tool gives it (fsync on), and nothing in it before.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from benchmarks.rosters.generate import Size, generate
from lti_tool.db.base import utcnow
from lti_tool.db.connect import open_engine, session_factory, transaction
from lti_tool.db.embedded import embedded_postgres
from lti_tool.db.migrate import migrate
from lti_tool.people.tables import Tenant
from lti_tool.rosters.importing import import_files
from lti_tool.rosters.oneroster import Reading
from lti_tool.rosters.words import list_lines
from lti_tool.rosters.work import Means, Order


class Clocked:
    """Says how long each part took."""

    def __init__(self) -> None:
        self._since, self._label = time.monotonic(), ""

    def begin(self, label: str, total: int) -> None:
        self._label = label

    def advance(self, done: int) -> None:
        now = time.monotonic()
        if self._label == "Applying":
            print(f"    step after {now - self._since:6.1f} s", flush=True)


def measure(folder: Path, size: Size) -> None:
    with tempfile.TemporaryDirectory(prefix="infolit-rosters-") as data, embedded_postgres(Path(data)) as url:
        engine = open_engine(url)
        migrate(engine)
        sessions = session_factory(engine)
        with transaction(sessions) as session:
            tenant = Tenant(id=uuid.uuid4(), slug="bench", name="Bench", created_at=utcnow())
            session.add(tenant)
        for name, changed, is_dry in (
            ("dry run", 0.0, True),
            ("first import", 0.0, False),
            ("the same again", 0.0, False),
            ("a tenth changed", 0.1, False),
        ):
            generate(folder, size, changed=changed)
            with timed(name, Path(data)):
                means = Means(sessions=sessions, clock=utcnow, progress=Clocked())
                order = Order(
                    tenant_id=tenant.id, source="sis", reading=Reading(sis_field="sourcedId"), is_dry=is_dry
                )
                outcome = import_files(means, order, folder)
            for line in list_lines(outcome.run.counts, is_dry=is_dry):
                print(f"    {line}")
        with transaction(sessions) as session:
            held = session.scalar(text("SELECT count(*) FROM roster_enrollment WHERE status = 'active'"))
            print(
                f"{held} enrolments are held; largest memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
            )
        engine.dispose()


@contextmanager
def timed(name: str, data: Path) -> Iterator[None]:
    """Wall clock, and the processor time of this process and of the server: on a busy machine only the second says what the work costs."""
    print(f"{name}: load of the machine {os.getloadavg()[0]:.1f} of {os.cpu_count()}", flush=True)
    began, used, served = time.monotonic(), time.process_time(), server_time(data)
    yield
    took = f"{time.monotonic() - began:.1f} s"
    print(
        f"  {name}: {took}; processor {time.process_time() - used:.1f} s here, {server_time(data) - served:.1f} s in PostgreSQL",
        flush=True,
    )


def server_time(data: Path) -> float:
    """Processor seconds of the server and its processes, also of those that ended."""
    (pid_file,) = data.glob("*/postmaster.pid")
    root = int(pid_file.read_text().split()[0])
    ticks = sum(map(int, stat_of(root)[11:15]))  # itself, and its children that ended
    for folder in Path("/proc").glob("[0-9]*"):
        fields = stat_of(int(folder.name))
        if fields and int(fields[1]) == root:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def stat_of(pid: int) -> list[str]:
    """The fields after the command's name; none when the process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rosters", description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, help="where the files are made and kept; else in a temporary folder"
    )
    told = parser.parse_args().folder
    with tempfile.TemporaryDirectory(prefix="infolit-roster-files-") as folder:
        measure(told or Path(folder), Size())


if __name__ == "__main__":
    main()

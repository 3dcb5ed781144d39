"""Thousands of finished attempts are scored anew after a key was corrected, while the worker is killed again and again.

    python -m benchmarks.rescoring.correct --attempts 5000

The attempts are real ones, made through the tool's use cases. The worker is a process of its own that is killed (SIGKILL) every few seconds, in the
preview and while it is done; another takes the run up. In the end every attempt has to have the score that the preview promised, each answer one
event of its re-score, each grade one more version, and a second run has to find nothing. The exit code says whether that is so.
"""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import click

from lti_tool.corrections.rescoring import changes_of, confirm_run, get_run, list_outdated, start_run
from lti_tool.db.connect import open_engine, transaction
from lti_tool.db.embedded import embedded_postgres
from lti_tool.db.migrate import migrate
from lti_tool.facts.people import Access

TESTS = Path(__file__).resolve().parents[2] / "tests"
sys.path.insert(0, str(TESTS))

from sitting import ODD, Content, move_key, sit  # noqa: E402 - the tests' own steps, on no path outside pytest
from stack import QUIZ_LINK, TEACHER, running_stack  # noqa: E402

WORK = """
import sys, uuid
from lti_tool.app.assemble import NO_CONTENT, create_tool
from lti_tool.corrections.rescoring import go_on
from lti_tool.db.connect import open_engine
from lti_tool.settings import read_settings
settings = read_settings(public_url=sys.argv[1], data=sys.argv[2], database_url=sys.argv[3], allow_http_platforms=True)
go_on(create_tool(settings, open_engine(sys.argv[3]), library=NO_CONTENT), uuid.UUID(sys.argv[4]))
"""


@click.command()
@click.option("--attempts", default=5000, show_default=True)
@click.option("--kill-every", default=20.0, show_default=True, help="Seconds until a worker is killed.")
def main(attempts: int, kill_every: float) -> None:
    """Correct a key after so many attempts."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="infolit-bench-") as name:
        folder = Path(name)
        with embedded_postgres(folder / "db") as url:
            migrate(open_engine(url))
            with running_stack(url, folder) as stack:
                sys.exit(0 if correct(stack, folder, attempts, kill_every) else 1)


def correct(stack: Any, folder: Path, attempts: int, kill_every: float) -> bool:
    content = Content(folder / "content")
    content.serve(stack)
    teacher = stack.launch(QUIZ_LINK, TEACHER)
    placement_id = uuid.UUID(re.search(r"/assignment/([0-9a-f-]{36})", teacher.path)[1])  # type: ignore[index]
    began = time.monotonic()
    sit(stack, placement_id, students=attempts)
    say(f"{attempts} attempts made", began)
    move_key(content)
    content.serve(stack)
    access = Access(tenant_id=stack.tenant_id, person_id=None, is_district_specialist=True)

    run_id = start_run(stack.tool, access, "quiz", "leave-the-page")
    work(stack, folder, run_id, "ready", kill_every)
    promised = promises(stack, access, run_id)
    confirm_run(stack.tool, access, run_id)
    work(stack, folder, run_id, "done", kill_every)

    scores = {row["id"]: row["score_ratio"] for row in stack.rows("SELECT id, score_ratio FROM attempt")}
    events = stack.rows("SELECT attempt_id FROM event WHERE name = 'rescored' AND item_id = :i", i=ODD)
    versions = {row["wanted_version"] for row in stack.rows("SELECT DISTINCT wanted_version FROM grade")}
    found = {
        "every attempt has the score that was promised": all(
            scores[key] == after for key, after in promised.items()
        ),
        "every attempt changes, and none twice": len(promised)
        == attempts
        == len(events)
        == len({e["attempt_id"] for e in events}),
        "every grade has one more version": versions == {2},
        "a second run finds nothing": list_outdated(stack.tool, access) == [],
    }
    for sentence, holds in found.items():
        click.echo(f"{'yes' if holds else 'NO '}  {sentence}")
    return all(found.values())


def work(stack: Any, folder: Path, run_id: uuid.UUID, until: str, kill_every: float) -> None:
    """Workers, one after the other, each killed after a while, until the run stands there."""
    began, killed = time.monotonic(), 0
    while stack.rows("SELECT state FROM rescore_run WHERE id = :id", id=run_id)[0]["state"] != until:
        command = [sys.executable, "-W", "ignore", "-c", WORK]
        worker = subprocess.Popen([*command, stack.tool_url, str(folder), stack.database_url, str(run_id)])
        try:
            worker.wait(kill_every)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
            killed += 1
        (row,) = stack.rows("SELECT done, total FROM rescore_run WHERE id = :id", id=run_id)
        click.echo(f"  {row['done']} of {row['total']}")
    say(f"{until}, {killed} workers killed", began)


def promises(stack: Any, access: Access, run_id: uuid.UUID) -> dict[uuid.UUID, float]:
    with transaction(stack.tool.sessions) as session:
        return {each.attempt_id: each.after for each in changes_of(session, get_run(session, access, run_id))}


def say(what: str, began: float) -> None:
    click.echo(f"{what}: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()

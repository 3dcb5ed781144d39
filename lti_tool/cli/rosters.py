"""`infolit roster …`: bring a student information system's roster in, from files or from its server, and see how imports stand."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

import click

from lti_tool.app.roster_jobs import means_of
from lti_tool.cli.database import open_tool
from lti_tool.db.connect import transaction
from lti_tool.errors import RosterError
from lti_tool.lti.feeds import Feed, find_feed, keep_feed, open_server
from lti_tool.rosters.fetching import fetch_roster
from lti_tool.rosters.importing import import_files
from lti_tool.rosters.oneroster import Reading
from lti_tool.rosters.runs import find_tenant, list_problems, list_runs
from lti_tool.rosters.tables import RosterProblem, RosterRun, SISField
from lti_tool.rosters.words import list_lines
from lti_tool.rosters.work import Order, Outcome
from lti_tool.tool import Tool

SECRET_VARIABLE = "INFOLIT_ROSTER_SECRET"  # noqa: S105 - the name of a variable
SHOWN_PROBLEMS = 20
district = click.option("--district", required=True, help="The district's short name.")
roster_name = click.option(
    "--roster",
    default="sis",
    show_default=True,
    help="What this roster is called here, if there are several.",
)
sis_id = click.option(
    "--sis-id",
    type=click.Choice(get_args(SISField)),
    default="sourcedId",
    show_default=True,
    help="Which field of a person is what the LMS sends as SIS id.",
)
dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
every_problem = click.option(
    "--all-problems", is_flag=True, help=f"List up to 1000 problems instead of {SHOWN_PROBLEMS}."
)


@click.group("roster")
def roster_commands() -> None:
    """Rosters of a student information system: import files, fetch from a OneRoster server, say how imports stand."""


@roster_commands.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@district
@roster_name
@sis_id
@dry_run
@every_problem
def import_(
    source: Path,
    district: str,
    roster: str,
    sis_id: SISField,
    dry_run: bool,
    all_problems: bool,
) -> None:
    """Import SOURCE: a folder or ZIP of OneRoster 1.1 or 1.2 CSV files, or one plain CSV table. Run again, it goes on where it stopped."""
    with open_tool() as tool, progress_bars() as bars:
        order = _order(tool, district, roster, sis_id, is_dry=dry_run)
        outcome = import_files(means_of(tool, bars), order, source)
    _tell(outcome, is_dry=dry_run, most=None if all_problems else SHOWN_PROBLEMS)


@roster_commands.command()
@click.argument("url")
@district
@roster_name
@sis_id
@click.option(
    "--version",
    type=click.Choice(["1.1", "1.2"]),
    default="1.1",
    show_default=True,
    help="OneRoster's version there.",
)
@click.option("--token-url", help="Where the server gives access tokens. Needed the first time.")
@click.option("--client-id", help="What the server knows InfoLit by. Needed the first time.")
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=f"A file that holds the client secret. Otherwise {SECRET_VARIABLE}, what was kept, or you are asked.",
)
@click.option("--changes", is_flag=True, help="Ask only for what changed since the newest fetch.")
@dry_run
@every_problem
def fetch(
    url: str,
    district: str,
    roster: str,
    sis_id: SISField,
    version: Literal["1.1", "1.2"],
    token_url: str | None,
    client_id: str | None,
    secret_file: Path | None,
    changes: bool,
    dry_run: bool,
    all_problems: bool,
) -> None:
    """Fetch the roster from a OneRoster server at URL (OAuth 2 client credentials). The secret is kept encrypted, and never an argument."""
    with open_tool() as tool, progress_bars() as bars:
        order = _order(tool, district, roster, sis_id, is_dry=dry_run)
        with transaction(tool.sessions) as session:
            known = find_feed(session, tool.seal, order.tenant_id, roster)
        token_url, client_id = _entry(token_url, known, "token_url"), _entry(client_id, known, "client_id")
        secret = _secret(secret_file, known, client_id)
        feed = Feed(url=url, token_url=token_url, client_id=client_id, version=version, secret=secret)
        since = known.fetched_at if known and changes else None
        if changes and since is None:
            raise RosterError(
                "Nothing was fetched before, so there are no changes to ask for: leave --changes out once."
            )
        with open_server(feed, clock=tool.clock, allow_http=tool.settings.allow_http_platforms) as server:
            outcome = fetch_roster(means_of(tool, bars), order, server, url=feed.root, since=since)
        if not dry_run:
            with transaction(tool.sessions) as session:
                keep_feed(session, tool.seal, order.tenant_id, roster, feed, fetched_at=outcome.run.began_at)
    _tell(outcome, is_dry=dry_run, most=None if all_problems else SHOWN_PROBLEMS)


def _entry(told: str | None, known: Feed | None, name: Literal["token_url", "client_id"]) -> str:
    found = told or (getattr(known, name) if known else None)
    if not found:
        raise RosterError(f"This roster was not fetched before: give --{name.replace('_', '-')}.")
    return str(found)


def _secret(path: Path | None, known: Feed | None, client_id: str) -> str:
    """From the file, the environment, what was kept for this client id, or by asking: an argument would be seen by everybody on the machine."""
    if path is not None:
        told = path.read_text(encoding="utf-8").strip()
    else:
        told = os.environ.get(SECRET_VARIABLE, "").strip()
    if not told and known and known.client_id == client_id:
        told = known.secret
    told = told or click.prompt("Client secret", hide_input=True, err=True).strip()
    if not told:
        raise RosterError(f"The client secret is empty: give --secret-file or set {SECRET_VARIABLE}.")
    return told


@roster_commands.command()
@district
@click.option("--most", default=5, show_default=True, type=click.IntRange(1, 100), help="How many runs.")
@every_problem
def status(district: str, most: int, all_problems: bool) -> None:
    """Say how the newest imports of a district went, with their problems. Exit code 1 when the newest did not come to its end."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        tenant = find_tenant(session, district)
        runs = list_runs(session, tenant.id, most=most)
        if not runs:
            click.echo("Nothing was imported yet: infolit roster import --help")
        for run in runs:
            problems = list_problems(session, run, most=1000 if all_problems else SHOWN_PROBLEMS)
            _tell_run(run, problems if run is runs[0] or all_problems else [])
    raise SystemExit(1 if runs and runs[0].state != "done" else 0)


def _order(tool: Tool, slug: str, roster: str, field: SISField, *, is_dry: bool) -> Order:
    if not 0 < len(roster.strip()) <= 64:
        raise RosterError("--roster is a name of 1 to 64 characters.")
    with transaction(tool.sessions) as session:
        tenant_id = find_tenant(session, slug).id
    return Order(tenant_id=tenant_id, source=roster.strip(), reading=Reading(sis_field=field), is_dry=is_dry)


def _tell(outcome: Outcome, *, is_dry: bool, most: int | None) -> None:
    run = outcome.run
    if is_dry:
        click.echo("A dry run: nothing was written. This would be done:")
    for line in list_lines(run.counts, is_dry=is_dry):
        click.echo(f"  {line}")
    _tell_problems(run, outcome.problems, most)
    if not is_dry:
        click.echo("Done. To see this again: infolit roster status")


def _tell_run(run: RosterRun, problems: list[RosterProblem]) -> None:
    click.echo(f"{_moment(run.began_at)}  {run.kind} “{run.source}”  {_state(run)}")
    for line in list_lines(run.counts):
        click.echo(f"  {line}")
    _tell_problems(run, problems, None)


def _tell_problems(run: RosterRun, problems: list[RosterProblem], most: int | None) -> None:
    if run.problems:
        click.echo(f"  {run.problems} problems with rows:")
    for problem in problems[:most]:
        click.echo(f"    {problem.file}:{problem.line}: {problem.sentence} {problem.remedy}")
    if problems and run.problems > len(problems[:most]):
        click.echo(f"    … and {run.problems - len(problems[:most])} more (--all-problems)")


def _state(run: RosterRun) -> str:
    if run.state == "done" and run.ended_at:
        return f"done in {(run.ended_at - run.began_at).total_seconds():.0f} s"
    if run.ended_at:
        return f"given up: {run.error}"
    if run.state == "failed":
        return f"stopped: {run.error} Run it again: it goes on where it stopped."
    return f"{run.state}, last at work {_moment(run.seen_at)}. If it runs no more, run it again: it goes on where it stopped."


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


class Bars:
    """A progress bar for each part of an import, on standard error."""

    def __init__(self) -> None:
        self._bar: Any = None

    def begin(self, label: str, total: int) -> None:
        self.close()
        self._bar = click.progressbar(length=max(total, 1), label=label, file=sys.stderr)
        self._bar.__enter__()

    def advance(self, done: int) -> None:
        self._bar.update(done)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None


@contextmanager
def progress_bars() -> Iterator[Bars]:
    bars = Bars()
    try:
        yield bars
    finally:
        bars.close()

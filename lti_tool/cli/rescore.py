"""`infolit rescore`: work out what a corrected key or question changes, then score anew; broken off, it goes on where it was."""

from __future__ import annotations

import uuid

import click

from lti_tool.app.assemble import content_of
from lti_tool.cli.admin import DISTRICT
from lti_tool.cli.database import open_tool
from lti_tool.corrections.rescoring import (
    changes_of,
    confirm_run,
    get_run,
    go_on,
    list_outdated,
    start_run,
    unfinished_runs,
)
from lti_tool.db.connect import transaction
from lti_tool.facts.people import Access
from lti_tool.people.grants import get_tenant
from lti_tool.settings import read_settings
from lti_tool.tool import Tool


@click.command("rescore")
@click.argument("content", required=False)
@DISTRICT
@click.option("--yes", is_flag=True, help="Do it without asking, once it is worked out.")
def rescore_command(content: str | None, district: str, yes: bool) -> None:
    """Score finished attempts by corrected questions, and send the grades that change.

    CONTENT is a module or quiz, such as quiz:leave-the-page. Without it, runs that were broken off go on, and what was corrected since is listed.
    """
    with open_tool(content_of(read_settings().content)) as tool:
        with transaction(tool.sessions) as session:
            access = Access(
                tenant_id=get_tenant(session, district).id, person_id=None, is_district_specialist=True
            )
        if content is None:
            _finish_open_runs(tool)
            _list(tool, access)
            return
        kind, _, content_id = content.partition(":")
        if kind not in ("module", "quiz") or not content_id:
            raise click.BadParameter("say module:<id> or quiz:<id>, such as quiz:leave-the-page")
        run_id = start_run(tool, access, kind, content_id)
        _run(tool, run_id)
        if _tell(tool, access, run_id) and (
            yes or click.confirm("Score anew, and send the grades that change?")
        ):
            confirm_run(tool, access, run_id)
            _run(tool, run_id)
            click.echo("Done. The worker sends the grades.")


def _finish_open_runs(tool: Tool) -> None:
    with transaction(tool.sessions) as session:
        waiting = [(run.id, f"{run.content_kind}:{run.content_id}") for run in unfinished_runs(session)]
    for run_id, name in waiting:
        click.echo(f"Going on with {name}")
        _run(tool, run_id)


def _list(tool: Tool, access: Access) -> None:
    found = list_outdated(tool, access)
    for each in found:
        changed = sorted(item_id for item_id, edit in each.edits.items() if edit == "scoring")
        click.echo(f"{each.content_kind}:{each.content_id}  {each.attempts} attempts  {', '.join(changed)}")
    if not found:
        click.echo("All finished work is scored by the questions as they stand now.")


def _run(tool: Tool, run_id: uuid.UUID) -> None:
    def tell(done: int, total: int) -> None:
        if done % 100 == 0 or done == total:
            click.echo(f"{done} of {total}")

    go_on(tool, run_id, tell=tell)


def _tell(tool: Tool, access: Access, run_id: uuid.UUID) -> bool:
    """What would change, in sum; whether anything does."""
    with transaction(tool.sessions) as session:
        changes = changes_of(session, get_run(session, access, run_id))
    grades = sum(each.grade_before != each.grade_after for each in changes)
    up = sum(each.after > each.before for each in changes)
    click.echo(f"{up} attempts get more, {len(changes) - up} fewer; {grades} grades change.")
    return bool(changes)

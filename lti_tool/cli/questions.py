"""`infolit questions …`: the analysis of questions."""

from __future__ import annotations

import click

from lti_tool.cli.database import open_tool
from lti_tool.corrections.questions import rebuild_questions


@click.group("questions")
def questions_commands() -> None:
    """The analysis of questions: how hard they are, and which mislead."""


@questions_commands.command()
def rebuild() -> None:
    """Work the analysis out anew from all first attempts. Needed once after an upgrade from a version without it."""
    done = 0
    with open_tool() as tool:
        for done in rebuild_questions(tool):
            click.echo(f"{done} attempts")
    click.echo(f"Done: {done} first attempts are counted.")

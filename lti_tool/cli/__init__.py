"""The command `infolit`: `serve`, `worker`, `demo`, `content`, `quiz`, `kinds`, `gallery`, `platform`, `grant`, `district`, `standards`, `admin`, `keys`, `questions`, `rescore`, `roster`, `mastery`, `db`. docs/commands.md lists all."""

from __future__ import annotations

import sys

import click

from lti_tool.cli.admin import admin_commands, keys_commands
from lti_tool.cli.database import database_commands
from lti_tool.cli.demo import demo
from lti_tool.cli.district import district_commands
from lti_tool.cli.gallery import gallery_command
from lti_tool.cli.grants import grant_commands
from lti_tool.cli.kinds import kinds_command
from lti_tool.cli.mastery import mastery_commands
from lti_tool.cli.platforms import platform_commands
from lti_tool.cli.questions import questions_commands
from lti_tool.cli.quiz import quiz_commands
from lti_tool.cli.rescore import rescore_command
from lti_tool.cli.rosters import roster_commands
from lti_tool.cli.serve import serve, web_process, worker
from lti_tool.cli.standards import standards_commands
from lti_tool.content.commands import content_commands
from lti_tool.errors import InfoLitError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version=__import__("lti_tool").__version__, prog_name="infolit")
def infolit() -> None:
    """Information-literacy lessons inside the LMS, with grades and mastery (LTI 1.3 Advantage)."""


for command in (
    serve,
    web_process,
    worker,
    demo,
    content_commands,
    quiz_commands,
    kinds_command,
    gallery_command,
    platform_commands,
    grant_commands,
    district_commands,
    standards_commands,
    admin_commands,
    keys_commands,
    questions_commands,
    rescore_command,
    roster_commands,
    mastery_commands,
    database_commands,
):
    infolit.add_command(command)


def main() -> None:
    """Run a command; an error somebody can act on is one sentence and exit code 1, not a stack trace."""
    try:
        infolit()
    except InfoLitError as error:
        click.echo(f"infolit: {error.message}", err=True)
        problems = error.data.get("problems")
        for problem in problems if isinstance(problems, list) else []:
            click.echo(problem.render(), err=True)
        sys.exit(1)

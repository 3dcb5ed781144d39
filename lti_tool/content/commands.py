"""`infolit content …`: check the files, export schemas for editors, stamp translations."""

from __future__ import annotations

import json
from pathlib import Path

import click
from babel import Locale, UnknownLocaleError

from lti_tool.content.folder import inspect_library
from lti_tool.content.library import Library, find_content
from lti_tool.content.pairs import count_translated
from lti_tool.content.problems import Problem, count, count_problems, list_errors, shown_path
from lti_tool.content.schema import export_schemas
from lti_tool.content.spine import bare_grades, show_grades
from lti_tool.content.stamp import stamp_library

FOLDER_OPTION = click.option(
    "--content",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="INFOLIT_CONTENT",
    help="The folder that holds modules/ and quizzes/ (default: the lessons that come with the tool).",
)
PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))


@click.group("content")
def content_commands() -> None:
    """Lessons and quizzes: check, translate, describe to editors."""


@content_commands.command()
@PATHS
@FOLDER_OPTION
@click.option("--json", "as_json", is_flag=True, help="For scripts: a list of problems.")
def check(paths: tuple[Path, ...], folder: Path | None, as_json: bool) -> None:
    """List every problem with file, line and hint. PATHS narrow the list to some files or folders."""
    modules, quizzes = find_content(folder)
    library, found = inspect_library(modules.resolve(), quizzes=quizzes.resolve())
    problems = [problem for problem in found if is_within(problem, paths)]
    base = Path.cwd()
    if as_json:
        click.echo(json.dumps([problem.to_json(base) for problem in problems], ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            click.echo(problem.render(base))
        if not paths:
            echo_bare_grades(library)
        click.echo(f"{count_problems(problems) if problems else 'No problems'}: {summarise(library)}")
    raise SystemExit(1 if list_errors(problems) else 0)


def echo_bare_grades(library: Library) -> None:
    """What the spine still lacks: no problem of any file, but what to write next."""
    bare = list(bare_grades(library))
    if bare:
        click.echo("Skills without a question in grades they are taught in:")
    for skill, grades in bare:
        click.echo(f"  {skill.id}: {show_grades(grades)}")


def is_within(problem: Problem, paths: tuple[Path, ...]) -> bool:
    return not paths or any(problem.file.is_relative_to(path.resolve()) for path in paths)


def summarise(library: Library) -> str:
    parts = [
        count(len(library.modules), "module"),
        count(len(library.quizzes), "quiz"),
        count(len(library.list_items()), "item"),
    ]
    translated = [shown_progress(library, lang) for lang in library.translations]
    return ", ".join([*parts, *translated])


def shown_progress(library: Library, lang: str) -> str:
    done, total = count_translated(library, lang)
    try:
        name = Locale.parse(lang, sep="-").get_language_name("en") or lang
    except (UnknownLocaleError, ValueError):
        name = lang
    return f"{name} {100 * done // max(1, total)} %"


@content_commands.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def schema(folder: Path) -> None:
    """Write JSON Schemas for editors into FOLDER."""
    for file in export_schemas(folder):
        click.echo(shown_path(file.resolve(), Path.cwd()))


@content_commands.command()
@PATHS
@FOLDER_OPTION
@click.option("--renew", is_flag=True, help="Stamp stale translations too: use it after correcting them.")
def stamp(paths: tuple[Path, ...], folder: Path | None, renew: bool) -> None:
    """Add to each translation the fingerprint of the text it translates. PATHS narrow it to some files or folders."""
    modules, quizzes = find_content(folder)
    library, _ = inspect_library(modules.resolve(), quizzes=quizzes.resolve())
    stamped = stamp_library(library, paths=[path.resolve() for path in paths], renew=renew)
    for file, number in sorted(stamped.items()):
        click.echo(f"{shown_path(file, Path.cwd())}: {count(number, 'fingerprint')} added")
    click.echo(
        "Every translation has its fingerprint." if not stamped else f"{count(len(stamped), 'file')} stamped."
    )

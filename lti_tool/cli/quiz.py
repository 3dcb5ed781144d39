"""`infolit quiz …`: questions in from other programs, and out to them."""

from __future__ import annotations

from pathlib import Path

import click

from lti_tool.cli.own_quiz import Told, import_for_district
from lti_tool.cli.quiz_report import echo_report, read_bytes
from lti_tool.content.commands import FOLDER_OPTION
from lti_tool.content.folder import inspect_library
from lti_tool.content.library import Library, find_content
from lti_tool.content.model import Media
from lti_tool.content.problems import Problem, count, list_errors, shown_path
from lti_tool.errors import BadRequestError, PackageError
from lti_tool.interchange.bank import Plan, bank_id_from
from lti_tool.interchange.formats import FORMATS, prepare
from lti_tool.interchange.reading import import_questions, title_of
from lti_tool.interchange.saving import save_bank
from lti_tool.interchange.selecting import make_links, make_parcel
from lti_tool.lti.spec import LAUNCH_PATH
from lti_tool.settings import read_settings

FILE = click.argument("file", type=click.Path(path_type=Path))
LANGUAGE = click.option(
    "--language", type=click.Choice(["en", "es"]), default="en", help="The language of the questions."
)


@click.group("quiz")
def quiz_commands() -> None:
    """Questions from other programs, and for them: QTI, Common Cartridge, Moodle, GIFT, CSV."""


@quiz_commands.command("import")
@FILE
@click.option("--skill", required=True, help="The skill of questions that name none: an id from skills.yaml.")
@click.option("--bank", help="The id of the bank (default: from the file's name).")
@click.option("--title", help="The title of the bank (default: what the file calls itself).")
@click.option(
    "--grades", default="0-12", help="The band the questions are for, such as 6-8; kindergarten is 0."
)
@LANGUAGE
@FOLDER_OPTION
@click.option("--keep-ids", is_flag=True, help="Keep ids that could be ours: for a bank that comes home.")
@click.option("--no-quiz", is_flag=True, help="Write the bank alone, without a quiz that asks it.")
@click.option("--replace", is_flag=True, help="Replace the bank if it is there already.")
@click.option(
    "--district",
    help="Keep it in the library of this district (its short name), for every teacher, instead of in a content folder.",
)
def import_command(
    file: Path,
    skill: str,
    bank: str | None,
    title: str | None,
    grades: str,
    language: str,
    folder: Path | None,
    keep_ids: bool,
    no_quiz: bool,
    replace: bool,
    district: str | None,
) -> None:
    """Write the questions of FILE into a bank of the content folder, or keep them in a district's library; report on each."""
    if district is not None:
        if folder is not None or keep_ids or no_quiz:
            raise BadRequestError(
                "--content, --keep-ids and --no-quiz are for a content folder, not --district."
            )
        if replace is not (bank is not None):
            raise BadRequestError(
                "With --district, --bank and --replace go together: the bank that the file replaces."
            )
        told = Told(skill=skill, title=title, grades=_band(grades), language=language)
        import_for_district(file, district, told, replaces=bank)
        return
    modules, quizzes = find_content(folder)
    library, _ = inspect_library(modules, quizzes=quizzes)
    if skill not in library.skills:
        raise BadRequestError(f"There is no skill “{skill}”. There are: {', '.join(library.skills)}.")
    raw = read_bytes(file)
    plan = Plan(
        bank_id=bank or bank_id_from(file.name),
        title=title or title_of(raw, file.name),
        skill=skill,
        language=language,
        grades=_band(grades),
        skills=frozenset(library.skills),
        keep_ids=keep_ids,
    )
    imported = import_questions(raw, file.name, plan)
    echo_report(imported)
    if not imported.items:
        raise PackageError("No question could be taken over, so nothing was written.")
    written = save_bank(imported, quizzes, has_quiz=not no_quiz, replace=replace)
    for path in written:
        click.echo(shown_path(path, Path.cwd()))
    _echo_problems([problem for problem in _check(modules, quizzes) if problem.file in written])


def _band(told: str) -> tuple[int, int]:
    low, _, high = told.partition("-")
    if not (low.isdecimal() and (high or low).isdecimal() and int(low) <= int(high or low) <= 12):
        raise BadRequestError(
            f"“{told}” is no band of grades. Write it as 6-8, between 0 (kindergarten) and 12."
        )
    return int(low), int(high or low)


def _check(modules: Path, quizzes: Path) -> list[Problem]:
    return inspect_library(modules, quizzes=quizzes)[1]


def _echo_problems(problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(problem.render(Path.cwd()))
    if list_errors(problems):
        raise SystemExit(1)


@quiz_commands.command("preview")
@FILE
@LANGUAGE
@click.option("--yaml", "as_yaml", is_flag=True, help="Print the bank as it would be written.")
def preview_command(file: Path, language: str, as_yaml: bool) -> None:
    """Show what `quiz import` would make of FILE. Nothing is written."""
    raw = read_bytes(file)
    plan = Plan(
        bank_id=bank_id_from(file.name), title=title_of(raw, file.name), skill="skill", language=language
    )
    imported = import_questions(raw, file.name, plan)
    if as_yaml:
        click.echo(imported.bank_yaml, nl=False)
    else:
        echo_report(imported)


@quiz_commands.command("export")
@click.argument("content")
@click.option("--to", "format_name", type=click.Choice(list(FORMATS)), required=True, help="The format.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write (default: named after the content).",
)
@FOLDER_OPTION
def export_command(content: str, format_name: str, output: Path | None, folder: Path | None) -> None:
    """Write CONTENT, such as bank:leave-the-page, quiz:leave-the-page or module:leave-the-page, in another format; the file holds the keys."""
    kind, _, content_id = content.partition(":")
    if kind not in ("bank", "quiz", "module") or not content_id:
        raise BadRequestError(f"“{content}” names nothing. Write bank:…, quiz:… or module:… and its id.")
    library = _library(folder)
    exported = prepare(make_parcel(library, kind, content_id, _read_media), format_name)
    links = make_links(library, kind, content_id, read_settings().public_url + LAUNCH_PATH)
    file = output or Path(exported.file_name)
    file.write_bytes(exported.to_bytes(links))
    click.echo(exported.report, nl=False)
    lost = count(len(exported.losses), "item")
    click.echo(f"{file}: {count(len(exported.parcel.items), 'question')}; something is lost of {lost}")


def _library(folder: Path | None) -> Library:
    modules, quizzes = find_content(folder)
    return inspect_library(modules, quizzes=quizzes)[0]


def _read_media(media: Media) -> bytes:
    return Path(media.path).read_bytes()

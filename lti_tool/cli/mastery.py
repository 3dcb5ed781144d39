"""`infolit mastery …`: by which method levels are shown, ends of terms, and what the worker does each Sunday, by hand."""

from __future__ import annotations

import uuid
from datetime import datetime

import click

from lti_tool.cli.admin import DISTRICT
from lti_tool.cli.database import open_tool
from lti_tool.corrections.methods import Changed, apply_method, choose_method, preview
from lti_tool.corrections.terms import add_term, freeze_due
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError
from lti_tool.facts.people import Access
from lti_tool.mastery.methods import FEWEST_RESULTS, METHODS, Choice, make_choice
from lti_tool.mastery.showing import as_choice, find_choice_row
from lti_tool.people.grants import get_tenant
from lti_tool.tool import Tool
from lti_tool.upkeep import calibrate_district, list_district_ids


@click.group("mastery")
def mastery_commands() -> None:
    """The mastery engine and the levels people see."""


@mastery_commands.command()
@click.option("--dry-run", is_flag=True, help="Only tell what would be published.")
def calibrate(dry_run: bool) -> None:
    """Fit each district's engine to its students' answers; publish what predicts students held back better."""
    with open_tool() as tool:
        for slug, tenant_id in list_district_ids(tool):
            report = calibrate_district(tool, tenant_id, is_dry=dry_run)
            click.echo(f"{slug}: {report.students:,} students, {report.answers:,} answers.")
            if report.before is None or report.after is None:
                click.echo("  Too few to calibrate: the engine stays as it is.")
                continue
            click.echo(f"  log loss {report.before.log_loss:.4f} → {report.after.log_loss:.4f}", nl=False)
            click.echo(
                f", calibration error {report.before.calibration_error:.4f} → {report.after.calibration_error:.4f}"
            )
            click.echo(f"  {_verdict(report.verdict, report.engine_version, report.items)}")


def _verdict(verdict: str, version: int | None, items: int) -> str:
    if verdict == "kept":
        return "Not better in both: the engine stays as it is."
    if version is None:
        return f"Better in both: would be published, with {items} items renewed."
    return f"Published as engine version {version}, with {items} items renewed."


@mastery_commands.command("freeze")
@DISTRICT
@click.option("--term", help="Name of a term to keep levels of, such as “Fall 2026”.")
@click.option("--last-day", type=click.DateTime(["%Y-%m-%d"]), help="Its last day, such as 2026-12-18.")
def freeze_levels(district: str, term: str | None, last_day: datetime | None) -> None:
    """Keep the levels of every term that has ended, as they stood at its end. The worker does so each night, and for each school year."""
    if (term is None) != (last_day is None):
        raise BadFormError(
            "Give a term's name and its last day together: --term “Fall 2026” --last-day 2026-12-18"
        )
    with open_tool() as tool:
        tenant_id = _tenant_id(tool, district)
        if term is not None and last_day is not None:
            ends_at = add_term(tool, tenant_id, term, last_day.date())
            if ends_at > tool.clock():
                click.echo(f"Noted: levels are kept in the night after {last_day:%Y-%m-%d}.")
        for each in freeze_due(tool, tenant_id):
            click.echo(f"{each.name}: {each.levels:,} levels are kept.")


@mastery_commands.group("method")
def method_commands() -> None:
    """By which method a district shows levels."""


@method_commands.command("show")
@DISTRICT
def show_method(district: str) -> None:
    """Say by which method levels are shown, and since when."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        row = find_choice_row(session, get_tenant(session, district).id)
        click.echo(f"{district}: {describe(Choice() if row is None else as_choice(row))}")
        if row is not None:
            state = "" if row.applied_at else "; levels are still being worked out"
            click.echo(f"  since {row.chosen_at:%Y-%m-%d %H:%M} UTC{state}")


@method_commands.command("set")
@click.argument("method", type=click.Choice(METHODS))
@DISTRICT
@click.option("--number", type=int, help="Per cent of the newest result, or how many times for n_mastery.")
@click.option(
    "--min-results",
    type=int,
    default=FEWEST_RESULTS,
    show_default=True,
    help="Results below which no level is shown.",
)
@click.option(
    "--proficient", type=int, default=75, show_default=True, help="Per cent from which a score is proficient."
)
@click.option(
    "--developing", type=int, default=50, show_default=True, help="Per cent from which a score is developing."
)
@click.option("--reason", default="By command.", show_default=True, help="Why; it is kept with the choice.")
@click.option("--dry-run", is_flag=True, help="Only tell how many levels would change.")
def set_method(
    method: str, district: str, number: int | None, min_results: int, proficient: int, developing: int,
    reason: str, dry_run: bool,
) -> None:  # fmt: skip
    """Show levels by METHOD from now on: the engine, or a gradebook rule. Tells what changes; nothing learned is lost."""
    try:
        choice = make_choice(
            method, number=number, min_results=min_results,
            proficient_from=proficient / 100, developing_from=developing / 100,
        )  # fmt: skip
    except ValueError as problem:
        told = str(problem)
        raise BadFormError(f"{told[0].upper()}{told[1:]}.") from problem
    with open_tool() as tool:
        tenant_id = _tenant_id(tool, district)
        with transaction(tool.sessions) as session:
            changed = preview(session, tenant_id, choice)
        _tell(changed, "would change" if dry_run else "change")
        if dry_run:
            return
        access = Access(tenant_id=tenant_id, person_id=None, is_administrator=True)
        choose_method(tool, access, choice, reason=reason, is_queued=False)
        apply_method(tool, tenant_id)
        click.echo(f"{district}: {describe(choice)} from now on.")


def describe(choice: Choice) -> str:
    if choice.rule is None:
        return "the engine's method"
    number = f" {choice.number}" if choice.number else ""
    return (
        f"{choice.method}{number}, proficient from {choice.proficient_from:.0%}, "
        f"developing from {choice.developing_from:.0%}, at least {choice.rule.min_results} results"
    )


def _tell(changed: Changed, word: str) -> None:
    moved = {pair: count for pair, count in changed.items() if pair[0] != pair[1]}
    click.echo(f"{sum(moved.values()):,} of {sum(changed.values()):,} levels (student × skill) {word}.")
    for (before, after), count in sorted(moved.items(), key=lambda each: -each[1]):
        click.echo(f"  {before} → {after}: {count:,}")


def _tenant_id(tool: Tool, district: str) -> uuid.UUID:
    with transaction(tool.sessions) as session:
        return get_tenant(session, district).id

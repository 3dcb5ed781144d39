"""`infolit mastery calibrate`: what the worker does each Sunday, by hand."""

from __future__ import annotations

import click

from lti_tool.cli.database import open_tool
from lti_tool.flow import calibrate_district, list_district_ids


@click.group("mastery")
def mastery_commands() -> None:
    """The mastery engine: fit it to the answers given here."""


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

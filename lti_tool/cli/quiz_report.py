"""A file of questions on the command line: reading it, and the report on each question."""

from __future__ import annotations

from pathlib import Path

import click

from lti_tool.content.problems import count
from lti_tool.errors import PackageError
from lti_tool.interchange.archive import MOST_PACKED
from lti_tool.interchange.bank import Imported

SIGNS = {"taken": "taken over", "changed": "changed", "refused": "refused"}


def read_bytes(file: Path) -> bytes:
    """A file that is there and not too large to be opened at all."""
    if not file.is_file():
        raise PackageError(f"There is no file {file}.")
    if file.stat().st_size > MOST_PACKED:
        raise PackageError(
            f"The file has {file.stat().st_size // 1_000_000} MB; at most {MOST_PACKED // 1_000_000} MB are taken. Export fewer questions at a time."
        )
    return file.read_bytes()


def echo_report(imported: Imported) -> None:
    for line in imported.lines:
        what = f" → {line.kind} {line.item_id}" if line.item_id else ""
        click.echo(f"{line.number:>4}  {SIGNS[line.outcome]:<10}  {line.title[:60]}{what}")
        for note in line.notes:
            click.echo(f"      {note}")
    told = ", ".join(
        f"{imported.count(outcome)} {SIGNS[outcome]}" for outcome in ("taken", "changed", "refused")
    )
    click.echo(f"{count(len(imported.lines), 'question')}: {told}")

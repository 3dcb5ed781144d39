"""`infolit standards …`: published standards from CASE packages or tables, for a district or for all, and what skills they ask for."""

from __future__ import annotations

import uuid
from pathlib import Path

import click
from sqlalchemy.orm import Session

from lti_tool.app.assemble import NO_CONTENT, content_of
from lti_tool.cli.database import open_tool
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError, StandardsError
from lti_tool.lti.download import MOST_MB, download_json
from lti_tool.people.grants import get_tenant
from lti_tool.settings import Settings, read_settings
from lti_tool.standards.case import read_case
from lti_tool.standards.keeping import Kept, keep
from lti_tool.standards.laying import lay
from lti_tool.standards.reading import list_frameworks, list_laid
from lti_tool.standards.rows import read_table
from lti_tool.tool import Tool

DISTRICT = click.option("--district", help="The district's short name.")


@click.group("standards")
def standards_commands() -> None:
    """Published standards of a district, by CASE or CSV: codes and links, and which skills they ask for."""


@standards_commands.command("import")
@click.argument("source", metavar="FILE_OR_URL")
@DISTRICT
@click.option("--all", "for_all", is_flag=True, help="For every district of this server.")
@click.option("--csv", "is_csv", is_flag=True, help="The file is a table, whatever its name.")
def import_command(source: str, district: str | None, for_all: bool, is_csv: bool) -> None:
    """Import a CASE 1.0 or 1.1 package (JSON), or a table (CSV) that lays skills to codes.

    FILE_OR_URL is a file, or an https address of a CFPackage. Importing again changes only what changed; what a newer package lacks is retired,
    never deleted. A standard's own words are kept only where its licence is CC0, CC BY or CC BY-SA. docs/skills.md describes the table.
    """
    if bool(district) == for_all:
        raise BadFormError("Say for whom: --district NAME, or --all for every district of this server.")
    settings = read_settings()
    raw = _read(source, settings)
    is_table = is_csv or source.casefold().endswith(".csv")
    library = content_of(settings.content) if is_table else NO_CONTENT
    take = _take_table if is_table else _take_package
    with open_tool(library) as tool, transaction(tool.sessions) as session:
        take(session, tool, raw, get_tenant(session, district).id if district else None)


def _take_package(session: Session, tool: Tool, raw: bytes, tenant_id: uuid.UUID | None) -> None:
    now = tool.clock()
    facts = read_case(raw, today=now.date())
    _tell(keep(session, facts, tenant_id=tenant_id, now=now))
    license_ = facts.license or "none is named"
    words = "kept" if facts.keeps_statements else "not kept: it does not plainly allow it"
    click.echo(f"  licence: {license_}. The standards' own words are {words}.")


def _take_table(session: Session, tool: Tool, raw: bytes, tenant_id: uuid.UUID | None) -> None:
    table = read_table(raw, skills=tool.library.skills)
    kept, counts = lay(session, table, tenant_id=tenant_id, now=tool.clock())
    for each in kept:
        _tell(each)
    click.echo("Skills laid to codes: " + ", ".join(f"{count} {name}" for name, count in counts.items()))


def _tell(kept: Kept) -> None:
    click.echo(
        f"{kept.title}: {kept.added} new, {kept.changed} changed, {kept.same} the same, {kept.retired} retired, {kept.back} back in use"
    )
    if kept.aligned_retired:
        click.echo(
            f"  Skills are laid to codes that were retired: {', '.join(kept.aligned_retired)}. Lay them anew."
        )


def _read(source: str, settings: Settings) -> bytes:
    if "://" in source:
        return download_json(source, allow_loopback=settings.allow_http_platforms)
    file = Path(source)
    try:
        if file.stat().st_size > MOST_MB * 1024 * 1024:
            raise StandardsError(f"{file} has more than {MOST_MB} MB: that is no framework of standards.")
        return file.read_bytes()
    except OSError as error:
        raise StandardsError(f"{file} cannot be read: {error.strerror}.") from error


@standards_commands.command("list")
@DISTRICT
@click.option("--skills", "with_skills", is_flag=True, help="Also which skill is laid to which code.")
def list_(district: str | None, with_skills: bool) -> None:
    """List the imported frameworks: those of a district with those for all, or (without --district) those for all alone."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        tenant_id = get_tenant(session, district).id if district else None
        found = list_frameworks(session, tenant_id)
        for line in found:
            framework = line.framework
            where = "this district" if framework.tenant_id else "all districts"
            version = f"CASE {framework.version}" if framework.source == "case" else "table"
            click.echo(
                f"{framework.title}  ({version}, {framework.adoption_status or 'no status'}, for {where})"
            )
            click.echo(f"    GUID {framework.guid}  imported {framework.imported_at:%Y-%m-%d}")
            click.echo(f"    {line.in_use} in use, {line.retired} retired, {line.alignments} laid to skills")
        if not found:
            click.echo("No standards are imported yet: infolit standards import --help")
        if with_skills and tenant_id:
            for each in list_laid(session, tenant_id):
                click.echo(f"{each.skill}  {each.framework} {each.code}  {each.strength}  by {each.reviewer}")

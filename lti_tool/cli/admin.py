"""`infolit grant …`, `infolit admin link`, `infolit keys …`: rights, the administrator's way in, our own keys."""

from __future__ import annotations

import getpass
from typing import Literal

import click

from lti_tool.cli.database import open_tool
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError
from lti_tool.flow import Tool
from lti_tool.lti.keys import list_published, rotate_keys
from lti_tool.people.grants import ensure_tenant, find_people, get_tenant, give_grant, take_grants
from lti_tool.people.sessions import make_ticket
from lti_tool.people.tables import Person

DISTRICT = click.option(
    "--district", default="district", show_default=True, help="The district's short name."
)
ROLE = click.argument("role", type=click.Choice(["specialist", "administrator"]))
WHO = click.argument("who")


@click.group("grant")
def grant_commands() -> None:
    """Rights in this tool: give or take back the role of specialist or administrator."""


@grant_commands.command()
@ROLE
@WHO
@DISTRICT
@click.option("--school", help="Only this school, by its name (default: the whole district).")
def give(role: Literal["specialist", "administrator"], who: str, district: str, school: str | None) -> None:
    """Give WHO (their e-mail, LMS user id or SIS id) a role. They need to have launched the tool once."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        tenant = get_tenant(session, district)
        person = _one(find_people(session, tenant.id, who), who)
        give_grant(
            session,
            tenant_id=tenant.id,
            person_id=person.id,
            role=role,
            school=school,
            granted_by=f"command:{getpass.getuser()}"[:64],
            now=tool.clock(),
        )
    click.echo(f"Given: {role} of {school or 'the whole district'}. It holds from their next page.")


@grant_commands.command()
@ROLE
@WHO
@DISTRICT
def take(role: str, who: str, district: str) -> None:
    """Take every grant of a role back from WHO."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        tenant = get_tenant(session, district)
        person = _one(find_people(session, tenant.id, who), who)
        count = take_grants(session, tenant_id=tenant.id, person_id=person.id, role=role)
    click.echo(f"Taken back: {count}.")


def _one(found: list[Person], who: str) -> Person:
    if not found:
        raise BadFormError(
            f"Nobody called {who!r} has launched InfoLit in this district yet. Ask them to open it once."
        )
    if len(found) > 1:
        raise BadFormError(f"{len(found)} people share {who!r}: use the LMS user id instead.")
    return found[0]


@click.group("admin")
def admin_commands() -> None:
    """The administrator's pages."""


@admin_commands.command()
@DISTRICT
@click.option("--minutes", default=30, show_default=True, help="How long the link can be used.")
def link(district: str, minutes: int) -> None:
    """Make a one-time link to the administrator's pages."""
    with open_tool() as tool:
        click.echo(make_admin_link(tool, district, minutes=minutes))


def make_admin_link(tool: Tool, district: str, *, minutes: int = 30) -> str:
    with transaction(tool.sessions) as session:
        tenant = ensure_tenant(session, district, district)
        ticket = make_ticket(session, tenant.id, now=tool.clock(), minutes=minutes)
    return f"{tool.settings.public_url}/admin/enter/{ticket}"


@click.group("keys")
def keys_commands() -> None:
    """The tool's own signing keys."""


@keys_commands.command("list")
def list_() -> None:
    """List the published keys: which signs, which is next, until when retired ones stay."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        published = list_published(session, tool.clock())
        active = [key.kid for key in published if key.retired_at is None]
        for key in published:
            until = f"retired, published until {key.published_until:%Y-%m-%d %H:%M} UTC"
            part = "signs" if key.kid in active[:1] else "next" if key.kid in active else until
            click.echo(f"{key.kid}  made {key.created_at:%Y-%m-%d}  {part}")


@keys_commands.command()
@click.option("--all", "every_key", is_flag=True, help="Replace every key at once, after a loss or a theft.")
def rotate(every_key: bool) -> None:
    """Take the next key into use and publish a new one; the old one stays published while tokens may need it."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        kid = rotate_keys(session, tool.seal, tool.clock(), every_key=every_key)
    click.echo(f"Signing with {kid} from now on.")

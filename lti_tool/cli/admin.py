"""`infolit admin link`, `infolit keys …`: the administrator's way in, our own keys."""

from __future__ import annotations

import click

from lti_tool.cli.database import open_tool
from lti_tool.db.connect import transaction
from lti_tool.lti.keys import list_published, rotate_keys
from lti_tool.people.grants import ensure_tenant
from lti_tool.people.sessions import make_ticket
from lti_tool.tool import Tool

DISTRICT = click.option(
    "--district", default="district", show_default=True, help="The district's short name."
)


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

"""`infolit platform …`: register an LMS, invite, list, show, test, approve, change, retire, and the rest. The pages do the same."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import fields
from datetime import datetime

import click

from lti_tool.cli.database import open_tool
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError
from lti_tool.gradebook.health import DeliveryHealth, delivery_health
from lti_tool.lti.connection import check_platform
from lti_tool.lti.deployments import approve_deployment, list_deployments, refuse_deployment
from lti_tool.lti.invitations import HOURS, make_invitation
from lti_tool.lti.message_log import last_launches, list_messages
from lti_tool.lti.offer import CUSTOM
from lti_tool.lti.platforms import (
    PlatformFacts,
    add_platform,
    change_platform,
    list_platforms,
    restore_platform,
    retire_platform,
)
from lti_tool.lti.registration import missing_scopes
from lti_tool.lti.spec import EXTRA_SCOPES, OUR_SCOPES
from lti_tool.lti.tables import MessageLog, Platform
from lti_tool.people.grants import ensure_tenant
from lti_tool.tool import Tool


@click.group("platform")
def platform_commands() -> None:
    """Registered LMSs: add, invite, list, show, test, change, retire, approve or refuse a deployment, read messages.

    CLIENT_ID is what the LMS calls this tool. Where two LMSs call it the same, give the id that `infolit platform list` shows instead.
    """


@platform_commands.command()
@click.option("--name", required=True, help="What people here call this LMS.")
@click.option(
    "--issuer", required=True, help="The LMS's issuer, for Canvas's cloud https://canvas.instructure.com."
)
@click.option("--client-id", required=True, help="What the LMS calls this tool.")
@click.option("--auth-url", required=True, help="Its OIDC authorization address.")
@click.option("--token-url", required=True, help="Its access token address.")
@click.option("--jwks-url", required=True, help="The address of its public keys.")
@click.option(
    "--audience", help="The audience of token requests, where it is not the token address (Brightspace)."
)
@click.option(
    "--deployment", "deployments", multiple=True, help="A deployment id to approve; may be repeated."
)
@click.option("--product", help="canvas, schoology, moodle, brightspace, blackboard or nothing.")
@click.option(
    "--district", default="district", show_default=True, help="The district's short name; made if it is new."
)
@click.option("--district-name", help="The district's full name, when it is new.")
def add(
    district: str, district_name: str | None, deployments: tuple[str, ...], **entries: str | None
) -> None:
    """Register an LMS."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        tenant = ensure_tenant(session, district, district_name or district)
        platform = add_platform(
            session,
            PlatformFacts(**entries),  # type: ignore[arg-type] # click has made the required ones strings
            tenant_id=tenant.id,
            now=tool.clock(),
            allow_http=tool.settings.allow_http_platforms,
            deployment_ids=deployments,
        )
        click.echo(f"Registered {platform.name}. Enter these in the LMS:")
        for label, value in tool_addresses(tool.settings.public_url):
            click.echo(f"  {label:<24} {value}")
        click.echo(f"Then try: infolit platform test {platform.client_id}")


def tool_addresses(public_url: str) -> list[tuple[str, str]]:
    """What an LMS asks for when this tool is installed there."""
    return [
        ("Login address", f"{public_url}/lti/login"),
        ("Launch / redirect address", f"{public_url}/lti/launch"),
        ("Public keys (JWKS)", f"{public_url}/lti/jwks.json"),
    ]


@platform_commands.command()
def values() -> None:
    """Print what LMSs ask for when this tool is installed there, ready to copy."""
    with open_tool() as tool:
        url = tool.settings.public_url
    for label, value in (*tool_addresses(url), ("Canvas developer key", f"{url}/lti/canvas.json")):
        click.echo(f"{label:<26} {value}")
    for scope in (*OUR_SCOPES, *EXTRA_SCOPES):
        click.echo(f"{'Permission (scope)':<26} {scope}")
    for name, variable in CUSTOM.items():
        click.echo(f"{'Custom parameter':<26} {name}={variable}")


@platform_commands.command("list")
def list_() -> None:
    """List the registered LMSs with their deployments."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        found = list_platforms(session)
        if not found:
            click.echo("No LMS is registered yet: infolit platform add --help")
        for platform in found:
            retired = "  (retired)" if platform.retired_at else ""
            click.echo(f"{platform.name}  issuer {platform.issuer}  client id {platform.client_id}{retired}")
            click.echo(f"    id {platform.id}")
            for deployment in list_deployments(session, platform.id):
                click.echo(f"    deployment {deployment.deployment_id}  {deployment.status}")


@platform_commands.command()
@click.argument("client_id")
def show(client_id: str) -> None:
    """Say how an LMS stands: last launch, grades, deployments, missing permissions, last problems."""
    with open_tool() as tool:
        platform = _one(tool, client_id)
        with transaction(tool.sessions) as session:
            launched = last_launches(session, platform.tenant_id).get(platform.id)
            health = delivery_health(session, platform.tenant_id).get(platform.id, DeliveryHealth())
            deployments = list_deployments(session, platform.id)
            problems = list_messages(session, platform.tenant_id, platform.id, failed_only=True, most=5)
    click.echo(
        platform.name + (f", retired since {_moment(platform.retired_at)}" if platform.retired_at else "")
    )
    click.echo(f"  last launch: {_moment(launched)}")
    click.echo(f"  last grade delivered: {_moment(health.last_delivered_at)}")
    click.echo(f"  grades: {health.delivered} delivered, {health.waiting} waiting, {health.refused} refused")
    for scope in missing_scopes(platform.granted_scopes):
        click.echo(f"  the LMS did not give the permission {scope}")
    for deployment in deployments:
        click.echo(f"  deployment {deployment.deployment_id}  {deployment.status}")
    for message in problems:
        click.echo(f"  problem: {_line(message)}")


@platform_commands.command()
@click.argument("client_id")
@click.option("--failed", is_flag=True, help="Only what went wrong.")
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many at most.")
def messages(client_id: str, failed: bool, most: int) -> None:
    """List the newest exchanges with an LMS: when, what, and how it ended. Nothing about anybody is in them."""
    with open_tool() as tool:
        platform = _one(tool, client_id)
        with transaction(tool.sessions) as session:
            found = list_messages(session, platform.tenant_id, platform.id, failed_only=failed, most=most)
    for message in found:
        click.echo(_line(message))
    if not found:
        click.echo("Nothing in the last 30 days.")


def _line(message: MessageLog) -> str:
    status = f"  HTTP {message.status}" if message.status else ""
    reason = f"  {message.reason}" if message.reason else ""
    return f"{_moment(message.at)}  {message.kind}  {message.outcome}{status}{reason}"


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"


@platform_commands.command()
@click.argument("client_id")
def test(client_id: str) -> None:
    """Fetch the LMS's keys, ask it for a token, and say what is missing. Exit code 1 when something needed is."""
    with open_tool() as tool:
        platform = _one(tool, client_id)
        checks = check_platform(tool.sessions, tool.gateway, platform.id, public_url=tool.settings.public_url)
    for check in checks:
        click.echo(f"{'ok     ' if check.ok else 'MISSING'} {check.name}: {check.sentence}")
        if check.remedy and not check.ok:
            click.echo(f"        {check.remedy}")
    raise SystemExit(0 if all(check.ok or not check.is_needed for check in checks) else 1)


@platform_commands.command()
@click.argument("client_id")
@click.option("--name", help="What people here call this LMS.")
@click.option("--issuer", help="The LMS's issuer.")
@click.option("--new-client-id", help="What the LMS calls this tool from now on.")
@click.option("--auth-url", help="Its OIDC authorization address.")
@click.option("--token-url", help="Its access token address.")
@click.option("--jwks-url", help="The address of its public keys.")
@click.option("--audience", help="The audience of token requests; empty for the token address.")
@click.option("--product", help="canvas, schoology, moodle, brightspace, blackboard or nothing.")
def edit(client_id: str, new_client_id: str | None, **entries: str | None) -> None:
    """Change entries of a registration; what is not named stays."""
    with open_tool() as tool:
        platform = _one(tool, client_id)
        known = {field.name: getattr(platform, field.name) for field in fields(PlatformFacts)}
        told = {
            name: value
            for name, value in (entries | {"client_id": new_client_id}).items()
            if value is not None
        }
        with transaction(tool.sessions) as session:
            allow_http = tool.settings.allow_http_platforms
            change_platform(session, platform.id, PlatformFacts(**known | told), allow_http=allow_http)
    click.echo(f"Changed: {', '.join(sorted(told)) or 'nothing'}.")


@platform_commands.command()
@click.argument("client_id")
def retire(client_id: str) -> None:
    """End launches and grades of an LMS; its records stay."""
    with open_tool() as tool:
        platform = _one(tool, client_id)
        with transaction(tool.sessions) as session:
            retire_platform(session, platform.id, now=tool.clock())
    click.echo(f"Retired {platform.name}. `infolit platform restore {client_id}` takes it into use again.")


@platform_commands.command()
@click.argument("client_id")
def restore(client_id: str) -> None:
    """Take a retired LMS into use again."""
    with open_tool() as tool:
        platform = _one(tool, client_id)
        with transaction(tool.sessions) as session:
            restore_platform(session, platform.id)
    click.echo(f"{platform.name} is in use again.")


@platform_commands.command()
@click.option("--name", help="What people here will call the LMS.")
@click.option("--hours", default=HOURS, show_default=True, help="How long the link can be used.")
@click.option(
    "--district", default="district", show_default=True, help="The district's short name; made if it is new."
)
def invite(name: str | None, hours: int, district: str) -> None:
    """Make a one-time link with which an LMS registers itself (dynamic registration)."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        tenant = ensure_tenant(session, district, district)
        path = make_invitation(session, tenant.id, now=tool.clock(), name=name, hours=hours)
    click.echo(f"{tool.settings.public_url}{path}")


@platform_commands.command()
@click.argument("client_id")
@click.argument("deployment_id")
def approve(client_id: str, deployment_id: str) -> None:
    """Let launches of a deployment in."""
    with open_tool() as tool:
        platform = _one(tool, client_id)
        with transaction(tool.sessions) as session:
            approve_deployment(session, platform.id, deployment_id, now=tool.clock())
    click.echo(f"Launches of {deployment_id} are let in now.")


@platform_commands.command()
@click.argument("client_id")
@click.argument("deployment_id")
def refuse(client_id: str, deployment_id: str) -> None:
    """Let launches of a deployment in no more."""
    with open_tool() as tool:
        platform = _one(tool, client_id)
        with transaction(tool.sessions) as session:
            refuse_deployment(session, platform.id, deployment_id, now=tool.clock())
    click.echo(f"Launches of {deployment_id} are refused now.")


def _one(tool: Tool, name: str) -> Platform:
    """The platform with this client id, or this id of ours. Raises BadFormError when there is none, or when the client id is of two."""
    wanted: uuid.UUID | None = None
    with suppress(ValueError):
        wanted = uuid.UUID(name)
    with transaction(tool.sessions) as session:
        found = [each for each in list_platforms(session) if name == each.client_id or wanted == each.id]
    if len(found) == 1:
        return found[0]
    if not found:
        raise BadFormError(f"No LMS is registered with the client id {name!r}: see infolit platform list.")
    raise BadFormError(
        f"{len(found)} LMSs gave the client id {name!r}: give the id instead that infolit platform list shows."
    )

"""`infolit district …`: what a district says of itself: its e-mail domains, and how small a group may be shown."""

from __future__ import annotations

import click

from lti_tool.cli.admin import DISTRICT
from lti_tool.cli.database import open_tool
from lti_tool.cli.grants import REASON
from lti_tool.db.connect import transaction
from lti_tool.people.grants import get_tenant, list_tenants
from lti_tool.people.vouching import set_smallest_group, stop_vouching, vouch_for

DOMAIN = click.argument("domain")


@click.group("district")
def district_commands() -> None:
    """Districts: list them, say which e-mail domains they give out, and how small a group may be shown."""


@district_commands.command("list")
def list_() -> None:
    """List the districts with what they say of themselves."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        for slug, _ in list_tenants(session):
            tenant = get_tenant(session, slug)
            domains = ", ".join(tenant.email_domains) or "none"
            click.echo(
                f"{slug}  {tenant.name}  e-mail domains: {domains}  smallest group: {tenant.smallest_group}"
            )


@district_commands.group("email-domain")
def email_domain_commands() -> None:
    """The e-mail domains in which the district gives out every address.

    In such a domain, and nowhere else, an e-mail links accounts of two LMSs by itself: where exactly one record of the district has it, both
    learn or both teach, and no SIS or state id and no other account of the same LMS speaks against it. Everything else waits on the page *People*.
    """


@email_domain_commands.command()
@DOMAIN
@DISTRICT
@REASON
def add(domain: str, district: str, reason: str) -> None:
    """Vouch for DOMAIN: every address in it is given out by the district, to one person, for good."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        added = vouch_for(session, get_tenant(session, district), domain, reason=reason, now=tool.clock())
    click.echo(
        f"From now on an address at {added} may link accounts." if added else "It was vouched for already."
    )


@email_domain_commands.command()
@DOMAIN
@DISTRICT
@REASON
def remove(domain: str, district: str, reason: str) -> None:
    """Stop vouching for DOMAIN. Accounts that were linked by it stay linked."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        gone = stop_vouching(session, get_tenant(session, district), domain, reason=reason, now=tool.clock())
    click.echo(f"An address at {gone} links nothing any more; new accounts with it wait on the page People.")


@email_domain_commands.command("list")
@DISTRICT
def list_domains(district: str) -> None:
    """List the domains the district vouches for."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        domains = get_tenant(session, district).email_domains
    click.echo("\n".join(domains) or "None: an e-mail links nothing by itself.")


@district_commands.command("smallest-group")
@click.argument("size", type=int)
@DISTRICT
@REASON
def smallest_group(size: int, district: str, reason: str) -> None:
    """Hide groups of fewer than SIZE students (5 to 30) in figures for principals and coordinators."""
    with open_tool() as tool, transaction(tool.sessions) as session:
        set_smallest_group(session, get_tenant(session, district), size, reason=reason, now=tool.clock())
    click.echo(f"Groups of fewer than {size} students are hidden from now on.")

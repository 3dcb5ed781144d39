"""`infolit kinds`: the manual of the interaction kinds, made of what ships with them."""

from __future__ import annotations

import click

from lti_tool.errors import NotFoundError
from lti_tool.interactions import find_kinds
from lti_tool.interactions.manual import kind_list, kind_page


@click.command("kinds")
@click.argument("name", required=False)
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", help="The language of the texts.")
def kinds_command(name: str | None, lang: str) -> None:
    """List the kinds of activities and questions, or tell all about one."""
    if name is None:
        click.echo(kind_list(lang))
        return
    if name not in find_kinds():
        raise NotFoundError(f"There is no kind “{name}”. There are: {', '.join(find_kinds())}.")
    click.echo(kind_page(name, lang))

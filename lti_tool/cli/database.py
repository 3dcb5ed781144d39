"""Reaching the database from a command: the server of the settings, or the embedded one for as long as the command runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Engine

from lti_tool.app.assemble import NO_CONTENT, create_tool, set_up_logging
from lti_tool.content.library import Library
from lti_tool.db.connect import open_engine
from lti_tool.db.embedded import embedded_postgres
from lti_tool.db.migrate import is_current, migrate
from lti_tool.settings import Settings, read_settings
from lti_tool.tool import Tool


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The database's address. An embedded server that runs already is joined, and goes on afterwards."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    with embedded_postgres(settings.data) as url:
        yield url


@contextmanager
def open_tool(library: Library = NO_CONTENT) -> Iterator[Tool]:
    """A `Tool` on a migrated database, for the length of a command; without lessons unless they are given."""
    settings = read_settings()
    set_up_logging(settings)
    with database(settings) as url:
        engine = open_engine(url, pool_size=2)
        try:
            migrate(engine)
            yield create_tool(settings, engine, library=library)
        finally:
            engine.dispose()


@click.group("db")
def database_commands() -> None:
    """The database: bring it to this version, say how it stands."""


@database_commands.command()
def upgrade() -> None:
    """Bring the database to this version's tables. Starting the tool does this too."""
    with _engine() as engine:
        migrate(engine)
        click.echo("The database is up to date.")


@database_commands.command()
def status() -> None:
    """Say whether the database has this version's tables; exit code 1 when not."""
    with _engine() as engine:
        current = is_current(engine)
    click.echo("The database is up to date." if current else "The database needs `infolit db upgrade`.")
    raise SystemExit(0 if current else 1)


@contextmanager
def _engine() -> Iterator[Engine]:
    settings = read_settings()
    with database(settings) as url:
        engine = open_engine(url, pool_size=2)
        try:
            yield engine
        finally:
            engine.dispose()

"""Bringing a database to this version's tables with Alembic, from a checkout or from an installed wheel."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

_LOCK = 0x1F0117  # One migration at a time, over all machines; any constant of ours does.


def migrations_folder() -> Path:
    """`migrations/` of the checkout, or its copy inside an installed wheel."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_data" / "migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrade to `revision`. Safe to call from several processes at once: one works, the others wait."""
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.commit()
        try:
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
            connection.commit()


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to `revision` ("base" removes everything). For tests and for an operator who knows why."""
    with engine.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def is_current(engine: Engine) -> bool:
    """Whether the database stands at this version's newest migration."""
    with engine.connect() as connection:
        now = set(MigrationContext.configure(connection).get_current_heads())
    return now == set(ScriptDirectory.from_config(alembic_config()).get_heads())

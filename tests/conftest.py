"""What all tests share: one real PostgreSQL a session, a fresh migrated database where wanted, the running stack."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from pathlib import Path

import hypothesis
import psycopg
import pytest
from playwright.sync_api import expect, sync_playwright
from stack import running_stack

from lti_tool.db.connect import open_engine, session_factory
from lti_tool.db.migrate import migrate

pytest_plugins = ["proving"]
TEMPLATE = "template_infolit"
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
# The same examples in every run, so that a change is judged by what it changed; INFOLIT_EXAMPLES=new looks for others (tests/README.md).
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("new", deadline=None)
hypothesis.settings.load_profile(os.environ.get("INFOLIT_EXAMPLES", "same"))


MODULE_WIDE = {"shared_stack", "canvas_stack", "module_database_url"}


def pytest_collection_modifyitems(items):
    """Tests of a module that share a stack or database stay in one process: another would have to start it again."""
    for item in items:
        if MODULE_WIDE & set(item.fixturenames):
            item.add_marker(pytest.mark.xdist_group(item.module.__name__))


def _folder_for_databases():
    """In memory where there is room: a new database is 400 small files, which takes 0.02 s there and up to 0.7 s on a worn disk."""
    memory, room = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - a folder of our own is made in it
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > room else None


@pytest.fixture(scope="session")
def database_server():
    """An embedded server that may forget everything on a crash, with a migrated template database. Gives its admin address.

    Its folder is not under pytest's own: every pytest session closes that to other users, and as root the server runs as one.
    """
    with warnings.catch_warnings(action="ignore"):  # The wheel warns at import when XDG_RUNTIME_DIR is unset.
        from lti_tool.db.embedded import embedded_postgres
    with (
        tempfile.TemporaryDirectory(prefix="infolit-tests-", dir=_folder_for_databases()) as folder,
        embedded_postgres(Path(folder)) as url,
    ):
        with psycopg.connect(url, autocommit=True) as admin:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                admin.execute(f"ALTER SYSTEM SET {setting} = off")
            admin.execute("ALTER SYSTEM SET max_connections = 200")
            admin.execute("ALTER SYSTEM SET max_wal_size = '128MB'")
            admin.execute("SELECT pg_reload_conf()")
            admin.execute(f"CREATE DATABASE {TEMPLATE}")
        engine = open_engine(_address(url, TEMPLATE))
        migrate(engine)
        engine.dispose()
        yield url


def _address(url, name):
    head, _, query = url.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")


def _fresh(server, template=TEMPLATE):
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return name


def _drop(server, name):
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(database_server):
    """A migrated database of this test's own."""
    name = _fresh(database_server)
    yield _address(database_server, name)
    _drop(database_server, name)


@pytest.fixture(scope="module")
def module_database_url(database_server):
    """A migrated database for all tests of a module."""
    name = _fresh(database_server)
    yield _address(database_server, name)
    _drop(database_server, name)


@pytest.fixture
def empty_database_url(database_server):
    """A database without any table."""
    name = _fresh(database_server, "template1")
    yield _address(database_server, name)
    _drop(database_server, name)


@pytest.fixture(scope="module")
def sessions(module_database_url):
    """Sessions on the module's database."""
    engine = open_engine(module_database_url)
    yield session_factory(engine)
    engine.dispose()


@pytest.fixture
def session(sessions):
    """One whose work is rolled back."""
    with sessions() as session:
        yield session
        session.rollback()


@pytest.fixture(scope="session")
def browser_driver():
    """Playwright, once a process: a second one beside it would not start."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def engine(database_url):
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def shared_stack(database_server, tmp_path_factory):
    """One running tool and LMS for a module's tests: for those that leave each other's people alone."""
    name = _fresh(database_server)
    with running_stack(_address(database_server, name), tmp_path_factory.mktemp("data")) as stack:
        yield stack
    _drop(database_server, name)


@pytest.fixture(scope="module")
def canvas_stack(database_server, tmp_path_factory):
    """A module's stack whose LMS is Canvas's cloud, with the issuer that all its districts share."""
    name = _fresh(database_server)
    data, changes = tmp_path_factory.mktemp("data"), {"flavor": "canvas"}
    with running_stack(_address(database_server, name), data, config_changes=changes) as stack:
        yield stack
    _drop(database_server, name)


@pytest.fixture
def stack(database_url, tmp_path):
    """A running tool and LMS of this test's own."""
    with running_stack(database_url, tmp_path) as stack:
        yield stack


@pytest.fixture
def rows(stack):
    """Ask the stack's database: `rows("SELECT …", name=value)` gives a list of mappings."""

    return stack.rows

"""Opening the database: one engine a process, one session a use case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm import Session, sessionmaker

SessionFactory = sessionmaker[Session]


def sqlalchemy_url(url: str) -> str:
    """`postgresql://…` as SQLAlchemy with psycopg 3 wants it."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def libpq_url(url: str) -> str:
    """The same address for psycopg itself."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def open_engine(url: str, *, pool_size: int = 8, options: str = "") -> Engine:
    """An engine on PostgreSQL, with `options` as its `-c name=value` settings. Connections are checked before use, so a restarted server is noticed and survived."""
    return create_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=8,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": 10,
            "options": f"-c timezone=UTC -c lock_timeout=15000 -c statement_timeout=60000 {options}",
        },
    )


def session_factory(engine: Engine) -> SessionFactory:
    """Sessions whose objects stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def transaction(sessions: SessionFactory) -> Iterator[Session]:
    """One use case, one transaction: commits at the end, rolls back on any error."""
    with sessions() as session, session.begin():
        yield session

"""A district's OneRoster server: where it is and its secret, which is kept encrypted and shown to nobody."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.errors import RosterError, SettingsError
from lti_tool.lti.http import open_client
from lti_tool.lti.oneroster import OneRosterServer
from lti_tool.lti.seal import Seal
from lti_tool.lti.tables import RosterFeed
from lti_tool.lti.values import LOOPBACK_HOSTS, find_origin

TIMEOUT_S = 60.0
_PATHS = {"1.1": "/ims/oneroster/v1p1", "1.2": "/ims/oneroster/rostering/v1p2"}


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What is needed to ask a server."""

    url: str
    token_url: str
    client_id: str
    version: Literal["1.1", "1.2"]
    secret: str = field(repr=False)
    fetched_at: datetime | None = None

    @property
    def root(self) -> str:
        """The address that list names are added to: as given, where it names OneRoster's path already.

        >>> Feed(url="https://sis.example", token_url="", client_id="", version="1.2", secret="").root
        'https://sis.example/ims/oneroster/rostering/v1p2'
        """
        url = self.url.rstrip("/")
        return url if "/ims/oneroster" in urlsplit(url).path else url + _PATHS[self.version]


@contextmanager
def open_server(
    feed: Feed, *, clock: Callable[[], datetime], allow_http: bool = False
) -> Iterator[OneRosterServer]:
    """Raises RosterError where an address is not secure: a secret and children's names go over it."""
    for url in (feed.root, feed.token_url):
        origin = find_origin(url)
        is_here = origin is not None and allow_http and origin.host in LOOPBACK_HOSTS
        if origin is None or "#" in url or not (origin.scheme == "https" or is_here):
            raise RosterError(f"{url[:200]!r} is no secure web address. Give one that starts with https://.")
    with open_client(TIMEOUT_S) as client:
        yield OneRosterServer(
            root=feed.root,
            token_url=feed.token_url,
            client_id=feed.client_id,
            secret=feed.secret,
            client=client,
            clock=clock,
        )


def find_feed(session: Session, seal: Seal, tenant_id: uuid.UUID, source: str) -> Feed | None:
    row = session.get(RosterFeed, (tenant_id, source))
    if row is None:
        return None
    try:
        secret = seal.open(
            row.secret_encrypted, purpose="roster-secret", about=_about(tenant_id, source)
        ).decode()
    except SettingsError:
        secret = ""  # Closed with a former secret key: it is asked for again.
    version: Literal["1.1", "1.2"] = "1.2" if row.version == "1.2" else "1.1"
    return Feed(
        url=row.url,
        token_url=row.token_url,
        client_id=row.client_id,
        version=version,
        secret=secret,
        fetched_at=row.fetched_at,
    )


def keep_feed(
    session: Session, seal: Seal, tenant_id: uuid.UUID, source: str, feed: Feed, *, fetched_at: datetime
) -> None:
    """Remember a server that was fetched from to the end, and since when its changes are wanted."""
    sealed = seal.close(feed.secret.encode(), purpose="roster-secret", about=_about(tenant_id, source))
    values = {
        "url": feed.url,
        "token_url": feed.token_url,
        "client_id": feed.client_id,
        "version": feed.version,
        "secret_encrypted": sealed,
        "fetched_at": fetched_at,
    }
    session.execute(
        insert(RosterFeed)
        .values(tenant_id=tenant_id, source=source, **values)
        .on_conflict_do_update(index_elements=["tenant_id", "source"], set_=values)
    )


def _about(tenant_id: uuid.UUID, source: str) -> str:
    return f"{tenant_id}/{source}"

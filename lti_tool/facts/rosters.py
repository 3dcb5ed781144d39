"""What a OneRoster server tells, page by page: rows as its CSV files would have them. Served by `lti.oneroster`, read by `rosters`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

ROSTER_LISTS = ("orgs", "academicSessions", "classes", "users", "enrollments")
"""In the order in which they are asked for."""


@dataclass(frozen=True, kw_only=True)
class RosterPage:
    """One page of a list: rows with the file they would stand in, and where the list goes on."""

    rows: list[tuple[str, Mapping[str, str]]]
    entries: int
    """How many things it told of; one thing can be several rows."""
    next_url: str | None
    total: int | None = None
    """How many the whole list has, where the server says."""


class RosterServer(Protocol):
    """A server that tells a district's roster. Raises RosterError with what to do."""

    def read_page(self, name: str, *, since: datetime | None, url: str | None) -> RosterPage:
        """The first page of a list, of what changed `since`; or the page at `url`."""
        ...

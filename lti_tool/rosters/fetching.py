"""A roster from a OneRoster server: pages are staged one after another, so that a fetch that was cut off goes on with the next page."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from lti_tool.errors import RosterError
from lti_tool.facts.rosters import ROSTER_LISTS, RosterPage, RosterServer
from lti_tool.rosters.manifest import Mode
from lti_tool.rosters.oneroster import READERS
from lti_tool.rosters.runs import note_rows, only_one
from lti_tool.rosters.staging import Desk
from lti_tool.rosters.tables import RosterRun
from lti_tool.rosters.work import Means, Order, Outcome, Work

MOST_PAGES = 20_000


def fetch_roster(
    means: Means, order: Order, server: RosterServer, *, url: str, since: datetime | None
) -> Outcome:
    """Fetch all lists, or what changed `since`, and apply them. Raises RosterError; run again, it goes on where it stopped."""
    told = f"{url} {since.isoformat() if since else 'all'}"
    mode: Mode = "bulk" if since is None else "delta"
    with only_one(means.sessions, order.tenant_id):
        work = Work(means, order)
        with work.whole("rest", hashlib.sha256(told.encode()).hexdigest()) as run_id:
            for name in ROSTER_LISTS:
                _fetch_list(work, run_id, server, name, since)
            return work.apply(run_id, dict.fromkeys(READERS, mode))


def _fetch_list(
    work: Work, run_id: uuid.UUID, server: RosterServer, name: str, since: datetime | None
) -> None:
    with work.transaction() as session:
        at = session.get_one(RosterRun, run_id).position["read"].get(name, {"entries": 0, "next": None})
    entries, url = int(at["entries"]), at["next"]
    if entries and url is None:
        return
    work.means.progress.begin(f"Fetching {name}", 1)
    for _ in range(MOST_PAGES):
        page = server.read_page(name, since=since, url=url)
        _stage(work, run_id, name, page, entries)
        entries, url = entries + page.entries, page.next_url
        _show(work, name, page, entries)
        if url is None:
            return
    raise RosterError(
        f"The roster server's list of {name} does not end, so it was not applied. Tell its administrator."
    )


def _show(work: Work, name: str, page: RosterPage, entries: int) -> None:
    work.means.progress.begin(f"Fetching {name}", max(page.total or 0, entries))
    work.means.progress.advance(entries)


def _stage(work: Work, run_id: uuid.UUID, name: str, page: RosterPage, entries: int) -> None:
    """One page in one transaction, together with where the list goes on."""
    with work.transaction() as session:
        run = work.get_run(session, run_id)
        desks: dict[str, Desk] = {}
        for line, (file, row) in enumerate(page.rows, start=entries + 1):
            desk = desks.setdefault(file, Desk(session, run, file))
            READERS[file](row, line, desk, work.order.reading)
        for desk in desks.values():
            desk.flush()
        done = {"entries": entries + page.entries, "next": page.next_url}
        run.position = {**run.position, "read": {**run.position["read"], name: done}}
        run.seen_at = work.means.clock()
        note_rows(session, run)

"""Runs of imports: begun, taken up again where one was cut off, ended, and looked at."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lti_tool.db.connect import SessionFactory
from lti_tool.errors import NotFoundError, RosterError, RosterLaterError
from lti_tool.facts.people import Access
from lti_tool.people.tables import Tenant
from lti_tool.rosters.staging import clear
from lti_tool.rosters.tables import RosterProblem, RosterRun

SHOWN = 20
_UNDER_WAY = ("reading", "applying")


@contextmanager
def only_one(sessions: SessionFactory, tenant_id: uuid.UUID) -> Iterator[None]:
    """Two imports of a district never run at once. The lock ends with the connection, so a killed import leaves none behind."""
    key = tenant_id.int % 2**63
    with sessions() as session, session.get_bind().connect() as connection:  # type: ignore[union-attr]
        held = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not held.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
            raise RosterLaterError(
                "Another import of this district is running. Wait until it has ended: infolit roster status"
            )
        try:
            yield
        finally:
            held.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


def find_tenant(session: Session, slug: str) -> Tenant:
    """Raises RosterError: a typing mistake must not make a district."""
    tenant = session.scalar(select(Tenant).where(Tenant.slug == slug))
    if tenant is None:
        known = ", ".join(session.scalars(select(Tenant.slug).order_by(Tenant.slug).limit(10)))
        raise RosterError(
            f"There is no district {slug!r}. Known: {known or 'none yet; infolit platform add makes one'}."
        )
    return tenant


def begin(
    session: Session, tenant_id: uuid.UUID, *, source: str, kind: str, fingerprint: str, now: datetime
) -> RosterRun:
    """The cut-off run of the same source, or a new one. What another cut-off run had read is thrown away."""
    found = None
    for run in session.scalars(
        select(RosterRun)
        .where(
            RosterRun.tenant_id == tenant_id,
            RosterRun.source == source,
            RosterRun.state.in_((*_UNDER_WAY, "failed")),
            RosterRun.ended_at.is_(None),
        )
        .order_by(RosterRun.began_at.desc())
    ):
        if found is None and run.kind == kind and run.fingerprint == fingerprint and _is_whole(session, run):
            found = run
        else:
            _give_up(session, run, "It was cut off, and another import took its place.", now)
    if found is not None:
        found.state, found.error, found.seen_at = "reading", None, now
        return found
    run = RosterRun(
        id=uuid.uuid4(),
        tenant_id=tenant_id,
        source=source,
        kind=kind,
        fingerprint=fingerprint,
        state="reading",
        position={"read": {}, "done": []},
        counts={},
        problems=0,
        began_at=now,
        seen_at=now,
    )
    session.add(run)
    session.flush()
    return run


def _give_up(session: Session, run: RosterRun, reason: str, now: datetime) -> None:
    clear(session, run.id)
    run.state, run.ended_at, run.error = "failed", now, run.error or reason


def give_up_open(
    session: Session, tenant_id: uuid.UUID, *, source: str, fingerprint: str, reason: str, now: datetime
) -> None:
    """End the cut-off runs of these files: they cannot go on without them. One that is held is under way, and is left."""
    for run in session.scalars(
        select(RosterRun)
        .where(
            RosterRun.tenant_id == tenant_id,
            RosterRun.source == source,
            RosterRun.fingerprint == fingerprint,
            RosterRun.ended_at.is_(None),
        )
        .with_for_update(skip_locked=True)
    ):
        _give_up(session, run, reason, now)


def find_done(
    session: Session, tenant_id: uuid.UUID, *, source: str, fingerprint: str, since: datetime
) -> RosterRun | None:
    """The run that brought these files in since then."""
    return session.scalar(
        select(RosterRun)
        .where(
            RosterRun.tenant_id == tenant_id,
            RosterRun.source == source,
            RosterRun.fingerprint == fingerprint,
            RosterRun.state == "done",
            RosterRun.ended_at >= since,
        )
        .order_by(RosterRun.ended_at.desc())
        .limit(1)
    )


def _is_whole(session: Session, run: RosterRun) -> bool:
    """Whether the rows it had read are still there: a crash of the server empties unlogged tables."""
    told = run.position.get("rows", {})
    return all(
        (session.scalar(text(_COUNTS[name]), {"run": run.id}) or 0) >= rows for name, rows in told.items()
    )


_COUNTS = {
    name: f"SELECT count(*) FROM roster_staged_{name} WHERE run_id = :run"  # noqa: S608 - names of our own
    for name in ("org", "term", "class", "user", "alias", "role", "enrollment")
}


def note_rows(session: Session, run: RosterRun) -> None:
    """Keep how many rows wait, to see after a crash whether they still do."""
    rows = {name: session.scalar(text(query), {"run": run.id}) or 0 for name, query in _COUNTS.items()}
    run.position = {**run.position, "rows": rows}


def list_runs(session: Session, tenant_id: uuid.UUID, *, most: int = SHOWN) -> list[RosterRun]:
    """The newest first."""
    return list(
        session.scalars(
            select(RosterRun)
            .where(RosterRun.tenant_id == tenant_id)
            .order_by(RosterRun.began_at.desc(), RosterRun.id)
            .limit(most)
        )
    )


def get_run(session: Session, access: Access, run_id: uuid.UUID) -> RosterRun:
    """A run of the administrator's own district. Raises NotFoundError for any other."""
    run = session.scalar(
        select(RosterRun).where(RosterRun.id == run_id, RosterRun.tenant_id == access.tenant_id)
    )
    if run is None:
        raise NotFoundError
    return run


def list_problems(session: Session, run: RosterRun, *, most: int) -> list[RosterProblem]:
    """In the order in which they were found."""
    return list(
        session.scalars(
            select(RosterProblem)
            .where(RosterProblem.run_id == run.id, RosterProblem.tenant_id == run.tenant_id)
            .order_by(RosterProblem.id)
            .limit(most)
        )
    )


def count_open_runs(session: Session, tenant_id: uuid.UUID) -> int:
    """Imports that were cut off and can go on."""
    return (
        session.scalar(
            select(func.count()).where(RosterRun.tenant_id == tenant_id, RosterRun.ended_at.is_(None))
        )
        or 0
    )

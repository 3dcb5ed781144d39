"""Placements and attempts: which content a resource link shows, and somebody's go at it.

Every function that gives an attempt takes the person or the classes it may be shown to: there is no way to one without the other.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session, aliased

from lti_tool.content.snapshot import Snapshot
from lti_tool.errors import NotFoundError
from lti_tool.facts.launch import Launch
from lti_tool.facts.people import Access, Arrival, Standing
from lti_tool.player.asked import hidden_options
from lti_tool.player.copies import copied_values
from lti_tool.player.copying import rows_of, write_rows
from lti_tool.player.offers import offered_values
from lti_tool.player.rules import SLACK, Terms, carried_over, end_of, has_ended
from lti_tool.player.tables import Attempt, Event, Marking, Placement, PlacementOffer, ResponseRow

DEFAULT_POINTS = 10.0
SERVER = "server"
"""The `client` of events the server itself writes."""


def place(
    session: Session,
    launch: Launch,
    arrival: Arrival,
    *,
    content_kind: str,
    content_id: str,
    title: str,
    now: datetime,
    offer: PlacementOffer | None = None,
    original: Placement | None = None,
    line_item_url: str | None = None,
) -> Placement:
    """The placement of a launch's resource link, made at its first launch; the column's address is kept up to date.

    `offer`: what a teacher chose in the library, or `original`: the placement this link is a copy of; settings are copied once, so that
    later changes here stay here. `line_item_url`: the column of this link, if the launch tells of one.
    """
    if launch.link is None or arrival.section_id is None:
        raise NotFoundError("This launch names no assignment.")
    told_points = find_points(launch)
    rules = copied_values(original, points=told_points, now=now) if original else offered_values(offer)
    chosen = {"title": title, "points": told_points or DEFAULT_POINTS} | rules
    session.execute(
        insert(Placement)
        .values(
            **chosen | {"title": (launch.link.title or str(chosen["title"]))[:255]},
            id=uuid.uuid4(),
            tenant_id=launch.tenant_id,
            platform_id=launch.platform_id,
            section_id=arrival.section_id,
            resource_link_id=launch.link.resource_link_id,
            content_kind=content_kind,
            content_id=content_id,
            line_item_url=line_item_url,
            line_items_url=launch.services.line_items_url,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["section_id", "resource_link_id"])
    )
    placement = session.scalars(
        select(Placement).where(
            Placement.section_id == arrival.section_id,
            Placement.resource_link_id == launch.link.resource_link_id,
        )
    ).one()
    if line_item_url and placement.line_item_url != line_item_url:
        placement.line_item_url = line_item_url
    if launch.services.line_items_url and placement.line_items_url != launch.services.line_items_url:
        placement.line_items_url = launch.services.line_items_url
    return placement


def count_uses(session: Session, tenant_id: uuid.UUID, content_kind: str) -> dict[str, int]:
    """In how many assignments of a district each module or quiz stands, by its id."""
    rows = session.execute(
        select(Placement.content_id, func.count())
        .where(Placement.tenant_id == tenant_id, Placement.content_kind == content_kind)
        .group_by(Placement.content_id)
    )
    return {row[0]: row[1] for row in rows}


def keep_own_column(
    session: Session, placement_id: uuid.UUID, person_id: uuid.UUID, line_item_url: str
) -> None:
    """Note with somebody's attempts which column their own launch gave."""
    session.execute(
        update(Attempt)
        .where(
            Attempt.placement_id == placement_id,
            Attempt.person_id == person_id,
            Attempt.line_item_url.is_distinct_from(line_item_url),
        )
        .values(line_item_url=line_item_url)
    )


def move_column(session: Session, placement: Placement, line_item_url: str) -> None:
    """The column of an assignment has another address from now on, for all who had the old one."""
    session.execute(
        update(Attempt)
        .where(Attempt.placement_id == placement.id, Attempt.line_item_url == placement.line_item_url)
        .values(line_item_url=line_item_url)
    )
    placement.line_item_url = line_item_url


def other_columns(session: Session, placement: Placement) -> set[str]:
    """Addresses of the columns of all other assignments of the class."""
    rows = session.scalars(
        select(Placement.line_item_url).where(
            Placement.section_id == placement.section_id, Placement.id != placement.id
        )
    )
    return {url for url in rows if url}


def find_points(launch: Launch) -> float | None:
    """The column's maximum from the custom parameter `points`; a value that is no positive number is not taken."""
    text = launch.custom.get("points", "")
    try:
        points = float(text)
    except ValueError:
        return None
    return points if 0 < points <= 10_000 else None


def start_or_resume(
    session: Session,
    placement: Placement,
    person_id: uuid.UUID,
    *,
    snapshot: Snapshot,
    standing: Standing,
    terms: Terms | None,
    fewer_choices: int = 0,
    now: datetime,
    line_item_url: str | None = None,
) -> Attempt:
    """The person's open attempt, or a new one pinned to the given snapshot. Safe on two devices at once.

    `terms`: what holds for the person; None: a teacher's preview. `line_item_url`: the column that this person's own launch gave, where it
    began with one.
    """
    known = find_open_attempt(session, placement.id, person_id)
    if known is not None:
        return known
    attempt_id, seed = uuid.uuid4(), secrets.randbits(48)
    before = _attempt_to_mend(session, placement, person_id, terms)
    drawn = list(before[0].drawn) if before else _draw(session, placement, person_id, snapshot, seed)
    item_ids = [*snapshot.activity_ids, *drawn] if before is None else []
    session.execute(
        insert(Attempt)
        .values(
            id=attempt_id,
            tenant_id=placement.tenant_id,
            placement_id=placement.id,
            person_id=person_id,
            number=_next_number(session, placement.id, person_id),
            snapshot_hash=before[0].snapshot_hash if before else snapshot.hash,
            seed=before[0].seed if before else seed,
            drawn=drawn,
            carried=sorted(before[1]) if before else [],
            hidden=before[0].hidden if before else hidden_options(snapshot, item_ids, fewer_choices, seed),
            step=0,
            is_preview=terms is None,
            started_at=now,
            ends_at=end_of(terms, now) if terms else None,
            school_year=standing.school_year,
            school_id=standing.school_id,
            grade=standing.grade,
            section_id=standing.section_id,
            line_item_url=line_item_url or own_column(session, placement.id, person_id),
        )
        .on_conflict_do_nothing()
    )
    attempt = find_open_attempt(session, placement.id, person_id)
    if attempt is None:
        raise NotFoundError("The activity could not be started. Open it again from your course.")
    if attempt.id == attempt_id:
        if before is not None:
            _carry_over(session, before[0], attempt)
        log_event(session, attempt, name="started", seq=0, now=now, data={"number": attempt.number})
    return attempt


def _attempt_to_mend(
    session: Session, placement: Placement, person_id: uuid.UUID, terms: Terms | None
) -> tuple[Attempt, frozenset[str]] | None:
    """The last finished attempt, where a further one asks only what was missed in it, and the items that it hands on."""
    if (
        terms is not None
    ):  # a teacher's word on what is handed on waits for this attempt, or this one for the word
        own = (Attempt.placement_id == placement.id, Attempt.person_id == person_id, stands())
        finished = select(Attempt.id).where(*own, Attempt.finished_at.is_not(None)).order_by(Attempt.number)
        session.execute(finished.with_for_update(read=True))
    done = finished_attempts(session, placement.id, person_id) if terms else []
    if terms is None or not done:
        return None
    rows = responses_of(session, done[-1])
    asked = dict.fromkeys(done[-1].drawn, 0.0)
    ratios = asked | {item_id: row.best_ratio or 0.0 for item_id, row in rows.items() if row.tries}
    carried = carried_over(terms.policy, ratios)
    return (done[-1], carried) if carried else None


def _carry_over(session: Session, before: Attempt, attempt: Attempt) -> None:
    """The carried items' answers and scores, and a teacher's words on them, as they were."""
    answers = rows_of(session, ResponseRow, before.id, ResponseRow.item_id.in_(attempt.carried))
    is_word = (Marking.item_id.in_(attempt.carried), Marking.ratio.is_not(None))
    words = rows_of(session, Marking, before.id, *is_word)
    write_rows(session, ResponseRow, answers, attempt.id)
    write_rows(session, Marking, words, attempt.id)


def own_column(session: Session, placement_id: uuid.UUID, person_id: uuid.UUID) -> str | None:
    """The column that the person's launches gave so far."""
    return session.scalar(
        select(Attempt.line_item_url)
        .where(Attempt.placement_id == placement_id, Attempt.person_id == person_id)
        .order_by(Attempt.number.desc())
        .limit(1)
    )


def stands() -> ColumnElement[bool]:
    """Attempts that count: not set aside by a teacher's reset. Every query that counts, goes on with or hands in attempts asks it."""
    return Attempt.set_aside_at.is_(None)


def find_open_attempt(session: Session, placement_id: uuid.UUID, person_id: uuid.UUID) -> Attempt | None:
    return session.scalar(
        select(Attempt).where(
            Attempt.placement_id == placement_id,
            Attempt.person_id == person_id,
            Attempt.finished_at.is_(None),
            stands(),
        )
    )


def find_last_finished(session: Session, placement_id: uuid.UUID, person_id: uuid.UUID) -> Attempt | None:
    return session.scalar(
        select(Attempt)
        .where(
            Attempt.placement_id == placement_id,
            Attempt.person_id == person_id,
            Attempt.finished_at.is_not(None),
            stands(),
        )
        .order_by(Attempt.number.desc())
        .limit(1)
    )


def finished_attempts(session: Session, placement_id: uuid.UUID, person_id: uuid.UUID) -> list[Attempt]:
    """The person's finished attempts here that count, the first one first."""
    return list(
        session.scalars(
            select(Attempt)
            .where(
                Attempt.placement_id == placement_id,
                Attempt.person_id == person_id,
                Attempt.finished_at.is_not(None),
                Attempt.is_preview.is_(False),
                stands(),
            )
            .order_by(Attempt.number)
        )
    )


def newest_finished(
    session: Session, *, placement_id: uuid.UUID | None = None, person_id: uuid.UUID | None = None
) -> list[tuple[Placement, Attempt]]:
    """The last finished attempt that counts of everybody at an assignment, or of a person everywhere."""
    query = select(Placement, Attempt).join(Attempt, Attempt.placement_id == Placement.id)
    query = query.where(Attempt.finished_at.is_not(None), Attempt.is_preview.is_(False), stands())
    if placement_id is not None:
        query = query.where(Attempt.placement_id == placement_id)
    if person_id is not None:
        query = query.where(Attempt.person_id == person_id)
    query = query.ext(distinct_on(Attempt.placement_id, Attempt.person_id))
    rows = session.execute(query.order_by(Attempt.placement_id, Attempt.person_id, Attempt.number.desc()))
    return [(row[0], row[1]) for row in rows]


def last_finished_at(attempts: Iterable[Attempt]) -> datetime | None:
    return max((each.finished_at for each in attempts if each.finished_at is not None), default=None)


def ended_attempts(session: Session, *, now: datetime, limit: int = 100) -> list[uuid.UUID]:
    """Attempts under way whose time is over, of all districts, the longest ago first."""
    return list(
        session.scalars(
            select(Attempt.id)
            .where(Attempt.finished_at.is_(None), Attempt.ends_at <= now - SLACK, stands())
            .order_by(Attempt.ends_at)
            .limit(limit)
        )
    )


def take_ended(session: Session, attempt_id: uuid.UUID, *, now: datetime) -> Attempt | None:
    """Lock an attempt whose time is over. None when it was finished meanwhile, has more time now, or is in other hands."""
    attempt = session.scalar(
        select(Attempt)
        .where(Attempt.id == attempt_id, Attempt.finished_at.is_(None), stands())
        .with_for_update(skip_locked=True)
    )
    return attempt if attempt is not None and has_ended(attempt.ends_at, now) else None


def _next_number(session: Session, placement_id: uuid.UUID, person_id: uuid.UUID) -> int:
    last = session.scalar(
        select(func.max(Attempt.number)).where(
            Attempt.placement_id == placement_id, Attempt.person_id == person_id
        )
    )
    return (last or 0) + 1


def _draw(
    session: Session, placement: Placement, person_id: uuid.UUID, snapshot: Snapshot, seed: int
) -> list[str]:
    """The questions of a new attempt; none in a lesson without a quiz."""
    if snapshot.question_count == 0:
        return []
    return list(snapshot.draw_quiz(seed, _seen_items(session, placement.id, person_id)))


def _seen_items(session: Session, placement_id: uuid.UUID, person_id: uuid.UUID) -> set[str]:
    """Questions this person was asked here before: new attempts ask others first."""
    rows = session.scalars(
        select(Attempt.drawn).where(Attempt.placement_id == placement_id, Attempt.person_id == person_id)
    )
    return {item_id for drawn in rows for item_id in drawn}


def get_own_attempt(
    session: Session, access: Access, attempt_id: uuid.UUID, *, for_update: bool = False
) -> Attempt:
    """An attempt of the person themselves. Raises NotFoundError for anybody else's."""
    statement = select(Attempt).where(
        Attempt.id == attempt_id, Attempt.tenant_id == access.tenant_id, Attempt.person_id == access.person_id
    )
    attempt = session.scalar(statement.with_for_update() if for_update else statement)
    if attempt is None:
        raise NotFoundError
    return attempt


def list_own_work(session: Session, access: Access) -> list[tuple[Placement, Attempt]]:
    """The newest attempt at each assignment somebody has worked on, the one begun last first."""
    later = aliased(Attempt)
    is_overtaken = exists().where(
        later.placement_id == Attempt.placement_id,
        later.person_id == Attempt.person_id,
        later.is_preview.is_(False),
        later.set_aside_at.is_(None),
        later.number > Attempt.number,
    )
    rows = session.execute(
        select(Placement, Attempt)
        .join(Attempt, Attempt.placement_id == Placement.id)
        .where(
            Attempt.tenant_id == access.tenant_id,
            Attempt.person_id == access.person_id,
            Attempt.is_preview.is_(False),
            stands(),
            ~is_overtaken,
        )
        .order_by(Attempt.started_at.desc())
    )
    return [(row[0], row[1]) for row in rows]


def find_attempt_in_section(
    session: Session, tenant_id: uuid.UUID, section_id: uuid.UUID, attempt_id: uuid.UUID
) -> Attempt | None:
    """A graded attempt at an assignment of this class, or None; who may read it, the page decides."""
    return session.scalar(
        select(Attempt)
        .join(Placement, Placement.id == Attempt.placement_id)
        .where(
            Attempt.id == attempt_id,
            Attempt.tenant_id == tenant_id,
            Attempt.is_preview.is_(False),
            Placement.section_id == section_id,
        )
    )


def find_newest_link(session: Session, section_id: uuid.UUID) -> str | None:
    """The newest of our resource links in a class: the LMS answers questions about links only for our own."""
    return session.scalar(
        select(Placement.resource_link_id)
        .where(Placement.section_id == section_id)
        .order_by(Placement.created_at.desc())
        .limit(1)
    )


def get_taught_placement(session: Session, access: Access, placement_id: uuid.UUID) -> Placement:
    """A placement in a class the person teaches. Raises NotFoundError for others."""
    placement = session.scalar(
        select(Placement).where(
            Placement.id == placement_id,
            Placement.tenant_id == access.tenant_id,
            Placement.section_id.in_(access.section_ids),
        )
    )
    if placement is None:
        raise NotFoundError
    return placement


def find_placement(session: Session, access: Access, placement_id: uuid.UUID) -> Placement | None:
    """A placement of the person's district; whether it is theirs to play, their role in its class decides."""
    return session.scalar(
        select(Placement).where(Placement.id == placement_id, Placement.tenant_id == access.tenant_id)
    )


def get_placement(session: Session, placement_id: uuid.UUID) -> Placement:
    """A placement the caller got from a scoped record."""
    return session.get_one(Placement, placement_id)


def list_placements(session: Session, access: Access, section_id: uuid.UUID) -> list[Placement]:
    """The placements of a class the person teaches."""
    if section_id not in access.section_ids:
        raise NotFoundError
    return list(
        session.scalars(
            select(Placement)
            .where(Placement.section_id == section_id, Placement.tenant_id == access.tenant_id)
            .order_by(Placement.created_at, Placement.title)
        )
    )


def attempts_of_placement(
    session: Session, access: Access, placement_id: uuid.UUID, *, with_set_aside: bool = False
) -> list[Attempt]:
    """All graded attempts of an assignment that stand, or all ever made, oldest first; the caller has checked the placement."""
    query = select(Attempt).where(
        Attempt.placement_id == placement_id,
        Attempt.tenant_id == access.tenant_id,
        Attempt.is_preview.is_(False),
    )
    if not with_set_aside:
        query = query.where(stands())
    return list(session.scalars(query.order_by(Attempt.person_id, Attempt.number)))


def lock_attempts(session: Session, placement: Placement, person_id: uuid.UUID) -> list[Attempt]:
    """All graded attempts of a person at an assignment that the caller was given, oldest first, locked."""
    query = select(Attempt).where(
        Attempt.placement_id == placement.id, Attempt.person_id == person_id, Attempt.is_preview.is_(False)
    )
    return list(
        session.scalars(
            query.order_by(Attempt.number).with_for_update().execution_options(populate_existing=True)
        )
    )


def responses_of(session: Session, attempt: Attempt) -> dict[str, ResponseRow]:
    """The responses of an attempt the caller was given, by item id."""
    rows = session.scalars(select(ResponseRow).where(ResponseRow.attempt_id == attempt.id))
    return {row.item_id: row for row in rows}


def get_handed_in(
    session: Session, access: Access, placement: Placement, attempt_id: uuid.UUID, *, for_update: bool = False
) -> Attempt:
    """A finished attempt at an assignment that the caller was given as one they teach. Raises NotFoundError."""
    statement = select(Attempt).where(
        Attempt.id == attempt_id,
        Attempt.tenant_id == access.tenant_id,
        Attempt.placement_id == placement.id,
        Attempt.is_preview.is_(False),
        Attempt.finished_at.is_not(None),
        Attempt.kept_of_id.is_(None),
    )
    attempt = session.scalar(statement.with_for_update() if for_update else statement)
    if attempt is None:
        raise NotFoundError
    return attempt


def is_any_pending(session: Session, attempt: Attempt) -> bool:
    """Whether something of this person's work here waits for a teacher: then their grade is not final."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Attempt.placement_id == attempt.placement_id,
                    Attempt.person_id == attempt.person_id,
                    Attempt.is_preview.is_(False),
                    Attempt.is_pending.is_(True),
                    stands(),
                )
            )
        )
    )


def checks_that_count(session: Session, attempt: Attempt) -> list[Event]:
    """What its student checked themselves, in order; an undone reopening takes the checks after it along."""
    return [event for event in _events_that_stand(session, attempt) if event.name == "checked"]


def reopenings_that_stand(session: Session, attempt: Attempt) -> list[Event]:
    """The reopenings that were not undone, in order."""
    return [event for event in _events_that_stand(session, attempt) if event.name == "reopened"]


def _events_that_stand(session: Session, attempt: Attempt) -> list[Event]:
    """Checks and reopenings, in order, without each reopening that was undone and what came after it until then."""
    names = ("checked", "reopened", "put_back")
    events = select(Event).where(Event.attempt_id == attempt.id, Event.name.in_(names)).order_by(Event.id)
    found: list[Event] = []
    for event in session.scalars(events):
        if event.name != "put_back":
            found.append(event)
            continue
        while found and found.pop().name != "reopened":
            pass
    return found


def log_event(
    session: Session,
    attempt: Attempt,
    *,
    name: str,
    seq: int,
    now: datetime,
    item_id: str | None = None,
    client: str = SERVER,
    data: dict[str, object] | None = None,
) -> bool:
    """Write an event; False when this (attempt, client, seq) was written before."""
    written = session.execute(
        insert(Event)
        .values(
            tenant_id=attempt.tenant_id,
            attempt_id=attempt.id,
            item_id=item_id,
            client=client,
            seq=seq,
            at=now,
            name=name,
            data=data or {},
        )
        .on_conflict_do_nothing(index_elements=["attempt_id", "client", "seq"])
        .returning(Event.id)
    ).scalar()
    return written is not None

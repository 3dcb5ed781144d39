"""Correct it once: after a key or a bank's question was changed, every finished attempt is scored by it, and the grades that change are sent.

A run goes through the attempts twice. While it counts, each attempt is scored anew and put back, so what is shown before anything is done is
what will be done. Then, once somebody says so, it is done. Every attempt is one transaction, together with how far the run is: a
worker that is killed leaves nothing half done, and whoever takes the run up again goes on with the next attempt. An attempt that stands
as the new content says already is no longer found, so a second run changes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.content.changes import Edit, amend, list_edits
from lti_tool.content.snapshot import Snapshot
from lti_tool.content.store import get_snapshot, save_amended
from lti_tool.corrections.tables import RescoreChange, RescoreRun
from lti_tool.db.connect import transaction
from lti_tool.db.jobs import enqueue
from lti_tool.errors import ConflictError, NotFoundError
from lti_tool.facts.answers import ScoredAnswer
from lti_tool.facts.people import Access
from lti_tool.flow import count_questions, queue_grade
from lti_tool.gradebook.due import find_grade
from lti_tool.gradebook.tables import Grade
from lti_tool.mastery.relearn import relearn
from lti_tool.people.identity import hold_root
from lti_tool.people.standing import is_test_student
from lti_tool.placing import publish_content
from lti_tool.player.rescore import Rescored, rescore
from lti_tool.player.responses import as_bank_item
from lti_tool.player.tables import Attempt, Placement
from lti_tool.reports.record import correct
from lti_tool.tool import Tool

RESCORE_TASK = "rescore"
APPLIED: tuple[Edit, ...] = ("cosmetic", "scoring")
"""Edits that finished attempts are brought up to."""


@dataclass(frozen=True, kw_only=True)
class Outdated:
    """A module or quiz of which finished attempts would be scored otherwise by its present content."""

    content_kind: str
    content_id: str
    old_hash: str
    """One of the older snapshots, to show how items stood."""
    edits: dict[str, Edit]
    """By item, over all older snapshots in use."""
    attempts: int


def list_outdated(tool: Tool, access: Access) -> list[Outdated]:
    """What was changed since attempts of the caller's schools were made, where a key or points are among it."""
    found: dict[tuple[str, str], Outdated] = {}
    with transaction(tool.sessions) as session:
        held = tool.held(session, access.tenant_id)
        rows = session.execute(
            select(Placement.content_kind, Placement.content_id, Attempt.snapshot_hash, func.count())
            .join(Placement, Placement.id == Attempt.placement_id)
            .where(*_finished(access.tenant_id, _schools_of(access)))
            .group_by(Placement.content_kind, Placement.content_id, Attempt.snapshot_hash)
            .order_by(Placement.content_kind, Placement.content_id)
        ).all()
        for kind, content_id, old_hash, count in rows:
            if not held.has(kind, content_id):
                continue
            edits = list_edits(get_snapshot(session, old_hash), held.get(kind, content_id))
            if "scoring" not in edits.values():
                continue
            known = found.get((kind, content_id))
            found[kind, content_id] = Outdated(
                content_kind=kind,
                content_id=content_id,
                old_hash=old_hash,
                edits=(known.edits if known else {}) | edits,
                attempts=(known.attempts if known else 0) + count,
            )
    return list(found.values())


def start_run(tool: Tool, access: Access, kind: str, content_id: str) -> uuid.UUID:
    """Begin to work out what would change; the worker goes on with it."""
    with transaction(tool.sessions) as session:
        snapshot = publish_content(session, tool.held(session, access.tenant_id), kind, content_id)
        schools = _schools_of(access)
        run = RescoreRun(
            id=uuid.uuid4(),
            tenant_id=access.tenant_id,
            content_kind=kind,
            content_id=content_id,
            snapshot_hash=snapshot.hash,
            school_ids=None if schools is None else [str(each) for each in schools],
            asked_by=access.person_id,
            state="counting",
            done=0,
            created_at=tool.clock(),
        )
        run.total = _count(session, run)
        session.add(run)
        session.flush()
        _queue(session, run)
        return run.id


def confirm_run(tool: Tool, access: Access, run_id: uuid.UUID) -> None:
    """Do what was worked out. Raises NotFoundError for others' runs, ConflictError while it is not ready."""
    with transaction(tool.sessions) as session:
        run = get_run(session, access, run_id, for_update=True)
        if run.state in ("applying", "done"):
            return
        if run.state != "ready":
            raise ConflictError("This is still being worked out. Load the page again in a moment.")
        held = tool.held(session, run.tenant_id)
        kind, content_id = run.content_kind, run.content_id
        if held.has(kind, content_id) and held.get(kind, content_id).hash != run.snapshot_hash:
            raise ConflictError("The questions have changed since this was worked out. Begin it anew.")
        run.state, run.last_attempt, run.done, run.total = "applying", None, 0, _count(session, run)
        _queue(session, run)


def get_run(session: Session, access: Access, run_id: uuid.UUID, *, for_update: bool = False) -> RescoreRun:
    """A run of the caller's district and schools. Raises NotFoundError."""
    query = select(RescoreRun).where(RescoreRun.id == run_id, RescoreRun.tenant_id == access.tenant_id)
    run = session.scalar(query.with_for_update() if for_update else query)
    mine = {str(each) for each in access.school_ids}
    is_mine = run is not None and run.school_ids is not None and set(run.school_ids) <= mine
    if run is None or not (access.is_district_specialist or is_mine):
        raise NotFoundError
    return run


def go_on(
    tool: Tool,
    run_id: uuid.UUID,
    *,
    is_stopping: Callable[[], bool] = lambda: False,
    tell: Callable[[int, int], object] = lambda done, total: None,
) -> str:
    """Take a run up where it stands, until it is ready or done, or until it is told to stop. Gives the state it is in then.

    `tell` hears after each attempt how many of how many are done.
    """
    while not is_stopping():
        with transaction(tool.sessions) as session:
            run = session.scalar(select(RescoreRun).where(RescoreRun.id == run_id).with_for_update())
            if run is None or run.state in ("ready", "done"):
                return run.state if run else "done"
            _step(session, run, tool.clock())
        tell(run.done, run.total)
    return "stopped"


def unfinished_runs(session: Session) -> list[RescoreRun]:
    """Runs that wait for a worker, the oldest first."""
    query = select(RescoreRun).where(RescoreRun.state.in_(["counting", "applying"]))
    return list(session.scalars(query.order_by(RescoreRun.created_at)))


def changes_of(session: Session, run: RescoreRun) -> list[RescoreChange]:
    """What a run the caller was given changes, those that change most first."""
    found = session.scalars(select(RescoreChange).where(RescoreChange.run_id == run.id))
    return sorted(found, key=lambda each: (-abs(each.after - each.before), each.attempt_id))


def _step(session: Session, run: RescoreRun, now: datetime) -> None:
    """One attempt, or the end of the run's state. The run's row is locked."""
    attempt = _next(session, run)
    if attempt is None:
        run.state = "ready" if run.state == "counting" else "done"
        run.finished_at = now if run.state == "done" else None
        return
    attempt_id = attempt.id
    new = get_snapshot(session, run.snapshot_hash)
    target = amend(get_snapshot(session, attempt.snapshot_hash), new, APPLIED)
    save_amended(session, target)
    if run.state == "counting":
        _try_out(session, run, attempt, target, now)
    else:
        _bring_up(session, run, attempt, target, now)
    run.last_attempt, run.done = attempt_id, run.done + 1


def _next(session: Session, run: RescoreRun) -> Attempt | None:
    """The next attempt that the run's content would change, locked."""
    query = select(Attempt).where(*_candidates(session, run)).order_by(Attempt.id).limit(1)
    if run.last_attempt is not None:
        query = query.where(Attempt.id > run.last_attempt)
    return session.scalar(query.with_for_update())


def _count(session: Session, run: RescoreRun) -> int:
    return session.scalar(select(func.count()).select_from(Attempt).where(*_candidates(session, run))) or 0


def _candidates(session: Session, run: RescoreRun) -> list[ColumnElement[bool]]:
    """Finished attempts at this content whose snapshot the run's content would amend."""
    schools = None if run.school_ids is None else [uuid.UUID(each) for each in run.school_ids]
    placements = select(Placement.id).where(
        Placement.tenant_id == run.tenant_id,
        Placement.content_kind == run.content_kind,
        Placement.content_id == run.content_id,
    )
    own = [*_finished(run.tenant_id, schools), Attempt.placement_id.in_(placements)]
    hashes = session.scalars(select(Attempt.snapshot_hash).where(*own).distinct()).all()
    new = get_snapshot(session, run.snapshot_hash)
    outdated = [each for each in hashes if amend(get_snapshot(session, each), new, APPLIED).hash != each]
    return [*own, Attempt.snapshot_hash.in_(outdated)]


def _finished(tenant_id: uuid.UUID, schools: list[uuid.UUID] | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Attempt.tenant_id == tenant_id,
        Attempt.finished_at.is_not(None),
        Attempt.is_preview.is_(False),
        Attempt.kept_of_id.is_(None),
    ]
    return found if schools is None else [*found, Attempt.school_id.in_(schools)]


def _schools_of(access: Access) -> list[uuid.UUID] | None:
    return None if access.is_district_specialist else sorted(access.school_ids)


def _try_out(session: Session, run: RescoreRun, attempt: Attempt, target: Snapshot, now: datetime) -> None:
    """Score and send, look what came of it, and put all of it back."""
    key, before = _key(run, attempt), _points_of(session, attempt)
    trial = session.begin_nested()
    scored = rescore(session, attempt, target, now=now)
    grade = queue_grade(session, attempt, now) if scored.before != scored.after else None
    after = _points(grade) if grade is not None else before
    trial.rollback()
    if scored.before != scored.after:
        _note(session, key, scored, before, after)


def _bring_up(session: Session, run: RescoreRun, attempt: Attempt, target: Snapshot, now: datetime) -> None:
    """Score by the new content; grade, mastery and analysis follow."""
    before = _points_of(session, attempt)
    scored = rescore(session, attempt, target, now=now)
    if scored.before != scored.after:
        after = send_if_changed(session, attempt, before, now)
        _note(session, _key(run, attempt), scored, before, after, applied_at=now)
    follow(session, attempt, target, scored, now)


def score_again(session: Session, attempt: Attempt, snapshot: Snapshot, now: datetime) -> Rescored:
    """Score a finished attempt by its own content, after what counts in it was decided otherwise; the grade follows. Its row must be locked."""
    before = _points_of(session, attempt)
    scored = rescore(session, attempt, snapshot, now=now)
    if scored.before != scored.after:
        send_if_changed(session, attempt, before, now)
    return scored


def send_if_changed(session: Session, attempt: Attempt, before: float | None, now: datetime) -> float | None:
    """The grade goes out again only when its points are others than before: another attempt of the person may count. Gives the points."""
    trial = session.begin_nested()
    after = _points(queue_grade(session, attempt, now))
    if after == before:
        trial.rollback()
    else:
        trial.commit()
    return after


def follow(session: Session, attempt: Attempt, snapshot: Snapshot, scored: Rescored, now: datetime) -> None:
    """What a person is known to be able to do, and the analysis of questions, after an attempt was scored anew."""
    if is_test_student(session, attempt.person_id):
        return
    learn_again(session, attempt, snapshot, scored.answers, now)
    count_questions(session, attempt, snapshot)


def learn_again(
    session: Session, attempt: Attempt, snapshot: Snapshot, answers: Sequence[ScoredAnswer], now: datetime
) -> None:
    """What was learned from answers that have been scored anew is learned again, in the order in which they were given."""
    standings = relearn(
        session,
        tenant_id=attempt.tenant_id,
        person_id=hold_root(session, attempt.person_id),
        attempt_id=attempt.id,
        answers=answers,
        bank=[as_bank_item(snapshot.item(item_id)) for item_id in snapshot.item_ids],
        now=now,
    )
    if standings:
        correct(session, standings, attempt.school_year, now=now)


def _points_of(session: Session, attempt: Attempt) -> float | None:
    return _points(find_grade(session, attempt.placement_id, attempt.person_id))


def _points(grade: Grade | None) -> float | None:
    return None if grade is None else grade.wanted_score


def _key(run: RescoreRun, attempt: Attempt) -> dict[str, object]:
    return {
        "run_id": run.id,
        "attempt_id": attempt.id,
        "tenant_id": attempt.tenant_id,
        "placement_id": attempt.placement_id,
        "person_id": attempt.person_id,
    }


def _note(
    session: Session,
    key: dict[str, object],
    scored: Rescored,
    grade_before: float | None,
    grade_after: float | None,
    *,
    applied_at: datetime | None = None,
) -> None:
    values = {
        "before": scored.before,
        "after": scored.after,
        "grade_before": grade_before,
        "grade_after": grade_after,
        "applied_at": applied_at,
    }
    session.execute(
        insert(RescoreChange)
        .values(key | values)
        .on_conflict_do_update(index_elements=["run_id", "attempt_id"], set_=values)
    )


def _queue(session: Session, run: RescoreRun) -> None:
    enqueue(session, RESCORE_TASK, {"run_id": str(run.id)}, queue="upkeep")

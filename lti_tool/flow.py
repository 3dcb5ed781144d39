"""The product on one page: launch, answer, check, finish, deliver.

Each function is one use case and one transaction (delivery is several short ones, with the HTTP between them). What they need besides the
session comes in one frozen `Tool`; nothing here knows Flask.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.orm import Session

from lti_tool.columns import column_of, compare_column, find_column
from lti_tool.content.changes import WORDS, amend
from lti_tool.content.snapshot import Snapshot
from lti_tool.content.store import get_snapshot, save_amended
from lti_tool.db.connect import transaction
from lti_tool.db.jobs import enqueue
from lti_tool.errors import ForbiddenError, NotFoundError
from lti_tool.facts.answers import Outcome, ScoredAnswer
from lti_tool.facts.launch import Launch, Role
from lti_tool.facts.people import Access, Standing
from lti_tool.gradebook.deliver import Delivery, deliver_due
from lti_tool.gradebook.due import due, find_decision, find_grade, platforms_with_due_grades
from lti_tool.gradebook.tables import Grade
from lti_tool.grading import attempt_ratio
from lti_tool.interactions.contract import Form
from lti_tool.lti.deployments import want_notices
from lti_tool.lti.spec import NOTICES_PATH
from lti_tool.lti.verify import CheckedLaunch, accept_launch
from lti_tool.mastery.again import learned_items
from lti_tool.mastery.learn import learn
from lti_tool.people.accommodations import find_accommodation
from lti_tool.people.arrive import arrive
from lti_tool.people.identity import hold_root
from lti_tool.people.roster import request_sync
from lti_tool.people.sessions import TEACHING_ROLES, open_session
from lti_tool.people.standing import (
    find_language,
    find_locale,
    find_role,
    find_subject,
    is_test_student,
    standing_of,
)
from lti_tool.placing import find_placement_of, publish, title_of
from lti_tool.player.asked import asked_item, asked_versions
from lti_tool.player.attempts import (
    ended_attempts,
    find_attempt_in_section,
    find_last_finished,
    find_open_attempt,
    find_placement,
    get_own_attempt,
    get_placement,
    get_taught_placement,
    is_any_pending,
    log_event,
    place,
    start_or_resume,
    take_ended,
)
from lti_tool.player.offers import keep_request
from lti_tool.player.reopening import let_words_stand
from lti_tool.player.responses import (
    Sender,
    as_bank_item,
    check_response,
    has_open_response,
    has_pending,
    next_seq,
    parse_response,
    require_open,
    save_response,
    saved_before,
    score_all,
    take_hint,
)
from lti_tool.player.rules import has_ended, is_playable, told
from lti_tool.player.sheets import find_sheet
from lti_tool.player.steps import is_reachable, list_steps
from lti_tool.player.tables import Attempt, Placement
from lti_tool.reports.questions.note import note_first_attempt
from lti_tool.reports.record import record
from lti_tool.rulings import counted_for, opening_for, terms_for
from lti_tool.tool import Tool

NOTICES_TASK = "ask_for_notices"
View = Literal["attempt", "result", "assignment", "student", "waiting", "library", "class", "board", "home"]


@dataclass(frozen=True, kw_only=True)
class Landing:
    """Where a launch leads: the token for its pages, and which page is first."""

    token: str
    view: View
    attempt_id: uuid.UUID | None = None
    placement_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    section_id: uuid.UUID | None = None
    step: int = 0


# ---- launch -----------------------------------------------------------------------------------------------------------


def launch(
    tool: Tool, checked: CheckedLaunch, *, parent_origin: str | None, locale: str, browser: str | None
) -> Landing:
    """A checked launch is used up and becomes records, a session and, for a student with an assignment, an open attempt.

    `locale` is the LMS's word; what the person chose in the tool before outweighs it. If anything fails, the launch is unused again.
    """
    now = tool.clock()
    with transaction(tool.sessions) as session:
        launched = accept_launch(session, checked, now=now)
        arrival = arrive(session, launched, now=now, year_starts=tool.settings.school_year_starts)
        placement = find_placement_of(session, tool, launched, arrival, now)
        if arrival.section_id is not None and launched.role.value in TEACHING_ROLES:
            request_sync(session, arrival.section_id)
        _request_notices(session, tool, launched, now)
        token, row = open_session(
            session,
            limits=tool.limits,
            now=now,
            browser=browser,
            tenant_id=launched.tenant_id,
            platform_id=launched.platform_id,
            person_id=arrival.person_id,
            section_id=arrival.section_id,
            placement_id=placement.id if placement else None,
            role=launched.role.value,
            locale=find_locale(session, arrival.person_id) or locale,
            return_url=launched.return_url,
            parent_origin=parent_origin,
        )
        keep_request(session, launched, arrival, row.id, now=now)
        return _landing(session, tool, launched, placement, row.person_id, arrival.section_id, token, now)


def place_content(tool: Tool, launched: Launch, *, kind: str, content_id: str) -> uuid.UUID:
    """Put a module or quiz into the launch's course, as its resource link, without opening it."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        arrival = arrive(session, launched, now=now, year_starts=tool.settings.school_year_starts)
        title = title_of(tool.held(session, launched.tenant_id), kind, content_id)
        return place(
            session,
            launched,
            arrival,
            content_kind=kind,
            content_id=content_id,
            title=title,
            now=now,
            line_item_url=launched.services.line_item_url,
        ).id


def _landing(
    session: Session,
    tool: Tool,
    launched: Launch,
    placement: Placement | None,
    person_id: uuid.UUID | None,
    section_id: uuid.UUID | None,
    token: str,
    now: datetime,
) -> Landing:
    if person_id is None:
        raise NotFoundError
    shown = _shown_attempt(session, launched, section_id)
    if shown is not None and launched.role.value in TEACHING_ROLES:
        return _student_landing(shown, token)
    if shown is not None and shown.person_id == person_id and shown.finished_at is not None:
        return Landing(token=token, view="result", attempt_id=shown.id)
    if launched.message == "deep_linking":
        return Landing(token=token, view="library")
    if placement is None:
        return Landing(token=token, view=_home_view(launched))
    if launched.role in (Role.INSTRUCTOR, Role.ASSISTANT):
        return Landing(
            token=token, view="assignment", placement_id=placement.id, section_id=placement.section_id
        )
    if launched.role is Role.DESIGNER:  # may look at the content, not at the class
        attempt = _start(session, tool, placement, person_id, is_preview=True, now=now)
        return Landing(token=token, view="attempt", attempt_id=attempt.id, step=attempt.step)
    if launched.role is not Role.LEARNER:
        return Landing(token=token, view="home")
    return _learner_landing(session, tool, launched, placement, person_id, token, now)


def _learner_landing(
    session: Session,
    tool: Tool,
    launched: Launch,
    placement: Placement,
    person_id: uuid.UUID,
    token: str,
    now: datetime,
) -> Landing:
    under_way = find_open_attempt(session, placement.id, person_id)
    if under_way is not None and has_ended(under_way.ends_at, now):
        _hand_in(session, under_way.id, now)
        under_way = find_open_attempt(session, placement.id, person_id)
    finished = find_last_finished(session, placement.id, person_id)
    if finished is not None and under_way is None:
        return Landing(token=token, view="result", attempt_id=finished.id)
    if not _may_play(session, placement, person_id, under_way, now):
        return Landing(token=token, view="waiting", placement_id=placement.id)
    attempt = _start(
        session,
        tool,
        placement,
        person_id,
        is_preview=False,
        now=now,
        line_item_url=placement.line_item_url if launched.services.line_item_url else None,
    )
    return Landing(token=token, view="attempt", attempt_id=attempt.id, step=attempt.step)


def _shown_attempt(session: Session, launched: Launch, section_id: uuid.UUID | None) -> Attempt | None:
    """The attempt that the launch's own address names, as SpeedGrader opens it; only one of the class it comes from."""
    named = parse_qs(urlsplit(launched.target_link_uri).query).get("attempt", [""])[0]
    try:
        attempt_id = uuid.UUID(named)
    except ValueError:
        return None
    if section_id is None:
        return None
    return find_attempt_in_section(session, launched.tenant_id, section_id, attempt_id)


def _student_landing(attempt: Attempt, token: str) -> Landing:
    return Landing(
        token=token,
        view="student",
        attempt_id=attempt.id,
        placement_id=attempt.placement_id,
        person_id=attempt.person_id,
    )


def _home_view(launched: Launch) -> View:
    wanted = launched.custom.get("view")
    if wanted == "board":
        return "board"
    is_teacher = launched.role in (Role.INSTRUCTOR, Role.ASSISTANT)
    return "class" if is_teacher and launched.context is not None else "home"


def _may_play(
    session: Session, placement: Placement, person_id: uuid.UUID, under_way: Attempt | None, now: datetime
) -> bool:
    """Whether a student may go on, or begin, under the assignment's rules."""
    terms = terms_for(session, placement, person_id)
    if under_way is not None:
        return is_playable(terms, under_way.ends_at, now)
    return opening_for(session, placement, terms, person_id, now=now).state == "open"


def _start(
    session: Session,
    tool: Tool,
    placement: Placement,
    person_id: uuid.UUID,
    *,
    is_preview: bool,
    now: datetime,
    line_item_url: str | None = None,
) -> Attempt:
    snapshot = publish(session, tool, placement)
    standing = standing_of(
        session,
        person_id,
        section_id=placement.section_id,
        now=now,
        year_starts=tool.settings.school_year_starts,
    )
    attempt = start_or_resume(
        session,
        placement,
        person_id,
        snapshot=snapshot,
        standing=standing,
        terms=None if is_preview else terms_for(session, placement, person_id),
        fewer_choices=0 if is_preview else find_accommodation(session, person_id).fewer_choices,
        now=now,
        line_item_url=line_item_url,
    )
    _mend_words(session, attempt, snapshot, now)
    return attempt


def _mend_words(session: Session, attempt: Attempt, newest: Snapshot, now: datetime) -> None:
    """A typo that was mended meanwhile is mended in an attempt under way, too; nothing else of the newest content reaches it."""
    old = get_snapshot(session, attempt.snapshot_hash)
    mended = amend(old, newest, WORDS)
    if mended.hash != old.hash:
        save_amended(session, mended)
        pins: dict[str, object] = {"from": old.hash, "to": mended.hash}
        log_event(session, attempt, name="mended", seq=next_seq(session, attempt), now=now, data=pins)
        attempt.snapshot_hash = mended.hash


def begin_attempt(tool: Tool, access: Access, placement_id: uuid.UUID) -> uuid.UUID:
    """Start (or go on with) an attempt from a page: a student's next try, or a teacher's preview, by their role in the class."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        placement = find_placement(session, access, placement_id)
        role = find_role(session, placement.section_id, access.person_id) if placement else None
        if placement is None or access.person_id is None or role in (None, Role.OBSERVER, Role.NONE):
            raise NotFoundError
        is_preview = role is not Role.LEARNER
        under_way = find_open_attempt(session, placement.id, access.person_id)
        if not is_preview and not _may_play(session, placement, access.person_id, under_way, now):
            raise ForbiddenError(
                "This assignment cannot be started now: it is not open, all its attempts are used up, or the next one has to wait a while."
            )
        return _start(session, tool, placement, access.person_id, is_preview=is_preview, now=now).id


# ---- answer, check ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What a student did on a page: everything in its form, who sent it, and what they asked for."""

    form: Form
    sender: Sender
    item_ids: tuple[str, ...]
    held_back: Mapping[str, timedelta] = field(default_factory=dict)
    """How long ago answers were given that could not be sent then."""
    is_whole_page: bool = False
    """A posted form: an item of the page without fields has been emptied."""
    check: str | None = None
    """The item to check, if any."""
    hint: str | None = None
    """The item to open a hint of, if any."""
    act: tuple[str, str] | None = None
    """The item with a memory that goes on, and how: its form holds the same."""
    go_to: int | None = None
    """The step to remember as the place to come back to."""


def take_turn(tool: Tool, access: Access, attempt_id: uuid.UUID, turn: Turn) -> int:
    """Save every answer of the page, then check or hint as asked. Gives how many answers were news."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        attempt = get_own_attempt(session, access, attempt_id, for_update=True)
        if turn.check or turn.hint:
            require_open(attempt)
        placement = get_placement(session, attempt.placement_id)
        terms = terms_for(session, placement, attempt.person_id)
        if turn.item_ids and not attempt.is_preview and not is_playable(terms, attempt.ends_at, now):
            raise ForbiddenError(
                "This assignment is closed, so answers are no longer taken. What was saved before counts."
            )
        tells = told(terms, is_preview=attempt.is_preview, now=now)
        snapshot = get_snapshot(session, attempt.snapshot_hash)
        saved = sum(_save(session, attempt, snapshot, item_id, turn, now) for item_id in turn.item_ids)
        if saved:
            log_event(
                session,
                attempt,
                name="saved",
                seq=turn.sender.seq,
                client=turn.sender.client,
                now=now,
                data={"items": list(turn.item_ids)} | ({"act": turn.act[1]} if turn.act else {}),
                item_id=turn.act[0] if turn.act else None,
            )
        may_check = tells.items and (tells.at_once or turn.check not in attempt.drawn)
        if may_check and turn.check in turn.item_ids and turn.check is not None:
            check_response(session, attempt, asked_versions(attempt, snapshot, turn.check), now=now)
        if turn.hint in turn.item_ids and turn.hint is not None and turn.hint not in attempt.drawn:
            take_hint(session, attempt, snapshot.item(turn.hint), now=now)
        if turn.go_to is not None:
            attempt.step = _step_reached(attempt, snapshot, turn.go_to)
        return saved


def _step_reached(attempt: Attempt, snapshot: Snapshot, wanted: int) -> int:
    """The step to come back to: where one wants to go, or as far as one has come in a quiz that does not go back."""
    if snapshot.goes_back:
        return wanted
    steps = list_steps(snapshot, attempt.asked)
    is_open = is_reachable(steps, wanted, attempt.step, goes_back=False)
    return max(attempt.step, wanted) if is_open else attempt.step


def _save(
    session: Session, attempt: Attempt, snapshot: Snapshot, item_id: str, turn: Turn, now: datetime
) -> bool:
    """Keep one item's answer. A whole page's form may say "nothing chosen" by leaving a field out; an autosave never does."""
    item = asked_item(attempt, snapshot, item_id)
    is_told = any(name.startswith(f"{item_id}.") for name in turn.form)
    if not is_told and not (turn.is_whole_page and has_open_response(session, attempt, item)):
        return False
    response = parse_response(item, turn.form, saved_before(session, attempt, item))
    held_back = turn.held_back.get(item_id)
    given_at = now - held_back if held_back else None
    return save_response(session, attempt, item, response, sender=turn.sender, now=now, given_at=given_at)


# ---- finish -----------------------------------------------------------------------------------------------------------


def finish(tool: Tool, access: Access, attempt_id: uuid.UUID) -> None:
    """Score the attempt; write responses, score, grade, job, mastery and rollups in one transaction. Finishing twice changes nothing."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        attempt = get_own_attempt(session, access, attempt_id, for_update=True)
        if attempt.finished_at is None:
            require_open(attempt)
            _finish(session, attempt, now)


def list_ended(tool: Tool) -> list[uuid.UUID]:
    """Attempts whose time is over and that nobody has finished, at most a round's worth."""
    with transaction(tool.sessions) as session:
        return ended_attempts(session, now=tool.clock())


def hand_in(tool: Tool, attempt_id: uuid.UUID) -> bool:
    """Finish an attempt whose time is over, as its student would have at its end. False when there is nothing to do."""
    with transaction(tool.sessions) as session:
        return _hand_in(session, attempt_id, tool.clock())


def settle(tool: Tool, access: Access, attempt_id: uuid.UUID) -> bool:
    """Whether one's own attempt has ended by its time; if so it is handed in, now if nobody did so before."""
    with transaction(tool.sessions) as session:
        attempt = get_own_attempt(session, access, attempt_id)
        if attempt.finished_at is not None:
            return attempt.ends_at is not None and attempt.finished_at >= attempt.ends_at
        if attempt.set_aside_at is not None or not has_ended(attempt.ends_at, tool.clock()):
            return False
    hand_in(tool, attempt_id)
    return True


def _hand_in(session: Session, attempt_id: uuid.UUID, now: datetime) -> bool:
    attempt = take_ended(session, attempt_id, now=now)
    if attempt is not None:
        _finish(session, attempt, now)
    return attempt is not None


def _finish(session: Session, attempt: Attempt, now: datetime) -> None:
    """The attempt's row must be locked. Handed in after its end, it was finished at its end."""
    placement = get_placement(session, attempt.placement_id)
    snapshot = get_snapshot(session, attempt.snapshot_hash)
    item_ids = [*snapshot.activity_ids, *attempt.drawn]
    let_words_stand(session, attempt)
    marks, answers = score_all(
        session, attempt, snapshot, item_ids, is_practice=placement.is_practice, now=now
    )
    attempt.score_ratio = attempt_ratio(marks, snapshot.weights)
    attempt.finished_at = min(now, attempt.ends_at) if attempt.ends_at else now
    attempt.is_pending = has_pending(session, attempt, snapshot)
    log_event(
        session,
        attempt,
        name="finished",
        seq=next_seq(session, attempt),
        now=now,
        data={"ratio": attempt.score_ratio},
    )
    session.flush()
    if attempt.is_preview:
        return
    queue_grade(session, attempt, now)
    if is_test_student(
        session, attempt.person_id
    ):  # the LMS's "student view": graded there, nobody's skill here
        return
    known = learned_items(session, attempt.id)
    learn_from(session, attempt, snapshot, [each for each in answers if each.item.item_id not in known], now)
    count_questions(session, attempt, snapshot)


# ---- what follows ----------------------------------------------------------------------------------------------------


def count_questions(session: Session, attempt: Attempt, snapshot: Snapshot) -> None:
    """Let the analysis of questions know a first attempt as it is now. Comes last in a transaction: all such lock the same sums."""
    lang = find_language(session, attempt.person_id)
    sheet = find_sheet(session, attempt, snapshot, lang=lang)
    if sheet is not None:
        note_first_attempt(session, sheet)


def learn_from(
    session: Session, attempt: Attempt, snapshot: Snapshot, answers: list[ScoredAnswer], now: datetime
) -> None:
    """Let answers that were scored for the first time move what is known of their student, and the rollups with it."""
    where = _standing_at_start(attempt)
    standings = learn(
        session,
        tenant_id=attempt.tenant_id,
        person_id=hold_root(session, attempt.person_id),
        attempt_id=attempt.id,
        standing=where,
        answers=answers,
        bank=[as_bank_item(snapshot.item(item_id)) for item_id in snapshot.item_ids],
        now=now,
    )
    if standings:
        record(session, standings, where, now=now)


def _standing_at_start(attempt: Attempt) -> Standing:
    return Standing(
        school_year=attempt.school_year,
        school_id=attempt.school_id,
        grade=attempt.grade,
        section_id=attempt.section_id,
    )


def queue_grade(session: Session, attempt: Attempt, now: datetime) -> Grade | None:
    """What the gradebook shall hold of this attempt's person by now, queued for delivery. None when nothing goes there."""
    placement = get_placement(session, attempt.placement_id)
    subject = find_subject(session, placement.section_id, attempt.person_id)
    ratio = wanted_ratio(session, placement, attempt.person_id)
    if subject is None or ratio is None or placement.is_practice:
        return None
    outcome = Outcome(
        tenant_id=attempt.tenant_id,
        attempt_id=attempt.id,
        placement_id=placement.id,
        person_id=attempt.person_id,
        score_ratio=ratio,
        finished_at=attempt.finished_at or now,
        line_item_url=column_of(placement, attempt),
        points=placement.points,
        is_pending=is_any_pending(session, attempt)
        and find_decision(session, placement.id, attempt.person_id) is None,
    )
    return due(session, outcome, platform_id=placement.platform_id, subject=subject, now=now)


def wanted_ratio(session: Session, placement: Placement, person_id: uuid.UUID) -> float | None:
    """The share of the points that the gradebook shall hold: what a teacher decided, else what was earned. None: nothing is sent."""
    decided = find_decision(session, placement.id, person_id)
    if decided is not None:
        return None if decided.is_excused else decided.ratio
    score = counted_for(session, placement, person_id)
    return None if score is None else score.ratio


# ---- deliver ----------------------------------------------------------------------------------------------------------


def deliver(tool: Tool, platform_id: uuid.UUID, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due to one LMS: called by the worker for each job, and by its sweep. Ends early when `is_stopping` says so."""
    return deliver_due(_delivery(tool, is_stopping), platform_id)


def sweep(tool: Tool) -> list[uuid.UUID]:
    """The LMSs that something is due for now, whatever became of the jobs."""
    with transaction(tool.sessions) as session:
        return platforms_with_due_grades(session, now=tool.clock())


def _delivery(tool: Tool, is_stopping: Callable[[], bool]) -> Delivery:
    return Delivery(
        sessions=tool.sessions,
        gateway=tool.gateway,
        clock=tool.clock,
        lease=timedelta(seconds=tool.settings.delivery_lease_s),
        find_column=lambda placement_id: find_column(tool.means, placement_id),
        is_stopping=is_stopping,
    )


def own_grade(session: Session, attempt: Attempt) -> Grade | None:
    """The grade row an attempt of one's own belongs to, for "delivered" on the student's page."""
    return find_grade(session, attempt.placement_id, attempt.person_id)


def reconcile(tool: Tool, access: Access, placement_id: uuid.UUID) -> None:
    """Compare an assignment's column in the LMS with our grades, at its teacher's wish. Raises DeliveryError, noted with the assignment."""
    with transaction(tool.sessions) as session:
        get_taught_placement(session, access, placement_id)
    compare_column(tool.means, placement_id)


# ---- copied courses ---------------------------------------------------------------------------------------------------


def _request_notices(session: Session, tool: Tool, launched: Launch, now: datetime) -> None:
    """Have the worker ask an LMS that can tell of copied courses to tell us, in the transaction of the launch that offers it."""
    handler = tool.settings.public_url + NOTICES_PATH
    if want_notices(session, launched, handler=handler, now=now):
        place = {"platform_id": str(launched.platform_id), "deployment_id": launched.deployment_id}
        enqueue(session, NOTICES_TASK, place, queue="upkeep")

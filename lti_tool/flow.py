"""The product on one page: launch, answer, check, finish, deliver.

Each function is one use case and one transaction (delivery is several short ones, with the HTTP between them). What they need besides the
session comes in one frozen `Tool`; nothing here knows Flask.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.orm import Session

from lti_tool.columns import Means, column_of, compare_column, find_column, note_launch
from lti_tool.content.changes import WORDS, amend
from lti_tool.content.library import Library
from lti_tool.content.served import Shelf
from lti_tool.content.snapshot import Snapshot
from lti_tool.content.store import find_newest, get_snapshot, save_amended, save_snapshot
from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.db.jobs import enqueue
from lti_tool.errors import DeliveryError, DeliveryRetryError, ForbiddenError, NotFoundError
from lti_tool.facts.accommodations import Accommodation
from lti_tool.facts.answers import Outcome, ScoredAnswer
from lti_tool.facts.launch import Launch, Role
from lti_tool.facts.people import Access, Arrival, Standing
from lti_tool.gradebook.deliver import Delivery, deliver_due
from lti_tool.gradebook.due import due, find_decision, find_grade, platforms_with_due_grades
from lti_tool.gradebook.tables import Grade
from lti_tool.grading import attempt_ratio, scale
from lti_tool.holdings.held import Held, Holdings
from lti_tool.interactions.contract import Form
from lti_tool.lti.deployments import find_notice_url, note_handler, want_notices
from lti_tool.lti.gateway import HTTPGateway
from lti_tool.lti.notices import read_notice, read_tokens
from lti_tool.lti.platform_keys import KeySource
from lti_tool.lti.seal import Seal
from lti_tool.lti.spec import COPY_NOTICE, NOTICES_PATH
from lti_tool.lti.verify import CheckedLaunch, accept_launch
from lti_tool.mastery.learn import learn
from lti_tool.mastery.published import CalibrationReport
from lti_tool.mastery.relearn import relearn
from lti_tool.people.accommodations import find_accommodation, give
from lti_tool.people.arrive import arrive
from lti_tool.people.copies import list_origin_sections, note_copy
from lti_tool.people.grants import list_tenants
from lti_tool.people.identity import hold_root
from lti_tool.people.roster import RosterSync, list_sections_to_sync, request_sync, sync
from lti_tool.people.sessions import TEACHING_ROLES, SessionLimits, open_session
from lti_tool.people.standing import (
    find_language,
    find_locale,
    find_role,
    find_subject,
    get_visible_person,
    is_test_student,
    standing_of,
    teachers_of,
)
from lti_tool.player.asked import asked_item, asked_versions
from lti_tool.player.attempts import (
    ended_attempts,
    find_attempt_in_section,
    find_last_finished,
    find_newest_link,
    find_open_attempt,
    find_placement,
    get_handed_in,
    get_own_attempt,
    get_placement,
    get_taught_placement,
    is_any_pending,
    log_event,
    newest_finished,
    place,
    start_or_resume,
    take_ended,
)
from lti_tool.player.copies import find_original, find_placed, is_foreign_column
from lti_tool.player.extensions import extend, take_back
from lti_tool.player.marking import Marks, keep_marks
from lti_tool.player.offers import Rules, change_rules, find_offer, keep_request
from lti_tool.player.reopening import first_answers, let_words_stand
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
from lti_tool.player.rules import Extension, has_ended, is_playable, told
from lti_tool.player.sheets import find_sheet
from lti_tool.player.steps import is_reachable, list_steps
from lti_tool.player.tables import Attempt, Placement
from lti_tool.reports.questions.note import note_first_attempt
from lti_tool.reports.record import correct, record
from lti_tool.rulings import counted_for, opening_for, renew_ends, terms_for
from lti_tool.settings import Settings

NOTICES_TASK = "ask_for_notices"
View = Literal["attempt", "result", "assignment", "student", "waiting", "library", "class", "board", "home"]


@dataclass(frozen=True, kw_only=True)
class Tool:
    """What every use case works with, made once at the start."""

    settings: Settings
    sessions: SessionFactory
    gateway: HTTPGateway
    keys: KeySource
    seal: Seal
    library: Library
    shelf: Shelf
    """Library and shelf are what is shipped; a district has that and its own (`held`)."""
    clock: Callable[[], datetime]
    holdings: Holdings = field(default_factory=Holdings)

    def held(self, session: Session, tenant_id: uuid.UUID) -> Held:
        """What a district has."""
        return self.holdings.get(session, tenant_id, self.library, self.shelf)

    @property
    def means(self) -> Means:
        return Means(sessions=self.sessions, gateway=self.gateway, clock=self.clock)

    @property
    def limits(self) -> SessionLimits:
        return SessionLimits(
            idle=timedelta(minutes=self.settings.session_minutes),
            longest=timedelta(hours=self.settings.session_max_hours),
        )


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
        placement = _placement(session, tool, launched, arrival, now)
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
        title = _title(tool.held(session, launched.tenant_id), kind, content_id)
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


def _placement(
    session: Session, tool: Tool, launched: Launch, arrival: Arrival, now: datetime
) -> Placement | None:
    """What the launch's link shows: as it was placed before, as the link says, or as the link it was copied from."""
    if arrival.section_id is None or launched.link is None:
        return None
    content = _told_content(launched)
    known = find_placed(session, launched, arrival.section_id)
    offer = find_offer(session, launched, content_kind=content[0], content_id=content[1]) if content else None
    origins = list_origin_sections(session, launched)
    original = None
    if known is None:
        original = find_original(
            session, launched, section_id=arrival.section_id, origin_ids=origins, content=content, offer=offer
        )
    source = known or original
    if content is None and source is not None:
        content = (source.content_kind, source.content_id)
    if content is None:
        return None
    held = tool.held(session, launched.tenant_id)
    if source is None and offer is None:
        _require_offered(session, held, arrival, *content)
    if original is not None and original.section_id not in origins:
        origins.append(original.section_id)
    was_url = known.line_item_url if known else None
    is_foreign = is_foreign_column(session, launched, section_id=arrival.section_id, origin_ids=origins)
    placed = place(
        session,
        launched,
        arrival,
        content_kind=content[0],
        content_id=content[1],
        title=_title(held, *content),
        now=now,
        offer=offer,
        original=original,
        line_item_url=None if is_foreign else launched.services.line_item_url,
    )
    if is_foreign and placed.line_item_url == launched.services.line_item_url:
        placed.line_item_url = None
    if placed.line_item_url is not None and not is_foreign:
        note_launch(session, placed, launched, arrival.person_id, was_url=was_url, now=now)
    return placed


def _told_content(launched: Launch) -> tuple[str, str] | None:
    """The custom parameter `content`, such as module:leave-the-page."""
    kind, _, content_id = launched.custom.get("content", "").partition(":")
    return (kind, content_id) if kind in ("module", "quiz") else None


def _require_offered(session: Session, held: Held, arrival: Arrival, kind: str, content_id: str) -> None:
    """A link that names content by itself, chosen by nobody in the library, opens what is offered to whoever comes or teaches there.

    Such links come with an exported cartridge. Raises NotFoundError.
    """
    if held.find_own(kind, content_id) is None:
        return
    teachers = teachers_of(session, arrival.section_id) if arrival.section_id else []
    people = (Access(tenant_id=arrival.tenant_id, person_id=each) for each in (arrival.person_id, *teachers))
    if not any(held.offers(somebody, kind, content_id) for somebody in people):
        raise _unknown_content(kind, content_id)


def _title(held: Held, kind: str, content_id: str) -> str:
    own = held.find_own(kind, content_id)
    if own is not None:
        return own.title
    if not held.has(kind, content_id):
        raise _unknown_content(kind, content_id)
    return (held.shipped.modules if kind == "module" else held.shipped.quizzes)[content_id].title


def _unknown_content(kind: str, content_id: str) -> NotFoundError:
    return NotFoundError(
        f"This assignment asks for the {kind} “{content_id}”, which this server does not have. "
        "Ask your library media specialist which name is right.",
    )


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


def publish(session: Session, tool: Tool, placement: Placement) -> Snapshot:
    """The placement's content as it stands in the library now, kept as an immutable snapshot.

    Where a district's own cannot be read any more, it goes on as it was last.
    """
    kind, content_id = placement.content_kind, placement.content_id
    held = tool.held(session, placement.tenant_id)
    own = held.find_own(kind, content_id)
    last = find_newest(session, kind, content_id) if own is not None and own.read.library is None else None
    return last or publish_content(session, held, kind, content_id)


def publish_content(session: Session, held: Held, kind: str, content_id: str) -> Snapshot:
    """A module or quiz as it stands in the district's library now, kept as an immutable snapshot. Raises NotFoundError."""

    def read(sha256: str) -> bytes:
        media = next(each for each in held.list_media(kind, content_id) if each.sha256 == sha256)
        return held.reader(session, kind, content_id)(media)

    snapshot = held.get(kind, content_id)
    save_snapshot(session, snapshot, read)
    return snapshot


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
    known = first_answers(session, attempt)
    _learn(session, attempt, snapshot, [each for each in answers if each.item.item_id not in known], now)
    count_questions(session, attempt, snapshot)


# ---- a teacher's marks ------------------------------------------------------------------------------------------------


def give_marks(
    tool: Tool, access: Access, placement_id: uuid.UUID, attempt_id: uuid.UUID, item_id: str, marks: Marks
) -> None:
    """Keep a teacher's marks for one answer; unless they are a draft, score it, and let grade, mastery and rollups follow.

    Marks that were given may be given anew; a draft never takes them back. Raises NotFoundError outside of one's classes.
    """
    now = tool.clock()
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, access, placement_id)
        attempt = get_handed_in(session, access, placement, attempt_id, for_update=True)
        snapshot = get_snapshot(session, attempt.snapshot_hash)
        is_first = keep_marks(session, access, attempt, snapshot, item_id, marks, now=now)
        if marks.is_draft:
            return
        item_ids = [*snapshot.activity_ids, *attempt.drawn]
        scored, answers = score_all(session, attempt, snapshot, item_ids, now=now)
        attempt.score_ratio = attempt_ratio(scored, snapshot.weights)
        attempt.is_pending = has_pending(session, attempt, snapshot)
        session.flush()
        queue_grade(session, attempt, now)
        if is_test_student(session, attempt.person_id):
            return
        if is_first and item_id not in first_answers(session, attempt):
            told = [replace(answer, answered_at=now) for answer in answers if answer.item.item_id == item_id]
            _learn(session, attempt, snapshot, told, now)
        else:
            ratio = next(mark.ratio for mark in scored if mark.item_id == item_id)
            told = [replace(answer, ratio=ratio) for answer in answers if answer.item.item_id == item_id]
            _learn_again(session, attempt, snapshot, told, now)
        count_questions(session, attempt, snapshot)


def _learn_again(
    session: Session, attempt: Attempt, snapshot: Snapshot, answers: list[ScoredAnswer], now: datetime
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


def count_questions(session: Session, attempt: Attempt, snapshot: Snapshot) -> None:
    """Let the analysis of questions know a first attempt as it is now. Comes last in a transaction: all such lock the same sums."""
    lang = find_language(session, attempt.person_id)
    sheet = find_sheet(session, attempt, snapshot, lang=lang)
    if sheet is not None:
        note_first_attempt(session, sheet)


def _learn(
    session: Session, attempt: Attempt, snapshot: Snapshot, answers: list[ScoredAnswer], now: datetime
) -> None:
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
    ratio = _wanted_ratio(session, placement, attempt.person_id)
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


def _wanted_ratio(session: Session, placement: Placement, person_id: uuid.UUID) -> float | None:
    """The share of the points that the gradebook shall hold: what a teacher decided, else what was earned. None: nothing is sent."""
    decided = find_decision(session, placement.id, person_id)
    if decided is not None:
        return None if decided.is_excused else decided.ratio
    score = counted_for(session, placement, person_id)
    return None if score is None else score.ratio


# ---- rules that change ------------------------------------------------------------------------------------------------


def change_assignment(session: Session, placement: Placement, rules: Rules, *, now: datetime) -> None:
    """What a teacher changed holds from now on, for attempts under way, too; a grade whose share of the points changes by it is sent."""
    change_rules(placement, rules)
    session.flush()
    follow_rules(session, placement_id=placement.id, now=now)


def follow_rules(
    session: Session,
    *,
    placement_id: uuid.UUID | None = None,
    person_id: uuid.UUID | None = None,
    now: datetime,
) -> None:
    """After the rules changed, at an assignment or for a person: ends of attempts under way and grades follow.

    A grade goes out again where its share of the points it was given out of is another one now.
    """
    renew_ends(session, placement_id=placement_id, person_id=person_id)
    for placement, attempt in newest_finished(session, placement_id=placement_id, person_id=person_id):
        ratio = _wanted_ratio(session, placement, attempt.person_id)
        grade = find_grade(session, placement.id, attempt.person_id)
        if ratio is None or (grade and grade.wanted_score == scale(ratio, grade.wanted_maximum)):
            continue
        queue_grade(session, attempt, now)


def give_accommodation(
    tool: Tool, access: Access, person_id: uuid.UUID, accommodation: Accommodation, *, reason: str
) -> None:
    """Give a student this in every quiz from now on. Raises NotFoundError for one the caller may not see."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        give(session, access, person_id, accommodation, reason=reason, now=now)
        follow_rules(session, person_id=person_id, now=now)


def extend_assignment(
    tool: Tool,
    access: Access,
    placement_id: uuid.UUID,
    person_id: uuid.UUID | None,
    extension: Extension,
    *,
    reason: str,
) -> None:
    """An exception at an assignment of one's class, for a student of it or (None) all. Raises NotFoundError for others."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, access, placement_id)
        if person_id is not None:
            get_visible_person(session, access, person_id)
        extend(session, access, placement, person_id, extension, reason=reason, now=now)
        follow_rules(session, placement_id=placement.id, person_id=person_id, now=now)


def take_back_extension(tool: Tool, access: Access, placement_id: uuid.UUID, extension_id: uuid.UUID) -> None:
    """Undo an exception: dates, attempts and grades are again what they would be without it."""
    now = tool.clock()
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, access, placement_id)
        take_back(session, access, placement, extension_id, now=now)
        follow_rules(session, placement_id=placement.id, now=now)


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


def ask_for_notices(tool: Tool, platform_id: uuid.UUID, deployment_id: str) -> bool:
    """Ask one installation's LMS to tell us of copied courses. False when it offers that no more. Raises DeliveryError."""
    with transaction(tool.sessions) as session:
        url = find_notice_url(session, platform_id, deployment_id)
    if url is None:
        return False
    handler = tool.settings.public_url + NOTICES_PATH
    tool.gateway.ask_for_notices(platform_id, url, notice_type=COPY_NOTICE, handler=handler)
    with transaction(tool.sessions) as session:
        note_handler(session, platform_id, deployment_id, handler)
    return True


def take_notices(tool: Tool, body: object) -> int:
    """Keep what an LMS tells; gives how many notices were of use. Those before a bad one are kept. Raises NoticeError."""
    kept = 0
    for token in read_tokens(body):
        copied = read_notice(tool.sessions, token, keys=tool.keys, now=tool.clock())
        if copied is not None:
            with transaction(tool.sessions) as session:
                note_copy(session, copied, now=tool.clock())
            kept += 1
    return kept


# ---- calibration ------------------------------------------------------------------------------------------------------


def list_district_ids(tool: Tool) -> list[tuple[str, uuid.UUID]]:
    """Every district's short name and id."""
    with transaction(tool.sessions) as session:
        return list_tenants(session)


def calibrate_district(tool: Tool, tenant_id: uuid.UUID, *, is_dry: bool = False) -> CalibrationReport:
    """Fit a district's mastery engine to its students' answers and publish what is better: weekly, and by command."""
    from lti_tool.mastery.calibrate import calibrate  # numpy and numba take seconds that no start should pay

    with transaction(tool.sessions) as session:
        return calibrate(session, tenant_id, now=tool.clock(), is_dry=is_dry)


# ---- class lists ------------------------------------------------------------------------------------------------------


def sync_roster(tool: Tool, section_id: uuid.UUID) -> int:
    """Read a section's class list from its LMS and make it ours; gives how many members it has. Raises DeliveryError, noted there."""
    with transaction(tool.sessions) as session:
        link = find_newest_link(session, section_id)
    means = RosterSync(sessions=tool.sessions, gateway=tool.gateway, clock=tool.clock)
    return sync(means, section_id, resource_link_id=link)


def platforms_with_rosters(tool: Tool) -> list[uuid.UUID]:
    """The LMSs that the nightly round asks for class lists."""
    with transaction(tool.sessions) as session:
        sections = list_sections_to_sync(session, now=tool.clock())
        return sorted({section.platform_id for section in sections})


def sync_rosters(
    tool: Tool, platform_id: uuid.UUID, *, is_stopping: Callable[[], bool] = lambda: False
) -> int:
    """Every class list of one LMS, one after the other; an LMS that does not answer is left alone until the next night."""
    with transaction(tool.sessions) as session:
        section_ids = [
            each.id for each in list_sections_to_sync(session, platform_id=platform_id, now=tool.clock())
        ]
    done = 0
    for section_id in section_ids:
        if is_stopping():
            break
        try:
            sync_roster(tool, section_id)
            done += 1
        except DeliveryRetryError:
            break
        except (DeliveryError, NotFoundError):
            continue
    return done

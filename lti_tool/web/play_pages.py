"""A student's pages while playing: one step at a time, saved on every post and, with scripts, after every change."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.content.model import Page, Term
from lti_tool.content.snapshot import Snapshot
from lti_tool.content.store import get_snapshot
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError, ConflictError, NotFoundError, SessionEndedError, SetAsideError
from lti_tool.facts.accommodations import Accommodation
from lti_tool.flow import Turn, begin_attempt, finish, settle, take_turn
from lti_tool.interactions.contract import ItemView
from lti_tool.people.accommodations import find_accommodation
from lti_tool.people.standing import find_role
from lti_tool.player.asked import asked_item, asked_versions
from lti_tool.player.attempts import (
    SERVER,
    find_last_finished,
    find_open_attempt,
    find_placement,
    get_own_attempt,
    get_placement,
    responses_of,
)
from lti_tool.player.responses import Sender, list_changed_elsewhere, new_client, view_item
from lti_tool.player.rules import Terms, is_playable, told
from lti_tool.player.steps import Step, is_reachable, list_steps, minutes_left
from lti_tool.player.tables import Attempt, ResponseRow
from lti_tool.rulings import opening_for, terms_for
from lti_tool.web.held_back import age_since, read_ages, read_moment
from lti_tool.web.notes_pages import NotesView, do_with_evidence, keep_told, view_notes
from lti_tool.web.reading_pages import keep_choices
from lti_tool.web.rendering import show_pictures
from lti_tool.web.sections import Heading, headings_of
from lti_tool.web.visit import Visit, the_tool, visit_action, visit_page

pages = Blueprint("play", __name__)
MAX_BODY = 256 * 1024
MOST_ACT = 200
BEGINNERS = 2
"""The highest grade of children who are still learning to read."""
BESIDE = ("reading", "note", "keep", "drop")
"""Buttons that do something beside the answers and lead back to the same step."""
ANCHORS = {"check": "result", "hint": "hints", "act": "scene"}
"""Where an item's page is looked at again after a button was pressed."""


@dataclass(frozen=True, kw_only=True)
class StepView:
    """All that step.html shows."""

    attempt: Attempt
    title: str
    steps: tuple[Step, ...]
    step: Step
    page: Any
    items: Mapping[str, ItemView]
    minutes: int
    client: str
    shown_at: datetime
    left_ms: int
    """Until the attempt ends by itself; 0 where it does not."""
    unanswered: tuple[tuple[int, int, str], ...]
    """Number, step and item of each quiz question without an answer (for the look back)."""
    goes_back: bool
    """Whether a question that was left may be seen again."""
    questions: int
    first_question: int
    tells: bool
    """Whether the student sees what was right and why."""
    notes: NotesView
    notes_open: bool
    """Evidence was saved or removed a moment ago."""
    given: Accommodation
    """What the student is given in every quiz."""
    is_for_beginners: bool
    """Kindergarten to grade 2: large text and targets, a button to listen beside every instruction."""
    words: tuple[Term, ...]
    """The words of the glossary that the page marks."""
    headings: Mapping[str, Heading]
    """Of the sections of the quiz, by question."""
    contents: tuple[tuple[int, str, str], ...]
    """Step, title and its language: each page of the lesson, for the contents."""


@pages.post("/at/<token>/begin/<uuid:placement_id>")
@visit_action()
def begin(visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    """Another try, or a teacher's preview."""
    attempt_id = begin_attempt(the_tool(), visit.access, placement_id)
    return redirect(visit.link("play.step", attempt_id=attempt_id, index=0), 303)


@pages.get("/at/<token>/attempt/<uuid:attempt_id>")
@visit_page()
def resume(session: Session, visit: Visit, attempt_id: uuid.UUID) -> ResponseReturnValue:
    """To the very place where the student was, or to the result."""
    attempt = get_own_attempt(session, visit.access, attempt_id)
    if attempt.finished_at is not None:
        return redirect(visit.link("result.result", attempt_id=attempt_id), 303)
    steps = list_steps(get_snapshot(session, attempt.snapshot_hash), attempt.asked)
    step = steps[min(attempt.step, len(steps) - 1)]
    here = item_at_hand(step, responses_of(session, attempt))
    anchor = f"item-{here}-box" if here else None
    return redirect(visit.link("play.step", attempt_id=attempt_id, index=step.index, _anchor=anchor), 303)


def item_at_hand(step: Step, rows: Mapping[str, ResponseRow]) -> str | None:
    """The activity of a page that its student was busy with last; the next one when that is done; None on an untouched page."""
    touched = [item_id for item_id in step.item_ids if item_id in rows]
    if step.kind != "page" or not touched:
        return None
    last = max(touched, key=lambda item_id: rows[item_id].saved_at)
    if (rows[last].best_ratio or 0.0) < 1:
        return last
    later = step.item_ids[step.item_ids.index(last) + 1 :]
    return later[0] if later else last


@pages.get("/at/<token>/attempt/<uuid:attempt_id>/<int:index>")
@visit_page()
def step(session: Session, visit: Visit, attempt_id: uuid.UUID, index: int) -> ResponseReturnValue:
    attempt = get_own_attempt(session, visit.access, attempt_id)
    if attempt.finished_at is not None or settle(the_tool(), visit.access, attempt_id):
        return redirect(visit.link("result.result", attempt_id=attempt_id), 303)
    snapshot = get_snapshot(session, attempt.snapshot_hash)
    steps = list_steps(snapshot, attempt.asked)
    if index >= len(steps):
        raise NotFoundError
    placement = get_placement(session, attempt.placement_id)
    terms = terms_for(session, placement, attempt.person_id)
    if attempt.set_aside_at is not None:
        return redirect(visit.link("play.waiting", placement_id=placement.id), 303)
    if not attempt.is_preview and not is_playable(terms, attempt.ends_at, the_tool().clock()):
        return redirect(visit.link("play.waiting", placement_id=placement.id), 303)
    if not is_reachable(steps, index, attempt.step, goes_back=snapshot.goes_back):
        return redirect(visit.link("play.step", attempt_id=attempt_id, index=attempt.step), 303)
    attempt.step = index if snapshot.goes_back else max(index, attempt.step)
    rows, own_notes = responses_of(session, attempt), view_notes(session, attempt)
    given = find_accommodation(session, attempt.person_id)
    view = _step_view(visit, given, terms, attempt, snapshot, steps, steps[index], rows, own_notes)
    show_pictures(snapshot, visit)
    return render_template("play/step.html", view=view, visit=visit, placement=placement, terms=terms)


@pages.get("/at/<token>/waiting/<uuid:placement_id>")
@visit_page()
def waiting(session: Session, visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    """For a student before an assignment opens and after it has closed: when that is, and what becomes of their answers."""
    placement, person_id = find_placement(session, visit.access, placement_id), visit.access.person_id
    if placement is None or person_id is None or find_role(session, placement.section_id, person_id) is None:
        raise NotFoundError
    under_way = find_open_attempt(session, placement.id, person_id)
    terms = terms_for(session, placement, person_id)
    steps = list_steps(get_snapshot(session, under_way.snapshot_hash), under_way.asked) if under_way else ()
    return render_template(
        "play/waiting.html",
        visit=visit,
        placement=placement,
        terms=terms,
        given=find_accommodation(session, person_id),
        opening=opening_for(session, placement, terms, person_id, now=the_tool().clock()),
        under_way=under_way,
        last_step=len(steps) - 1,
        finished=find_last_finished(session, placement.id, person_id),
    )


def _step_view(
    visit: Visit,
    given: Accommodation,
    terms: Terms,
    attempt: Attempt,
    snapshot: Snapshot,
    steps: tuple[Step, ...],
    step: Step,
    rows: Mapping[str, ResponseRow],
    notes: NotesView,
) -> StepView:
    lang = visit.locale
    now = the_tool().clock()
    tells = told(terms, is_preview=attempt.is_preview, now=now)
    items = {
        item_id: view_item(
            attempt,
            asked_item(attempt, snapshot, item_id, lang),
            rows.get(item_id),
            number=(step.question or 0) + place if step.question else None,
            in_quiz=step.kind == "question",
            lang=lang,
            tells=tells.items,
            at_once=tells.at_once,
            versions=asked_versions(attempt, snapshot, item_id),
        )
        for place, item_id in enumerate(step.item_ids)
    }
    first_question = next((each.index for each in steps if each.kind == "question"), len(steps) - 1)
    page = snapshot.page(step.page_id, lang) if step.page_id else None
    words = words_on(page, snapshot, lang) if page else ()
    g.words = {term.id for term in words}
    return StepView(
        attempt=attempt,
        title=snapshot.title(lang),
        steps=steps,
        step=step,
        page=page,
        given=given,
        is_for_beginners=snapshot.grades[1] <= BEGINNERS,
        words=words,
        items=items,
        minutes=minutes_left(steps, step.index),
        client=new_client(),
        shown_at=now,
        left_ms=max(0, int((attempt.ends_at - now).total_seconds() * 1000)) if attempt.ends_at else 0,
        unanswered=unanswered(steps, attempt, rows),
        goes_back=snapshot.goes_back,
        questions=len(attempt.asked),
        first_question=first_question,
        headings=headings_of(snapshot, attempt.drawn, attempt.asked, lang) if step.question else {},
        tells=tells.items,
        notes=notes,
        notes_open="notes" in request.args,
        contents=tuple((index, page.title, page.lang) for index, page in enumerate(snapshot.pages(lang))),
    )


def words_on(page: Page, snapshot: Snapshot, lang: str) -> tuple[Term, ...]:
    """The words a page explains, in the order they are marked; in the page's own language."""
    glossary = snapshot.glossary(page.lang if page.lang == lang else None)
    return tuple(glossary[word] for word in page.word_ids if word in glossary)


def unanswered(
    steps: tuple[Step, ...], attempt: Attempt, rows: Mapping[str, ResponseRow]
) -> tuple[tuple[int, int, str], ...]:
    """Number (from 1), step and item of each quiz question with no saved answer."""
    places = {item_id: step.index for step in steps for item_id in step.item_ids}
    return tuple(
        (number, places[item_id], item_id)
        for number, item_id in enumerate(attempt.asked, start=1)
        if item_id not in rows or not rows[item_id].saved
    )


@pages.post("/at/<token>/attempt/<uuid:attempt_id>/<int:index>")
def post_step(token: str, attempt_id: uuid.UUID, index: int) -> ResponseReturnValue:
    """Save the page, then do what the pressed button says: `do` is next, back, goto:N, check:ITEM, hint:ITEM, act:ITEM:HOW, finish or one of BESIDE.

    No end is a dead one: a finished attempt leads to its result, and answers that come after the visit's end wait on the page.
    """
    try:
        answer: ResponseReturnValue = _take_step(token, attempt_id=attempt_id, index=index)
    except SetAsideError:
        raise
    except ConflictError:
        return render_template("play/over.html", visit=g.visit, attempt_id=attempt_id), ConflictError.status
    except SessionEndedError as ended:
        held = [(name, value) for name, value in request.form.items(multi=True) if name not in ("do", "seq")]
        page = render_template("play/ended.html", held=held, seq=_next_seq(), now=the_tool().clock())
        return page, ended.status
    return answer


def _next_seq() -> int:
    return _sender(None, request.form.get("seq")).seq + 1


@visit_action(hands_in=True)
def _take_step(visit: Visit, attempt_id: uuid.UUID, index: int) -> ResponseReturnValue:
    tool = the_tool()
    steps = _own_steps(visit, attempt_id)
    if index >= len(steps):
        raise NotFoundError
    if not _is_open(visit, attempt_id, steps, index):
        return redirect(visit.link("play.resume", attempt_id=attempt_id), 303)
    if settle(tool, visit.access, attempt_id):
        return redirect(visit.link("result.result", attempt_id=attempt_id), 303)
    if visit.has_ended:
        return _hand_in(visit, attempt_id, steps[index])
    verb, _, argument = request.form.get("do", "next").partition(":")
    target = _target(verb, argument, index, len(steps))
    form, act = request.form.to_dict(flat=False), None
    if verb == "act":
        argument, _, how = argument.partition(":")
        act = (argument, how[:MOST_ACT])
        form[f"{argument}.act"] = [act[1]]
    take_turn(
        tool,
        visit.access,
        attempt_id,
        Turn(
            form=form,
            sender=_sender(request.form.get("client"), request.form.get("seq")),
            item_ids=_posted_items(steps[index], argument),
            is_whole_page=True,
            check=argument if verb == "check" else None,
            hint=argument if verb == "hint" else None,
            act=act if argument in steps[index].item_ids else None,
            go_to=target,
        ),
    )
    evidence_id = _keep_beside(visit, attempt_id, steps[index], verb, argument)
    if verb == "finish":
        finish(tool, visit.access, attempt_id)
        return redirect(visit.link("result.result", attempt_id=attempt_id), 303)
    if verb in ("keep", "drop"):
        place = f"evidence-{evidence_id}" if evidence_id else "notes-panel"
        return redirect(
            visit.link("play.step", attempt_id=attempt_id, index=index, notes="open", _anchor=place), 303
        )
    anchor = f"item-{argument}-{ANCHORS[verb]}" if verb in ANCHORS else None
    return redirect(visit.link("play.step", attempt_id=attempt_id, index=target, _anchor=anchor), 303)


def _keep_beside(
    visit: Visit, attempt_id: uuid.UUID, step: Step, verb: str, argument: str
) -> uuid.UUID | None:
    """What a step's form holds beside answers: notes, evidence, reading settings. Gives the evidence that was saved."""
    with transaction(the_tool().sessions) as session:
        attempt = get_own_attempt(session, visit.access, attempt_id)
        keep_told(session, attempt, request.form)
        if verb == "reading":
            keep_choices(session, visit, request.form)
        if verb in ("keep", "drop"):
            return do_with_evidence(session, attempt, verb, argument, step.page_id, visit.locale)
    return None


def _posted_items(step: Step, pressed: str) -> tuple[str, ...]:
    """The items whose fields count: all of the page, or those its script names as changed here, and the one whose button was pressed.

    What a page shows of the others may be older than another device's answer.
    """
    only = request.form.get("only")
    if only is None:
        return step.item_ids
    named = {*only.split(), pressed}
    return tuple(item_id for item_id in step.item_ids if item_id in named)


def _hand_in(visit: Visit, attempt_id: uuid.UUID, step: Step) -> ResponseReturnValue:
    """Answers of a page whose visit ended before they were sent. They are saved; nothing is shown and nothing else is done."""
    age = age_since(request.form.get("held_since"), the_tool().clock())
    items = step.item_ids
    turn = Turn(
        form=request.form.to_dict(flat=False),
        sender=_sender(request.form.get("client"), request.form.get("seq")),
        item_ids=items,
        held_back=dict.fromkeys(items, age) if age else {},
    )
    take_turn(the_tool(), visit.access, attempt_id, turn)
    _keep_beside(visit, attempt_id, step, "hand_in", "")
    return render_template("play/handed_in.html", visit=None)


def _own_steps(visit: Visit, attempt_id: uuid.UUID) -> tuple[Step, ...]:
    with transaction(the_tool().sessions) as session:
        attempt = get_own_attempt(session, visit.access, attempt_id)
        return list_steps(get_snapshot(session, attempt.snapshot_hash), attempt.asked)


def _is_open(visit: Visit, attempt_id: uuid.UUID, steps: tuple[Step, ...], index: int) -> bool:
    """Whether answers to a step are taken: not to a question left behind where the quiz does not go back."""
    with transaction(the_tool().sessions) as session:
        attempt = get_own_attempt(session, visit.access, attempt_id)
        snapshot = get_snapshot(session, attempt.snapshot_hash)
        return is_reachable(steps, index, attempt.step, goes_back=snapshot.goes_back)


def _target(verb: str, argument: str, index: int, count: int) -> int:
    if verb == "next":
        return min(index + 1, count - 1)
    if verb == "back":
        return max(index - 1, 0)
    if verb == "goto":
        if not argument.isdecimal() or len(argument) > 4 or int(argument) >= count:
            raise BadFormError(f"There is no step {argument[:20]!r}.")
        return int(argument)
    if verb in ("check", "hint", "act", "finish", *BESIDE):
        return index
    raise BadFormError(f"The button {verb[:20]!r} is not known here.")


def _sender(client: str | None, seq: str | None) -> Sender:
    """Who sends, from a form that a browser without scripts may send with its first values only."""
    name = (client or "")[:40]
    if not name.isalnum() or name == SERVER:
        name = new_client()
    return Sender(client=name, seq=int(seq) if seq and seq.isdecimal() and len(seq) < 16 else 1)


@pages.post("/at/<token>/attempt/<uuid:attempt_id>/save")
@visit_action(hands_in=True)
def save(visit: Visit, attempt_id: uuid.UUID) -> ResponseReturnValue:
    """Autosave: JSON `{client, seq, since, fields: {"item.field": [values]}, ages: {"item": milliseconds}}`; repeating it is harmless.

    Answers `{saved, news, seq, elsewhere, finished, ended}`: `elsewhere` names the items that other open pages saved since this one was
    made (`since`), `ended` says that this page's visit is over. Without fields it only asks.
    """
    body = _json_body()
    fields = _fields(body.get("fields"))
    item_ids = tuple(sorted({name.partition(".")[0] for name in fields}))
    steps = _own_steps(visit, attempt_id)
    known = {item_id for step in steps for item_id in step.item_ids}
    if not set(item_ids) <= known:
        raise BadFormError("An answer belongs to a question that is not in this attempt. Reload the page.")
    open_ids = {
        item_id
        for step in steps
        if _is_open(visit, attempt_id, steps, step.index)
        for item_id in step.item_ids
    }
    item_ids = tuple(item_id for item_id in item_ids if item_id in open_ids)
    sender = _sender(str(body.get("client", "")), str(body.get("seq", "")))
    if settle(the_tool(), visit.access, attempt_id):
        return jsonify(
            saved=False, news=0, seq=sender.seq, elsewhere=[], finished=True, ended=visit.has_ended
        )
    held_back = read_ages(body.get("ages"))
    turn = Turn(form=fields, sender=sender, item_ids=item_ids, held_back=held_back)
    news = take_turn(the_tool(), visit.access, attempt_id, turn)
    with transaction(the_tool().sessions) as session:
        attempt, since = get_own_attempt(session, visit.access, attempt_id), read_moment(body.get("since"))
        is_finished = attempt.finished_at is not None
        elsewhere = (
            list_changed_elsewhere(session, attempt, client=sender.client, since=since) if since else []
        )
    return jsonify(
        saved=True,
        news=news,
        seq=sender.seq,
        elsewhere=elsewhere,
        finished=is_finished,
        ended=visit.has_ended,
    )


def _json_body() -> dict[str, Any]:
    if (request.content_length or 0) > MAX_BODY:
        raise BadFormError("The answer is too long to be saved.")
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # thousands of brackets
        body = None
    if not isinstance(body, dict):
        raise BadFormError("The page sent its answers in a form that cannot be read. Reload the page.")
    return body


def _fields(told: object) -> dict[str, list[str]]:
    """Form fields from JSON, checked: names to lists of texts."""
    if not isinstance(told, dict):
        raise BadFormError("The page sent no answers. Reload the page.")
    for name, values in told.items():
        if not isinstance(name, str) or not isinstance(values, list):
            raise BadFormError("The page sent its answers in a form that cannot be read. Reload the page.")
        if not all(isinstance(value, str) for value in values):
            raise BadFormError("The page sent an answer that is not text. Reload the page.")
    return told

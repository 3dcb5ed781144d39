"""After the last step: the score, feedback on every item, and how the grade's delivery stands. And a lesson's pictures, sounds and films."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from lti_tool.content.media import TYPES
from lti_tool.content.snapshot import Snapshot
from lti_tool.content.store import get_picture, get_snapshot
from lti_tool.errors import NotFoundError
from lti_tool.gradebook.due import find_grade
from lti_tool.gradebook.tables import Grade, GradeState
from lti_tool.holdings.banks import is_foreign
from lti_tool.interactions import get_kind, is_scored
from lti_tool.interactions.contract import ItemView
from lti_tool.player.asked import asked_item, asked_versions
from lti_tool.player.attempts import finished_attempts, get_own_attempt, get_placement, responses_of
from lti_tool.player.marking import markings_of
from lti_tool.player.responses import view_item
from lti_tool.player.rules import Opening, told
from lti_tool.player.tables import Attempt
from lti_tool.rulings import counted_for, opening_for, terms_for
from lti_tool.web.rendering import show_pictures
from lti_tool.web.sections import Heading, headings_of
from lti_tool.web.visit import Visit, the_tool, visit_page

pages = Blueprint("result", __name__)
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class PartView:
    """The items of one part, with their feedback."""

    name: str
    items: tuple[ItemView, ...]
    headings: Mapping[str, Heading] = field(default_factory=dict)
    """Of the sections of a quiz, by question."""

    @property
    def marked(self) -> tuple[ItemView, ...]:
        """Without those that only tell something, such as how sure one is."""
        return tuple(item for item in self.items if is_scored(get_kind(item.kind)))

    @property
    def right(self) -> int:
        return sum(1 for item in self.marked if item.score and item.score.verdict == "right")


@pages.get("/at/<token>/attempt/<uuid:attempt_id>/result")
@visit_page()
def result(session: Session, visit: Visit, attempt_id: uuid.UUID) -> ResponseReturnValue:
    attempt = get_own_attempt(session, visit.access, attempt_id)
    if attempt.finished_at is None:
        return redirect(visit.link("play.step", attempt_id=attempt_id, index=attempt.step), 303)
    snapshot = get_snapshot(session, attempt.snapshot_hash)
    show_pictures(snapshot, visit)
    placement, now = get_placement(session, attempt.placement_id), the_tool().clock()
    terms = terms_for(session, placement, attempt.person_id)
    finished = len(finished_attempts(session, placement.id, attempt.person_id))
    shown = told(terms, is_preview=attempt.is_preview, now=now)
    return render_template(
        "play/result.html",
        visit=visit,
        attempt=attempt,
        placement=placement,
        told=shown,
        terms=terms,
        opening=Opening(state="open")
        if attempt.is_preview
        else opening_for(session, placement, terms, attempt.person_id, now=now),
        counted=counted_for(session, placement, attempt.person_id),
        finished=finished,
        title=snapshot.title(visit.locale),
        parts=part_views(session, attempt, snapshot, visit.locale) if shown.items else [],
        grade=find_grade(session, attempt.placement_id, attempt.person_id),
        delivery=delivery_state(find_grade(session, attempt.placement_id, attempt.person_id)),
    )


def part_views(session: Session, attempt: Attempt, snapshot: Snapshot, lang: str) -> list[PartView]:
    """Every item of a finished attempt as the student answered it, by part."""
    rows, markings = responses_of(session, attempt), markings_of(session, attempt)

    def views(item_ids: list[str], *, in_quiz: bool) -> tuple[ItemView, ...]:
        return tuple(
            view_item(
                attempt,
                asked_item(attempt, snapshot, item_id, lang),
                rows.get(item_id),
                number=number,
                in_quiz=in_quiz,
                lang=lang,
                marking=markings.get(item_id),
                versions=asked_versions(attempt, snapshot, item_id),
            )
            for number, item_id in enumerate(item_ids, start=1)
        )

    parts = [
        PartView(
            name="quiz",
            items=views(list(attempt.drawn), in_quiz=True),
            headings=headings_of(snapshot, attempt.drawn, attempt.drawn, lang),
        ),
        PartView(name="activities", items=views(list(snapshot.activity_ids), in_quiz=False)),
    ]
    return [part for part in parts if part.items]


@pages.get("/at/<token>/attempt/<uuid:attempt_id>/delivery")
@visit_page()
def delivery(session: Session, visit: Visit, attempt_id: uuid.UUID) -> ResponseReturnValue:
    """How the grade's delivery stands, for the page's script: `{state}`."""
    attempt = get_own_attempt(session, visit.access, attempt_id)
    return jsonify(state=delivery_state(find_grade(session, attempt.placement_id, attempt.person_id)))


def delivery_state(grade: Grade | None) -> str:
    """What a student is told: none, due, waiting, refused or delivered."""
    return "none" if grade is None else GradeState(grade.state).value


@pages.get("/at/<token>/media/<content_hash>/<path:name>")
@visit_page()
def media(session: Session, visit: Visit, content_hash: str, name: str) -> ResponseReturnValue:
    """A picture, sound or film of a lesson: public teaching material, but served within a visit like everything else.

    Players ask for parts of a file (RFC 9110, section 14): without an answer in parts Safari plays nothing, and nobody can seek.
    """
    suffix = "." + name.rpartition(".")[2].casefold()
    if suffix not in TYPES or not _HASH.fullmatch(content_hash):
        raise NotFoundError
    snapshot = _snapshot(session, content_hash)
    library = the_tool().library
    is_shipped = snapshot.content_id in (library.modules if snapshot.kind == "module" else library.quizzes)
    if not is_shipped and is_foreign(session, visit.tenant_id, snapshot.content_id):
        raise NotFoundError
    sha256 = snapshot.media.get(name, "")
    body = get_picture(session, sha256)
    if body is None:
        raise NotFoundError
    response = Response(body, mimetype=TYPES[suffix])
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.set_etag(sha256)
    return response.make_conditional(request, accept_ranges=True, complete_length=len(body))


def _snapshot(session: Session, content_hash: str) -> Snapshot:
    try:
        return get_snapshot(session, content_hash)
    except NoResultFound as error:
        raise NotFoundError from error

"""Whole lessons and quizzes on paper: a student's own, never with a key; a teacher's from the library, with the key when asked for."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.content.model import Page, Term
from lti_tool.content.snapshot import Snapshot
from lti_tool.content.store import get_snapshot
from lti_tool.errors import ForbiddenError, NotFoundError
from lti_tool.interactions import get_kind
from lti_tool.interactions.contract import ItemView
from lti_tool.placing import publish_content
from lti_tool.player.attempts import get_own_attempt
from lti_tool.player.responses import item_seed
from lti_tool.web.library_pages import may_browse
from lti_tool.web.rendering import show_pictures
from lti_tool.web.sections import Heading, headings_of
from lti_tool.web.visit import Visit, held_by, visit_page

pages = Blueprint("print", __name__)
MOST_VERSIONS = 9


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything on the paper."""

    title: str
    lang: str
    """The language the title is really in."""
    pages: Sequence[Page]
    items: Mapping[str, ItemView]
    questions: Sequence[str]
    headings: Mapping[str, Heading]
    """Of the sections of the quiz, by question."""
    words: Sequence[Term]
    key: Mapping[str, str]
    """The answers in words, by item; empty without a key."""
    credits: str


@pages.get("/at/<token>/attempt/<uuid:attempt_id>/print")
@visit_page()
def lesson(session: Session, visit: Visit, attempt_id: uuid.UUID) -> ResponseReturnValue:
    """A student's lesson with its questions, empty, to read or work on paper. There is no key to it, whatever the address says."""
    attempt = get_own_attempt(session, visit.access, attempt_id)
    snapshot = get_snapshot(session, attempt.snapshot_hash)
    sheet = make_sheet(snapshot, tuple(attempt.drawn), attempt.seed, visit.locale)
    return _show(visit, snapshot, sheet, back=visit.link("play.resume", attempt_id=attempt_id))


@pages.get("/at/<token>/library/<any(module, quiz):kind>/<content_id>/print")
@visit_page()
def library(session: Session, visit: Visit, kind: str, content_id: str) -> ResponseReturnValue:
    """A lesson or quiz for a class on paper. `?version=2` draws other questions, `?key=1` adds the answers: for teachers and specialists."""
    if not may_browse(session, visit):
        raise ForbiddenError
    held = held_by(session, visit)
    if not held.shows(visit.access, kind, content_id):
        raise NotFoundError
    snapshot = publish_content(session, held, kind, content_id)
    version, has_key = _version(request.args.get("version", "")), bool(request.args.get("key"))
    drawn = snapshot.draw_quiz(version) if snapshot.question_count else ()
    sheet = make_sheet(snapshot, drawn, version, visit.locale, has_key=has_key)
    return _show(
        visit,
        snapshot,
        sheet,
        back=visit.link("library.preview", kind=kind, content_id=content_id),
        version=version,
        versions=MOST_VERSIONS if drawn else 1,
        has_key=has_key,
    )


def _version(told: str) -> int:
    return int(told) if told in map(str, range(1, MOST_VERSIONS + 1)) else 1


def make_sheet(
    snapshot: Snapshot, drawn: Sequence[str], seed: int, lang: str, *, has_key: bool = False
) -> Sheet:
    """The same seed gives the same order of options, so that key and paper belong together."""
    shown = snapshot.pages(lang)
    numbered = [
        *((item_id, None) for page in shown for item_id in page.item_ids),
        *zip(drawn, range(1, len(drawn) + 1), strict=True),
    ]
    glossary = snapshot.glossary(lang)
    marked = dict.fromkeys(word for page in shown for word in page.word_ids)
    return Sheet(
        title=snapshot.title(lang),
        lang=snapshot.text_language(lang),
        pages=shown,
        items={item_id: _blank(snapshot, item_id, number, seed, lang) for item_id, number in numbered},
        questions=drawn,
        headings=headings_of(snapshot, drawn, drawn, lang),
        words=[glossary[word] for word in marked if word in glossary],
        key={item_id: _key(snapshot, item_id, lang) for item_id, _ in numbered} if has_key else {},
        credits=snapshot.credits(lang),
    )


def _blank(snapshot: Snapshot, item_id: str, number: int | None, seed: int, lang: str) -> ItemView:
    item = snapshot.item(item_id, lang)
    return ItemView(
        item_id=item.id,
        kind=item.kind,
        number=number,
        public=get_kind(item.kind).public(item.spec, item_seed(seed, item.id)),
        response={},
        score=None,
        is_locked=True,
        lang=item.lang if item.lang != lang else None,
    )


def _key(snapshot: Snapshot, item_id: str, lang: str) -> str:
    item = snapshot.item(item_id, lang)
    return get_kind(item.kind).key_text(item.spec)


def _show(
    visit: Visit,
    snapshot: Snapshot,
    sheet: Sheet,
    *,
    back: str,
    version: int = 1,
    versions: int = 0,
    has_key: bool = False,
) -> str:
    show_pictures(snapshot, visit)
    g.words = ()
    return render_template(
        "play/print.html",
        visit=visit,
        sheet=sheet,
        back=back,
        version=version,
        versions=versions,
        has_key=has_key,
    )

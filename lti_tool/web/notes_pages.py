"""A student's notes and saved evidence: in the panel of each step, on a page to print, and as a text file. Theirs alone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.content.snapshot import Snapshot
from lti_tool.content.store import get_snapshot
from lti_tool.errors import BadFormError
from lti_tool.player.attempts import get_own_attempt
from lti_tool.player.notes import (
    Note,
    Source,
    drop_evidence,
    explain_evidence,
    find_note,
    keep_evidence,
    keep_note,
    list_evidence,
)
from lti_tool.player.tables import Attempt, Evidence
from lti_tool.web.visit import Visit, the_tool, visit_page

pages = Blueprint("notes", __name__)
WHY = "why-"
"""Fields with what a piece of evidence shows are named by this and the piece's id."""


@dataclass(frozen=True, kw_only=True)
class NotesView:
    """What the panel and the page show."""

    note: Note
    evidence: Sequence[Evidence]


def view_notes(session: Session, attempt: Attempt) -> NotesView:
    return NotesView(note=find_note(session, attempt), evidence=list_evidence(session, attempt))


def keep_told(session: Session, attempt: Attempt, told: Mapping[str, str]) -> Note | None:
    """Keep what a form says of notes and evidence. A note its page has not changed is left alone; None when the form has no note."""
    whys = {
        key: text for name, text in told.items() if name.startswith(WHY) and (key := _uuid(name[len(WHY) :]))
    }
    explain_evidence(session, attempt, whys)
    if "note" not in told:
        return None
    mark = told.get("note_version", "")
    return keep_note(session, attempt, told["note"], mark=mark, now=the_tool().clock())


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def do_with_evidence(
    session: Session, attempt: Attempt, verb: str, argument: str, page_id: str | None, lang: str
) -> uuid.UUID | None:
    """The buttons of evidence: `keep:N` saves the practice page in the N-th block (from 0), `drop:ID` removes a piece."""
    if verb == "drop":
        drop_evidence(session, attempt, _uuid(argument) or uuid.UUID(int=0))
        return None
    source = _source(get_snapshot(session, attempt.snapshot_hash), page_id, argument, lang)
    quote = request.form.get("quote", "")
    return keep_evidence(session, attempt, source, quote, now=the_tool().clock()).id


def _source(snapshot: Snapshot, page_id: str | None, position: str, lang: str) -> Source:
    """The practice page at a place of the lesson's page, as the lesson itself has it: never what the browser says it is."""
    page = snapshot.page(page_id, lang) if page_id else None
    index = int(position) if position.isdecimal() and len(position) < 4 else -1
    blocks = page.blocks if page else ()
    block = blocks[index] if 0 <= index < len(blocks) else None
    if page is None or block is None or block.type != "box" or block.kind != "web" or not block.arguments:
        raise BadFormError("There is no page of the practice web here to save.")
    return Source(title=block.arguments[-1], address=block.arguments[0], page_title=page.title)


@pages.get("/at/<token>/attempt/<uuid:attempt_id>/notes")
@visit_page()
def notes(session: Session, visit: Visit, attempt_id: uuid.UUID) -> ResponseReturnValue:
    """Notes and evidence on one page, to read, change and print."""
    attempt = get_own_attempt(session, visit.access, attempt_id)
    title = get_snapshot(session, attempt.snapshot_hash).title(visit.locale)
    return render_template(
        "play/notes.html", visit=visit, attempt=attempt, title=title, notes=view_notes(session, attempt)
    )


@pages.post("/at/<token>/attempt/<uuid:attempt_id>/notes")
@visit_page(hands_in=True)
def keep(session: Session, visit: Visit, attempt_id: uuid.UUID) -> ResponseReturnValue:
    """Keep changes: of the page's form, or of the script, which is answered `{text, version, ended}`.

    A page whose visit has ended hands in what it still holds, once its person is back; it is shown nothing and does nothing else.
    """
    attempt = get_own_attempt(session, visit.access, attempt_id)
    note = keep_told(session, attempt, request.form)
    is_script = request.accept_mimetypes.best == "application/json"
    if visit.has_ended:
        nothing = jsonify(text=None, version=None, ended=True)
        return nothing if is_script else render_template("play/handed_in.html", visit=None)
    verb, _, argument = request.form.get("do", "").partition(":")
    if verb in ("keep", "drop"):
        do_with_evidence(session, attempt, verb, argument, request.form.get("page"), visit.locale)
    if is_script:
        return jsonify(text=note.text if note else None, version=note.mark if note else None, ended=False)
    return redirect(visit.link("notes.notes", attempt_id=attempt_id), 303)


@pages.get("/at/<token>/attempt/<uuid:attempt_id>/notes.txt")
@visit_page()
def as_text(session: Session, visit: Visit, attempt_id: uuid.UUID) -> ResponseReturnValue:
    """Notes and evidence as a text file."""
    attempt = get_own_attempt(session, visit.access, attempt_id)
    title = get_snapshot(session, attempt.snapshot_hash).title(visit.locale)
    text = render_template("play/notes.txt", title=title, notes=view_notes(session, attempt))
    response = Response(text, mimetype="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="notes.txt"'
    return response

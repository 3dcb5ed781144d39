"""The district's own questions: which there are, whose, in how many assignments; sharing, withdrawing, replacing them, and taking it back."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.audit.tables import AuditEntry
from lti_tool.errors import BadFormError, ConflictError, ForbiddenError, InfoLitError
from lti_tool.facts.people import Access
from lti_tool.holdings.banks import (
    DEEDS,
    UNDOABLE,
    Deed,
    do,
    get_line,
    list_banks,
    list_deeds,
    may_offer,
    state_of,
    undo,
)
from lti_tool.holdings.bringing import pack
from lti_tool.people.standing import names_of
from lti_tool.player.attempts import count_uses
from lti_tool.web.exchange_pages import as_file
from lti_tool.web.visit import Visit, held_by, the_tool, visit_page

pages = Blueprint("own", __name__)


@pages.get("/at/<token>/library/own")
@visit_page("reader")
def banks(session: Session, visit: Visit) -> ResponseReturnValue:
    """Every bank of the district that this person sees."""
    held = held_by(session, visit)
    return render_template(
        "library/own.html",
        visit=visit,
        lines=list_banks(session, visit.access),
        uses=count_uses(session, visit.tenant_id, "quiz"),
        broken={each.bank_id for each in held.own.values() if each.read.library is None},
    )


@pages.get("/at/<token>/library/own/<bank_id>")
@visit_page("reader")
def bank(session: Session, visit: Visit, bank_id: str) -> ResponseReturnValue:
    return make_response(_page(session, visit, bank_id))


def _page(session: Session, visit: Visit, bank_id: str, *, problem: str = "") -> str:
    line = get_line(session, visit.access, bank_id)
    own = held_by(session, visit).own[bank_id]
    deeds = list_deeds(session, visit.access, bank_id) if line.may_change else []
    offers = line.bank.withdrawn_at is None or may_offer(session, visit.access, line.bank)
    return render_template(
        "library/own_bank.html",
        visit=visit,
        line=line,
        problems=own.read.problems,
        uses=count_uses(session, visit.tenant_id, "quiz").get(bank_id, 0),
        deeds=[
            (each, _is_undoable(visit.access, each, state_of(line.bank), offers=offers)) for each in deeds
        ],
        may_offer=offers,
        names=names_of(session, visit.access, {each.by_person_id for each in deeds if each.by_person_id}),
        kept=request.args.get("kept", ""),
        problem=problem,
    )


def _is_undoable(access: Access, entry: AuditEntry, state: dict[str, object], *, offers: bool) -> bool:
    """Whether a button to undo it would do anything: nothing came after it, and it is this person's to undo. `offers`: so is a withdrawal."""
    is_last = entry.after == state and entry.undone_by_id is None and entry.action in UNDOABLE
    before = entry.before or {}
    is_last = is_last and (offers or bool(before.get("is_withdrawn")))
    return is_last and (access.is_specialist or before.get("is_shared") == state["is_shared"])


@pages.post("/at/<token>/library/own/<bank_id>")
@visit_page("reader")
def act(session: Session, visit: Visit, bank_id: str) -> ResponseReturnValue:
    """Share, stop sharing, withdraw or offer again."""
    wanted = request.form.get("do", "")
    try:
        if wanted not in DEEDS:
            raise BadFormError("Choose what to do with these questions.")
        with session.begin_nested():
            seen = request.form.get("edition", type=int)
            do(session, visit.access, bank_id, cast(Deed, wanted), now=the_tool().clock(), seen=seen)
    except (BadFormError, ConflictError, ForbiddenError) as error:
        return _refused(session, visit, bank_id, error)
    return redirect(visit.link("own.bank", bank_id=bank_id), 303)


@pages.post("/at/<token>/library/own/<bank_id>/undo/<int:entry_id>")
@visit_page("reader")
def undo_deed(session: Session, visit: Visit, bank_id: str, entry_id: int) -> ResponseReturnValue:
    """Put it back to what it was before something was done."""
    try:
        with session.begin_nested():
            undo(session, visit.access, bank_id, entry_id, now=the_tool().clock())
    except (ConflictError, ForbiddenError) as error:
        return _refused(session, visit, bank_id, error)
    return redirect(visit.link("own.bank", bank_id=bank_id), 303)


def _refused(session: Session, visit: Visit, bank_id: str, error: InfoLitError) -> ResponseReturnValue:
    return make_response(_page(session, visit, bank_id, problem=error.message), error.status)


@pages.get("/at/<token>/library/own/<bank_id>/zip")
@visit_page("reader")
def as_zip(session: Session, visit: Visit, bank_id: str) -> ResponseReturnValue:
    """The files of a content folder."""
    edition = get_line(session, visit.access, bank_id).edition
    return as_file(pack(session, edition), "application/zip", f"{bank_id}.bank.zip")

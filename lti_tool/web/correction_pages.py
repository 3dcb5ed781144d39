"""Correct it once, for a specialist: what was changed since students answered, what scoring anew would change, and doing it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.content.model import Item
from lti_tool.content.store import get_snapshot
from lti_tool.corrections.rescoring import (
    Outdated,
    changes_of,
    confirm_run,
    get_run,
    list_outdated,
    start_run,
)
from lti_tool.corrections.tables import RescoreChange
from lti_tool.db.connect import transaction
from lti_tool.errors import NotFoundError
from lti_tool.holdings.held import Held
from lti_tool.interactions import get_kind
from lti_tool.people.standing import names_of
from lti_tool.web.titles import content_title
from lti_tool.web.visit import Visit, held_by, the_tool, visit_action, visit_page

pages = Blueprint("corrections", __name__)
SHOWN = 200
"""Rows of the table; the sums above it count all."""


@dataclass(frozen=True, kw_only=True)
class EditView:
    """One item whose score is another one now."""

    item: Item
    key_before: str
    key_now: str


@dataclass(frozen=True, kw_only=True)
class OutdatedView:
    """A module or quiz with such items."""

    found: Outdated
    title: str
    edits: tuple[EditView, ...]
    structural: int
    """Items that ask something else now: only new attempts get them."""


@pages.get("/at/<token>/corrections")
@visit_action("corrector")
def start(visit: Visit) -> ResponseReturnValue:
    """Every module and quiz with a key or points changed since students of these schools answered."""
    found = list_outdated(the_tool(), visit.access)
    with transaction(the_tool().sessions) as session:
        held = held_by(session, visit)
        views = [_view(session, held, each, visit.locale) for each in found]
    return render_template("corrections/start.html", visit=visit, views=views)


def _view(session: Session, held: Held, found: Outdated, lang: str) -> OutdatedView:
    old, new = get_snapshot(session, found.old_hash), held.get(found.content_kind, found.content_id)
    changed = [item_id for item_id, edit in found.edits.items() if edit == "scoring"]
    return OutdatedView(
        found=found,
        title=content_title(held, found.content_kind, found.content_id, lang),
        edits=tuple(
            EditView(
                item=new.item(item_id, lang),
                key_before=_key(old.item(item_id, lang)),
                key_now=_key(new.item(item_id, lang)),
            )
            for item_id in changed
            if item_id in old.document["items"]
        ),
        structural=sum(edit == "structural" for edit in found.edits.values()),
    )


def _key(item: Item) -> str:
    return get_kind(item.kind).key_text(item.spec)


@pages.post("/at/<token>/corrections/<any(module, quiz):kind>/<content_id>")
@visit_action("corrector")
def begin(visit: Visit, kind: Literal["module", "quiz"], content_id: str) -> ResponseReturnValue:
    """Work out what would change."""
    tool = the_tool()
    with transaction(tool.sessions) as session:
        if not held_by(session, visit).has(kind, content_id):
            raise NotFoundError
    return redirect(
        visit.link("corrections.run", run_id=start_run(tool, visit.access, kind, content_id)), 303
    )


@pages.get("/at/<token>/corrections/<uuid:run_id>")
@visit_page("corrector")
def run(session: Session, visit: Visit, run_id: uuid.UUID) -> ResponseReturnValue:
    """How far it is; then what would change, before and after; then what was done."""
    found = get_run(session, visit.access, run_id)
    changes = changes_of(session, found)
    return render_template(
        "corrections/run.html",
        visit=visit,
        run=found,
        title=content_title(held_by(session, visit), found.content_kind, found.content_id, visit.locale),
        changes=changes[:SHOWN],
        more=max(0, len(changes) - SHOWN),
        names=names_of(session, visit.access, [each.person_id for each in changes[:SHOWN]]),
        up=sum(each.after > each.before for each in changes),
        down=sum(each.after < each.before for each in changes),
        grades=sum(_moves_grade(each) for each in changes),
    )


def _moves_grade(change: RescoreChange) -> bool:
    return change.grade_before != change.grade_after


@pages.post("/at/<token>/corrections/<uuid:run_id>")
@visit_action("corrector")
def confirm(visit: Visit, run_id: uuid.UUID) -> ResponseReturnValue:
    """Do it."""
    confirm_run(the_tool(), visit.access, run_id)
    return redirect(visit.link("corrections.run", run_id=run_id), 303)

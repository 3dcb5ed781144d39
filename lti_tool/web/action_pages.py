"""A teacher's corrections at one assignment: set or excuse a grade, give a new start, drop a question for everybody, and take each back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.audit.tables import AuditEntry
from lti_tool.content.store import get_snapshot
from lti_tool.corrections.actions import (
    asked_items,
    decisions_of,
    drop_item,
    excuse,
    list_actions,
    override_grade,
    reopen,
    reset,
    undo,
    undoable,
)
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError, NotFoundError
from lti_tool.people.standing import list_learners, names_of
from lti_tool.player.attempts import get_taught_placement
from lti_tool.player.responses import dropped_items
from lti_tool.player.tables import Placement
from lti_tool.rulings import counted_for
from lti_tool.web.visit import Visit, the_tool, visit_action, visit_page

pages = Blueprint("actions", __name__)


@dataclass(frozen=True, kw_only=True)
class DecisionRow:
    """One student whose grade a teacher decided, with the score underneath."""

    name: str
    points: float | None
    """None: excused."""
    earned: float | None
    """Score ratio."""


@dataclass(frozen=True, kw_only=True)
class ActionRow:
    """One deed in the list."""

    entry: AuditEntry
    by: str
    name: str
    """Of the student; empty for a whole class."""
    question: str
    points: float | None
    can_undo: bool


@pages.get("/at/<token>/assignment/<uuid:placement_id>/actions")
@visit_page("teacher")
def actions(session: Session, visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    return _page(session, visit, placement_id)


@pages.post("/at/<token>/assignment/<uuid:placement_id>/actions")
@visit_action("teacher")
def act(visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    """`do` is override, excuse, reset, reopen, drop or undo:<entry>. What cannot be done comes back with the form as it was filled in."""
    try:
        _do(visit, placement_id)
    except BadFormError as error:
        with transaction(the_tool().sessions) as session:
            return make_response(_page(session, visit, placement_id, problem=error.message), 400)
    return redirect(visit.link("actions.actions", placement_id=placement_id), 303)


def _do(visit: Visit, placement_id: uuid.UUID) -> None:
    tool, form = the_tool(), request.form
    do, reason = form.get("do", ""), form.get("reason", "")
    if do == "override":
        override_grade(tool, visit.access, placement_id, _person(), _points(), reason)
    elif do == "excuse":
        excuse(tool, visit.access, placement_id, _person(), reason)
    elif do == "reset":
        reset(tool, visit.access, placement_id, _person(), reason)
    elif do == "reopen":
        reopen(tool, visit.access, placement_id, _person(), reason, minutes=_minutes())
    elif do == "drop":
        drop_item(tool, visit.access, placement_id, form.get("item", ""), reason)
    elif do.startswith("undo:") and do[5:].isascii() and do[5:].isdigit() and len(do) < 20:
        undo(tool, visit.access, placement_id, int(do[5:]))
    else:
        raise NotFoundError


def _person() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("person", ""))
    except ValueError:
        raise BadFormError("Choose a student first.") from None


def _minutes() -> int | None:
    text = request.form.get("minutes", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 3 and int(text)):
        raise BadFormError("Give whole minutes, from 1 to 999.")
    return int(text)


def _points() -> float:
    try:
        return float(request.form.get("points", "").strip().replace(",", "."))
    except ValueError:
        raise BadFormError("Give points between 0 and the most that the assignment has.") from None


def _page(session: Session, visit: Visit, placement_id: uuid.UUID, *, problem: str = "") -> str:
    placement = get_taught_placement(session, visit.access, placement_id)
    learners = list_learners(session, visit.access, placement.section_id)
    dropped = dropped_items(session, placement.id)
    questions = _questions(session, visit, placement)
    return render_template(
        "class/actions.html",
        visit=visit,
        placement=placement,
        learners=learners,
        questions={key: text for key, text in questions.items() if key not in dropped},
        dropped=[questions.get(each, each) for each in sorted(dropped)],
        decisions=_decisions(session, visit, placement),
        rows=_rows(session, visit, placement, questions),
        problem=problem,
        form=request.form,
    )


def _questions(session: Session, visit: Visit, placement: Placement) -> dict[str, str]:
    asked = asked_items(session, visit.access, placement)
    return {
        item_id: str(get_snapshot(session, snapshot).item(item_id, visit.locale).spec.prompt)
        for item_id, snapshot in asked.items()
    }


def _decisions(session: Session, visit: Visit, placement: Placement) -> list[DecisionRow]:
    found = decisions_of(session, placement)
    names = names_of(session, visit.access, found)
    earned = {person_id: counted_for(session, placement, person_id) for person_id in found}
    rows = [
        DecisionRow(
            name=names.get(person_id, ""),
            points=None if row.ratio is None else row.ratio * placement.points,
            earned=score.ratio if (score := earned[person_id]) else None,
        )
        for person_id, row in found.items()
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def _rows(session: Session, visit: Visit, placement: Placement, questions: dict[str, str]) -> list[ActionRow]:
    entries = list_actions(session, visit.access, placement)
    may_undo = undoable(session, entries)
    ids = {each for entry in entries for each in (entry.person_id, entry.by_person_id) if each is not None}
    names = names_of(session, visit.access, ids)
    return [
        ActionRow(
            entry=entry,
            by=names.get(entry.by_person_id, "") if entry.by_person_id else "",
            name=names.get(entry.person_id, "") if entry.person_id else "",
            question=questions.get(entry.item_id, entry.item_id) if entry.item_id else "",
            points=_points_in(entry, placement),
            can_undo=entry.id in may_undo,
        )
        for entry in entries
    ]


def _points_in(entry: AuditEntry, placement: Placement) -> float | None:
    ratio = (entry.after or {}).get("ratio")
    return None if ratio is None else float(ratio) * placement.points

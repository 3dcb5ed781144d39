"""Where a teacher reads what students wrote and scores it by its rubric: the list of what waits, and one answer at a time."""

from __future__ import annotations

import uuid

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.content.store import get_snapshot
from lti_tool.corrections.marks import give_marks
from lti_tool.db.connect import transaction
from lti_tool.people.standing import get_visible_person, list_former_learners, list_learners, shown_name
from lti_tool.player.attempts import get_handed_in, get_taught_placement
from lti_tool.player.marking import LONGEST_COMMENT, Handed, Marks, get_handed, list_handed, missing_criteria
from lti_tool.player.tables import Placement
from lti_tool.web.visit import Visit, the_tool, visit_action, visit_page

pages = Blueprint("marking", __name__)


@pages.get("/at/<token>/assignment/<uuid:placement_id>/marking")
@visit_page("teacher")
def queue(session: Session, visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    """All written answers of an assignment: those that wait first."""
    placement = get_taught_placement(session, visit.access, placement_id)
    handed = list_handed(session, visit.access, placement)
    order = {"waiting": 0, "draft": 1, "given": 2}
    return render_template(
        "class/marking_list.html",
        visit=visit,
        placement=placement,
        rows=sorted(handed, key=lambda each: order[each.state]),
        names=_names(session, visit, placement),
        waiting=sum(1 for each in handed if each.state != "given"),
    )


@pages.get("/at/<token>/assignment/<uuid:placement_id>/marking/<uuid:attempt_id>/<item_id>")
@visit_page("teacher")
def answer(
    session: Session, visit: Visit, placement_id: uuid.UUID, attempt_id: uuid.UUID, item_id: str
) -> ResponseReturnValue:
    """One answer beside its rubric."""
    handed = _handed(session, visit, placement_id, attempt_id, item_id)
    levels = dict(handed.marking.levels) if handed.marking else {}
    comment = handed.marking.comment if handed.marking else ""
    return make_response(_page(session, visit, placement_id, handed, levels=levels, comment=comment))


@pages.post("/at/<token>/assignment/<uuid:placement_id>/marking/<uuid:attempt_id>/<item_id>")
@visit_action("teacher")
def mark(visit: Visit, placement_id: uuid.UUID, attempt_id: uuid.UUID, item_id: str) -> ResponseReturnValue:
    """Keep the marks: `do` is draft, give or next. With a criterion left out, the page again and nothing lost."""
    tool = the_tool()
    with transaction(tool.sessions) as session:
        handed = _handed(session, visit, placement_id, attempt_id, item_id)
        marks = _read(handed)
        missing = [] if marks.is_draft else missing_criteria(handed.item, marks.levels)
        if missing or len(request.form.get("comment", "").replace("\r\n", "\n")) > LONGEST_COMMENT:
            page = _page(
                session,
                visit,
                placement_id,
                handed,
                levels=dict(marks.levels),
                comment=request.form.get("comment", ""),
                missing=missing,
                is_too_long=not missing,
            )
            return make_response(page, 400)
    give_marks(tool, visit.access, placement_id, attempt_id, item_id, marks)
    if request.form.get("do") == "next":
        return redirect(_next(visit, placement_id), 303)
    values = {"placement_id": placement_id, "attempt_id": attempt_id, "item_id": item_id}
    return redirect(visit.link("marking.answer", **values, saved="draft" if marks.is_draft else "given"), 303)


def _handed(
    session: Session, visit: Visit, placement_id: uuid.UUID, attempt_id: uuid.UUID, item_id: str
) -> Handed:
    """The answer, if it is of a class of this teacher's. Raises NotFoundError."""
    placement = get_taught_placement(session, visit.access, placement_id)
    attempt = get_handed_in(session, visit.access, placement, attempt_id)
    return get_handed(session, attempt, get_snapshot(session, attempt.snapshot_hash), item_id)


def _read(handed: Handed) -> Marks:
    rubric = handed.item.spec.rubric  # type: ignore[attr-defined]  # manual kinds have one
    told = {criterion.id: request.form.get(f"level.{criterion.id}", "") for criterion in rubric}
    return Marks(
        levels={name: level for name, level in told.items() if level},
        comment=request.form.get("comment", "").replace("\r\n", "\n").strip(),
        is_draft=request.form.get("do") == "draft",
    )


def _next(visit: Visit, placement_id: uuid.UUID) -> str:
    """The next answer that waits, or the list when none does."""
    with transaction(the_tool().sessions) as session:
        placement = get_taught_placement(session, visit.access, placement_id)
        waiting = [each for each in list_handed(session, visit.access, placement) if each.state != "given"]
        if not waiting:
            return visit.link("marking.queue", placement_id=placement_id)
        values = {"attempt_id": waiting[0].attempt.id, "item_id": waiting[0].item.id, "saved": "before"}
        return visit.link("marking.answer", placement_id=placement_id, **values)


def _page(
    session: Session,
    visit: Visit,
    placement_id: uuid.UUID,
    handed: Handed,
    *,
    levels: dict[str, str],
    comment: str,
    missing: list[str] | None = None,
    is_too_long: bool = False,
) -> str:
    placement = get_taught_placement(session, visit.access, placement_id)
    snapshot = get_snapshot(session, handed.attempt.snapshot_hash)
    item = snapshot.item(handed.item.id, visit.locale)
    return render_template(
        "class/marking.html",
        visit=visit,
        placement=placement,
        handed=handed,
        item=item,
        lang=item.lang if item.lang != visit.locale else None,
        name=shown_name(get_visible_person(session, visit.access, handed.attempt.person_id)),
        text=(handed.row.checked or {}).get("text", ""),
        words=(handed.row.checked or {}).get("words", 0),
        levels=levels,
        comment=comment,
        missing=missing or [],
        is_too_long=is_too_long,
        saved=request.args.get("saved", ""),
        waiting=sum(1 for each in list_handed(session, visit.access, placement) if each.state != "given"),
    )


def _names(session: Session, visit: Visit, placement: Placement) -> dict[uuid.UUID, str]:
    here = list_learners(session, visit.access, placement.section_id)
    left = list_former_learners(session, visit.access, placement.section_id)
    return {member.person_id: member.name for member in [*here, *left]}

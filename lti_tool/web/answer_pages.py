"""Where a teacher puts right what a program said of one answer: the answer as its student saw it, what it is worth, and why."""

from __future__ import annotations

import uuid

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.content.store import get_snapshot
from lti_tool.corrections.answers import judge_answer
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError
from lti_tool.people.standing import get_visible_person, shown_name
from lti_tool.player.advised import STEPS, get_advised
from lti_tool.player.attempts import get_handed_in, get_taught_placement
from lti_tool.player.marking import LONGEST_COMMENT
from lti_tool.web.rendering import show_pictures
from lti_tool.web.result_pages import part_views
from lti_tool.web.visit import Visit, the_tool, visit_action, visit_page

pages = Blueprint("answers", __name__)
PATH = "/at/<token>/assignment/<uuid:placement_id>/answer/<uuid:attempt_id>/<item_id>"


@pages.get(PATH)
@visit_page("teacher")
def answer(
    session: Session, visit: Visit, placement_id: uuid.UUID, attempt_id: uuid.UUID, item_id: str
) -> ResponseReturnValue:
    return _page(session, visit, placement_id, attempt_id, item_id)


@pages.post(PATH)
@visit_action("teacher")
def judge(visit: Visit, placement_id: uuid.UUID, attempt_id: uuid.UUID, item_id: str) -> ResponseReturnValue:
    """Let the teacher's word count. What cannot be comes back with the form as it was filled in."""
    tool, form = the_tool(), request.form
    try:
        judge_answer(
            tool,
            visit.access,
            placement_id,
            attempt_id,
            item_id,
            steps=_steps(),
            comment=form.get("comment", "").replace("\r\n", "\n").strip(),
            reason=form.get("reason", ""),
            shown=form.get("shown", ""),
        )
    except BadFormError as error:
        with transaction(tool.sessions) as session:
            page = _page(session, visit, placement_id, attempt_id, item_id, problem=error.message)
            return make_response(page, 400)
    values = {"placement_id": placement_id, "attempt_id": attempt_id, "item_id": item_id}
    return redirect(visit.link("answers.answer", **values, saved="yes"), 303)


def _steps() -> int:
    told = request.form.get("steps", "")
    if not (told.isascii() and told.isdigit() and len(told) == 1):
        raise BadFormError("Choose what the answer is worth.")
    return int(told)


def _page(
    session: Session,
    visit: Visit,
    placement_id: uuid.UUID,
    attempt_id: uuid.UUID,
    item_id: str,
    *,
    problem: str = "",
) -> str:
    placement = get_taught_placement(session, visit.access, placement_id)
    attempt = get_handed_in(session, visit.access, placement, attempt_id)
    snapshot = get_snapshot(session, attempt.snapshot_hash)
    advised = get_advised(session, attempt, snapshot, item_id)
    word = advised.word
    show_pictures(snapshot, visit)
    views = [item for part in part_views(session, attempt, snapshot, visit.locale) for item in part.items]
    form = request.form
    return render_template(
        "class/answer.html",
        visit=visit,
        placement=placement,
        attempt=attempt,
        name=shown_name(get_visible_person(session, visit.access, attempt.person_id)),
        item=next(each for each in views if each.item_id == item_id),
        word=word,
        advice=advised.advice,
        shown=advised.digest,
        steps=STEPS,
        chosen=form.get("steps", str(round(word.ratio * STEPS)) if word else ""),
        comment=form.get("comment", word.comment if word else ""),
        reason=form.get("reason", ""),
        longest=LONGEST_COMMENT,
        problem=problem,
        is_saved=bool(request.args.get("saved")) and not problem,
    )

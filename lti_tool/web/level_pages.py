"""One student in one skill: the level and what it rests on, each answer, results by the district's rule, ends of terms; and setting a level."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.audit.log import LONGEST_REASON
from lti_tool.audit.tables import AuditEntry
from lti_tool.corrections.levels import SETTABLE, list_set_levels, set_level, take_back_level
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError, NotFoundError
from lti_tool.mastery.evidence import evidence_of, states_of
from lti_tool.mastery.freeze import frozen_of
from lti_tool.mastery.showing import decisions_of, find_choice, results_of
from lti_tool.people.identity import find_root, list_records
from lti_tool.people.standing import get_visible_person, names_of, shown_name
from lti_tool.web.board_pages import skill_names
from lti_tool.web.evidence_views import as_answers, moves_chart
from lti_tool.web.method_words import choice_name
from lti_tool.web.visit import Visit, held_by, the_tool, visit_action, visit_page

pages = Blueprint("level", __name__)


@dataclass(frozen=True, kw_only=True)
class SetLevel:
    """One line of what was set."""

    entry: AuditEntry
    by: str
    level: str
    is_in_force: bool


@pages.get("/at/<token>/student/<uuid:person_id>/skill/<skill>")
@visit_page("reader")
def skill(session: Session, visit: Visit, person_id: uuid.UUID, skill: str) -> ResponseReturnValue:
    return make_response(_page(session, visit, person_id, skill))


@pages.post("/at/<token>/student/<uuid:person_id>/skill/<skill>")
@visit_action("reader")
def change(visit: Visit, person_id: uuid.UUID, skill: str) -> ResponseReturnValue:
    """`do` is set, or undo:<entry>. What cannot be done comes back with the form as it was filled in."""
    tool, form = the_tool(), request.form
    do = form.get("do", "")
    try:
        if do == "set":
            set_level(tool, visit.access, person_id, skill, form.get("level", ""), form.get("reason", ""))
        elif do.startswith("undo:") and do[5:].isascii() and do[5:].isdigit() and len(do) < 20:
            take_back_level(tool, visit.access, person_id, int(do[5:]))
        else:
            raise BadFormError
    except BadFormError as error:
        with transaction(tool.sessions) as session:
            return make_response(_page(session, visit, person_id, skill, problem=error.message), 400)
    return redirect(visit.link("level.skill", person_id=person_id, skill=skill), 303)


def _page(session: Session, visit: Visit, person_id: uuid.UUID, skill: str, *, problem: str = "") -> str:
    person = get_visible_person(session, visit.access, person_id)
    history_id = find_root(session, person.id)
    state = next((each for each in states_of(session, visit.access, history_id) if each.skill == skill), None)
    if state is None:
        raise NotFoundError
    rows = evidence_of(session, visit.access, history_id, skill=skill)
    choice = find_choice(session, visit.tenant_id)
    results = results_of(session, [history_id], [skill]).get((history_id, skill), []) if choice.rule else []
    frozen = frozen_of(session, visit.access, list_records(session, person.id))
    return render_template(
        "board/skill.html",
        visit=visit,
        person_id=person.id,
        name=shown_name(person),
        skill=skill,
        skill_name=skill_names(visit).get(skill, skill),
        state=state,
        choice=choice,
        method=choice_name(choice),
        results=results,
        picture=moves_chart(rows),
        answers=as_answers(session, held_by(session, visit).library, rows, visit.locale),
        set_levels=_set_levels(session, visit, person.id, history_id, skill),
        decision=decisions_of(session, [history_id]).get((history_id, skill)),
        settable=SETTABLE,
        terms=[each for each in frozen if each[1].skill == skill],
        longest=LONGEST_REASON,
        problem=problem,
        form=request.form,
    )


def _set_levels(
    session: Session, visit: Visit, person_id: uuid.UUID, history_id: uuid.UUID, skill: str
) -> list[SetLevel]:
    entries = list_set_levels(session, visit.access, person_id, skill)
    names = names_of(session, visit.access, {each.by_person_id for each in entries if each.by_person_id})
    decision = decisions_of(session, [history_id]).get((history_id, skill))
    return [
        SetLevel(
            entry=each,
            by=names.get(each.by_person_id, "") if each.by_person_id else "",
            level=str((each.after or {}).get("level", "")),
            is_in_force=decision is not None and decision.audit_id == each.id,
        )
        for each in entries
    ]

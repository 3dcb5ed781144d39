"""The analysis of questions: for a teacher over their own classes, for a specialist over the schools of the grant. Nobody's name stands there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Literal, cast

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.errors import NotFoundError
from lti_tool.people.standing import list_schools
from lti_tool.player.attempts import get_taught_placement, list_placements
from lti_tool.player.tables import Placement
from lti_tool.reports.questions.judging import FAIRNESS_SHOWN, SHOWN
from lti_tool.reports.questions.reading import (
    GroupBy,
    Scope,
    list_contents,
    read_figures,
    read_groups,
    scope_of_assignments,
    scope_of_grant,
)
from lti_tool.web.fairness_views import FairnessLine, fairness_lines
from lti_tool.web.question_charts import question_map
from lti_tool.web.question_views import PartView, view_part
from lti_tool.web.titles import content_title
from lti_tool.web.visit import Visit, held_by, visit_page

pages = Blueprint("questions", __name__)
_GROUPS: dict[str, GroupBy] = {"school": "school_id", "grade": "grade", "language": "lang"}


@pages.get("/at/<token>/assignment/<uuid:placement_id>/questions")
@visit_page("teacher")
def assignment(session: Session, visit: Visit, placement_id: uuid.UUID) -> ResponseReturnValue:
    """How the questions of an assignment worked in this class, or (`of=all`) in every class of this teacher that has it."""
    placement = get_taught_placement(session, visit.access, placement_id)
    same = _same_content(session, visit, placement)
    of_all = request.args.get("of") == "all" and len(same) > 1
    scope = scope_of_assignments(visit.access, [each.id for each in same] if of_all else [placement.id])
    return _page(
        "questions/assignment.html",
        session,
        visit,
        scope,
        placement=placement,
        of_all=of_all,
        classes=len(same),
    )


def _same_content(session: Session, visit: Visit, placement: Placement) -> list[Placement]:
    """The assignments of the same module or quiz in all classes the person teaches."""
    wanted = (placement.content_kind, placement.content_id)
    mine = [
        each
        for section in visit.access.section_ids
        for each in list_placements(session, visit.access, section)
    ]
    return [each for each in mine if (each.content_kind, each.content_id) == wanted]


@pages.get("/at/<token>/questions")
@visit_page("specialist")
def contents(session: Session, visit: Visit) -> ResponseReturnValue:
    """Which modules and quizzes there is something to say about."""
    lines = [line for line in list_contents(session, scope_of_grant(visit.access)) if line.n >= SHOWN]
    held = held_by(session, visit)
    names = {
        (line.content_kind, line.content_id): content_title(
            held, line.content_kind, line.content_id, visit.locale
        )
        for line in lines
    }
    return render_template("questions/contents.html", visit=visit, lines=lines, names=names)


@pages.get("/at/<token>/questions/<any(module, quiz):kind>/<content_id>")
@visit_page("specialist")
def content(
    session: Session, visit: Visit, kind: Literal["module", "quiz"], content_id: str
) -> ResponseReturnValue:
    """The questions of a module or quiz over every school of the grant, or one; and whether they treat groups alike."""
    schools = list_schools(session, visit.access)
    school_id = _wanted_school(schools)
    scope = scope_of_grant(visit.access, content=(kind, content_id), school_id=school_id)
    if not any(
        line.content_id == content_id
        for line in list_contents(session, scope_of_grant(visit.access, content=(kind, content_id)))
    ):
        raise NotFoundError
    by = request.args.get("by", "")
    return _page(
        "questions/content.html",
        session,
        visit,
        scope,
        kind=kind,
        content_id=content_id,
        title=content_title(held_by(session, visit), kind, content_id, visit.locale),
        schools=schools,
        school_id=school_id,
        by=by if by in _GROUPS else "",
        names={each.id: each.name for each in schools},
    )


def _wanted_school(schools: Sequence[object]) -> uuid.UUID | None:
    wanted = request.args.get("school")
    if not wanted:
        return None
    known = {str(getattr(each, "id", "")): cast(uuid.UUID, getattr(each, "id", None)) for each in schools}
    if wanted not in known:
        raise NotFoundError
    return known[wanted]


def _page(template: str, session: Session, visit: Visit, scope: Scope, **values: object) -> str:
    library = held_by(session, visit).library
    parts = [view_part(session, library, each, visit.locale) for each in read_figures(session, scope)]
    return render_template(
        template,
        visit=visit,
        parts=parts,
        maps={part.part: question_map(part.questions) for part in parts},
        fairness=_fairness(session, scope, parts, values),
        few=FAIRNESS_SHOWN,
        **values,
    )


def _fairness(
    session: Session, scope: Scope, parts: Sequence[PartView], values: dict[str, object]
) -> list[FairnessLine]:
    by = str(values.get("by") or "")
    if not by:
        return []
    groups = read_groups(session, scope, _GROUPS[by], at_least=FAIRNESS_SHOWN)
    questions = [each for part in parts for each in part.questions]
    return fairness_lines(groups, questions, cast(dict[object, str], values["names"]))

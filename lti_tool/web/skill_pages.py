"""A student's own page, “what I can do”: each skill in their words, the evidence for it, and a next step. Nobody is ranked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.errors import NotFoundError
from lti_tool.mastery.evidence import evidence_of, states_of
from lti_tool.mastery.freeze import frozen_of
from lti_tool.mastery.showing import decisions_of
from lti_tool.people.identity import find_root, list_records
from lti_tool.web.visit import Visit, the_tool, visit_page

pages = Blueprint("skills", __name__)
NEWEST = 5
"""Newest answers that are told of."""
RIGHT = 0.99


@dataclass(frozen=True, kw_only=True)
class OwnSkill:
    """One skill as its student reads it."""

    statement: str
    """“I can …”, from the library; the skill's id where the library no longer has it."""
    level: str
    answers: int
    newest: int
    """How many of the newest answers are told of."""
    right: int
    """Of those."""
    proficient_since: datetime | None
    set_at: datetime | None
    """When a teacher set the level; None: it follows from the answers."""
    ended: list[tuple[str, str]]
    """(term, level) at the end of terms, the newest first."""


@pages.get("/at/<token>/what-i-can-do")
@visit_page()
def own(session: Session, visit: Visit) -> ResponseReturnValue:
    if visit.access.person_id is None:
        raise NotFoundError
    history_id = find_root(session, visit.access.person_id)
    states = states_of(session, visit.access, history_id)
    newest: dict[str, list[float]] = {}
    for row in evidence_of(session, visit.access, history_id):
        newest.setdefault(row.skill, []).append(row.ratio)
    decided = decisions_of(session, [history_id])
    frozen = frozen_of(session, visit.access, list_records(session, visit.access.person_id))
    library = the_tool().library
    return render_template(
        "home/skills.html",
        visit=visit,
        skills=[
            OwnSkill(
                statement=library.get_skill(state.skill, visit.locale).learner
                if state.skill in library.skills
                else state.skill,
                level=state.shown_level,
                answers=state.answers,
                newest=len(newest.get(state.skill, [])[:NEWEST]),
                right=sum(ratio >= RIGHT for ratio in newest.get(state.skill, [])[:NEWEST]),
                proficient_since=state.shown_since,
                set_at=found.set_at if (found := decided.get((history_id, state.skill))) else None,
                ended=[(term.name, row.level) for term, row in frozen if row.skill == state.skill],
            )
            for state in states
        ],
    )

"""The specialist's board: skill × grade over schools, as picture, table and sentence; down to classes and students."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.errors import NotFoundError
from lti_tool.mastery.evidence import evidence_of, states_of
from lti_tool.mastery.freeze import frozen_of
from lti_tool.mastery.showing import decisions_of, find_choice
from lti_tool.mastery.tables import FrozenLevel, Term
from lti_tool.people.identity import find_root, find_roots, list_records
from lti_tool.people.lists import list_sections_of_grade
from lti_tool.people.standing import (
    get_visible_person,
    get_visible_section,
    list_learners,
    list_schools,
    shown_name,
)
from lti_tool.people.tables import Section
from lti_tool.people.years import school_year
from lti_tool.reports.board import Cell, PersonStanding, board_cells, list_years, standings_of
from lti_tool.reports.tables import LEVELS
from lti_tool.web.charts import heat_map
from lti_tool.web.evidence_views import question_text
from lti_tool.web.i18n import gettext, ngettext
from lti_tool.web.method_words import choice_name
from lti_tool.web.standards_pages import by_framework, list_codes, skills_of
from lti_tool.web.visit import Visit, held_by, the_tool, visit_page

pages = Blueprint("board", __name__)
ENOUGH = 10
"""Learners judged before the sentence speaks of a cell: fewer say little."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Which year and school the board shows."""

    year: int
    years: list[int]
    school_id: uuid.UUID | None


def _frame(session: Session, visit: Visit) -> Frame:
    tool = the_tool()
    years = list_years(session, visit.access)
    now = school_year(tool.clock(), tool.settings.school_year_starts)
    wanted = request.args.get("year", "")
    newest = years[0] if years else now
    year = next((each for each in years if str(each) == wanted), newest)
    return Frame(year=year, years=years, school_id=_wanted_school(session, visit))


def _wanted_school(session: Session, visit: Visit) -> uuid.UUID | None:
    """The school asked for, None for all of them. Raises NotFoundError for one outside of the grant."""
    wanted = request.args.get("school")
    if not wanted:
        return None
    known = {str(school.id): school.id for school in list_schools(session, visit.access)}
    if wanted not in known:
        raise NotFoundError
    return known[wanted]


@pages.get("/at/<token>/board")
@visit_page("board")
def board(session: Session, visit: Visit) -> ResponseReturnValue:
    """Who only oversees schools goes on to their figures: the LMS's one link to the board serves both."""
    if not visit.access.is_specialist:
        return redirect(visit.link("overview.overview"), 303)
    frame = _frame(session, visit)
    cells = board_cells(session, visit.access, school_year=frame.year, school_id=frame.school_id)
    codes = list_codes(session, visit)
    wanted = request.args.get("standard", "")
    asked_for = skills_of(codes, wanted)
    if asked_for is not None:
        cells = {key: cell for key, cell in cells.items() if key[0] in asked_for}
    names = skill_names(visit)
    skills = sorted(
        {skill for skill, _ in cells}, key=lambda skill: list(names).index(skill) if skill in names else 99
    )
    grades = sorted({grade for _, grade in cells if grade is not None})
    before = board_cells(session, visit.access, school_year=frame.year - 1, school_id=frame.school_id)
    return render_template(
        "board/board.html",
        visit=visit,
        frame=frame,
        cells=cells,
        before=before,
        skills=skills,
        grades=grades,
        names=names,
        codes=by_framework(codes),
        standard=wanted if asked_for is not None else "",
        schools=list_schools(session, visit.access),
        picture=heat_map(cells, skills, grades),
        sentences=sentences(cells, names),
    )


def skill_names(visit: Visit) -> dict[str, str]:
    """Skill ids to names in the page's language, in the order of skills.yaml."""
    library = the_tool().library
    return {skill_id: library.get_skill(skill_id, visit.locale).name for skill_id in library.skills}


def sentences(cells: dict[tuple[str, int | None], Cell], names: dict[str, str]) -> list[str]:
    """What the board says in words: the strongest and the weakest cell with enough learners, and where evidence is thin."""
    firm = [cell for cell in cells.values() if cell.judged >= ENOUGH and cell.grade is not None]
    thin = [cell for cell in cells.values() if 0 < cell.judged < ENOUGH]
    told = []
    if firm:
        best = max(firm, key=lambda cell: cell.proficient_ratio or 0)
        worst = min(firm, key=lambda cell: cell.proficient_ratio or 0)
        strongest = gettext(
            "Strongest: in grade %(grade)s, %(n)s of %(all)s students are proficient in “%(skill)s”."
        )
        few = gettext(
            "Teach next: in grade %(grade)s, only %(n)s of %(all)s students are proficient in “%(skill)s”."
        )
        none = gettext(
            "Teach next: in grade %(grade)s, none of %(all)s students is proficient in “%(skill)s” yet."
        )
        told.append(_about(strongest, best, names))
        if worst is not best:
            told.append(_about(few if worst.counts["proficient"] else none, worst, names))
    if thin:
        told.append(
            ngettext(
                "One cell rests on fewer than ten students: read it with care.",
                "%(num)s cells rest on fewer than ten students: read them with care.",
                len(thin),
            )
        )
    return told or [gettext("There is not enough evidence yet to say anything firm.")]


def _about(pattern: str, cell: Cell, names: dict[str, str]) -> str:
    return pattern % {
        "grade": cell.grade if cell.grade else "K",
        "n": cell.counts["proficient"],
        "all": cell.judged,
        "skill": names.get(cell.skill, cell.skill),
    }


@dataclass(frozen=True, kw_only=True)
class ClassLine:
    """One class in a cell's list."""

    section: Section
    counts: dict[str, int]
    learners: int


@pages.get("/at/<token>/board/<skill>/<int:grade>")
@visit_page("specialist")
def cell(session: Session, visit: Visit, skill: str, grade: int) -> ResponseReturnValue:
    """One skill at one grade: its classes."""
    frame = _frame(session, visit)
    names = skill_names(visit)
    if skill not in names or grade > 12:
        raise NotFoundError
    cells = board_cells(session, visit.access, school_year=frame.year, school_id=frame.school_id)
    sections = [
        each
        for each in list_sections_of_grade(session, visit.access, grade)
        if frame.school_id is None or each.school_id == frame.school_id
    ]
    return render_template(
        "board/cell.html",
        visit=visit,
        frame=frame,
        skill=skill,
        name=names[skill],
        grade=grade,
        cell=cells.get((skill, grade)),
        lines=[_class_line(session, visit, each, frame.year, skill) for each in sections],
        schools={school.id: school.name for school in list_schools(session, visit.access)},
    )


def _class_line(session: Session, visit: Visit, section: Section, year: int, skill: str) -> ClassLine:
    members = list_learners(session, visit.access, section.id)
    roots = find_roots(session, [each.person_id for each in members])
    found = standings_of(session, visit.access, set(roots.values()), school_year=year, skill=skill)
    counts = {level: sum(1 for each in found if each.level == level) for level in LEVELS}
    return ClassLine(section=section, counts=counts, learners=len(members))


@pages.get("/at/<token>/skills/<uuid:section_id>")
@visit_page("reader")
def section(session: Session, visit: Visit, section_id: uuid.UUID) -> ResponseReturnValue:
    """A class: every student's level in every skill. For its teacher and for the specialist."""
    found = get_visible_section(session, visit.access, section_id)
    tool = the_tool()
    year = school_year(tool.clock(), tool.settings.school_year_starts)
    members = list_learners(session, visit.access, section_id)
    standings: dict[uuid.UUID, dict[str, PersonStanding]] = {}
    roots = find_roots(session, [each.person_id for each in members])
    for each in standings_of(session, visit.access, set(roots.values()), school_year=year):
        standings.setdefault(each.person_id, {})[each.skill] = each
    names = skill_names(visit)
    used = {skill for held in standings.values() for skill in held}
    return render_template(
        "board/section.html",
        visit=visit,
        section=found,
        members=members,
        standings={each: standings.get(root, {}) for each, root in roots.items()},
        skills=[skill for skill in names if skill in used],
        names=names,
    )


@pages.get("/at/<token>/student/<uuid:person_id>")
@visit_page("reader")
def student(session: Session, visit: Visit, person_id: uuid.UUID) -> ResponseReturnValue:
    """One student: levels, and the evidence behind them. For their teachers and for the specialist."""
    person = get_visible_person(session, visit.access, person_id)
    history_id = find_root(session, person.id)
    evidence = evidence_of(session, visit.access, history_id)
    choice = find_choice(session, visit.tenant_id)
    frozen = frozen_of(session, visit.access, list_records(session, person.id))
    library = held_by(session, visit).library
    return render_template(
        "board/student.html",
        visit=visit,
        name=shown_name(person),
        states=states_of(session, visit.access, history_id),
        decided={skill for _, skill in decisions_of(session, [history_id])},
        method=choice_name(choice),
        is_rule=choice.rule is not None,
        terms=by_term(frozen),
        person_id=person.id,
        evidence=evidence,
        questions={row.id: question_text(session, library, row, visit.locale) for row in evidence},
        names=skill_names(visit),
    )


def by_term(frozen: Sequence[tuple[Term, FrozenLevel]]) -> list[tuple[str, list[FrozenLevel]]]:
    """Terms by name, the newest first, each with what was frozen."""
    found: dict[str, list[FrozenLevel]] = {}
    for term, row in frozen:
        found.setdefault(term.name, []).append(row)
    return list(found.items())

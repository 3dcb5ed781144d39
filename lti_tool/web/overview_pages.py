"""Figures of schools for principals and the district's coordinator, as a page and as a file: groups only, nobody's name, small groups hidden."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.errors import NotFoundError
from lti_tool.people.grants import smallest_group
from lti_tool.people.standing import list_overseen_schools
from lti_tool.people.tables import School
from lti_tool.people.years import school_year
from lti_tool.reports.board import list_years
from lti_tool.reports.overview import Overview, read_overview
from lti_tool.reports.suppression import Share
from lti_tool.web.board_pages import skill_names
from lti_tool.web.visit import Visit, the_tool, visit_page

pages = Blueprint("overview", __name__)
_COLUMNS = ("school_year", "school", "skill", "grade", "students", "percent_proficient")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Which year and school are shown, and what may be chosen."""

    year: int
    years: list[int]
    school: School | None
    """None: all of them."""
    schools: list[School]
    smallest: int
    overview: Overview

    def row(self, skill: str) -> list[tuple[bool, Share | None]]:
        """By grade: whether anybody has enough evidence, and the share if it may be shown."""
        return [
            ((skill, grade) in self.overview.cells, self.overview.cells.get((skill, grade)))
            for grade in self.overview.grades
        ]


@pages.get("/at/<token>/overview")
@visit_page("overseer")
def overview(session: Session, visit: Visit) -> ResponseReturnValue:
    shown = _shown(session, visit)
    names = skill_names(visit)
    return render_template(
        "board/overview.html",
        visit=visit,
        shown=shown,
        skills=[each for each in names if each in shown.overview.skills],
        names=names,
    )


@pages.get("/at/<token>/overview.csv")
@visit_page("overseer")
def overview_csv(session: Session, visit: Visit) -> ResponseReturnValue:
    """The page's figures, and no others, as a table: one line for each group, and one for each total (grade `all`)."""
    shown = _shown(session, visit)
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\r\n")
    table.writerow(_COLUMNS)
    place = shown.school.name if shown.school else "all"
    place = f"'{place}" if place.startswith(("=", "+", "-", "@", "\t")) else place
    for skill in (each for each in skill_names(visit) if each in shown.overview.skills):
        lines: list[tuple[str, Share | None]] = [
            (str(grade or "K"), shown.overview.cells[skill, grade])
            for grade in shown.overview.grades
            if (skill, grade) in shown.overview.cells
        ]
        for grade, share in [*lines, ("all", shown.overview.totals[skill])]:
            told = (share.n, share.text) if share else (f"<{shown.smallest}", "")
            table.writerow((shown.year, place, skill, grade, *told))
    response = make_response(b"\xef\xbb\xbf" + stream.getvalue().encode())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="infolit-overview-{shown.year}.csv"'
    return response


def _shown(session: Session, visit: Visit) -> Shown:
    tool = the_tool()
    schools = list_overseen_schools(session, visit.access)
    school = _wanted_school(schools)
    years = list_years(session, visit.access)
    newest = years[0] if years else school_year(tool.clock(), tool.settings.school_year_starts)
    year = next((each for each in years if str(each) == request.args.get("year")), newest)
    smallest = smallest_group(session, visit.tenant_id)
    found = read_overview(
        session,
        visit.access,
        school_year=year,
        smallest=smallest,
        school_id=school.id if school else None,
    )
    return Shown(year=year, years=years, school=school, schools=schools, smallest=smallest, overview=found)


def _wanted_school(schools: list[School]) -> School | None:
    """The school asked for; None for all of them. Raises NotFoundError for one that is not theirs."""
    wanted = request.args.get("school")
    if not wanted:
        return None
    known = {str(school.id): school for school in schools}
    if wanted not in known:
        raise NotFoundError
    return known[wanted]

"""The pages of the LMS: picking a person, courses, the frame with the tool, grades."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_tool.demo_lms.copying import copy_course
from lti_tool.demo_lms.district import Person
from lti_tool.demo_lms.gradebook import Cell, list_cells
from lti_tool.demo_lms.lms import current_lms
from lti_tool.demo_lms.records import Link
from lti_tool.demo_lms.session import remember, require_course, require_person, require_teacher
from lti_tool.demo_lms.state import BOARD_LINK_ID

pages = Blueprint("pages", __name__)


@pages.get("/")
def home() -> str:
    district = current_lms().district
    courses = [(course, district.list_members(course.id)) for course in district.courses]
    return render_template("home.html", courses=courses, guides=list_guides())


def list_guides() -> list[tuple[Person, str]]:
    """Three people to begin with, and what to try as each."""
    district = current_lms().district
    ana = next(person for person in district.people if person.name == "Ana Morales")
    course = district.find_course(ana.course_id)
    teacher = district.find_person(course.teacher_id if course else None)
    specialist = next(person for person in district.people if person.kind == "specialist")
    guides = [(ana, "Do an assignment. Close it half-way, open it again, and finish.")]
    if teacher:
        guides.append((teacher, "Watch the gradebook fill, and open the class page."))
    return [*guides, (specialist, "See how skills grow across classes, schools and grades.")]


@pages.post("/pick")
def pick() -> BaseResponse:
    person = current_lms().district.find_person(request.form.get("person"))
    if person is None:
        abort(404, "There is no such person.")
    answer = make_response(redirect(_home_of(person)))
    return remember(answer, person)


@pages.post("/leave")
def leave() -> BaseResponse:
    return remember(make_response(redirect(url_for("pages.home"))), None)


def _home_of(person: Person) -> str:
    if person.course_id:
        return url_for("pages.course", course_id=person.course_id)
    return url_for("pages.board")


@pages.get("/courses/<course_id>")
def course(course_id: str) -> str:
    lms = current_lms()
    person, course = require_course(course_id)
    links = [link for link in lms.state.list_links(course.id) if link.kind == "assignment"]
    cells = list_cells(lms, course, person if person.kind == "student" else None)
    rows = [(link, [cell for cell in cells if cell.link == link]) for link in links]
    mine = [each for each in lms.district.courses if lms.district.is_member(person, each.id)]
    return render_template(
        "course.html",
        course=course,
        rows=rows,
        class_link_id=f"{course.id}-class",
        others=[each for each in mine if each.id != course.id],
    )


@pages.post("/courses/<course_id>/copy")
def copy(course_id: str) -> BaseResponse:
    """The teacher begins a new year with last year's course."""
    _, course = require_teacher(course_id)
    made = copy_course(current_lms(), course, f"{course.title} (copy)")
    return redirect(url_for("pages.course", course_id=made.id))


@pages.get("/courses/<course_id>/links/<link_id>")
def link(course_id: str, link_id: str) -> str:
    _, course = require_course(course_id)
    link = current_lms().state.find_link(link_id)
    if link is None or link.course_id != course.id:
        abort(404, "There is no such link in this course.")
    return render_template("link.html", course=course, link=link)


@pages.get("/board")
def board() -> str:
    person = require_person()
    if person.kind != "specialist":
        abort(403, "This tool of the district is for specialists.")
    link: Link | None = current_lms().state.find_link(BOARD_LINK_ID)
    return render_template("link.html", course=None, link=link)


@pages.get("/post-message-forwarding")
def storage_frame() -> str:
    """What a named frame beside the tool shows: nothing; it keeps data for the tool."""
    return render_template("storage_frame.html")


@pages.get("/courses/<course_id>/add-content")
def add_content(course_id: str) -> str:
    _, course = require_teacher(course_id)
    return render_template("add_content.html", course=course)


@pages.get("/courses/<course_id>/gradebook")
def gradebook(course_id: str) -> str:
    lms = current_lms()
    _, course = require_teacher(course_id)
    rows: dict[Person, list[Cell]] = {person: [] for person in lms.district.list_gradable(course.id)}
    for cell in list_cells(lms, course):
        rows[cell.person].append(cell)
    items = lms.state.list_line_items(course.id)
    return render_template("gradebook.html", course=course, items=items, rows=rows)


@pages.get("/courses/<course_id>/grades")
def grades(course_id: str) -> str:
    person, course = require_course(course_id)
    if person.kind != "student":
        abort(403, "Only students have grades of their own; teachers have the gradebook.")
    return render_template("grades.html", course=course, cells=list_cells(current_lms(), course, person))

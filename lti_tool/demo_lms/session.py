"""Who is looking: a cookie names the person that was picked. There are no passwords, and no real people."""

from __future__ import annotations

from flask import Response, abort, request

from lti_tool.demo_lms.district import Course, Person
from lti_tool.demo_lms.lms import current_lms

COOKIE = "demo_user"
_LOOPBACK = ("127.0.0.1", "::1")


def find_person() -> Person | None:
    return current_lms().district.find_person(request.cookies.get(COOKIE))


def require_person() -> Person:
    person = find_person()
    if person is None:
        abort(401, "Pick a person first: this page depends on who is looking.")
    return person


def require_course(course_id: str) -> tuple[Person, Course]:
    """The person, who has to be a member of the course, and the course."""
    course = current_lms().district.find_course(course_id)
    if course is None:
        abort(404, "There is no such course in this district.")
    person = require_person()
    if not current_lms().district.is_member(person, course.id):
        abort(403, f"{person.name} is not a member of this course.")
    return person, course


def require_teacher(course_id: str) -> tuple[Person, Course]:
    person, course = require_course(course_id)
    if person.kind != "teacher":
        abort(403, "Only the teacher of this course can open this page.")
    return person, course


def remember(answer: Response, person: Person | None) -> Response:
    if person is None:
        answer.delete_cookie(COOKIE, samesite="Lax", httponly=True)
    else:
        answer.set_cookie(COOKIE, person.id, samesite="Lax", httponly=True)
    return answer


def is_loopback() -> bool:
    return request.remote_addr in _LOOPBACK

"""JSON for scripts and tests. What changes something is for this machine only."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, abort, request

from lti_tool.demo_lms.answers import ApiError, json_answer
from lti_tool.demo_lms.arriving import enter_by_teacher
from lti_tool.demo_lms.behavior import SERVICES, parse_behavior
from lti_tool.demo_lms.claims import line_item_url
from lti_tool.demo_lms.copying import copy_course
from lti_tool.demo_lms.gradebook import list_cells
from lti_tool.demo_lms.lms import DemoLMS, current_lms
from lti_tool.demo_lms.log import KINDS, MAX_ENTRIES
from lti_tool.demo_lms.records import Link
from lti_tool.demo_lms.session import COOKIE, is_loopback, require_teacher

api = Blueprint("api", __name__)


@api.get("/healthz")
def healthz() -> Response:
    return json_answer({"status": "ok"})


@api.get("/api/users")
def users() -> Response:
    people = current_lms().district.people
    return json_answer(
        [
            {
                "id": person.id,
                "sub": person.sub,
                "name": person.name,
                "role": person.kind,
                "course": person.course_id,
                "locale": person.locale,
                "sisid": person.sis_id,
            }
            for person in people
        ]
    )


@api.get("/api/links")
def links() -> Response:
    lms = current_lms()
    return json_answer([_shown_link(lms, link) for link in lms.state.list_all_links()])


def _shown_link(lms: DemoLMS, link: Link) -> dict[str, Any]:
    course = lms.district.find_course(link.course_id)
    item = lms.state.find_line_item(link.line_item_id)
    return {
        "id": link.id,
        "resource_link_id": link.resource_link_id,
        "course": link.course_id,
        "context_id": course.context_id if course else None,
        "kind": link.kind,
        "title": link.title,
        "content": link.custom.get("content"),
        "points": item.score_maximum if item else None,
        "launch_url": f"{lms.config.base_url}/launch/{link.id}",
        "lineitem": line_item_url(lms, course, item) if course and item else None,
    }


@api.get("/api/gradebook")
def gradebook() -> Response:
    """For scripts on this machine, and in a browser for the teacher of the course."""
    lms = current_lms()
    course = lms.district.find_course(request.args.get("course"))
    if course is None:
        raise ApiError(404, "unknown_course", "Name a course, such as ?course=grade-7.")
    if COOKIE in request.cookies:
        require_teacher(course.id)
    elif not is_loopback():
        abort(401, "Pick a person first.")
    return json_answer([cell.as_json() for cell in list_cells(lms, course)])


@api.get("/api/log")
def message_log() -> Response:
    kind = request.args.get("kind")
    if kind is not None and kind not in KINDS:
        raise ApiError(400, "unknown_kind", f"kind is one of {', '.join(KINDS)}.")
    limit = request.args.get("limit", 100, type=int)
    entries = current_lms().log.list_newest(kind=kind, limit=max(1, min(limit, MAX_ENTRIES)))
    return json_answer([asdict(entry) for entry in entries])


@api.post("/api/reset")
def reset() -> Response:
    """Grades, log and behaviours go. {"links": true} also takes back links and columns that were added."""
    _require_this_machine()
    lms = current_lms()
    if (request.get_json(silent=True) or {}).get("links") is True:
        lms.state.restore_seed()
    lms.state.clear_grades()
    lms.log.clear()
    lms.behaviors.clear()
    return json_answer({"status": "reset"})


@api.post("/api/behavior")
def behavior() -> Response:
    """Make services misbehave: {"scores": {"mode": "status", "status": 429, "retry_after": 2, "count": 3}}."""
    _require_this_machine()
    wishes = request.get_json(silent=True)
    if not isinstance(wishes, dict) or not wishes or set(wishes) - set(SERVICES):
        raise ApiError(400, "bad_behavior", f"Send a JSON object with some of: {', '.join(SERVICES)}.")
    parsed = {service: parse_behavior(values) for service, values in wishes.items()}
    for service, wish in parsed.items():
        current_lms().behaviors.set(service, wish)
    return json_answer({service: asdict(wish) for service, wish in parsed.items()})


@api.post("/api/teacher-grade")
def teacher_grade() -> Response:
    """The teacher types into the gradebook: {"user": "student-076", "link": "…", "score": 12, "flag": "Excused"}."""
    _require_this_machine()
    lms = current_lms()
    wish = request.get_json(silent=True) or {}
    person, link = lms.district.find_person(wish.get("user")), lms.state.find_link(str(wish.get("link")))
    item = lms.state.find_line_item(link.line_item_id if link else None)
    if person is None or item is None or not isinstance(wish.get("score"), int | float):
        raise ApiError(400, "bad_grade", "Name a user, a link with a column, and a score.")
    flag = str(wish.get("flag") or "")
    change = enter_by_teacher(item, person, float(wish["score"]), flag=flag, now_s=lms.clock())
    lms.state.change_result(item.id, person.id, change)
    return json_answer({"status": "entered"})


@api.post("/api/copy-course")
def copy_one_course() -> Response:
    """A new school year: {"course": "grade-7", "title": "Grade 7 English, next year"} gives the copy and its links."""
    _require_this_machine()
    lms = current_lms()
    wish = request.get_json(silent=True) or {}
    course = lms.district.find_course(str(wish.get("course")))
    if course is None:
        raise ApiError(404, "unknown_course", "Name a course, such as grade-7.")
    made = copy_course(lms, course, str(wish.get("title") or f"{course.title} (copy)"))
    shown = [_shown_link(lms, link) for link in lms.state.list_links(made.id)]
    return json_answer({"id": made.id, "context_id": made.context_id, "links": shown})


@api.post("/api/rotate-keys")
def rotate_keys() -> Response:
    """A new signing key takes over; a tool has to fetch the key set again when it meets the new key id."""
    _require_this_machine()
    return json_answer({"kid": current_lms().keys.rotate()})


@api.post("/api/expire-tokens")
def expire_tokens() -> Response:
    """All bearer tokens become invalid, as after a restart of an LMS; a tool has to get new ones."""
    _require_this_machine()
    current_lms().tokens.clear()
    return json_answer({"status": "expired"})


def _require_this_machine() -> None:
    """Neither another machine, nor a web page of another site in a browser on this one."""
    if not is_loopback():
        raise ApiError(403, "loopback_only", "This may be called from the machine that the demo runs on.")
    if request.headers.get("Origin", current_lms().config.base_url) != current_lms().config.base_url:
        raise ApiError(403, "loopback_only", "This may not be called by a page of another site.")

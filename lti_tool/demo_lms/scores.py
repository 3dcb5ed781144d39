"""Assignment and Grade Services: scores coming in, results going out.

A score counts only when it is newer than what stands there, by the rule of the LMS's flavor. As with Canvas, a score that
does not count as graded empties the cell, unless the Canvas extension says `preserve_score`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request

from lti_tool.demo_lms import spec
from lti_tool.demo_lms.ags import ags, check_fields, get_course, get_line_item, is_number, read_json
from lti_tool.demo_lms.answers import ApiError, json_answer
from lti_tool.demo_lms.arriving import SECOND_US, Score, apply
from lti_tool.demo_lms.behavior import may_misbehave
from lti_tool.demo_lms.claims import line_item_url
from lti_tool.demo_lms.district import Course, Person
from lti_tool.demo_lms.lms import DemoLMS, current_lms
from lti_tool.demo_lms.log import logged, name_entry
from lti_tool.demo_lms.paging import cut_page, link_next
from lti_tool.demo_lms.quirks import Quirks
from lti_tool.demo_lms.records import LineItem, Result
from lti_tool.demo_lms.tokens import needs_scope

scores = Blueprint("scores", __name__, url_prefix=ags.url_prefix)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FUTURE_S = 60
_REQUIRED = ("userId", "activityProgress", "gradingProgress", "timestamp")
_SCORE_FIELDS = frozenset(
    {*_REQUIRED, "scoreGiven", "scoreMaximum", "comment", "submission", "scoringUserId"}
)


@scores.post("/<line_item_id>/scores")
@logged("scores", "Score")
@may_misbehave("scores")
@needs_scope(spec.SCOPE_SCORE)
def post_score(context_id: str, line_item_id: str) -> Response:
    lms = current_lms()
    course = get_course(lms, context_id)
    item = get_line_item(lms, course, line_item_id)
    body = read_json(spec.MEDIA_SCORE)
    check_fields(lms, body, _SCORE_FIELDS | _read_extensions(lms))
    score = parse_score(body, lms.config.quirks)
    _check_submitted(lms, score)
    person = _get_student(lms, course, score.user_id)
    name_entry(_describe(score, item, person))
    lms.state.change_result(item.id, person.id, apply(score, item, person, lms.config.quirks))
    shown = (
        {"resultUrl": _result_url(lms, course, item, person)} if lms.config.quirks.gives_result_url else {}
    )
    return json_answer(shown)


def _describe(score: Score, item: LineItem, person: Person) -> str:
    points = "no score" if score.score_given is None else f"{score.score_given:g} of {score.score_maximum:g}"
    return f"Score for {person.name}: {points} in {item.label}"


def _get_student(lms: DemoLMS, course: Course, sub: str) -> Person:
    person = lms.district.find_person_by_sub(sub)
    if person is None:
        raise ApiError(404, "unknown_user", "userId is no user of this LMS.")
    if not lms.district.is_gradable(person, course.id):
        status = lms.config.quirks.ungradable_status
        raise ApiError(status, "not_a_student", "userId is not a student of this course.")
    return person


def _check_submitted(lms: DemoLMS, score: Score) -> None:
    if score.submitted_us is None or not lms.config.quirks.refuses_future_work:
        return
    if score.submitted_us > int(lms.clock() + _FUTURE_S) * SECOND_US:
        raise ApiError(400, "submitted_in_future", "submittedAt lies in the future.")


def _read_extensions(lms: DemoLMS) -> frozenset[str]:
    """The extensions this LMS reads; any other is a field that it does not know."""
    return frozenset({spec.CANVAS_SUBMISSION} if lms.config.quirks.canvas_extension else ())


def parse_score(body: dict[str, Any], quirks: Quirks) -> Score:
    missing = [name for name in _REQUIRED if not isinstance(body.get(name), str) or not body[name]]
    if missing:
        raise ApiError(400, "missing_fields", f"Must be texts: {', '.join(missing)}.")
    _check_progress(body)
    extension = body.get(spec.CANVAS_SUBMISSION) if quirks.canvas_extension else None
    given, maximum = _parse_points(body)
    return Score(
        user_id=body["userId"],
        score_given=given,
        score_maximum=maximum,
        comment=_parse_comment(body),
        activity_progress=body["activityProgress"],
        grading_progress=body["gradingProgress"],
        timestamp=body["timestamp"],
        timestamp_us=parse_timestamp_us(body["timestamp"]),
        submitted_us=_parse_submitted(body.get("submission")),
        extension=extension if isinstance(extension, dict) else {},
    )


def _check_progress(body: dict[str, Any]) -> None:
    for name, allowed in (
        ("activityProgress", spec.ACTIVITY_PROGRESS),
        ("gradingProgress", spec.GRADING_PROGRESS),
    ):
        if body[name] not in allowed:
            raise ApiError(400, "invalid_progress", f"{name} is one of {', '.join(allowed)}.")


def _parse_points(body: dict[str, Any]) -> tuple[float | None, float | None]:
    given, maximum = body.get("scoreGiven"), body.get("scoreMaximum")
    if given is None:
        return None, None
    if not is_number(given) or given < 0:
        raise ApiError(422, "invalid_score", "scoreGiven must be a number from 0.")
    if not is_number(maximum) or maximum <= 0:
        raise ApiError(422, "invalid_score_maximum", "scoreGiven needs a scoreMaximum, a number above 0.")
    return float(given), float(maximum)


def _parse_submitted(submission: object) -> int | None:
    value = submission.get("submittedAt") if isinstance(submission, dict) else None
    return parse_timestamp_us(value) if isinstance(value, str) else None


def _parse_comment(body: dict[str, Any]) -> str:
    comment = body.get("comment")
    if comment is not None and not isinstance(comment, str):
        raise ApiError(400, "invalid_comment", "comment must be a text.")
    return comment or ""


def parse_timestamp_us(text: str) -> int:
    """Microseconds since 1970 of an ISO 8601 time, which has to name its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise ApiError(400, "invalid_timestamp", "timestamp must be ISO 8601.") from problem
    if moment.tzinfo is None or "T" not in text:
        raise ApiError(
            400, "invalid_timestamp", "timestamp must hold date, time and zone, such as …T09:33:01.123Z."
        )
    return (moment - _EPOCH) // _MICROSECOND


# Results


@scores.get("/<line_item_id>/results")
@logged("results", "Results")
@may_misbehave("results")
@needs_scope(spec.SCOPE_RESULT)
def list_results(context_id: str, line_item_id: str) -> Response:
    lms = current_lms()
    course = get_course(lms, context_id)
    item = get_line_item(lms, course, line_item_id)
    wanted = request.args.get("user_id")
    people = [person for person in lms.district.list_gradable(course.id) if wanted in (None, person.sub)]
    found = [(person, lms.state.find_result(item.id, person.id)) for person in people]
    shown = [_shown_result(lms, course, item, person, result) for person, result in found if result]
    if lms.config.quirks.hides_zero_results:
        shown = [result for result in shown if result.get("resultScore")]
    page, next_url = cut_page(shown, lms.config.base_url)
    return link_next(json_answer(page, media_type=spec.MEDIA_RESULTS), next_url)


@scores.get("/<line_item_id>/results/<person_id>")
@logged("results", "Result")
@may_misbehave("results")
@needs_scope(spec.SCOPE_RESULT)
def show_result(context_id: str, line_item_id: str, person_id: str) -> Response:
    lms = current_lms()
    course = get_course(lms, context_id)
    item = get_line_item(lms, course, line_item_id)
    person = lms.district.find_person_by_sub(person_id)
    result = lms.state.find_result(item.id, person.id) if person else None
    if person is None or result is None:
        raise ApiError(404, "no_result", "Nothing was received for this user.")
    return json_answer(_shown_result(lms, course, item, person, result))


def _shown_result(
    lms: DemoLMS, course: Course, item: LineItem, person: Person, result: Result
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": _result_url(lms, course, item, person),
        "scoreOf": line_item_url(lms, course, item),
        "userId": person.sub,
        "resultMaximum": item.score_maximum,
    }
    score = result.scaled(item.score_maximum)
    if score is not None:
        shown["resultScore"] = score
    if result.comment:
        shown["comment"] = result.comment
    return shown


def _result_url(lms: DemoLMS, course: Course, item: LineItem, person: Person) -> str:
    path, _, query = line_item_url(lms, course, item).partition("?")
    return f"{path}/results/{person.sub}" + (f"?{query}" if query else "")

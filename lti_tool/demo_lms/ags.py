"""Assignment and Grade Services: the columns of a course's gradebook.

Spec: https://www.imsglobal.org/spec/lti-ags/v2p0
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Set
from dataclasses import replace
from typing import Any, TypeGuard

from flask import Blueprint, Response, request

from lti_tool.demo_lms import spec
from lti_tool.demo_lms.answers import ApiError, json_answer
from lti_tool.demo_lms.behavior import may_misbehave
from lti_tool.demo_lms.claims import line_item_url
from lti_tool.demo_lms.district import Course
from lti_tool.demo_lms.lms import DemoLMS, current_lms
from lti_tool.demo_lms.log import logged
from lti_tool.demo_lms.paging import cut_page, link_next
from lti_tool.demo_lms.records import LineItem
from lti_tool.demo_lms.tokens import needs_scope

ags = Blueprint("ags", __name__, url_prefix="/api/lti/courses/<context_id>/lineitems")


def get_course(lms: DemoLMS, context_id: str) -> Course:
    course = lms.district.find_course_by_context(context_id)
    if course is None:
        raise ApiError(404, "unknown_course", "No course has this context id.")
    return course


def get_line_item(lms: DemoLMS, course: Course, line_item_id: str) -> LineItem:
    """The column, which has to be asked for by its whole address."""
    item = lms.state.find_line_item(line_item_id)
    if item is None or item.course_id != course.id:
        raise ApiError(404, "unknown_line_item", "This course has no such line item.")
    if lms.config.quirks.line_item_query and "type_id" not in request.args:
        raise ApiError(
            404, "unknown_line_item", "The address lost its query: add /scores or /results before the '?'."
        )
    return item


def shown_line_item(lms: DemoLMS, course: Course, item: LineItem) -> dict[str, Any]:
    optional = {
        "resourceId": item.resource_id,
        "tag": item.tag,
        "resourceLinkId": item.resource_link_id,
        "startDateTime": item.start_date_time,
        "endDateTime": item.end_date_time,
    }
    return {
        "id": line_item_url(lms, course, item),
        "label": item.label,
        "scoreMaximum": item.score_maximum,
        **{name: value for name, value in optional.items() if value},
    }


_FILTERS = {"resource_link_id": "resource_link_id", "resource_id": "resource_id", "tag": "tag"}


@ags.get("")
@logged("lineitems", "Columns of a gradebook (line items)")
@may_misbehave("lineitems")
@needs_scope(spec.SCOPE_LINE_ITEM, spec.SCOPE_LINE_ITEM_READ)
def list_line_items(context_id: str) -> Response:
    lms = current_lms()
    course = get_course(lms, context_id)
    items = lms.state.list_line_items(course.id)
    for name, attribute in _FILTERS.items():
        if name in request.args:
            items = [item for item in items if getattr(item, attribute) == request.args[name]]
    page, next_url = cut_page(items, lms.config.base_url)
    body = [shown_line_item(lms, course, item) for item in page]
    return link_next(json_answer(body, media_type=spec.MEDIA_LINE_ITEMS), next_url)


@ags.post("")
@logged("lineitems", "New column (line item)")
@may_misbehave("lineitems")
@needs_scope(spec.SCOPE_LINE_ITEM)
def create_line_item(context_id: str) -> Response:
    lms = current_lms()
    course = get_course(lms, context_id)
    body = read_json(spec.MEDIA_LINE_ITEM)
    check_fields(lms, body, _LINE_ITEM_FIELDS)
    item = _without_dates(lms, parse_line_item(body, course.id, str(uuid.uuid4())))
    _check_link(lms, course, item)
    lms.state.put_line_item(item)
    return json_answer(shown_line_item(lms, course, item), 201, media_type=spec.MEDIA_LINE_ITEM)


@ags.get("/<line_item_id>")
@logged("lineitems", "One column (line item)")
@may_misbehave("lineitems")
@needs_scope(spec.SCOPE_LINE_ITEM, spec.SCOPE_LINE_ITEM_READ)
def show_line_item(context_id: str, line_item_id: str) -> Response:
    lms = current_lms()
    course = get_course(lms, context_id)
    item = get_line_item(lms, course, line_item_id)
    return json_answer(shown_line_item(lms, course, item), media_type=spec.MEDIA_LINE_ITEM)


@ags.put("/<line_item_id>")
@logged("lineitems", "Column (line item) replaced")
@may_misbehave("lineitems")
@needs_scope(spec.SCOPE_LINE_ITEM)
def replace_line_item(context_id: str, line_item_id: str) -> Response:
    """What the body leaves out is emptied; only the link a column belongs to stays as it is."""
    lms = current_lms()
    course = get_course(lms, context_id)
    old = get_line_item(lms, course, line_item_id)
    body = read_json(spec.MEDIA_LINE_ITEM)
    check_fields(lms, body, _LINE_ITEM_FIELDS | {"id"})
    new = _without_dates(lms, parse_line_item(body, course.id, old.id))
    if new.resource_link_id not in ("", old.resource_link_id):
        raise ApiError(400, "resource_link_fixed", "A line item cannot move to another link.")
    item = replace(new, resource_link_id=old.resource_link_id)
    lms.state.put_line_item(item)
    return json_answer(shown_line_item(lms, course, item), media_type=spec.MEDIA_LINE_ITEM)


@ags.delete("/<line_item_id>")
@logged("lineitems", "Column (line item) deleted")
@may_misbehave("lineitems")
@needs_scope(spec.SCOPE_LINE_ITEM)
def delete_line_item(context_id: str, line_item_id: str) -> Response:
    lms = current_lms()
    course = get_course(lms, context_id)
    item = get_line_item(lms, course, line_item_id)
    if lms.config.quirks.keeps_coupled_column and item.resource_link_id:
        raise ApiError(401, "coupled_line_item", "The line item belongs to a link: delete the assignment.")
    lms.state.delete_line_item(item.id)
    return Response(status=204)


_TEXTS = {
    "resourceId": "resource_id",
    "tag": "tag",
    "resourceLinkId": "resource_link_id",
    "startDateTime": "start_date_time",
    "endDateTime": "end_date_time",
}
_LINE_ITEM_FIELDS = frozenset({"label", "scoreMaximum", *_TEXTS})


def check_fields(lms: DemoLMS, body: dict[str, Any], known: Set[str]) -> None:
    """An LMS with strict bodies refuses a message for one field it does not know."""
    unknown = sorted(set(body) - known)
    if unknown and lms.config.quirks.strict_bodies:
        raise ApiError(400, "unknown_fields", f"Not known here: {', '.join(unknown)}.")


def _without_dates(lms: DemoLMS, item: LineItem) -> LineItem:
    if not lms.config.quirks.ignores_column_dates:
        return item
    return replace(item, start_date_time="", end_date_time="")


def read_json(media_type: str) -> dict[str, Any]:
    if current_lms().config.quirks.exact_content_type and request.mimetype != media_type:
        raise ApiError(
            415, "wrong_content_type", f"Content-Type must be {media_type}, not {request.mimetype!r}."
        )
    try:
        body = json.loads(request.get_data())
    except ValueError as problem:
        raise ApiError(400, "invalid_json", f"The body is not JSON: {problem}.") from problem
    if not isinstance(body, dict):
        raise ApiError(400, "invalid_json", "The body must be a JSON object.")
    return body


def parse_line_item(body: dict[str, Any], course_id: str, line_item_id: str) -> LineItem:
    """Also for the line item inside a deep-linking answer."""
    label = body.get("label")
    if not isinstance(label, str) or not label.strip():
        raise ApiError(400, "missing_label", "label must be a text.")
    maximum = body.get("scoreMaximum")
    if not is_number(maximum) or maximum <= 0:
        raise ApiError(400, "invalid_score_maximum", "scoreMaximum must be a number above 0.")
    texts = {attribute: body.get(name) or "" for name, attribute in _TEXTS.items()}
    wrong = [name for name, attribute in _TEXTS.items() if not isinstance(texts[attribute], str)]
    if wrong:
        raise ApiError(400, "invalid_line_item", f"Must be texts: {', '.join(wrong)}.")
    return LineItem(id=line_item_id, course_id=course_id, label=label, score_maximum=float(maximum), **texts)


def is_number(value: object) -> TypeGuard[float]:
    """JSON true is no number, though Python thinks so; nor are NaN and infinity."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and value == value
        and abs(value) < 1e15
    )


def _check_link(lms: DemoLMS, course: Course, item: LineItem) -> None:
    if not item.resource_link_id:
        return
    if lms.state.find_link_by_resource(item.resource_link_id, course.id) is None:
        raise ApiError(404, "unknown_resource_link", "resourceLinkId is not a link of this course.")

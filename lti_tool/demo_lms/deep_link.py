"""Deep linking: the tool's answer with the content that a teacher chose, and the links made of it.

Spec: https://www.imsglobal.org/spec/lti-dl/v2p0
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, render_template, request

from lti_tool.demo_lms.ags import parse_line_item
from lti_tool.demo_lms.answers import ApiError
from lti_tool.demo_lms.claims import makes_columns
from lti_tool.demo_lms.district import Course
from lti_tool.demo_lms.keys import ToolTokenError
from lti_tool.demo_lms.lms import DeepLinkRequest, DemoLMS, current_lms
from lti_tool.demo_lms.log import Section, pretty, token_sections
from lti_tool.demo_lms.records import LineItem, Link
from lti_tool.demo_lms.spec import DL_CLAIM, LTI_CLAIM
from lti_tool.demo_lms.tokens import find_time_problem, has_audience

deep_link = Blueprint("deep_link", __name__)
_MAX_LIFE_S = 3600


class DeepLinkError(Exception):
    """The tool's answer is refused; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Added:
    """What came of one answer."""

    course: Course
    titles: tuple[str, ...]
    skipped: tuple[str, ...]
    """Why other items were left out, a sentence each."""
    message: str


@deep_link.post("/deep-link/return")
def deep_link_return() -> Response:
    lms = current_lms()
    token = request.form.get("JWT", "")
    try:
        added = _accept(lms, token)
    except DeepLinkError as problem:
        return _answer(lms, token, 400, error=str(problem))
    return _answer(lms, token, 200, added=added)


def _answer(lms: DemoLMS, token: str, status: int, **view: Any) -> Response:
    outcome = f"Refused: {view['error']}" if "error" in view else pretty({"added": view["added"].titles})
    sections = [*token_sections(token, "JWT"), Section(heading="What the LMS did with it", body=outcome)]
    lms.log.add("deep-link", "Content chosen in the tool", sections, status=status)
    return make_response(
        render_template("deep_link_done.html", **{"added": None, "error": None} | view), status
    )


def _accept(lms: DemoLMS, token: str) -> Added:
    claims = _verify(lms, token)
    opened = _take_request(lms, claims)
    course = lms.district.find_course(opened.course_id)
    if course is None:
        raise DeepLinkError("The course is gone.")
    return _add_items(lms, course, claims, makes_columns(lms, opened.placement))


def _verify(lms: DemoLMS, token: str) -> dict[str, Any]:
    """All checks that need no memory come before any that use something up."""
    try:
        claims: dict[str, Any] = lms.tool_keys.verify(token).claims
    except ToolTokenError as problem:
        raise DeepLinkError(f"The JWT was not accepted: {problem}.") from problem
    if claims.get("iss") != lms.config.client_id:
        raise DeepLinkError(f"iss must be the client id, {lms.config.client_id!r}.")
    if not has_audience(claims, {lms.config.issuer}):
        raise DeepLinkError(f"aud must be the issuer, {lms.config.issuer!r}.")
    time_problem = find_time_problem(claims, lms.now_s(), max_life_s=_MAX_LIFE_S)
    if time_problem:
        raise DeepLinkError(time_problem)
    for name, wanted in {
        "message_type": "LtiDeepLinkingResponse",
        "version": "1.3.0",
        "deployment_id": lms.config.deployment_id,
    }.items():
        if claims.get(f"{LTI_CLAIM}{name}") != wanted:
            raise DeepLinkError(f"The claim {name} must be {wanted!r}.")
    return claims


def _take_request(lms: DemoLMS, claims: dict[str, Any]) -> DeepLinkRequest:
    nonce, data = claims.get("nonce"), claims.get(f"{DL_CLAIM}data")
    if not isinstance(nonce, str) or not nonce:
        raise DeepLinkError("nonce is missing.")
    if not isinstance(data, str):
        raise DeepLinkError("data is missing: it has to come back as it was given.")
    if not lms.seen_ids.put(f"nonce:{nonce}", True, ttl_s=_MAX_LIFE_S * 2):
        raise DeepLinkError("nonce was used before.")
    opened = lms.deep_link_requests.take(data)
    if opened is None:
        raise DeepLinkError("data belongs to no open request: it was answered already, or is too old.")
    return opened


def _add_items(lms: DemoLMS, course: Course, claims: dict[str, Any], with_column: bool) -> Added:
    items = claims.get(f"{DL_CLAIM}content_items", [])
    if not isinstance(items, list):
        raise DeepLinkError("content_items must be a list.")
    if len(items) > 1 and not lms.config.quirks.accept_multiple:
        raise DeepLinkError("Only one item was asked for.")
    titles, skipped = [], []
    for number, item in enumerate(items, start=1):
        try:
            titles.append(_add_item(lms, course, item, with_column))
        except (DeepLinkError, ApiError) as problem:
            reason = problem.hint if isinstance(problem, ApiError) else str(problem)
            skipped.append(f"Item {number} was left out. {reason}")
    message = claims.get(f"{DL_CLAIM}msg")
    return Added(
        course=course,
        titles=tuple(titles),
        skipped=tuple(skipped),
        message=message if isinstance(message, str) else "",
    )


def _add_item(lms: DemoLMS, course: Course, item: Any, with_column: bool) -> str:
    types = lms.config.quirks.accept_types
    if not isinstance(item, dict) or item.get("type") not in types:
        raise DeepLinkError(f"Only {' and '.join(types)} was asked for.")
    title = item.get("title")
    if not isinstance(title, str) or not title.strip():
        raise DeepLinkError("It has no title.")
    if item["type"] != "ltiResourceLink":
        return title
    link = Link(
        id=lms.state.make_link_id(course.id, title),
        resource_link_id=str(uuid.uuid4()),
        course_id=course.id,
        kind="assignment",
        title=title,
        text=item["text"] if isinstance(item.get("text"), str) else "",
        target_url=_read_url(lms, item),
        custom=_read_custom(item),
    )
    line_item = _read_line_item(item, link, course) if with_column else None
    lms.state.add_link(replace(link, line_item_id=line_item.id if line_item else None), line_item)
    return title


def _read_url(lms: DemoLMS, item: dict[str, Any]) -> str:
    url = item.get("url", lms.config.launch_url)
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or f"{parts.scheme}://{parts.netloc}" != lms.config.tool_origin:
        raise DeepLinkError(f"Its url does not lie on {lms.config.tool_origin}.")
    return parts.geturl()


def _read_custom(item: dict[str, Any]) -> dict[str, str]:
    custom = item.get("custom", {})
    if not isinstance(custom, dict) or not all(isinstance(value, str) for value in custom.values()):
        raise DeepLinkError("Its custom values must be texts.")
    return custom


def _read_line_item(item: dict[str, Any], link: Link, course: Course) -> LineItem | None:
    body = item.get("lineItem")
    if body is None:
        return None
    if not isinstance(body, dict):
        raise DeepLinkError("Its lineItem must be an object.")
    named = {"label": link.title} | body | {"resourceLinkId": link.resource_link_id}
    return parse_line_item(named, course.id, f"li-{secrets.token_hex(8)}")

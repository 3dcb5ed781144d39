"""Copying a course, as at the start of a year: the same links and columns under new ids, no grades. How much a copy tells differs by product.

Whoever asked to be told of copies is told by a signed notice. Canvas: https://github.com/instructure/canvas-lms doc/api/pns.md, read 2026-11.
"""

from __future__ import annotations

import json
import secrets
import urllib.request
import uuid
from dataclasses import replace
from datetime import UTC, datetime

from lti_tool.demo_lms.district import Course
from lti_tool.demo_lms.lms import DemoLMS
from lti_tool.demo_lms.log import Section, token_sections
from lti_tool.demo_lms.records import Copy, LineItem, Link
from lti_tool.demo_lms.spec import COPY_NOTICE, COURSE_TYPE, LTI_CLAIM

_TIMEOUT_S = 5


def copy_course(lms: DemoLMS, origin: Course, title: str) -> Course:
    """A new course with the people, links and columns of `origin`."""
    made = Copy(course_id=f"{origin.id}-{secrets.token_hex(3)}", origin_id=origin.id, title=title)
    lms.state.add_copy(made)
    lms.district = lms.district.with_copy(made, lms.config.seed)
    course = next(each for each in lms.district.courses if each.id == made.course_id)
    for link in lms.state.list_links(origin.id):
        _copy_link(lms, link, course)
    _tell(lms, course)
    return course


def _copy_link(lms: DemoLMS, link: Link, course: Course) -> None:
    quirks = lms.config.quirks
    if link.kind == "class":
        lms.state.add_link(
            replace(link, id=f"{course.id}-class", resource_link_id=course.context_id, course_id=course.id),
            None,
        )
        return
    made = replace(
        link,
        id=lms.state.make_link_id(course.id, link.title),
        resource_link_id=link.resource_link_id if quirks.copy_keeps_link_ids else str(uuid.uuid4()),
        course_id=course.id,
        custom=dict(link.custom) if quirks.copy_keeps_custom else {},
        origins=(link.resource_link_id, *link.origins),
    )
    column = lms.state.find_line_item(link.line_item_id)
    if column is None or quirks.copied_column == "old":
        lms.state.add_link(made, None)
        return
    is_own = quirks.copied_column == "own"
    copied = _copy_column(column, course, made if is_own else None)
    lms.state.add_link(replace(made, line_item_id=copied.id if is_own else None), copied)


def _copy_column(column: LineItem, course: Course, link: Link | None) -> LineItem:
    return replace(
        column,
        id=str(uuid.uuid4()),
        course_id=course.id,
        resource_link_id=link.resource_link_id if link else "",
    )


def _tell(lms: DemoLMS, course: Course) -> None:
    """Once, and never again if the tool is not there: so does Canvas."""
    handler = lms.notice_handlers.get(COPY_NOTICE)
    if not handler:
        return
    token = lms.keys.sign(notice_claims(lms, course))
    body = json.dumps({"notices": [{"jwt": token}]}).encode()
    request = urllib.request.Request(handler, body, {"Content-Type": "application/json"})  # noqa: S310 - the tool's own address
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - the same
            outcome, status = f"HTTP {answer.status}", int(answer.status)
    except OSError as problem:
        outcome, status = str(problem), 502
    sections = [*token_sections(token, "jwt"), Section(heading="What the tool answered", body=outcome)]
    lms.log.add(
        "notice", f"{course.title} was copied", sections, sender="LMS", receiver="tool", status=status
    )


def notice_claims(lms: DemoLMS, course: Course) -> dict[str, object]:
    """What a notice about a copied course says."""
    now = lms.now_s()
    return {
        "iss": lms.config.issuer,
        "aud": lms.config.client_id,
        "azp": lms.config.client_id,
        "iat": now,
        "exp": now + 3600,
        "nonce": str(uuid.uuid4()),
        f"{LTI_CLAIM}version": "1.3.0",
        f"{LTI_CLAIM}deployment_id": lms.config.deployment_id,
        f"{LTI_CLAIM}notice": {
            "id": str(uuid.uuid4()),
            "timestamp": datetime.fromtimestamp(now, UTC).isoformat(),
            "type": COPY_NOTICE,
        },
        f"{LTI_CLAIM}context": {
            "id": course.context_id,
            "label": course.label,
            "title": course.title,
            "type": [COURSE_TYPE],
        },
        f"{LTI_CLAIM}origin_contexts": list(course.origins[:1]),
    }

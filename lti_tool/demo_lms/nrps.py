"""Names and Role Provisioning Services: who is in a course.

Spec: https://www.imsglobal.org/spec/lti-nrps/v2p0
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from lti_tool.demo_lms import spec
from lti_tool.demo_lms.ags import get_course
from lti_tool.demo_lms.answers import ApiError, json_answer
from lti_tool.demo_lms.behavior import may_misbehave
from lti_tool.demo_lms.claims import custom_parameters, list_roles
from lti_tool.demo_lms.district import Course, Person
from lti_tool.demo_lms.lms import DemoLMS, current_lms
from lti_tool.demo_lms.log import logged, name_entry
from lti_tool.demo_lms.paging import cut_page, link_next
from lti_tool.demo_lms.records import Link
from lti_tool.demo_lms.tokens import needs_scope

nrps = Blueprint("nrps", __name__)


@nrps.get("/api/lti/courses/<context_id>/memberships")
@logged("memberships", "Roster")
@may_misbehave("memberships")
@needs_scope(spec.SCOPE_MEMBERS)
def memberships(context_id: str) -> Response:
    lms = current_lms()
    course = get_course(lms, context_id)
    name_entry(f"Roster of {course.title}")
    _check_accept()
    link = _find_asked_link(lms, course)
    people = [
        person
        for person in lms.district.list_members(course.id)
        if person.kind != "test student" and _has_asked_role(lms, person)
    ]
    page, next_url = cut_page(people, lms.config.base_url, most=lms.config.quirks.roster_page)
    body = {
        "id": f"{lms.config.base_url}{request.full_path.rstrip('?')}",
        "context": {"id": course.context_id, "label": course.label, "title": course.title},
        "members": [_shown_member(lms, course, person, link) for person in page],
    }
    return link_next(json_answer(body, media_type=spec.MEDIA_MEMBERS), next_url)


def _check_accept() -> None:
    header = request.headers.get("Accept", "")
    if current_lms().config.quirks.exact_accept and header != spec.MEDIA_MEMBERS:
        raise ApiError(406, "wrong_accept", f"Accept must be {spec.MEDIA_MEMBERS} and nothing else.")
    accepted = [part.partition(";")[0].strip() for part in header.split(",")]
    if spec.MEDIA_MEMBERS not in accepted:
        raise ApiError(406, "wrong_accept", f"Accept must name {spec.MEDIA_MEMBERS}.")


def _find_asked_link(lms: DemoLMS, course: Course) -> Link | None:
    asked = request.args.get("rlid")
    if asked is None:
        return None
    link = lms.state.find_link_by_resource(asked, course.id)
    if link is None:
        raise ApiError(404, "unknown_resource_link", "rlid is not a link of this course.")
    return link


def _has_asked_role(lms: DemoLMS, person: Person) -> bool:
    """`role` may be a whole URI or the short name of a course role."""
    asked = request.args.get("role")
    if asked is None:
        return True
    full = asked if ":" in asked else f"{spec.MEMBERSHIP_ROLE}{asked}"
    return full in list_roles(lms, person, in_course=True)


def _shown_member(lms: DemoLMS, course: Course, person: Person, link: Link | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "status": "Active",
        "user_id": person.sub,
        "name": person.name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
        "lis_person_sourcedid": person.sis_id,
        "roles": list_roles(lms, person, in_course=True),
    }
    if link:
        shown["message"] = [_member_message(lms, course, person, link)]
    return shown


def _member_message(lms: DemoLMS, course: Course, person: Person, link: Link) -> dict[str, Any]:
    """What a launch of this member on this link would say about the person."""
    return {
        f"{spec.LTI_CLAIM}message_type": "LtiResourceLinkRequest",
        "locale": person.locale,
        f"{spec.LTI_CLAIM}custom": custom_parameters(lms, course, link),
        f"{spec.LTI_CLAIM}lis": {"person_sourcedid": person.sis_id},
    }

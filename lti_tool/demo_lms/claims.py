"""What the id_token says about a launch. Real LMSs differ mostly here, so each family of claims has its own function."""

from __future__ import annotations

from typing import Any

from lti_tool.demo_lms import spec
from lti_tool.demo_lms.district import Course, Person, PersonKind
from lti_tool.demo_lms.lms import DemoLMS, Hint
from lti_tool.demo_lms.records import LineItem, Link

VERSION = "1.0"

_COURSE_ROLES: dict[PersonKind, tuple[str, ...]] = {
    "student": (f"{spec.MEMBERSHIP_ROLE}Learner",),
    "teacher": (f"{spec.MEMBERSHIP_ROLE}Instructor",),
    "assistant": (f"{spec.MEMBERSHIP_ROLE}Instructor", f"{spec.SUB_ROLE}Instructor#TeachingAssistant"),
    "designer": (f"{spec.MEMBERSHIP_ROLE}ContentDeveloper",),
    "observer": (f"{spec.MEMBERSHIP_ROLE}Mentor",),
    "test student": (f"{spec.MEMBERSHIP_ROLE}Learner", spec.TEST_USER_ROLE),
}
"""As Canvas names them: https://github.com/instructure/canvas-lms doc/api/canvas_roles.md, read 2026-11."""
_INSTITUTION_ROLES: dict[PersonKind, str] = {
    "student": "Student",
    "teacher": "Instructor",
    "assistant": "Student",
    "designer": "Staff",
    "observer": "Observer",
    "specialist": "Staff",
    "test student": "Student",
}
_EVERY_FOURTH = 4


def list_roles(lms: DemoLMS, person: Person, *, in_course: bool) -> list[str]:
    roles = list(_COURSE_ROLES.get(person.kind, ())) if in_course else []
    roles.append(f"{spec.INSTITUTION_ROLE}{_INSTITUTION_ROLES[person.kind]}")
    if lms.config.quirks.learners_with_staff_roles and _is_staff_elsewhere(person):
        roles.append(f"{spec.INSTITUTION_ROLE}Instructor")
    return roles


def _is_staff_elsewhere(person: Person) -> bool:
    """Every fourth student, student-076 among them."""
    return person.kind == "student" and int(person.id.rpartition("-")[2]) % _EVERY_FOURTH == 0


def line_items_url(lms: DemoLMS, course: Course) -> str:
    return f"{lms.config.base_url}/api/lti/courses/{course.context_id}/lineitems"


def line_item_url(lms: DemoLMS, course: Course, line_item: LineItem | str) -> str:
    line_item_id = line_item if isinstance(line_item, str) else line_item.id
    query = "?type_id=1" if lms.config.quirks.line_item_query else ""
    return f"{line_items_url(lms, course)}/{line_item_id}{query}"


def memberships_url(lms: DemoLMS, course: Course) -> str:
    return f"{lms.config.base_url}/api/lti/courses/{course.context_id}/memberships"


def launch_claims(lms: DemoLMS, person: Person, hint: Hint, nonce: str) -> dict[str, Any]:
    """All claims of the launch that the click behind `hint` asked for."""
    course = None if is_bare(lms, hint.link) else lms.district.find_course(hint.course_id)
    claims = {
        **_security(lms, person, nonce),
        **_person(person),
        f"{spec.LTI_CLAIM}version": "1.3.0",
        f"{spec.LTI_CLAIM}deployment_id": lms.config.deployment_id,
        f"{spec.LTI_CLAIM}roles": list_roles(lms, person, in_course=hint.course_id is not None),
        **_surroundings(lms, person, hint, course),
    }
    if course:
        claims |= _course(lms, course)
    if hint.link:
        return claims | _resource_link(lms, hint.link, course)
    return claims | {f"{spec.LTI_CLAIM}message_type": "LtiDeepLinkingRequest"}


def is_bare(lms: DemoLMS, link: Link | None) -> bool:
    """Opened from the app menu of an LMS that then tells neither link nor course."""
    return lms.config.quirks.bare_menu_launch and link is not None and link.kind != "assignment"


def _security(lms: DemoLMS, person: Person, nonce: str) -> dict[str, Any]:
    now = lms.now_s()
    return {
        "iss": lms.config.issuer,
        "sub": person.sub,
        "aud": [lms.config.client_id] if lms.config.quirks.aud_is_list else lms.config.client_id,
        "azp": lms.config.client_id,
        "iat": now,
        "exp": now + lms.config.quirks.id_token_s,
        "nonce": nonce,
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
        "locale": person.locale,
        f"{spec.LTI_CLAIM}lis": {"person_sourcedid": person.sis_id},
    }


def _surroundings(lms: DemoLMS, person: Person, hint: Hint, course: Course | None) -> dict[str, Any]:
    back = f"/courses/{course.id}" if course else "/"
    return {
        f"{spec.LTI_CLAIM}target_link_uri": hint.link.target_url if hint.link else lms.config.launch_url,
        f"{spec.LTI_CLAIM}tool_platform": {
            "guid": lms.district.guid,
            "name": lms.district.name,
            "product_family_code": lms.config.quirks.product_family,
            "version": VERSION,
        },
        f"{spec.LTI_CLAIM}launch_presentation": {
            "document_target": hint.document_target,
            "return_url": f"{lms.config.base_url}{back}",
            "locale": person.locale,
        },
    }


def _course(lms: DemoLMS, course: Course) -> dict[str, Any]:
    return _notices(lms) | {
        f"{spec.LTI_CLAIM}context": {
            "id": course.context_id,
            "label": course.label,
            "title": course.title,
            "type": [spec.COURSE_TYPE],
        },
        f"{spec.LTI_CLAIM}custom": custom_parameters(lms, course),
        spec.NRPS_CLAIM: {
            "context_memberships_url": memberships_url(lms, course),
            "service_versions": ["2.0"],
        },
        spec.AGS_CLAIM: {
            "scope": [scope for scope in spec.AGS_SCOPES if scope in lms.config.scopes],
            "lineitems": line_items_url(lms, course),
        },
    }


def _notices(lms: DemoLMS) -> dict[str, Any]:
    """Where the tool may say that it wants to be told of copied courses."""
    if not lms.config.quirks.copy_notices:
        return {}
    service = {
        "service_versions": ["1.0"],
        "platform_notification_service_url": f"{lms.config.base_url}/api/lti/notice-handlers",
        "scope": [spec.SCOPE_NOTICES],
        "notice_types_supported": ["LtiHelloWorldNotice", spec.COPY_NOTICE],
    }
    return {spec.PNS_CLAIM: service}


def custom_parameters(lms: DemoLMS, course: Course | None, link: Link | None = None) -> dict[str, str]:
    """What a launch carries: the app's parameters in a course, and those of the link."""
    quirks = lms.config.quirks
    own = link.custom if link else {}
    is_deep_linked = link is not None and link.kind == "assignment"
    app = {} if quirks.own_custom_only and is_deep_linked else _app_parameters(lms, course, link)
    return {key.lower() if quirks.lower_case_keys else key: value for key, value in (app | own).items()}


def _app_parameters(lms: DemoLMS, course: Course | None, link: Link | None) -> dict[str, str]:
    """What the tool's registration asks each launch in a course to carry."""
    if course is None:
        return {}
    return _histories(lms, course, link) | {
        "school": course.school.name,
        "school_id": course.school.id,
        "grade": str(course.grade),
        # This LMS does not know the variable; a tool has to treat the literal as absent.
        "sis_user_id": "$Canvas.user.sisSourceId" if lms.config.quirks.literal_variables else "",
    }


def _histories(lms: DemoLMS, course: Course, link: Link | None) -> dict[str, str]:
    """Former ids of a copy, the nearest first; empty for what was made from scratch."""
    told, unknown = lms.config.quirks.copy_history, lms.config.quirks.literal_variables
    context = ",".join(course.origins) if "context" in told else "$Context.id.history" if unknown else ""
    links = (
        ",".join(link.origins if link else ())
        if "link" in told
        else "$ResourceLink.id.history"
        if unknown
        else ""
    )
    return {"context_history": context, "link_history": links}


def _resource_link(lms: DemoLMS, link: Link, course: Course | None) -> dict[str, Any]:
    claims: dict[str, Any] = {
        f"{spec.LTI_CLAIM}message_type": "LtiResourceLinkRequest",
        f"{spec.LTI_CLAIM}custom": custom_parameters(lms, course, link) | _points(lms, link),
    }
    if not is_bare(lms, link):
        claims[f"{spec.LTI_CLAIM}resource_link"] = {"id": link.resource_link_id, "title": link.title}
    item = lms.state.find_line_item(link.line_item_id)
    home = lms.district.find_course(item.course_id) if item else None
    if course and item and home:
        claims[spec.AGS_CLAIM] = _course(lms, course)[spec.AGS_CLAIM] | {
            "lineitem": line_item_url(lms, home, item)
        }
    return claims


def _points(lms: DemoLMS, link: Link) -> dict[str, str]:
    """The column's maximum, as Canvas gives it for $Canvas.assignment.pointsPossible."""
    column = lms.state.find_line_item(link.line_item_id)
    return {"points": f"{column.score_maximum:g}"} if column else {}


def makes_columns(lms: DemoLMS, placement: str) -> bool:
    """Whether content added from this place of the LMS may bring a column of its own."""
    return not lms.config.quirks.column_placements_only or placement in spec.COLUMN_PLACEMENTS


def deep_linking_settings(lms: DemoLMS, data: str, course: Course, placement: str) -> dict[str, Any]:
    quirks = lms.config.quirks
    return {
        "deep_link_return_url": f"{lms.config.base_url}/deep-link/return",
        "accept_types": list(quirks.accept_types),
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": quirks.accept_multiple,
        "accept_lineitem": makes_columns(lms, placement),
        "auto_create": False,
        "title": f"Add to {course.title}",
        "data": data,
    }

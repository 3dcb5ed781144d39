"""From a page of an LMS's class list to our words. A list that cannot be read is an error: a part of a class is never taken for all of it.

Spec: https://www.imsglobal.org/spec/lti-nrps/v2p0
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from lti_tool.errors import DeliveryRetryError
from lti_tool.facts.gateway import RosterMember
from lti_tool.facts.launch import LaunchPerson
from lti_tool.lti.claims import find_email
from lti_tool.lti.http import Answer
from lti_tool.lti.person_ids import find_graduation, find_section_names, find_sourced_id, find_state_id
from lti_tool.lti.roles import is_test_student, read_role
from lti_tool.lti.values import find_id, find_locale, find_told

T = TypeVar("T")


def read_members(answer: Answer) -> list[RosterMember]:
    """The members of one page. Raises DeliveryRetryError when it is no class list."""
    body = answer.find_json()
    listed = body.get("members") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        raise _unreadable(answer)
    return [_read_member(member, answer) for member in listed]


def _read_member(member: Any, answer: Answer) -> RosterMember:
    subject = find_id(member.get("user_id")) if isinstance(member, dict) else None
    roles = member.get("roles") if isinstance(member, dict) else None
    if subject is None or not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise _unreadable(answer)
    messages = [each for each in _list(member.get("message")) if isinstance(each, dict)]
    person = LaunchPerson(
        subject=subject,
        name=find_told(member.get("name")),
        given_name=find_told(member.get("given_name")),
        family_name=find_told(member.get("family_name")),
        email=find_email(member.get("email")),
        sourced_id=find_told(member.get("lis_person_sourcedid")) or _first(messages, find_sourced_id),
        state_id=_first(messages, find_state_id),
        graduates=_first(messages, find_graduation),
        section_names=_first(messages, find_section_names) or (),
        locale=next((found for each in messages if (found := find_locale(each.get("locale")))), None),
        is_test_student=is_test_student(roles),
    )
    return RosterMember(person=person, role=read_role(roles), is_active=_is_active(member.get("status")))


def _is_active(status: object) -> bool:
    """Active unless it says otherwise: Inactive and Deleted are the other two."""
    return status is None or (isinstance(status, str) and status.casefold() == "active")


def _first(messages: list[dict[str, Any]], find: Callable[[Mapping[str, Any]], T | None]) -> T | None:
    """What a launch would say of the person, where the list itself does not tell it."""
    return next((found for each in messages if (found := find(each)) is not None), None)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _unreadable(answer: Answer) -> DeliveryRetryError:
    return DeliveryRetryError("The LMS answered with something else than a class list.", status=answer.status)

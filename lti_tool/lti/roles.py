"""What somebody is in a course, from LTI's role names. Only roles of the course count: a district's teacher may be a learner in one.

Spec: https://www.imsglobal.org/spec/lti/v1p3 appendix A.2. How Canvas uses it: doc/api/canvas_roles.md in canvas-lms.
"""

from __future__ import annotations

from collections.abc import Iterable

from lti_tool.facts.launch import Role

_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
_SUB_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership/"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"

_PRINCIPAL = {
    "Instructor": Role.INSTRUCTOR,
    "Administrator": Role.INSTRUCTOR,
    "TeachingAssistant": Role.ASSISTANT,
    "ContentDeveloper": Role.DESIGNER,
    "Learner": Role.LEARNER,
    "Member": Role.LEARNER,
    "Mentor": Role.OBSERVER,
}
_HELPERS = ("TeachingAssistant", "Grader")
"""Sub-roles of Instructor that help with teaching. Canvas sends Instructor and Instructor#TeachingAssistant for one."""
_STRONGEST_FIRST = (Role.INSTRUCTOR, Role.ASSISTANT, Role.DESIGNER, Role.LEARNER, Role.OBSERVER)


def read_role(names: Iterable[str]) -> Role:
    """The one role that decides what somebody sees.

    >>> read_role(["Learner", "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"]).value
    'learner'
    """
    found = {role for name in names if (role := _context_role(name))}
    if Role.ASSISTANT in found:
        found.discard(Role.INSTRUCTOR)
    return next((role for role in _STRONGEST_FIRST if role in found), Role.NONE)


def is_test_student(names: Iterable[str]) -> bool:
    """Canvas's "Student View" and its like: no real learner."""
    return TEST_USER in names


def _context_role(name: str) -> Role | None:
    if name.startswith(_SUB_ROLE):
        return _sub_role(name.removeprefix(_SUB_ROLE))
    short = name.removeprefix(_MEMBERSHIP)
    return _PRINCIPAL.get(short)


def _sub_role(name: str) -> Role | None:
    """`Instructor#TeachingAssistant` and its like: a finer word for the role before the #."""
    principal, _, detail = name.partition("#")
    if principal == "Instructor" and detail.startswith(_HELPERS):
        return Role.ASSISTANT
    return _PRINCIPAL.get(principal)

"""Ids of a person and of their classes among the claims of a launch, or of a class list's member message: the LIS claim, then custom parameters.

LTI has no claim for a state id, a graduation year or the names of a student's sections: administrators have them sent as custom
parameters (docs/people.md). Canvas's section names: https://canvas.instructure.com/doc/api/file.tools_variable_substitutions.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lti_tool.lti import spec
from lti_tool.lti.values import as_text, find_object, find_told

_SOURCED_ID_KEYS = ("person_sourcedid", "sourcedid", "sis_id")
"""Custom parameters, in lower case, that administrators set to `$Person.sourcedId` or `$Canvas.user.sisSourceId`."""
_CLASS_ID_KEYS = ("section_sis_ids", "course_sis_id")
_MOST_SECTIONS = 20


def find_sourced_id(claims: Mapping[str, Any]) -> str | None:
    told = find_told(find_object(claims, spec.LIS).get("person_sourcedid"))
    custom = _custom(claims)
    return told or next((found for key in _SOURCED_ID_KEYS if (found := custom.get(key))), None)


def find_state_id(claims: Mapping[str, Any]) -> str | None:
    return _custom(claims).get("state_id")


def find_graduation(claims: Mapping[str, Any]) -> int | None:
    """The year of a custom `grad_year`; None for what is no year of somebody in school."""
    told = _custom(claims).get("grad_year", "")
    return int(told) if len(told) == 4 and told.isascii() and told.isdigit() else None


def find_section_names(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The person's sections of the course by name, as Canvas tells them: a JSON list."""
    try:
        told = json.loads(_custom(claims).get("section_names", "[]"))
    except ValueError:
        return ()
    names = (find_told(each) for each in told[:_MOST_SECTIONS]) if isinstance(told, list) else ()
    return tuple(dict.fromkeys(name for name in names if name))


def find_class_ids(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """SIS ids of the classes that are taught in the course: the LIS claim's, and the lists of the custom parameters.

    Canvas: `$Canvas.course.sectionSisSourceIds` are those of the person's own sections, `$Canvas.course.sisSourceId` is the course's.
    """
    lis, custom = find_object(claims, spec.LIS), _custom(claims)
    told = [lis.get(key) for key in ("course_section_sourcedid", "course_offering_sourcedid")]
    told += [part for key in _CLASS_ID_KEYS for part in custom.get(key, "").split(",")[:_MOST_SECTIONS]]
    found = (find_told(each) for each in told)
    return tuple(dict.fromkeys(each for each in found if each))


def _custom(claims: Mapping[str, Any]) -> dict[str, str]:
    custom = find_object(claims, spec.CUSTOM)
    told = ((str(key).lower(), find_told(as_text(value), limit=4096)) for key, value in custom.items())
    return {
        key: value
        for key, value in told
        if value and (len(value) <= spec.ID_LENGTH or key in ("section_names", "section_sis_ids"))
    }

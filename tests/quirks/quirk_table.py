"""The table of the matrix: which LMS behaves how, and which flows the tool goes through with it. `docs/conformance.md` lists it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

LAUNCHES = ("student_opens", "teacher_opens")
GRADES = ("grade_arrives", "repeat_is_no_second_grade", "newest_score_stays", "slowed_down_then_delivered")
ALL_FLOWS = (
    *LAUNCHES,
    "menu_opens",
    *GRADES,
    "roster_is_complete",
    "teachers_grade_stands",
    "copied_course_is_found_again",
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One LMS, made of a flavor and switches, and the flows it is tried with."""

    name: str
    flows: tuple[str, ...]
    flavor: str = "plain"
    switches: dict[str, Any] = field(default_factory=dict)


ROWS = (
    Row(name="plain", flows=ALL_FLOWS),
    Row(name="canvas", flavor="canvas", flows=(*ALL_FLOWS, "roles_are_told_apart")),
    Row(name="schoology", flavor="schoology", flows=ALL_FLOWS),
    Row(name="moodle", flavor="moodle", flows=ALL_FLOWS),
    # Canvas's rules singly and against one another.
    Row(
        name="canvas, old rate limit, members in small pages",
        flavor="canvas",
        switches={"limit_status": 403, "roster_page": 10},
        flows=("slowed_down_then_delivered", "roster_is_complete"),
    ),
    Row(
        name="canvas, one attempt allowed",
        flavor="canvas",
        switches={"attempts_allowed": 1},
        flows=("attempts_used_up_is_told",),
    ),
    Row(
        name="canvas, copies told by notice only, links keep their ids",
        flavor="canvas",
        switches={"copy_history": (), "copy_keeps_link_ids": True},
        flows=("copied_course_is_found_again",),
    ),
    # What one product does, done by another that is strict elsewhere.
    Row(
        name="launches as Schoology, variables empty",
        switches={
            "aud_is_list": True,
            "numbered_subs": True,
            "id_token_s": 600,
            "lower_case_keys": True,
            "own_custom_only": True,
            "literal_variables": False,
        },
        flows=LAUNCHES,
    ),
    Row(
        name="JSON hint, no storage, staff roles on learners",
        switches={"json_message_hint": True, "storage_target": "", "learners_with_staff_roles": True},
        flows=LAUNCHES,
    ),
    Row(
        name="strict bodies, whole seconds, line item query",
        switches={
            "strict_bodies": True,
            "stale_rule": "whole_seconds",
            "line_item_query": True,
            "canvas_extension": False,
        },
        flows=("grade_arrives", "newest_score_stays"),
    ),
    Row(
        name="copies keep no parameters, only former ids of links are told",
        switches={"copy_keeps_custom": False, "copy_history": ("link",), "own_custom_only": False},
        flows=("copied_course_is_found_again",),
    ),
    Row(
        name="User-Agent demanded, exact Accept, read scope, small pages",
        switches={"needs_user_agent": True, "exact_accept": True, "needs_read_scope": True, "roster_page": 7},
        flows=("grade_arrives", "roster_is_complete"),
    ),
    Row(
        name="zero results hidden, no result address, any score wipes flags",
        switches={"hides_zero_results": True, "gives_result_url": False, "score_wipes_flag": True},
        flows=("grade_arrives", "repeat_is_no_second_grade"),
    ),
)
CASES = tuple((row, flow) for row in ROWS for flow in row.flows)

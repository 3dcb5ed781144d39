"""The products the demo LMS can behave like: each a set of quirks, to which single switches may be added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Literal, cast, get_args

from lti_tool.demo_lms.quirks import Quirks

Flavor = Literal["plain", "canvas", "schoology", "moodle"]
FLAVOR_NAMES: tuple[Flavor, ...] = get_args(Flavor)

FLAVORS: Mapping[Flavor, Quirks] = {
    "plain": Quirks(),
    "canvas": Quirks(
        product_family="canvas",
        issuer="https://canvas.instructure.com",
        client_id="10000000000042",
        deployment_id="7:8865aa05b4b79b64a91a86042e43af5ea8ae79eb",
        learners_with_staff_roles=True,
        extra_people=True,
        storage_target="post_message_forwarding",
        needs_user_agent=True,
        limit_headers=True,
        exact_content_type=False,
        stale_rule="older",
        refuses_future_work=True,
        counts_submissions=True,
        comments_add=True,
        keeps_coupled_column=True,
        copy_history=("context",),
        copy_notices=True,
        accept_multiple=False,
        column_placements_only=True,
    ),
    "schoology": Quirks(
        product_family="schoology",
        client_id="7340561289",
        deployment_id="7340561289-2719",
        aud_is_list=True,
        numbered_subs=True,
        id_token_s=600,
        bare_menu_launch=True,
        lower_case_keys=True,
        own_custom_only=True,
        strict_bodies=True,
        graded_progress=("FullyGraded", "PendingManual", "Pending", "Failed", "NotReady"),
        canvas_extension=False,
        ignores_column_dates=True,
        copy_history=(),
        score_wipes_flag=True,
        roster_page=100,
        exact_accept=True,
        accept_types=("ltiResourceLink", "html"),
    ),
    "moodle": Quirks(
        product_family="moodle",
        client_id="Xk2vQ9rTbLm3c7Z",
        deployment_id="1",
        json_message_hint=True,
        storage_target="",
        frame_resize=False,
        needs_read_scope=True,
        line_item_query=True,
        stale_rule="whole_seconds",
        graded_progress=("FullyGraded",),
        ungradable_status=400,
        canvas_extension=False,
        copy_history=(),
        hides_zero_results=True,
    ),
}


def flavored(flavor: str, switches: Mapping[str, Any]) -> Quirks:
    """A flavor with some switches set otherwise. Raises ValueError for names that do not exist and values of another type."""
    if flavor not in FLAVORS:
        raise ValueError(f"There is no flavor {flavor!r}: it is one of {', '.join(FLAVOR_NAMES)}.")
    base = FLAVORS[cast(Flavor, flavor)]
    known = {each.name for each in fields(Quirks)}
    chosen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in switches.items()
    }
    for name, value in chosen.items():
        if name not in known:
            raise ValueError(f"There is no quirk {name!r}. They are: {', '.join(sorted(known))}.")
        if not isinstance(value, type(getattr(base, name))):
            raise ValueError(f"The quirk {name} takes a {type(getattr(base, name)).__name__}.")
    return replace(base, **chosen)


def read_switches(texts: Sequence[str]) -> dict[str, Any]:
    """From the command line: `aud_is_list`, `frame_resize=no`, `roster_page=10`, `accept_types=html,link`."""
    return dict(_read_switch(text) for text in texts)


def _read_switch(text: str) -> tuple[str, Any]:
    name, is_set, value = text.partition("=")
    default = getattr(Quirks(), name, None)
    if not is_set or isinstance(default, bool):
        return name, value.lower() not in ("no", "off", "false", "0")
    if isinstance(default, int):
        return name, int(value)
    return name, tuple(value.split(",")) if isinstance(default, tuple) else value

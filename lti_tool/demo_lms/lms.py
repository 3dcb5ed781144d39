"""One running demo LMS: its settings, people, keys and memory, gathered for the views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app

from lti_tool.demo_lms.behavior import Behaviors
from lti_tool.demo_lms.config import DemoConfig
from lti_tool.demo_lms.district import District, seed_district
from lti_tool.demo_lms.expiring import Expiring
from lti_tool.demo_lms.keys import KeyRing, ToolKeys
from lti_tool.demo_lms.log import MessageLog
from lti_tool.demo_lms.records import Link
from lti_tool.demo_lms.state import State

EXTENSION = "demo_lms"


@dataclass(frozen=True, kw_only=True)
class Hint:
    """What a click on a link began; the tool carries its key back as lti_message_hint."""

    person_id: str
    link: Link | None
    """None asks the tool to offer content (deep linking) to the course."""
    course_id: str | None
    document_target: str
    in_session: bool
    """Begun by the person of the cookie; a script names somebody by `?as=` instead."""
    placement: str = "assignment_selection"
    """From which place of the LMS content is added."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a bearer token allows."""

    scopes: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class DeepLinkRequest:
    """An open request for content; the tool returns its key as `data`."""

    person_id: str
    course_id: str
    placement: str


class DemoLMS:
    """All parts, made once per app."""

    def __init__(self, config: DemoConfig, clock: Callable[[], float]) -> None:
        self.config = config
        self.clock = clock
        self.district: District = seed_district(config.seed, config.quirks)
        """Its people and courses, those that were copied among them."""
        self.keys = KeyRing(config.data_dir / "demo-lms-keys.json" if config.data_dir else None)
        self.tool_keys = ToolKeys(config.tool_jwks_url)
        self.state = State(config, self.district)
        for copy in self.state.list_copies():
            self.district = self.district.with_copy(copy, config.seed)
        self.notice_handlers: dict[str, str] = {}
        """Where the tool wants to be told of what, by type of notice."""
        self.log = MessageLog(clock)
        self.behaviors = Behaviors()
        self.hints: Expiring[Hint] = Expiring(clock)
        self.tokens: Expiring[Grant] = Expiring(clock)
        self.deep_link_requests: Expiring[DeepLinkRequest] = Expiring(clock)
        self.registration_tokens: Expiring[bool] = Expiring(clock)
        self.registered_with: dict[str, Any] = {}
        """What the tool said of itself when it registered, for tests."""
        self.seen_ids: Expiring[bool] = Expiring(clock)
        """jti and nonce values of the tool, each good for one use."""

    def now_s(self) -> int:
        return int(self.clock())


def current_lms() -> DemoLMS:
    return cast(DemoLMS, current_app.extensions[EXTENSION])

"""What can be set on the demo LMS, and which assignments its courses start with."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lti_tool.demo_lms import spec
from lti_tool.demo_lms.flavors import Flavor, flavored
from lti_tool.demo_lms.quirks import Quirks

YOUNG_COURSES = ("grade-2", "grade-4", "grade-5")
OLDER_COURSES = ("grade-7", "grade-8", "grade-11")


@dataclass(frozen=True, kw_only=True)
class LinkSeed:
    """One assignment that a course has from the start."""

    course_id: str
    title: str
    content: str
    """What the tool should open, such as `module:leave-the-page`; travels as custom parameter and as resourceId."""
    points: float

    @property
    def kind(self) -> str:
        return self.content.partition(":")[0]


def _two_links(course_id: str, title: str, slug: str) -> tuple[LinkSeed, LinkSeed]:
    return (
        LinkSeed(course_id=course_id, title=title, content=f"module:{slug}", points=20),
        LinkSeed(course_id=course_id, title=f"{title} Quiz", content=f"quiz:{slug}", points=10),
    )


DEFAULT_LINKS: tuple[LinkSeed, ...] = tuple(
    link
    for courses, title, slug in (
        (("grade-2",), "Explore Our Library", "explore-our-library"),
        (YOUNG_COURSES, "Who Made This?", "who-made-this"),
        (OLDER_COURSES, "Leave the Page", "leave-the-page"),
        (("grade-8",), "Search Smarter", "search-smarter"),
        (("grade-11",), "AI as a Source", "ai-as-a-source"),
    )
    for course_id in courses
    for link in _two_links(course_id, title, slug)
)


@dataclass(frozen=True, kw_only=True)
class DemoConfig:
    """Settings of one demo LMS. Behaviour that differs between real LMSs is a field here, read in one place only."""

    base_url: str = "http://localhost:8401"
    """Where browsers and the tool reach this LMS; also its issuer, unless its flavor has one that many share."""
    tool_url: str = "http://127.0.0.1:8400"
    flavor: Flavor = "plain"
    """The product this LMS behaves like."""
    switches: dict[str, Any] = field(default_factory=dict)
    """Quirks set otherwise than the flavor has them, by name."""
    client_id: str = ""
    """Empty takes the one that is usual for the flavor; so with the deployment."""
    deployment_id: str = ""
    data_dir: Path | None = None
    """Where keys and grades are kept; None keeps them in memory only."""
    seed: int = 2026
    links: tuple[LinkSeed, ...] = DEFAULT_LINKS
    scopes: tuple[str, ...] = spec.ALL_SCOPES
    """What the administrator of this LMS allows the tool."""
    token_ttl_s: int = 3600

    def __post_init__(self) -> None:
        object.__setattr__(self, "client_id", self.client_id or self.quirks.client_id)
        object.__setattr__(self, "deployment_id", self.deployment_id or self.quirks.deployment_id)

    @cached_property
    def quirks(self) -> Quirks:
        return flavored(self.flavor, self.switches)

    @property
    def issuer(self) -> str:
        return self.quirks.issuer or self.base_url

    @property
    def product(self) -> str:
        """The key under which the tool knows this kind of LMS."""
        return "demo" if self.flavor == "plain" else self.flavor

    @property
    def token_url(self) -> str:
        return f"{self.base_url}/token"

    @property
    def login_url(self) -> str:
        return f"{self.tool_url}/lti/login"

    @property
    def launch_url(self) -> str:
        """Both the only redirect_uri and the target of every link."""
        return f"{self.tool_url}/lti/launch"

    @property
    def tool_jwks_url(self) -> str:
        return f"{self.tool_url}/lti/jwks.json"

    @property
    def tool_origin(self) -> str:
        parts = urlsplit(self.tool_url)
        return f"{parts.scheme}://{parts.netloc}"

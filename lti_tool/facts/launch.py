"""What a verified launch says, in our words: no claim URIs, no dicts. Made by `lti`, read by `flow` and `people`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from uuid import UUID


class Role(StrEnum):
    """What a person is in this course. Context roles decide; institution roles never raise a learner."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    ASSISTANT = "assistant"
    DESIGNER = "designer"
    OBSERVER = "observer"
    NONE = "none"
    """No role in a course: an account-level launch, or an empty role list."""


@dataclass(frozen=True, kw_only=True)
class LaunchPerson:
    """What the LMS tells about who launched. All but `subject` may be absent."""

    subject: str
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    sourced_id: str | None = None
    """The SIS id (lis.person_sourcedid, or what the administrator had `$Person.sourcedId` sent as)."""
    state_id: str | None = None
    """The student id of the state, where an administrator has it sent."""
    graduates: int | None = None
    """The year in which they are to finish grade 12 (Schoology: `grad_year`)."""
    section_names: tuple[str, ...] = ()
    """Their sections of the course, where an LMS keeps several in one course."""
    locale: str | None = None
    is_test_student: bool = False


@dataclass(frozen=True, kw_only=True)
class LaunchContext:
    """The course section the launch came from."""

    context_id: str
    label: str | None = None
    title: str | None = None
    origin_ids: tuple[str, ...] = ()
    """Ids of the courses it was copied from, as far as the LMS tells, the nearest first."""
    sis_ids: tuple[str, ...] = ()
    """What the SIS calls the classes that are taught in it, as far as the LMS tells."""


@dataclass(frozen=True, kw_only=True)
class LaunchLink:
    """The resource link: one assignment or course item in the LMS."""

    resource_link_id: str
    title: str | None = None
    origin_ids: tuple[str, ...] = ()
    """Ids of the links it was copied from, as far as the LMS tells, the nearest first."""


@dataclass(frozen=True, kw_only=True)
class LaunchServices:
    """Where this course's grade and roster services are, and what the LMS allows there."""

    line_item_url: str | None = None
    line_items_url: str | None = None
    scopes: frozenset[str] = frozenset()
    memberships_url: str | None = None
    notices_url: str | None = None
    """Where to ask to be told of copied courses, if the LMS can tell of them."""


@dataclass(frozen=True, kw_only=True)
class DeepLinking:
    """What the LMS asks for when a teacher adds content, and where the answer goes."""

    return_url: str
    accept_types: frozenset[str] = frozenset()
    accept_targets: frozenset[str] = frozenset()
    """How it can show what is added: iframe, window, embed."""
    accept_multiple: bool = False
    accept_line_item: bool = True
    """False: what is added here gets no column in the gradebook."""
    data: str | None = None
    """Goes back as it came, and only if it came."""
    title: str | None = None
    text: str | None = None

    @property
    def takes_links(self) -> bool:
        return "ltiResourceLink" in self.accept_types


@dataclass(frozen=True, kw_only=True)
class Launch:
    """One verified launch. `custom` has lower-case keys; unresolved `$Variables` and empty values are left out."""

    tenant_id: UUID
    platform_id: UUID
    deployment_id: str
    message: Literal["resource_link", "deep_linking"]
    target_link_uri: str
    person: LaunchPerson
    role: Role
    context: LaunchContext | None = None
    link: LaunchLink | None = None
    services: LaunchServices = field(default_factory=LaunchServices)
    custom: Mapping[str, str] = field(default_factory=dict)
    deep_linking: DeepLinking | None = None
    """Only with the message `deep_linking`."""
    return_url: str | None = None
    document_target: str | None = None
    locale: str | None = None
    browser_key: str | None = None
    """Random value the browser also holds in a cookie; None where cookies are blocked. Binds what follows to this browser."""

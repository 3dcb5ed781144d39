"""A visit: one request within a launch, from the token in its address. Every page about somebody begins here.

`@visit_page` opens the request's transaction, finds the session behind the token, and hands both to the view. A view that needs a
role says so with `@visit_page(needs=…)`; what it may then see is decided by `visit.access`, which every query takes.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar

from flask import current_app, g, request, url_for
from sqlalchemy.orm import Session

from lti_tool.db.connect import transaction
from lti_tool.errors import ForbiddenError, SessionEndedError
from lti_tool.facts.people import Access
from lti_tool.facts.reading import Reading
from lti_tool.holdings.held import Held
from lti_tool.people.reading import find_reading
from lti_tool.people.sessions import access_of, find_ended, get_session
from lti_tool.tool import Tool

P = ParamSpec("P")
R = TypeVar("R")
Need = Literal[
    "anyone",
    "person",
    "teacher",
    "specialist",
    "corrector",
    "reader",
    "steward",
    "overseer",
    "board",
    "administrator",
]
"""anyone: also an administrator who came by a one-time link. corrector: a specialist of every grade of a school. reader: a teacher or a
specialist. steward: a specialist or an administrator. overseer: a principal or coordinator. board: a specialist or an overseer."""

BROWSER_COOKIE = "infolit_browser"


def the_tool() -> Tool:
    tool: Tool = current_app.extensions["infolit"]
    return tool


def held_by(session: Session, visit: Visit) -> Held:
    """The content of the visit's district: what is shipped and its own."""
    return the_tool().held(session, visit.tenant_id)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who is here, from where, and what they may see: plain values, good after the transaction too."""

    token: str
    session_id: uuid.UUID
    access: Access
    locale: str
    section_id: uuid.UUID | None
    placement_id: uuid.UUID | None
    parent_origin: str | None
    """The LMS's origin; None outside of a frame."""
    role: str
    """In the course the launch came from, as `facts.launch.Role`."""
    reading: Reading
    """How this person likes pages."""
    has_ended: bool = False
    """Only where answers are handed in after the end: nothing may be shown."""

    @property
    def tenant_id(self) -> uuid.UUID:
        return self.access.tenant_id

    @property
    def is_teacher(self) -> bool:
        return bool(self.access.section_ids)

    def link(self, endpoint: str, **values: Any) -> str:
        """The address of a page within this visit."""
        return url_for(endpoint, token=self.token, **values)


def visit_page(
    needs: Need = "person", *, hands_in: bool = False
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Give the view `(session, visit, …)` instead of `(token, …)`; refuse who lacks the role. `hands_in` as in `visit_action`."""

    def decorate(view: Callable[..., R]) -> Callable[..., R]:
        @wraps(view)
        def inner(token: str, **values: Any) -> R:
            with transaction(the_tool().sessions) as session:
                visit = load_visit(session, token, hands_in=hands_in)
                _require(visit, needs)
                return view(session, visit, **values)

        return inner

    return decorate


def visit_action(
    needs: Need = "person", *, hands_in: bool = False
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Like `visit_page`, but the transaction ends before the view: for views that call a use case with its own.

    With `hands_in` the view also takes answers from a page whose visit has ended, once its person is back (`people.find_ended`).
    """

    def decorate(view: Callable[..., R]) -> Callable[..., R]:
        @wraps(view)
        def inner(token: str, **values: Any) -> R:
            with transaction(the_tool().sessions) as session:
                visit = load_visit(session, token, hands_in=hands_in)
                _require(visit, needs)
            return view(visit, **values)

        return inner

    return decorate


def load_visit(session: Session, token: str, *, hands_in: bool = False) -> Visit:
    """The visit behind a token. Raises SessionEndedError."""
    tool, browser, ended = the_tool(), request.user_agent.string or None, None
    try:
        row = get_session(session, token, limits=tool.limits, now=tool.clock(), browser=browser)
    except SessionEndedError:
        ended = find_ended(session, token, now=tool.clock(), browser=browser) if hands_in else None
        if ended is None:
            raise
        row = ended
    visit = Visit(
        token=token,
        session_id=row.id,
        access=access_of(session, row),
        locale=row.locale,
        section_id=row.section_id,
        placement_id=row.placement_id,
        parent_origin=row.parent_origin,
        role=row.role,
        reading=find_reading(session, row.person_id),
        has_ended=ended is not None,
    )
    g.visit = visit
    g.locale = row.locale
    return visit


def _require(visit: Visit, needs: Need) -> None:
    access = visit.access
    allowed = {
        "anyone": True,
        "person": access.person_id is not None,
        "teacher": bool(access.section_ids),
        "specialist": access.is_specialist,
        "reader": bool(access.section_ids) or access.is_specialist,
        "corrector": access.is_district_specialist or bool(access.school_ids),
        "overseer": access.is_overseer,
        "board": access.is_specialist or access.is_overseer,
        "steward": access.is_specialist or access.is_administrator,
        "administrator": access.is_administrator,
    }
    if not allowed[needs]:
        raise ForbiddenError

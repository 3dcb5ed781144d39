"""What every use case works with."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lti_tool.columns import Means
from lti_tool.content.library import Library
from lti_tool.content.served import Shelf
from lti_tool.db.connect import SessionFactory
from lti_tool.holdings.held import Held, Holdings
from lti_tool.lti.gateway import HTTPGateway
from lti_tool.lti.platform_keys import KeySource
from lti_tool.lti.seal import Seal
from lti_tool.people.sessions import SessionLimits
from lti_tool.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Tool:
    """What every use case works with, made once at the start."""

    settings: Settings
    sessions: SessionFactory
    gateway: HTTPGateway
    keys: KeySource
    seal: Seal
    library: Library
    shelf: Shelf
    """Library and shelf are what is shipped; a district has that and its own (`held`)."""
    clock: Callable[[], datetime]
    holdings: Holdings = field(default_factory=Holdings)

    def held(self, session: Session, tenant_id: uuid.UUID) -> Held:
        """What a district has."""
        return self.holdings.get(session, tenant_id, self.library, self.shelf)

    @property
    def means(self) -> Means:
        return Means(sessions=self.sessions, gateway=self.gateway, clock=self.clock)

    @property
    def limits(self) -> SessionLimits:
        return SessionLimits(
            idle=timedelta(minutes=self.settings.session_minutes),
            longest=timedelta(hours=self.settings.session_max_hours),
        )

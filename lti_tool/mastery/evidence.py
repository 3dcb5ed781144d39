"""The evidence behind a person's levels: every answer, and how far it moved the estimate."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.facts.people import Access
from lti_tool.mastery.tables import Evidence, MasteryState


def states_of(session: Session, access: Access, person_id: uuid.UUID) -> list[MasteryState]:
    """A person's skills; the caller has checked that the person is theirs to see."""
    return list(
        session.scalars(
            select(MasteryState)
            .where(MasteryState.tenant_id == access.tenant_id, MasteryState.person_id == person_id)
            .order_by(MasteryState.skill)
        )
    )


def evidence_of(
    session: Session, access: Access, person_id: uuid.UUID, *, skill: str | None = None, limit: int = 200
) -> list[Evidence]:
    """A person's newest evidence first, in all skills or one; the caller has checked that the person is theirs to see."""
    query = select(Evidence).where(Evidence.tenant_id == access.tenant_id, Evidence.person_id == person_id)
    if skill is not None:
        query = query.where(Evidence.skill == skill)
    return list(session.scalars(query.order_by(Evidence.answered_at.desc(), Evidence.id.desc()).limit(limit)))

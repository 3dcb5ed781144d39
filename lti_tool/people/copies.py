"""Which courses a course was copied from: as its launches tell, and as the LMS told by a notice. Within one registration only."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.facts.copies import CourseCopied
from lti_tool.facts.launch import Launch
from lti_tool.people.tables import CourseCopy, Section

_LONGEST_CHAIN = 20
_MOST_ORIGINS = 200


def note_copy(session: Session, copied: CourseCopied, *, now: datetime) -> None:
    """Remember a notice. Told twice, it is known once."""
    origins = [each for each in copied.origin_ids if each != copied.context_id]
    if not origins:
        return
    rows = [
        {
            "platform_id": copied.platform_id,
            "context_id": copied.context_id,
            "origin_context_id": origin_id,
            "tenant_id": copied.tenant_id,
            "noted_at": now,
        }
        for origin_id in origins
    ]
    session.execute(insert(CourseCopy).values(rows).on_conflict_do_nothing())


def list_origin_sections(session: Session, launch: Launch) -> list[uuid.UUID]:
    """Classes we know that the launch's course was copied from, the nearest first."""
    if launch.context is None:
        return []
    told = dict.fromkeys((*launch.context.origin_ids, *_list_noted(session, launch)))
    told.pop(launch.context.context_id, None)
    if not told:
        return []
    rows = session.execute(
        select(Section.context_id, Section.id).where(
            Section.tenant_id == launch.tenant_id,
            Section.platform_id == launch.platform_id,
            Section.context_id.in_(told),
        )
    )
    known = {row.context_id: row.id for row in rows}
    return [known[context_id] for context_id in told if context_id in known]


def _list_noted(session: Session, launch: Launch) -> list[str]:
    """Origins by notices, and theirs, the nearest first. Courses may have been imported into one another: the chain has an end."""
    if launch.context is None:
        return []
    own = CourseCopy.platform_id == launch.platform_id
    chain = (
        select(CourseCopy.origin_context_id.label("context_id"), literal(1).label("distance"))
        .where(own, CourseCopy.context_id == launch.context.context_id)
        .cte("chain", recursive=True)
    )
    further = select(CourseCopy.origin_context_id, chain.c.distance + 1).where(
        own, CourseCopy.context_id == chain.c.context_id, chain.c.distance < _LONGEST_CHAIN
    )
    chain = chain.union(further)
    nearest = func.min(chain.c.distance)
    query = select(chain.c.context_id).group_by(chain.c.context_id).order_by(nearest, chain.c.context_id)
    return list(session.scalars(query.limit(_MOST_ORIGINS)))

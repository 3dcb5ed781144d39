"""How the delivery of grades to each LMS stands, for its administrator: counts and times, nobody's grade."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.gradebook.tables import Grade, GradeState


@dataclass(frozen=True, kw_only=True)
class DeliveryHealth:
    """One LMS's grades."""

    last_delivered_at: datetime | None = None
    waiting: int = 0
    """Due now, or to be tried again."""
    refused: int = 0
    delivered: int = 0


def delivery_health(session: Session, tenant_id: uuid.UUID) -> dict[uuid.UUID, DeliveryHealth]:
    """Of each LMS of a district that grades were ever due for."""
    query = (
        select(
            Grade.platform_id,
            func.max(Grade.acked_at),
            func.count().filter(Grade.state.in_([GradeState.DUE, GradeState.WAITING])),
            func.count().filter(Grade.state == GradeState.REFUSED),
            func.count().filter(Grade.state == GradeState.DELIVERED),
        )
        .where(Grade.tenant_id == tenant_id)
        .group_by(Grade.platform_id)
    )
    return {
        row[0]: DeliveryHealth(last_delivered_at=row[1], waiting=row[2], refused=row[3], delivered=row[4])
        for row in session.execute(query)
    }

"""What belongs to an attempt, row by row, written to another one as it stands."""

from __future__ import annotations

import uuid
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from lti_tool.player.tables import Marking, ResponseRow

Rows: TypeAlias = list[dict[str, Any]]
OWN: tuple[type[ResponseRow] | type[Marking], ...] = (ResponseRow, Marking)
"""The tables whose rows are copied."""


def rows_of(
    session: Session,
    table: type[ResponseRow] | type[Marking],
    attempt_id: uuid.UUID,
    *only: ColumnElement[bool],
) -> Rows:
    rows = session.execute(select(*table.__table__.columns).where(table.attempt_id == attempt_id, *only))
    return [dict(row._mapping) for row in rows]


def write_rows(
    session: Session, table: type[ResponseRow] | type[Marking], rows: Rows, attempt_id: uuid.UUID
) -> None:
    """Write rows of another attempt to this one, which has none of these."""
    if rows:
        session.execute(insert(table).values([row | {"attempt_id": attempt_id} for row in rows]))

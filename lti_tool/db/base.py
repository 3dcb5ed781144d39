"""The declarative base and the column types every table uses.

Every row of a person's or a school's data carries `tenant_id` (a district); queries are scoped by it. Times are aware, UTC.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, DateTime, ForeignKey, MetaData, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables of the tool share this metadata."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
    }


def utcnow() -> datetime:
    """Now, aware, in UTC: the one clock of the tool's edges. Domain code gets `now` passed in."""
    return datetime.now(UTC)


uuid_pk = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=uuid.uuid4)]
tenant_fk = Annotated[uuid.UUID, mapped_column(Uuid, ForeignKey("tenant.id", ondelete="CASCADE"), index=True)]
short_str = Annotated[str, mapped_column(String(255))]
created = Annotated[datetime, mapped_column(DateTime(timezone=True), default=utcnow)]

"""Attempts that a teacher's reset set aside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempt", sa.Column("set_aside_at", sa.DateTime(timezone=True)))
    _replace_open_index("finished_at IS NULL AND set_aside_at IS NULL")


def downgrade() -> None:
    """Without the mark every attempt counts again. One set aside under way is handed in as it is, as only one may be under way."""
    op.execute(
        "UPDATE attempt SET finished_at = set_aside_at WHERE finished_at IS NULL AND set_aside_at IS NOT NULL"
    )
    _replace_open_index("finished_at IS NULL")
    op.drop_column("attempt", "set_aside_at")


def _replace_open_index(condition: str) -> None:
    op.drop_index("uq_attempt_one_open", "attempt")
    columns = ["placement_id", "person_id"]
    op.create_index(
        "uq_attempt_one_open", "attempt", columns, unique=True, postgresql_where=sa.text(condition)
    )

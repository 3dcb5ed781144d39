"""Copies of attempts as they were handed in before a teacher reopened them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempt", sa.Column("kept_of_id", sa.Uuid()))
    op.create_foreign_key(
        "fk_attempt_kept_of_id_attempt", "attempt", "attempt", ["kept_of_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index(
        "ix_attempt_kept_of_id", "attempt", ["kept_of_id"], postgresql_where="kept_of_id IS NOT NULL"
    )


def downgrade() -> None:
    """Without the mark a copy would be an attempt of its own: copies go, and what the student has now stays."""
    op.execute("DELETE FROM attempt WHERE kept_of_id IS NOT NULL")
    op.drop_column("attempt", "kept_of_id")

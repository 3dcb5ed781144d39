"""A teacher's word on an answer that a program scored."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("marking", sa.Column("ratio", sa.Float()))
    op.create_check_constraint(
        op.f("ck_marking_ratio_is_a_ratio"), "marking", "ratio IS NULL OR ratio BETWEEN 0 AND 1"
    )


def downgrade() -> None:
    """Words on answers are given up; the scores they made stay until the next re-score."""
    op.execute("DELETE FROM marking WHERE ratio IS NOT NULL")
    op.drop_column("marking", "ratio")

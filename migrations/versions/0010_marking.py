"""A teacher's marks for written answers, and what is pending until they are given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("attempt", "grade"):
        op.add_column(
            table, sa.Column("is_pending", sa.Boolean(), nullable=False, server_default=sa.text("false"))
        )
    op.create_table(
        "marking",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.String(64), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("levels", postgresql.JSONB(), nullable=False),
        sa.Column("comment", sa.String(2000), nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("marked_by", sa.Uuid()),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_marking_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_marking_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["marked_by"], ["person.id"], name=op.f("fk_marking_marked_by_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("attempt_id", "item_id", name=op.f("pk_marking")),
    )
    op.create_index(op.f("ix_marking_tenant_id"), "marking", ["tenant_id"])


def downgrade() -> None:
    op.drop_table("marking")
    for table in ("attempt", "grade"):
        op.drop_column(table, "is_pending")

"""Published calibrations of the mastery engine; evidence keeps what was believed of its item when it arrived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_KEPT = ("item_mean", "item_var", "guess")
_FILL = """
    UPDATE mastery_evidence e SET item_mean = i.mean, item_var = i.var, guess = i.guess
    FROM item_state i
    WHERE i.tenant_id = e.tenant_id AND i.item_id = e.item_id AND i.item_version = e.item_version
"""
_FILL_THE_REST = "UPDATE mastery_evidence SET item_mean = 0, item_var = 1, guess = 0 WHERE item_mean IS NULL"


def upgrade() -> None:
    for name in _KEPT:
        op.add_column("mastery_evidence", sa.Column(name, sa.Float()))
    op.execute(_FILL)
    op.execute(_FILL_THE_REST)
    for name in _KEPT:
        op.alter_column("mastery_evidence", name, nullable=False)
    op.create_table(
        "mastery_calibration",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("engine_version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("students", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        *(
            sa.Column(name, postgresql.JSONB(), nullable=False)
            for name in ("parameters", "platt", "history", "quality")
        ),
        sa.CheckConstraint(
            "engine_version > 1", name=op.f("ck_mastery_calibration_version_follows_the_shipped_one")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("fk_mastery_calibration_tenant_id_tenant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "engine_version", name=op.f("pk_mastery_calibration")),
    )


def downgrade() -> None:
    op.drop_table("mastery_calibration")
    for name in _KEPT:
        op.drop_column("mastery_evidence", name)

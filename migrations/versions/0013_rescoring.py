"""Re-scores of finished attempts after content was corrected."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _reference(table: str, column: str, target: str, ondelete: str | None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    key = "hash" if target == "content_snapshot" else "id"
    return sa.ForeignKeyConstraint([column], [f"{target}.{key}"], name=name, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "rescore_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("content_kind", sa.String(8), nullable=False),
        sa.Column("content_id", sa.String(64), nullable=False),
        sa.Column("snapshot_hash", sa.String(64), nullable=False),
        sa.Column("school_ids", postgresql.JSONB()),
        sa.Column("asked_by", sa.Uuid()),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("last_attempt", sa.Uuid()),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state IN ('counting', 'ready', 'applying', 'done')",
            name=op.f("ck_rescore_run_state_is_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescore_run")),
        _reference("rescore_run", "tenant_id", "tenant", "CASCADE"),
        _reference("rescore_run", "snapshot_hash", "content_snapshot", None),
        _reference("rescore_run", "asked_by", "person", "SET NULL"),
    )
    op.create_index(op.f("ix_rescore_run_tenant_id"), "rescore_run", ["tenant_id"])
    op.create_table(
        "rescore_change",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("after", sa.Float(), nullable=False),
        sa.Column("grade_before", sa.Float()),
        sa.Column("grade_after", sa.Float()),
        sa.Column("applied_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("run_id", "attempt_id", name=op.f("pk_rescore_change")),
        _reference("rescore_change", "run_id", "rescore_run", "CASCADE"),
        _reference("rescore_change", "attempt_id", "attempt", "CASCADE"),
        _reference("rescore_change", "tenant_id", "tenant", "CASCADE"),
        _reference("rescore_change", "placement_id", "placement", "CASCADE"),
        _reference("rescore_change", "person_id", "person", "CASCADE"),
    )
    op.create_index(op.f("ix_rescore_change_tenant_id"), "rescore_change", ["tenant_id"])


def downgrade() -> None:
    op.drop_table("rescore_change")
    op.drop_table("rescore_run")

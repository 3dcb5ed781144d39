"""Rosters that an administrator gives on a page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_OPEN = "state IN ('checking', 'checked', 'importing', 'stopped')"


def upgrade() -> None:
    op.create_table(
        "roster_upload",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _reference("tenant_id", "tenant", "CASCADE", nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("sis_field", sa.String(16), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("part", sa.String(16)),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("counts", JSONB(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("findings", JSONB(), nullable=False),
        sa.Column("error", sa.String(500)),
        sa.Column("fingerprint", sa.String(64)),
        _reference("run_id", "roster_run", "SET NULL"),
        _reference("by_person_id", "person", "SET NULL"),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT),
        sa.Column("decided_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.CheckConstraint(
            "state IN ('checking', 'checked', 'importing', 'stopped', 'done', 'refused', 'thrown', 'expired')",
            name=op.f("ck_roster_upload_state_is_known"),
        ),
        sa.CheckConstraint(
            f"(sealed IS NOT NULL) = ({_OPEN})", name=op.f("ck_roster_upload_file_is_kept_while_open")
        ),
    )
    op.create_index(
        "uq_roster_upload_open",
        "roster_upload",
        ["tenant_id", "source"],
        unique=True,
        postgresql_where=sa.text(_OPEN),
    )
    op.create_index("ix_roster_upload_tenant_id_created_at", "roster_upload", ["tenant_id", "created_at"])


def downgrade() -> None:
    op.drop_table("roster_upload")


def _reference(column: str, table: str, on_delete: str, *, nullable: bool = True) -> sa.Column[sa.Uuid]:
    key = sa.ForeignKey(f"{table}.id", ondelete=on_delete, name=op.f(f"fk_roster_upload_{column}_{table}"))
    return sa.Column(column, sa.Uuid(), key, nullable=nullable)

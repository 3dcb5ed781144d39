"""The audit log of what teachers and specialists do to somebody's work or rights."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_REFERRED = {
    "tenant_id": ("tenant", "CASCADE"),
    "by_person_id": ("person", "SET NULL"),
    "person_id": ("person", "CASCADE"),
    "section_id": ("section", "CASCADE"),
    "placement_id": ("placement", "CASCADE"),
    "attempt_id": ("attempt", "SET NULL"),
    "undone_by_id": ("audit_entry", "SET NULL"),
}


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.Uuid()),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("section_id", sa.Uuid()),
        sa.Column("placement_id", sa.Uuid()),
        sa.Column("attempt_id", sa.Uuid()),
        sa.Column("item_id", sa.String(64)),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("before", postgresql.JSONB()),
        sa.Column("after", postgresql.JSONB()),
        sa.Column("undone_by_id", sa.BigInteger()),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_audit_entry_{column}_{table}"),
                ondelete=ondelete,
            )
            for column, (table, ondelete) in _REFERRED.items()
        ),
        sa.CheckConstraint("undone_by_id <> id", name=op.f("ck_audit_entry_does_not_undo_itself")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_tenant_id"), "audit_entry", ["tenant_id"])
    op.create_index("ix_audit_entry_placement_id_id", "audit_entry", ["placement_id", "id"])
    op.create_index("ix_audit_entry_person_id_id", "audit_entry", ["person_id", "id"])


def downgrade() -> None:
    op.drop_table("audit_entry")

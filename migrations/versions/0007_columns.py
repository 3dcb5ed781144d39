"""Columns of the gradebook: where they are listed, whose launch gave which, and what comparing them found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KINDS = ("launch", "token", "score", "result", "roster", "registration", "notice")


def upgrade() -> None:
    op.add_column("placement", sa.Column("line_items_url", sa.String(2048)))
    op.add_column("attempt", sa.Column("line_item_url", sa.String(2048)))
    op.add_column(
        "grade", sa.Column("overrides", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    _allow_kinds((*_KINDS, "column"))
    _add_column_check()
    _add_column_finding()


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    name = op.f("ck_message_log_kind_is_known")
    op.drop_constraint(name, "message_log", type_="check")
    op.create_check_constraint(name, "message_log", f"kind IN ({', '.join(repr(each) for each in kinds)})")


def _add_column_check() -> None:
    op.create_table(
        "column_check",
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(500)),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_column_check_placement_id_placement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_column_check_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("placement_id", name=op.f("pk_column_check")),
    )
    op.create_index(op.f("ix_column_check_tenant_id"), "column_check", ["tenant_id"])


def _add_column_finding() -> None:
    op.create_table(
        "column_finding",
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("difference", sa.String(12), nullable=False),
        sa.Column("ours", sa.Float()),
        sa.Column("theirs", sa.Float()),
        sa.Column("maximum", sa.Float()),
        sa.CheckConstraint(
            "difference IN ('changed', 'missing', 'only_there')",
            name=op.f("ck_column_finding_difference_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_column_finding_placement_id_placement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_column_finding_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_column_finding_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("placement_id", "person_id", name=op.f("pk_column_finding")),
    )
    op.create_index(op.f("ix_column_finding_tenant_id"), "column_finding", ["tenant_id"])


def downgrade() -> None:
    op.drop_table("column_finding")
    op.drop_table("column_check")
    op.execute("DELETE FROM message_log WHERE kind = 'column'")
    _allow_kinds(_KINDS)
    op.drop_column("grade", "overrides")
    op.drop_column("attempt", "line_item_url")
    op.drop_column("placement", "line_items_url")

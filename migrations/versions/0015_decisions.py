"""What a teacher decides of a grade, and items that count nothing at an assignment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _references(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column],
            [f"{column.removesuffix('_id')}.id"],
            name=op.f(f"fk_{table}_{column}_{column.removesuffix('_id')}"),
            ondelete="CASCADE",
        )
        for column in columns
    ]


def upgrade() -> None:
    op.create_table(
        "grade_decision",
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ratio", sa.Float()),
        sa.Column("is_excused", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ratio BETWEEN 0 AND 1", name=op.f("ck_grade_decision_ratio_is_a_ratio")),
        sa.CheckConstraint("(ratio IS NULL) = is_excused", name=op.f("ck_grade_decision_is_one_of_both")),
        sa.PrimaryKeyConstraint("placement_id", "person_id", name=op.f("pk_grade_decision")),
        *_references("grade_decision", "placement_id", "person_id", "tenant_id"),
    )
    op.create_index(op.f("ix_grade_decision_tenant_id"), "grade_decision", ["tenant_id"])
    op.create_table(
        "dropped_item",
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.String(64), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("placement_id", "item_id", name=op.f("pk_dropped_item")),
        *_references("dropped_item", "placement_id", "tenant_id"),
    )
    op.create_index(op.f("ix_dropped_item_tenant_id"), "dropped_item", ["tenant_id"])


def downgrade() -> None:
    op.drop_table("dropped_item")
    op.drop_table("grade_decision")

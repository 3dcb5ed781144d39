"""First answers and the sums over them: the analysis of questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _place() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("content_kind", sa.String(8), nullable=False),
        sa.Column("content_id", sa.String(64), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Uuid()),
        sa.Column("part", sa.String(12), nullable=False),
    ]


def _references(table: str, **columns: tuple[str, str | None]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column],
            [target],
            name=op.f(f"fk_{table}_{column}_{target.split('.')[0]}"),
            ondelete=ondelete,
        )
        for column, (target, ondelete) in columns.items()
    ]


_OF_PLACE = {"tenant_id": ("tenant.id", "CASCADE"), "placement_id": ("placement.id", "CASCADE")}


def _indexes(table: str) -> None:
    for column in ("tenant_id", "placement_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(f"ix_{table}_content", table, ["tenant_id", "content_kind", "content_id", "school_year"])


def upgrade() -> None:
    op.create_table(
        "first_answer",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.String(64), nullable=False),
        *_place(),
        sa.Column("grade", sa.Integer()),
        sa.Column("lang", sa.String(8)),
        sa.Column("item_version", sa.String(16), nullable=False),
        sa.Column("snapshot_hash", sa.String(64), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("picks", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("attempt_id", "item_id", name=op.f("pk_first_answer")),
        *_references(
            "first_answer",
            **_OF_PLACE,
            attempt_id=("attempt.id", "CASCADE"),
            snapshot_hash=("content_snapshot.hash", None),
        ),
    )
    for table, keys, sums in (
        (
            "item_sums",
            [
                sa.Column("item_id", sa.String(64), nullable=False),
                sa.Column("item_version", sa.String(16), nullable=False),
            ],
            ("y", "yy", "t", "tt", "yt"),
        ),
        ("part_sums", [sa.Column("items", sa.Integer(), nullable=False)], ("t", "tt", "yy")),
    ):
        op.create_table(
            table,
            sa.Column("id", sa.Uuid(), nullable=False),
            *_place(),
            *keys,
            sa.Column("n", sa.Integer(), nullable=False),
            *(sa.Column(name, sa.BigInteger(), nullable=False) for name in sums),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            *_references(table, **_OF_PLACE),
        )
    for table in ("first_answer", "item_sums", "part_sums"):
        _indexes(table)


def downgrade() -> None:
    for table in ("part_sums", "item_sums", "first_answer"):
        op.drop_table(table)

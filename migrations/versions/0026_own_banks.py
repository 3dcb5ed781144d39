"""Banks of questions that belong to a district."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _tenant() -> sa.Column[object]:
    return sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("tenant.id", ondelete="CASCADE"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "own_bank",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _tenant(),
        sa.Column("bank_id", sa.String(64), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("brought_by", sa.Uuid(), sa.ForeignKey("person.id", ondelete="SET NULL")),
        sa.Column("brought_as", sa.String(16), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", _MOMENT),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("bank_id", name="uq_own_bank_bank_id"),
        sa.CheckConstraint(
            "brought_as IN ('specialist', 'teacher', 'command')", name="ck_own_bank_brought_as_is_known"
        ),
    )
    op.create_index("ix_own_bank_tenant_id", "own_bank", ["tenant_id"])
    op.create_table(
        "own_edition",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _tenant(),
        sa.Column("own_bank_id", sa.Uuid(), sa.ForeignKey("own_bank.id", ondelete="CASCADE")),
        sa.Column("number", sa.Integer()),
        sa.Column("bank_id", sa.String(64), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("skill", sa.String(64), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("bank_yaml", sa.Text(), nullable=False),
        sa.Column("quiz_yaml", sa.Text()),
        sa.Column("report", JSONB(), nullable=False),
        sa.Column("made_by", sa.Uuid(), sa.ForeignKey("person.id", ondelete="SET NULL")),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("own_bank_id", "number", name="uq_own_edition_own_bank_id_number"),
        sa.CheckConstraint(
            "number IS NULL OR own_bank_id IS NOT NULL", name="ck_own_edition_is_of_a_bank_once_kept"
        ),
    )
    op.create_index("ix_own_edition_tenant_id", "own_edition", ["tenant_id"])
    op.create_foreign_key(
        "fk_own_bank_edition",
        "own_bank",
        "own_edition",
        ["id", "edition"],
        ["own_bank_id", "number"],
        deferrable=True,
        initially="DEFERRED",
    )
    op.create_table(
        "own_picture",
        sa.Column(
            "edition_id", sa.Uuid(), sa.ForeignKey("own_edition.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "own_revision",
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("tenant.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """The questions go. What was assigned stands in snapshots, so attempts that were begun can still be finished and read."""
    op.drop_constraint("fk_own_bank_edition", "own_bank", type_="foreignkey")
    for table in ("own_picture", "own_edition", "own_bank", "own_revision"):
        op.drop_table(table)

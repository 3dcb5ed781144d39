"""What teachers set beyond dates and attempts, exceptions to it, what a person is given in every quiz, and when an attempt ends by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLES = ("placement", "placement_offer")
_CHECKS = {
    "keeps_is_known": "keeps IN ('best', 'latest', 'first', 'average')",
    "late_is_known": "late IN ('full', 'per_day', 'flat')",
    "retake_is_known": "retake IN ('all', 'missed')",
    "time_limit_is_positive": "time_limit_minutes > 0",
    "cooldown_is_no_less_than_nothing": "cooldown_minutes >= 0",
    "late_percent_is_a_percent": "late_percent BETWEEN 0 AND 100",
    "late_floor_is_a_percent": "late_floor BETWEEN 0 AND 100",
    "late_grace_is_no_less_than_nothing": "late_grace_minutes >= 0",
}
_FEEDBACK = "'after_finish', 'after_due', 'scores_only', 'never'"


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("keeps", sa.String(8), nullable=False, server_default=sa.text("'best'")),
        sa.Column("cooldown_minutes", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("retake", sa.String(8), nullable=False, server_default=sa.text("'all'")),
        sa.Column("is_practice", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("time_limit_minutes", sa.Integer()),
        sa.Column("late", sa.String(8), nullable=False, server_default=sa.text("'full'")),
        sa.Column("late_percent", sa.Float(), nullable=False, server_default=sa.text("0")),
        sa.Column("late_floor", sa.Float(), nullable=False, server_default=sa.text("0")),
        sa.Column("late_grace_minutes", sa.Integer(), nullable=False, server_default=sa.text("0")),
    ]


def _let_feedback_be(table: str, words: str) -> None:
    name = op.f(f"ck_{table}_feedback_is_known")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"feedback IN ({words})")


def _fk(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete=ondelete
    )


def upgrade() -> None:
    for table in _TABLES:
        for column in _columns():
            op.add_column(table, column)
        for name, rule in _CHECKS.items():
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
        _let_feedback_be(table, f"'at_once', {_FEEDBACK}")
    op.execute("ALTER TABLE placement_offer ALTER COLUMN feedback SET DEFAULT 'after_finish'")
    op.add_column("attempt", sa.Column("ends_at", sa.DateTime(timezone=True)))
    op.add_column(
        "attempt", sa.Column("carried", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'"))
    )
    op.add_column(
        "attempt", sa.Column("hidden", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'"))
    )
    op.create_index(
        "ix_attempt_ends_at", "attempt", ["ends_at"], postgresql_where=sa.text("finished_at IS NULL")
    )
    _make_extension()
    _make_accommodation()


def _make_extension() -> None:
    op.create_table(
        "extension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("closes_at", sa.DateTime(timezone=True)),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.BigInteger(), nullable=False),
        _fk("extension", "tenant_id", "tenant", "CASCADE"),
        _fk("extension", "placement_id", "placement", "CASCADE"),
        _fk("extension", "person_id", "person", "CASCADE"),
        _fk("extension", "audit_id", "audit_entry", "CASCADE"),
        sa.CheckConstraint(
            "extra_attempts BETWEEN 0 AND 50", name=op.f("ck_extension_extra_attempts_are_few")
        ),
        sa.CheckConstraint(
            "extra_minutes BETWEEN 0 AND 1440", name=op.f("ck_extension_extra_minutes_are_few")
        ),
        sa.UniqueConstraint("audit_id", name=op.f("uq_extension_audit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index(op.f("ix_extension_tenant_id"), "extension", ["tenant_id"])
    op.create_index("ix_extension_placement_id_person_id", "extension", ["placement_id", "person_id"])


def _make_accommodation() -> None:
    op.create_table(
        "accommodation",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("given", postgresql.JSONB(), nullable=False),
        sa.Column("audit_id", sa.BigInteger(), nullable=False),
        _fk("accommodation", "person_id", "person", "CASCADE"),
        _fk("accommodation", "tenant_id", "tenant", "CASCADE"),
        _fk("accommodation", "audit_id", "audit_entry", "CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_accommodation")),
    )
    op.create_index(op.f("ix_accommodation_tenant_id"), "accommodation", ["tenant_id"])


def downgrade() -> None:
    op.drop_table("accommodation")
    op.drop_table("extension")
    op.drop_index("ix_attempt_ends_at", "attempt")
    for name in ("hidden", "carried", "ends_at"):
        op.drop_column("attempt", name)
    op.execute("ALTER TABLE placement_offer ALTER COLUMN feedback DROP DEFAULT")
    for table in _TABLES:
        op.execute(f"UPDATE {table} SET feedback = 'after_finish' WHERE feedback = 'at_once'")  # noqa: S608 - names of ours
        _let_feedback_be(table, _FEEDBACK)
        for name in _CHECKS:
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
        for column in _columns():
            op.drop_column(table, column.name)

"""A district's method for levels, levels that a teacher set, terms, and levels frozen at their ends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("mastery_state", sa.Column("method_score", sa.Float()))
    op.add_column("mastery_state", sa.Column("method_level", sa.String(16)))
    op.add_column("mastery_state", sa.Column("shown_level", sa.String(16)))
    op.add_column("mastery_state", sa.Column("shown_since", WHEN))
    op.execute(
        "UPDATE mastery_state SET method_level = level, shown_level = level, shown_since = proficient_since"
    )
    for column in ("method_level", "shown_level"):
        op.alter_column("mastery_state", column, nullable=False)
    op.add_column(
        "mastery_evidence", sa.Column("points", sa.Float(), nullable=False, server_default=sa.text("1"))
    )
    _method()
    _decision()
    _frozen()


def downgrade() -> None:
    for table in ("frozen_level", "mastery_term", "level_decision", "mastery_method"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change()")
    op.drop_column("mastery_evidence", "points")
    for column in ("shown_since", "shown_level", "method_level", "method_score"):
        op.drop_column("mastery_state", column)


def _method() -> None:
    op.create_table(
        "mastery_method",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("min_results", sa.Integer(), nullable=False),
        sa.Column("proficient_from", sa.Float(), nullable=False),
        sa.Column("developing_from", sa.Float(), nullable=False),
        sa.Column("chosen_at", WHEN, nullable=False),
        sa.Column("audit_id", sa.BigInteger()),
        sa.Column("applied_at", WHEN),
        sa.PrimaryKeyConstraint("id", name="pk_mastery_method"),
        _to("mastery_method", "tenant_id", "tenant"),
        _to("mastery_method", "audit_id", "audit_entry", "SET NULL"),
    )
    op.create_index("ix_mastery_method_tenant_id_id", "mastery_method", ["tenant_id", "id"])


def _decision() -> None:
    op.create_table(
        "level_decision",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("set_at", WHEN, nullable=False),
        sa.Column("audit_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("record_id", "skill", name="pk_level_decision"),
        sa.CheckConstraint(
            "level IN ('beginning', 'developing', 'proficient')", name="ck_level_decision_level_can_be_set"
        ),
        _to("level_decision", "record_id", "person"),
        _to("level_decision", "person_id", "person"),
        _to("level_decision", "tenant_id", "tenant"),
        _to("level_decision", "audit_id", "audit_entry", "SET NULL"),
    )
    op.create_index("ix_level_decision_person_id", "level_decision", ["person_id"])
    op.create_index("ix_level_decision_tenant_id", "level_decision", ["tenant_id"])


def _frozen() -> None:
    op.create_table(
        "mastery_term",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("ends_at", WHEN, nullable=False),
        sa.Column("frozen_at", WHEN),
        sa.PrimaryKeyConstraint("id", name="pk_mastery_term"),
        _to("mastery_term", "tenant_id", "tenant"),
    )
    op.create_index("uq_mastery_term_tenant_id_name", "mastery_term", ["tenant_id", "name"], unique=True)
    op.create_table(
        "frozen_level",
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(64), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("is_set", sa.Boolean(), nullable=False),
        sa.Column("evidence_level", sa.String(16), nullable=False),
        sa.Column("p_mastered", sa.Float(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("occasions", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("method_number", sa.Integer(), nullable=False),
        sa.Column("method_score", sa.Float()),
        sa.Column("engine_version", sa.Integer(), nullable=False),
        sa.Column("proficient_since", WHEN),
        sa.Column("frozen_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("term_id", "person_id", "skill", name="pk_frozen_level"),
        _to("frozen_level", "term_id", "mastery_term"),
        _to("frozen_level", "person_id", "person"),
        _to("frozen_level", "tenant_id", "tenant"),
    )
    op.create_index("ix_frozen_level_person_id", "frozen_level", ["person_id"])
    op.create_index("ix_frozen_level_tenant_id", "frozen_level", ["tenant_id"])
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'What was frozen is never changed.'; END $$"
    )
    op.execute(
        "CREATE TRIGGER frozen_level_stays BEFORE UPDATE ON frozen_level "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _to(table: str, column: str, target: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}", ondelete=ondelete
    )

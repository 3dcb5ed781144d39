"""Who a person is: ids with their history, records joined and taken apart, cases that wait for a decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_OLD_KINDS = "kind IN ('state', 'sis', 'clever', 'lti', 'email')"
_KINDS = "kind IN ('state', 'sis', 'oneroster', 'master', 'clever', 'lti', 'email')"
_NAMES = sa.ARRAY(sa.String(255))


def upgrade() -> None:
    op.add_column(
        "tenant", sa.Column("email_domains", _NAMES, server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("school", sa.Column("source", sa.String(64)))
    op.add_column("school", sa.Column("sourced_id", sa.String(255)))
    op.create_unique_constraint(
        op.f("uq_school_tenant_id_source_sourced_id"), "school", ["tenant_id", "source", "sourced_id"]
    )
    op.add_column("person", sa.Column("roster_part", sa.String(8)))
    op.add_column("person", sa.Column("merged_into_id", sa.Uuid()))
    op.create_foreign_key(
        op.f("fk_person_merged_into_id_person"),
        "person",
        "person",
        ["merged_into_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(op.f("ix_person_merged_into_id"), "person", ["merged_into_id"])
    op.create_index("ix_person_tenant_id_email", "person", ["tenant_id", sa.text("lower(email)")])
    op.create_index("ix_person_tenant_id_family_name", "person", ["tenant_id", sa.text("lower(family_name)")])
    op.add_column(
        "enrollment", sa.Column("section_names", _NAMES, server_default=sa.text("'{}'"), nullable=False)
    )
    _widen_aliases()
    _create_cases()


def _widen_aliases() -> None:
    op.add_column("person_alias", sa.Column("last_seen_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE person_alias SET last_seen_at = first_seen_at")
    op.alter_column("person_alias", "last_seen_at", nullable=False)
    op.add_column(
        "person_alias", sa.Column("is_verified", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column("person_alias", sa.Column("retired_at", sa.DateTime(timezone=True)))
    op.drop_constraint(op.f("ck_person_alias_kind_is_known"), "person_alias")
    op.create_check_constraint(op.f("ck_person_alias_kind_is_known"), "person_alias", _KINDS)


def _create_cases() -> None:
    op.create_table(
        "merge_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid()),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("value", sa.String(255)),
        sa.Column("state", sa.String(8), server_default="open", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("undo", postgresql.JSONB()),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_merge_case_tenant_id_tenant"), ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["person.id"], name=op.f(f"fk_merge_case_{column}_person"), ondelete=ondelete
            )
            for column, ondelete in (
                ("person_id", "CASCADE"),
                ("other_id", "CASCADE"),
                ("decided_by", "SET NULL"),
            )
        ),
        sa.CheckConstraint("person_id <> other_id", name=op.f("ck_merge_case_is_about_two")),
        sa.CheckConstraint(
            "reason IN ('sis_taken', 'sis_changed', 'role', 'email', 'name', 'roster')",
            name=op.f("ck_merge_case_reason_is_known"),
        ),
        sa.CheckConstraint("state IN ('open', 'merged', 'apart')", name=op.f("ck_merge_case_state_is_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_case")),
    )
    op.create_index(op.f("ix_merge_case_tenant_id"), "merge_case", ["tenant_id"])
    op.create_index(op.f("ix_merge_case_other_id"), "merge_case", ["other_id"])
    op.create_index("ix_merge_case_tenant_id_state", "merge_case", ["tenant_id", "state"])
    op.create_index(
        "uq_merge_case_pair",
        "merge_case",
        ["person_id", "other_id", "value"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    op.drop_table("merge_case")
    op.execute("DELETE FROM person_alias WHERE kind IN ('oneroster', 'master')")
    op.drop_constraint(op.f("ck_person_alias_kind_is_known"), "person_alias")
    op.create_check_constraint(op.f("ck_person_alias_kind_is_known"), "person_alias", _OLD_KINDS)
    for name in ("retired_at", "is_verified", "last_seen_at"):
        op.drop_column("person_alias", name)
    op.drop_column("enrollment", "section_names")
    op.drop_index("ix_person_tenant_id_family_name", "person")
    op.drop_index("ix_person_tenant_id_email", "person")
    for name in ("merged_into_id", "roster_part"):
        op.drop_column("person", name)
    op.drop_constraint(op.f("uq_school_tenant_id_source_sourced_id"), "school")
    for name in ("sourced_id", "source"):
        op.drop_column("school", name)
    op.drop_column("tenant", "email_domains")

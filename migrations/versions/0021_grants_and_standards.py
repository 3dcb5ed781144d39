"""Rights by grade and for principals and coordinators; published standards of districts, and which skills they ask for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_ROLES = "role IN ('specialist', 'principal', 'coordinator', 'administrator')"
_OLD_ROLES = "role IN ('specialist', 'administrator')"
_SCHOOL = (
    "CASE role WHEN 'specialist' THEN true WHEN 'principal' THEN school_id IS NOT NULL"
    " ELSE school_id IS NULL END"
)
_GRADES = "grades IS NULL OR (role = 'specialist' AND cardinality(grades) > 0 AND 0 <= ALL (grades) AND 12 >= ALL (grades))"


def upgrade() -> None:
    op.add_column(
        "tenant", sa.Column("smallest_group", sa.Integer(), server_default=sa.text("10"), nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_tenant_smallest_group_is_sensible"), "tenant", "smallest_group BETWEEN 5 AND 30"
    )
    _widen_grants()
    _create_standards()


def _widen_grants() -> None:
    op.add_column("access_grant", sa.Column("grades", sa.ARRAY(sa.Integer())))
    op.drop_constraint(op.f("ck_access_grant_role_is_known"), "access_grant")
    op.create_check_constraint(op.f("ck_access_grant_role_is_known"), "access_grant", _ROLES)
    # An administrator's right always held in the whole district, whatever school the command was given.
    op.execute(
        "DELETE FROM access_grant a WHERE role = 'administrator' AND school_id IS NOT NULL AND EXISTS ("
        "SELECT 1 FROM access_grant b WHERE b.person_id = a.person_id AND b.role = a.role AND b.id <> a.id"
        " AND (b.school_id IS NULL OR b.id < a.id))"
    )
    op.execute("UPDATE access_grant SET school_id = NULL WHERE role = 'administrator'")
    op.create_check_constraint(op.f("ck_access_grant_school_fits_role"), "access_grant", _SCHOOL)
    op.create_check_constraint(op.f("ck_access_grant_grades_fit_role"), "access_grant", _GRADES)


def _create_standards() -> None:
    op.create_table(
        "framework",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid()),
        sa.Column("guid", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("uri", sa.String(2048)),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("version", sa.String(8)),
        sa.Column("adoption_status", sa.String(64)),
        sa.Column("license", sa.String(255)),
        sa.Column("keeps_statements", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True)),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("source IN ('case', 'csv')", name=op.f("ck_framework_source_is_known")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_framework_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework")),
    )
    op.create_index(
        "uq_framework_tenant_id_guid",
        "framework",
        ["tenant_id", "guid"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "standard",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("guid", sa.Uuid(), nullable=False),
        sa.Column("uri", sa.String(2048)),
        sa.Column("code", sa.String(255)),
        sa.Column("kind", sa.String(255)),
        sa.Column("grades", sa.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("parent_guid", sa.Uuid()),
        sa.Column("statement", sa.Text()),
        sa.Column("retired_at", sa.DateTime(timezone=True)),
        sa.Column("replaced_by_guid", sa.Uuid()),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["framework.id"],
            name=op.f("fk_standard_framework_id_framework"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard")),
        sa.UniqueConstraint("framework_id", "guid", name=op.f("uq_standard_framework_id_guid")),
    )
    op.create_table(
        "alignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid()),
        sa.Column("standard_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(64), nullable=False),
        sa.Column("strength", sa.String(8), nullable=False),
        sa.Column("reviewer", sa.String(255), nullable=False),
        sa.Column("reviewed", sa.Date()),
        sa.Column("retired_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("strength IN ('exact', 'partial')", name=op.f("ck_alignment_strength_is_known")),
        sa.ForeignKeyConstraint(
            ["standard_id"],
            ["standard.id"],
            name=op.f("fk_alignment_standard_id_standard"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_alignment_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alignment")),
    )
    op.create_index("ix_alignment_standard_id", "alignment", ["standard_id"])
    op.create_index(
        "uq_alignment_key",
        "alignment",
        ["tenant_id", "standard_id", "skill"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    """Rights that older versions do not know are taken away rather than widened: principals, coordinators, and specialists of some grades."""
    for table in ("alignment", "standard", "framework"):
        op.drop_table(table)
    op.execute("DELETE FROM access_grant WHERE role IN ('principal', 'coordinator') OR grades IS NOT NULL")
    for name in ("grades_fit_role", "school_fits_role", "role_is_known"):
        op.drop_constraint(op.f(f"ck_access_grant_{name}"), "access_grant")
    op.create_check_constraint(op.f("ck_access_grant_role_is_known"), "access_grant", _OLD_ROLES)
    op.drop_column("access_grant", "grades")
    op.drop_constraint(op.f("ck_tenant_smallest_group_is_sensible"), "tenant")
    op.drop_column("tenant", "smallest_group")

"""The first tables: people and places, LTI, content, playing, grades, mastery, reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_picture",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_content_picture")),
    )
    op.create_table(
        "content_snapshot",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("content_kind", sa.String(length=8), nullable=False),
        sa.Column("content_id", sa.String(length=64), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_content_snapshot")),
    )
    op.create_index(op.f("ix_content_snapshot_content_id"), "content_snapshot", ["content_id"], unique=False)
    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenant_slug")),
    )
    op.create_table(
        "tool_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kid", sa.String(length=255), nullable=False),
        sa.Column("private_pem_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("public_jwk", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_key")),
        sa.UniqueConstraint("kid", name=op.f("uq_tool_key_kid")),
    )
    op.create_table(
        "admin_ticket",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_admin_ticket_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_admin_ticket")),
    )
    op.create_index(op.f("ix_admin_ticket_tenant_id"), "admin_ticket", ["tenant_id"], unique=False)
    op.create_table(
        "board_cell",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("skill", sa.String(length=64), nullable=False),
        sa.Column("not_enough", sa.Integer(), nullable=False),
        sa.Column("beginning", sa.Integer(), nullable=False),
        sa.Column("developing", sa.Integer(), nullable=False),
        sa.Column("proficient", sa.Integer(), nullable=False),
        sa.Column("needs_refresh", sa.Integer(), nullable=False),
        sa.Column("sum_expected", sa.Double(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "not_enough >= 0 AND beginning >= 0 AND developing >= 0 AND proficient >= 0 AND needs_refresh >= 0",
            name=op.f("ck_board_cell_counts_are_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_board_cell_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_cell")),
    )
    op.create_index(op.f("ix_board_cell_tenant_id"), "board_cell", ["tenant_id"], unique=False)
    op.create_index(
        "uq_board_cell_key",
        "board_cell",
        ["tenant_id", "school_year", "school_id", "grade", "skill"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "item_state",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("item_version", sa.String(length=16), nullable=False),
        sa.Column("skill", sa.String(length=64), nullable=False),
        sa.Column("guess", sa.Double(), nullable=False),
        sa.Column("grade_from", sa.Integer(), nullable=False),
        sa.Column("grade_to", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("var", sa.Double(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_item_state_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "item_id", "item_version", name=op.f("pk_item_state")),
    )
    op.create_index("ix_item_state_skill", "item_state", ["tenant_id", "skill"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("given_name", sa.String(length=255), nullable=True),
        sa.Column("family_name", sa.String(length=255), nullable=True),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("locale", sa.String(length=16), nullable=True),
        sa.Column("is_test_student", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_person_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_tenant_id"), "person", ["tenant_id"], unique=False)
    op.create_table(
        "platform",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("auth_url", sa.String(length=2048), nullable=False),
        sa.Column("token_url", sa.String(length=2048), nullable=False),
        sa.Column("jwks_url", sa.String(length=2048), nullable=False),
        sa.Column("audience", sa.String(length=2048), nullable=True),
        sa.Column("product", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_platform_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform")),
        sa.UniqueConstraint("issuer", "client_id", name=op.f("uq_platform_issuer_client_id")),
    )
    op.create_index(op.f("ix_platform_tenant_id"), "platform", ["tenant_id"], unique=False)
    op.create_table(
        "school",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_school_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_school_tenant_id_name")),
    )
    op.create_index(op.f("ix_school_tenant_id"), "school", ["tenant_id"], unique=False)
    op.create_table(
        "access_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("granted_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('specialist', 'administrator')", name=op.f("ck_access_grant_role_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_access_grant_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_access_grant_school_id_school"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_access_grant_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_grant")),
    )
    op.create_index(op.f("ix_access_grant_person_id"), "access_grant", ["person_id"], unique=False)
    op.create_index(op.f("ix_access_grant_tenant_id"), "access_grant", ["tenant_id"], unique=False)
    op.create_index(
        "uq_access_grant_person_role_scope",
        "access_grant",
        ["person_id", "role", "school_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "access_token",
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("scope_key", sa.String(length=64), nullable=False),
        sa.Column("token_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platform.id"],
            name=op.f("fk_access_token_platform_id_platform"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("platform_id", "scope_key", name=op.f("pk_access_token")),
    )
    op.create_table(
        "deployment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('approved', 'waiting', 'refused')", name=op.f("ck_deployment_status_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platform.id"],
            name=op.f("fk_deployment_platform_id_platform"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
        sa.UniqueConstraint(
            "platform_id", "deployment_id", name=op.f("uq_deployment_platform_id_deployment_id")
        ),
    )
    op.create_table(
        "learner_state",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("var", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_learner_state_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_learner_state_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_learner_state")),
    )
    op.create_index(op.f("ix_learner_state_tenant_id"), "learner_state", ["tenant_id"], unique=False)
    op.create_table(
        "login_state",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("target_link_uri", sa.String(length=2048), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=True),
        sa.Column("storage_target", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platform.id"],
            name=op.f("fk_login_state_platform_id_platform"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_state")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_login_state_state_hash")),
    )
    op.create_index("ix_login_state_expires_at", "login_state", ["expires_at"], unique=False)
    op.create_index(op.f("ix_login_state_platform_id"), "login_state", ["platform_id"], unique=False)
    op.create_table(
        "mastery_state",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("var", sa.Double(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("occasions", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("p_mastered", sa.Double(), nullable=False),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("proficient_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("p_mastered BETWEEN 0 AND 1", name=op.f("ck_mastery_state_p_mastered_is_a_ratio")),
        sa.CheckConstraint("var > 0", name=op.f("ck_mastery_state_var_is_positive")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mastery_state_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_mastery_state_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "skill", name=op.f("pk_mastery_state")),
    )
    op.create_index(op.f("ix_mastery_state_tenant_id"), "mastery_state", ["tenant_id"], unique=False)
    op.create_table(
        "person_alias",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("namespace", sa.String(length=255), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('state', 'sis', 'clever', 'lti', 'email')", name=op.f("ck_person_alias_kind_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_alias_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_person_alias_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_alias")),
        sa.UniqueConstraint(
            "tenant_id",
            "kind",
            "namespace",
            "value",
            name=op.f("uq_person_alias_tenant_id_kind_namespace_value"),
        ),
    )
    op.create_index(op.f("ix_person_alias_person_id"), "person_alias", ["person_id"], unique=False)
    op.create_index(op.f("ix_person_alias_tenant_id"), "person_alias", ["tenant_id"], unique=False)
    op.create_table(
        "person_skill_year",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(length=64), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_person_skill_year_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("fk_person_skill_year_tenant_id_tenant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "skill", "school_year", name=op.f("pk_person_skill_year")),
    )
    op.create_index(
        "ix_person_skill_year_cell",
        "person_skill_year",
        ["tenant_id", "school_year", "skill", "grade", "school_id"],
        unique=False,
    )
    op.create_index(
        "ix_person_skill_year_section", "person_skill_year", ["section_id", "skill"], unique=False
    )
    op.create_index(op.f("ix_person_skill_year_tenant_id"), "person_skill_year", ["tenant_id"], unique=False)
    op.create_table(
        "person_year",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "grade IS NULL OR grade BETWEEN 0 AND 12", name=op.f("ck_person_year_grade_is_k_to_12")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_year_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_person_year_school_id_school"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_person_year_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "school_year", name=op.f("pk_person_year")),
    )
    op.create_index(op.f("ix_person_year_tenant_id"), "person_year", ["tenant_id"], unique=False)
    op.create_table(
        "section",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("context_id", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=True),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "grade IS NULL OR grade BETWEEN 0 AND 12", name=op.f("ck_section_grade_is_k_to_12")
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platform.id"], name=op.f("fk_section_platform_id_platform"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_section_school_id_school"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_section_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("platform_id", "context_id", name=op.f("uq_section_platform_id_context_id")),
    )
    op.create_index(op.f("ix_section_school_id"), "section", ["school_id"], unique=False)
    op.create_index(op.f("ix_section_tenant_id"), "section", ["tenant_id"], unique=False)
    op.create_table(
        "enrollment",
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("lms_subject", sa.String(length=255), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('learner', 'instructor', 'assistant', 'designer', 'observer', 'none')",
            name=op.f("ck_enrollment_role_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_enrollment_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_enrollment_section_id_section"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_enrollment_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("section_id", "person_id", name=op.f("pk_enrollment")),
    )
    op.create_index(op.f("ix_enrollment_person_id"), "enrollment", ["person_id"], unique=False)
    op.create_index(op.f("ix_enrollment_tenant_id"), "enrollment", ["tenant_id"], unique=False)
    op.create_table(
        "placement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("resource_link_id", sa.String(length=255), nullable=False),
        sa.Column("content_kind", sa.String(length=8), nullable=False),
        sa.Column("content_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("line_item_url", sa.String(length=2048), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "content_kind IN ('module', 'quiz')", name=op.f("ck_placement_content_kind_is_known")
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_placement_points_are_positive")),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platform.id"],
            name=op.f("fk_placement_platform_id_platform"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_placement_section_id_section"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_placement_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint(
            "section_id", "resource_link_id", name=op.f("uq_placement_section_id_resource_link_id")
        ),
    )
    op.create_index(op.f("ix_placement_tenant_id"), "placement", ["tenant_id"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("snapshot_hash", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("drawn", postgresql.JSONB(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("is_preview", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score_ratio", sa.Double(), nullable=True),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "score_ratio IS NULL OR score_ratio BETWEEN 0 AND 1",
            name=op.f("ck_attempt_score_ratio_is_a_ratio"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_attempt_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_attempt_placement_id_placement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_hash"],
            ["content_snapshot.hash"],
            name=op.f("fk_attempt_snapshot_hash_content_snapshot"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_attempt_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint(
            "placement_id", "person_id", "number", name=op.f("uq_attempt_placement_id_person_id_number")
        ),
    )
    op.create_index(op.f("ix_attempt_person_id"), "attempt", ["person_id"], unique=False)
    op.create_index(op.f("ix_attempt_tenant_id"), "attempt", ["tenant_id"], unique=False)
    op.create_index(
        "uq_attempt_one_open",
        "attempt",
        ["placement_id", "person_id"],
        unique=True,
        postgresql_where="finished_at IS NULL",
    )
    op.create_table(
        "launch_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=True),
        sa.Column("platform_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("placement_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("return_url", sa.String(length=2048), nullable=True),
        sa.Column("parent_origin", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_launch_session_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_launch_session_placement_id_placement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platform.id"],
            name=op.f("fk_launch_session_platform_id_platform"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["section.id"],
            name=op.f("fk_launch_session_section_id_section"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_launch_session_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_launch_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_launch_session_token_hash")),
    )
    op.create_index(op.f("ix_launch_session_expires_at"), "launch_session", ["expires_at"], unique=False)
    op.create_index(op.f("ix_launch_session_person_id"), "launch_session", ["person_id"], unique=False)
    op.create_index(op.f("ix_launch_session_tenant_id"), "launch_session", ["tenant_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=True),
        sa.Column("client", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_event_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_event_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("attempt_id", "client", "seq", name=op.f("uq_event_attempt_id_client_seq")),
    )
    op.create_index("ix_event_attempt_id_id", "event", ["attempt_id", "id"], unique=False)
    op.create_index(op.f("ix_event_tenant_id"), "event", ["tenant_id"], unique=False)
    op.create_table(
        "grade",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("line_item_url", sa.String(length=2048), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("wanted_score", sa.Double(), nullable=False),
        sa.Column("wanted_maximum", sa.Double(), nullable=False),
        sa.Column("wanted_version", sa.Integer(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("acked_version", sa.Integer(), nullable=False),
        sa.Column("acked_score", sa.Double(), nullable=True),
        sa.Column("acked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('due', 'waiting', 'refused', 'delivered')", name=op.f("ck_grade_state_is_known")
        ),
        sa.CheckConstraint("acked_version <= wanted_version", name=op.f("ck_grade_acked_is_not_ahead")),
        sa.CheckConstraint(
            "wanted_score BETWEEN 0 AND wanted_maximum", name=op.f("ck_grade_score_is_within_maximum")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_grade_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_grade_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_grade_placement_id_placement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platform.id"], name=op.f("fk_grade_platform_id_platform"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_grade_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade")),
        sa.UniqueConstraint("placement_id", "person_id", name=op.f("uq_grade_placement_id_person_id")),
    )
    op.create_index(op.f("ix_grade_person_id"), "grade", ["person_id"], unique=False)
    op.create_index(op.f("ix_grade_tenant_id"), "grade", ["tenant_id"], unique=False)
    op.create_index(
        "ix_grade_undelivered",
        "grade",
        ["platform_id", "next_try_at"],
        unique=False,
        postgresql_where="state IN ('due', 'waiting')",
    )
    op.create_table(
        "mastery_evidence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("item_version", sa.String(length=16), nullable=False),
        sa.Column("ratio", sa.Double(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("moved", sa.Double(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
            name=op.f("fk_mastery_evidence_attempt_id_attempt"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_mastery_evidence_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("fk_mastery_evidence_tenant_id_tenant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mastery_evidence")),
    )
    op.create_index(op.f("ix_mastery_evidence_attempt_id"), "mastery_evidence", ["attempt_id"], unique=False)
    op.create_index(
        "ix_mastery_evidence_person_skill",
        "mastery_evidence",
        ["person_id", "skill", "answered_at"],
        unique=False,
    )
    op.create_index(op.f("ix_mastery_evidence_tenant_id"), "mastery_evidence", ["tenant_id"], unique=False)
    op.create_table(
        "response",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("saved", postgresql.JSONB(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=40), nullable=True),
        sa.Column("saved_seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "checked",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("hints", sa.Integer(), nullable=False),
        sa.Column("first_ratio", sa.Double(), nullable=True),
        sa.Column("best_ratio", sa.Double(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "best_ratio IS NULL OR best_ratio BETWEEN 0 AND 1", name=op.f("ck_response_best_ratio_is_a_ratio")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_response_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_response_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", "item_id", name=op.f("pk_response")),
    )
    op.create_index(op.f("ix_response_tenant_id"), "response", ["tenant_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_response_tenant_id"), table_name="response")
    op.drop_table("response")
    op.drop_index(op.f("ix_mastery_evidence_tenant_id"), table_name="mastery_evidence")
    op.drop_index("ix_mastery_evidence_person_skill", table_name="mastery_evidence")
    op.drop_index(op.f("ix_mastery_evidence_attempt_id"), table_name="mastery_evidence")
    op.drop_table("mastery_evidence")
    op.drop_index("ix_grade_undelivered", table_name="grade", postgresql_where="state IN ('due', 'waiting')")
    op.drop_index(op.f("ix_grade_tenant_id"), table_name="grade")
    op.drop_index(op.f("ix_grade_person_id"), table_name="grade")
    op.drop_table("grade")
    op.drop_index(op.f("ix_event_tenant_id"), table_name="event")
    op.drop_index("ix_event_attempt_id_id", table_name="event")
    op.drop_table("event")
    op.drop_index(op.f("ix_launch_session_tenant_id"), table_name="launch_session")
    op.drop_index(op.f("ix_launch_session_person_id"), table_name="launch_session")
    op.drop_index(op.f("ix_launch_session_expires_at"), table_name="launch_session")
    op.drop_table("launch_session")
    op.drop_index("uq_attempt_one_open", table_name="attempt", postgresql_where="finished_at IS NULL")
    op.drop_index(op.f("ix_attempt_tenant_id"), table_name="attempt")
    op.drop_index(op.f("ix_attempt_person_id"), table_name="attempt")
    op.drop_table("attempt")
    op.drop_index(op.f("ix_placement_tenant_id"), table_name="placement")
    op.drop_table("placement")
    op.drop_index(op.f("ix_enrollment_tenant_id"), table_name="enrollment")
    op.drop_index(op.f("ix_enrollment_person_id"), table_name="enrollment")
    op.drop_table("enrollment")
    op.drop_index(op.f("ix_section_tenant_id"), table_name="section")
    op.drop_index(op.f("ix_section_school_id"), table_name="section")
    op.drop_table("section")
    op.drop_index(op.f("ix_person_year_tenant_id"), table_name="person_year")
    op.drop_table("person_year")
    op.drop_index(op.f("ix_person_skill_year_tenant_id"), table_name="person_skill_year")
    op.drop_index("ix_person_skill_year_section", table_name="person_skill_year")
    op.drop_index("ix_person_skill_year_cell", table_name="person_skill_year")
    op.drop_table("person_skill_year")
    op.drop_index(op.f("ix_person_alias_tenant_id"), table_name="person_alias")
    op.drop_index(op.f("ix_person_alias_person_id"), table_name="person_alias")
    op.drop_table("person_alias")
    op.drop_index(op.f("ix_mastery_state_tenant_id"), table_name="mastery_state")
    op.drop_table("mastery_state")
    op.drop_index(op.f("ix_login_state_platform_id"), table_name="login_state")
    op.drop_index("ix_login_state_expires_at", table_name="login_state")
    op.drop_table("login_state")
    op.drop_index(op.f("ix_learner_state_tenant_id"), table_name="learner_state")
    op.drop_table("learner_state")
    op.drop_table("deployment")
    op.drop_table("access_token")
    op.drop_index(
        "uq_access_grant_person_role_scope", table_name="access_grant", postgresql_nulls_not_distinct=True
    )
    op.drop_index(op.f("ix_access_grant_tenant_id"), table_name="access_grant")
    op.drop_index(op.f("ix_access_grant_person_id"), table_name="access_grant")
    op.drop_table("access_grant")
    op.drop_index(op.f("ix_school_tenant_id"), table_name="school")
    op.drop_table("school")
    op.drop_index(op.f("ix_platform_tenant_id"), table_name="platform")
    op.drop_table("platform")
    op.drop_index(op.f("ix_person_tenant_id"), table_name="person")
    op.drop_table("person")
    op.drop_index("ix_item_state_skill", table_name="item_state")
    op.drop_table("item_state")
    op.drop_index("uq_board_cell_key", table_name="board_cell", postgresql_nulls_not_distinct=True)
    op.drop_index(op.f("ix_board_cell_tenant_id"), table_name="board_cell")
    op.drop_table("board_cell")
    op.drop_index(op.f("ix_admin_ticket_tenant_id"), table_name="admin_ticket")
    op.drop_table("admin_ticket")
    op.drop_table("tool_key")
    op.drop_table("tenant")
    op.drop_index(op.f("ix_content_snapshot_content_id"), table_name="content_snapshot")
    op.drop_table("content_snapshot")
    op.drop_table("content_picture")

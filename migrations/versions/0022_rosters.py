"""Rosters of a student information system: classes and enrolments beside the LMS's, runs of imports, and where rows wait meanwhile."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_STAGING = {
    "org": (
        ("name", sa.Text(), False),
        ("is_school", sa.Boolean(), False),
        ("school_id", sa.Uuid(), True),
        ("verdict", sa.String(8), True),
        ("tenant_id", sa.Uuid(), False),
    ),
    "term": (
        ("school_year", sa.Integer(), False),
        ("name", sa.Text(), True),
        ("ends_on", sa.Date(), True),
    ),
    "class": (
        ("title", sa.Text(), False),
        ("org", sa.Text(), True),
        ("term", sa.Text(), True),
        ("grade", sa.Integer(), True),
        ("class_id", sa.Uuid(), True),
        ("verdict", sa.String(8), True),
    ),
    "user": (
        ("part", sa.String(8), True),
        ("given_name", sa.Text(), True),
        ("family_name", sa.Text(), True),
        ("email", sa.Text(), True),
        ("org", sa.Text(), True),
        ("grade", sa.Integer(), True),
        ("tenant_id", sa.Uuid(), False),
        ("person_id", sa.Uuid(), True),
        ("verdict", sa.String(8), True),
    ),
    "enrollment": (
        ("class_sid", sa.Text(), False),
        ("user_sid", sa.Text(), False),
        ("role", sa.String(16), False),
        ("begins_on", sa.Date(), True),
        ("ends_on", sa.Date(), True),
    ),
    "alias": (
        ("sourced_id", sa.Text(), False),
        ("kind", sa.String(16), False),
        ("namespace", sa.Text(), False),
        ("value", sa.Text(), False),
    ),
    "role": (
        ("sourced_id", sa.Text(), False),
        ("part", sa.String(8), False),
        ("org", sa.Text(), True),
        ("is_primary", sa.Boolean(), False),
    ),
}
"""Name, type, and whether it may be empty."""
_WITHOUT_STATUS = {"alias", "role"}
_INDEXES = {"alias": ["run_id", "kind", "namespace", "value"], "enrollment": []}


def upgrade() -> None:
    op.add_column("school", sa.Column("modified_at", _MOMENT))
    op.add_column("person_alias", sa.Column("modified_at", _MOMENT))
    ids = sa.ARRAY(sa.String(255))
    op.add_column("section", sa.Column("sis_ids", ids, server_default=sa.text("'{}'"), nullable=False))
    _create_classes()
    _create_runs()
    for name, columns in _STAGING.items():
        _create_staging(name, columns)


def _create_classes() -> None:
    op.create_table(
        "roster_class",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _tenant("roster_class"),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("sourced_id", sa.String(255), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        _reference("roster_class", "school", "SET NULL", nullable=True),
        sa.Column("grade", sa.Integer()),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(8), server_default="active", nullable=False),
        sa.Column("modified_at", _MOMENT),
        _reference("roster_class", "section", "SET NULL", nullable=True),
        sa.CheckConstraint(
            "grade IS NULL OR grade BETWEEN 0 AND 12", name=op.f("ck_roster_class_grade_is_k_to_12")
        ),
        sa.CheckConstraint("status IN ('active', 'inactive')", name=op.f("ck_roster_class_status_is_known")),
        sa.UniqueConstraint(
            "tenant_id", "source", "sourced_id", name=op.f("uq_roster_class_tenant_id_source_sourced_id")
        ),
    )
    for column in ("tenant_id", "section_id"):
        op.create_index(op.f(f"ix_roster_class_{column}"), "roster_class", [column])
    op.create_table(
        "roster_enrollment",
        sa.Column("tenant_id", sa.Uuid(), primary_key=True),
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("sourced_id", sa.String(255), primary_key=True),
        _reference("roster_enrollment", "roster_class", "CASCADE", name="class_id"),
        _reference("roster_enrollment", "person", "CASCADE"),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("begins_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("status", sa.String(8), server_default="active", nullable=False),
        sa.Column("modified_at", _MOMENT),
        sa.CheckConstraint(
            "role IN ('learner', 'instructor', 'assistant')", name=op.f("ck_roster_enrollment_role_is_known")
        ),
        sa.CheckConstraint(
            "status IN ('active', 'inactive')", name=op.f("ck_roster_enrollment_status_is_known")
        ),
    )
    for column in ("class_id", "person_id"):
        op.create_index(op.f(f"ix_roster_enrollment_{column}"), "roster_enrollment", [column])


def _create_runs() -> None:
    op.create_table(
        "roster_run",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _tenant("roster_run"),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("position", postgresql.JSONB(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(500)),
        sa.Column("began_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.CheckConstraint(
            "kind IN ('oneroster', 'rest', 'table')", name=op.f("ck_roster_run_kind_is_known")
        ),
        sa.CheckConstraint(
            "state IN ('reading', 'applying', 'done', 'failed')", name=op.f("ck_roster_run_state_is_known")
        ),
    )
    op.create_index(op.f("ix_roster_run_tenant_id"), "roster_run", ["tenant_id"])
    op.create_index("ix_roster_run_tenant_id_began_at", "roster_run", ["tenant_id", "began_at"])
    op.create_table(
        "roster_problem",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        _tenant("roster_problem"),
        _reference("roster_problem", "roster_run", "CASCADE", name="run_id"),
        sa.Column("file", sa.String(64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.String(500), nullable=False),
        sa.Column("remedy", sa.String(500), nullable=False),
    )
    for column in ("tenant_id", "run_id"):
        op.create_index(op.f(f"ix_roster_problem_{column}"), "roster_problem", [column])
    op.create_table(
        "roster_feed",
        _tenant("roster_feed", primary_key=True),
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("url", sa.String(2048), nullable=False),
        sa.Column("token_url", sa.String(2048), nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("version", sa.String(3), nullable=False),
        sa.Column("secret_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("fetched_at", _MOMENT),
    )


def _create_staging(name: str, columns: tuple[tuple[str, sa.types.TypeEngine, bool], ...]) -> None:
    table = f"roster_staged_{name}"
    common = [sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True)]
    common.append(sa.Column("run_id", sa.Uuid(), nullable=False))
    if name not in _WITHOUT_STATUS:
        common += [
            sa.Column("line", sa.Integer(), nullable=False),
            sa.Column("sourced_id", sa.Text(), nullable=False),
            sa.Column("is_gone", sa.Boolean(), nullable=False),
            sa.Column("modified_at", _MOMENT),
        ]
    own = [sa.Column(column, kind, nullable=may_be_empty) for column, kind, may_be_empty in columns]
    op.create_table(table, *common, *own, prefixes=["UNLOGGED"])
    if indexed := _INDEXES.get(name, ["run_id", "sourced_id"]):
        op.create_index(f"ix_{table}_{'_'.join(indexed)}", table, indexed)


def _tenant(table: str, *, primary_key: bool = False) -> sa.Column:
    return _reference(table, "tenant", "CASCADE", primary_key=primary_key)


def _reference(
    table: str,
    target: str,
    ondelete: str,
    *,
    name: str | None = None,
    nullable: bool = False,
    primary_key: bool = False,
) -> sa.Column:
    column = name or f"{target}_id"
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{column}_{target}"), ondelete=ondelete)
    return sa.Column(column, sa.Uuid(), key, nullable=nullable, primary_key=primary_key)


def downgrade() -> None:
    for name in _STAGING:
        op.drop_table(f"roster_staged_{name}")
    for name in ("feed", "problem", "run", "enrollment", "class"):
        op.drop_table(f"roster_{name}")
    op.drop_column("section", "sis_ids")
    op.drop_column("person_alias", "modified_at")
    op.drop_column("school", "modified_at")

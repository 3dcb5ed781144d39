"""Offers chosen in the library, the requests they answer, and the rules of an assignment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


FEEDBACK = "feedback IN ('after_finish', 'after_due', 'scores_only', 'never')"


def upgrade() -> None:
    _create_offer()
    _create_request()
    op.add_column("placement", sa.Column("offer_id", sa.Uuid(), nullable=True))
    for column in _rules():
        op.add_column("placement", column)
    op.add_column(
        "placement",
        sa.Column("feedback", sa.String(length=16), server_default="after_finish", nullable=False),
    )
    op.create_foreign_key(
        op.f("fk_placement_offer_id_placement_offer"),
        "placement",
        "placement_offer",
        ["offer_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_check_constraint(op.f("ck_placement_feedback_is_known"), "placement", FEEDBACK)
    op.create_check_constraint(
        op.f("ck_placement_max_attempts_are_positive"), "placement", "max_attempts > 0"
    )


def _rules() -> list[sa.Column[object]]:
    return [
        sa.Column("max_attempts", sa.Integer(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _create_offer() -> None:
    op.create_table(
        "placement_offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("content_kind", sa.String(length=8), nullable=False),
        sa.Column("content_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        *_rules(),
        sa.Column("feedback", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "content_kind IN ('module', 'quiz')", name=op.f("ck_placement_offer_content_kind_is_known")
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_placement_offer_points_are_positive")),
        sa.CheckConstraint(FEEDBACK, name=op.f("ck_placement_offer_feedback_is_known")),
        sa.CheckConstraint("max_attempts > 0", name=op.f("ck_placement_offer_max_attempts_are_positive")),
        _foreign_key("placement_offer", "tenant_id", "tenant", "CASCADE"),
        _foreign_key("placement_offer", "section_id", "section", "SET NULL"),
        _foreign_key("placement_offer", "made_by", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_offer")),
    )
    op.create_index(op.f("ix_placement_offer_tenant_id"), "placement_offer", ["tenant_id"])


def _create_request() -> None:
    op.create_table(
        "deep_link_request",
        sa.Column("launch_session_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("deployment_id", sa.String(length=255), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        _foreign_key("deep_link_request", "launch_session_id", "launch_session", "CASCADE"),
        _foreign_key("deep_link_request", "tenant_id", "tenant", "CASCADE"),
        _foreign_key("deep_link_request", "platform_id", "platform", "CASCADE"),
        _foreign_key("deep_link_request", "section_id", "section", "CASCADE"),
        sa.PrimaryKeyConstraint("launch_session_id", name=op.f("pk_deep_link_request")),
    )
    op.create_index(op.f("ix_deep_link_request_tenant_id"), "deep_link_request", ["tenant_id"])


def _foreign_key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete=ondelete
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_placement_offer_id_placement_offer"), "placement", type_="foreignkey")
    for name in ("ck_placement_feedback_is_known", "ck_placement_max_attempts_are_positive"):
        op.drop_constraint(op.f(name), "placement", type_="check")
    for column in ("feedback", "closes_at", "due_at", "opens_at", "max_attempts", "offer_id"):
        op.drop_column("placement", column)
    op.drop_table("deep_link_request")
    op.drop_table("placement_offer")

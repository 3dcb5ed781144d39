"""Copied courses: which course came from which, which assignment from which, and where the LMS tells us of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KINDS = ("launch", "token", "score", "result", "roster", "registration")


def upgrade() -> None:
    op.create_table(
        "course_copy",
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("context_id", sa.String(255), nullable=False),
        sa.Column("origin_context_id", sa.String(255), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "context_id <> origin_context_id", name=op.f("ck_course_copy_is_no_copy_of_itself")
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platform.id"],
            name=op.f("fk_course_copy_platform_id_platform"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_course_copy_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "platform_id", "context_id", "origin_context_id", name=op.f("pk_course_copy")
        ),
    )
    op.create_index(op.f("ix_course_copy_tenant_id"), "course_copy", ["tenant_id"])
    op.add_column("placement", sa.Column("copied_from_id", sa.Uuid()))
    op.create_foreign_key(
        op.f("fk_placement_copied_from_id_placement"),
        "placement",
        "placement",
        ["copied_from_id"],
        ["id"],
        ondelete="SET NULL",
    )
    for column in (
        sa.Column("notice_url", sa.String(2048)),
        sa.Column("notice_handler", sa.String(2048)),
        sa.Column("notice_tried_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("deployment", column)
    _allow_kinds((*_KINDS, "notice"))


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.drop_constraint(op.f("ck_message_log_kind_is_known"), "message_log")
    op.create_check_constraint(op.f("ck_message_log_kind_is_known"), "message_log", f"kind IN ({listed})")


def downgrade() -> None:
    op.execute("DELETE FROM message_log WHERE kind = 'notice'")
    _allow_kinds(_KINDS)
    for name in ("notice_tried_at", "notice_handler", "notice_url"):
        op.drop_column("deployment", name)
    op.drop_constraint(op.f("fk_placement_copied_from_id_placement"), "placement")
    op.drop_column("placement", "copied_from_id")
    op.drop_table("course_copy")

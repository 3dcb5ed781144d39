"""Class lists: where a section's list is, who has left; and which attempt's score the LMS acknowledged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("section", sa.Column("memberships_url", sa.String(2048)))
    op.add_column("section", sa.Column("roster_synced_at", sa.DateTime(timezone=True)))
    op.add_column("section", sa.Column("roster_error", sa.String(500)))
    op.add_column("enrollment", sa.Column("status", sa.String(8), nullable=False, server_default="active"))
    op.add_column("enrollment", sa.Column("source", sa.String(8), nullable=False, server_default="launch"))
    op.create_check_constraint(
        op.f("ck_enrollment_status_is_known"), "enrollment", "status IN ('active', 'inactive')"
    )
    op.create_check_constraint(
        op.f("ck_enrollment_source_is_known"), "enrollment", "source IN ('launch', 'roster')"
    )
    op.alter_column("enrollment", "last_seen_at", nullable=True)
    op.add_column("grade", sa.Column("acked_attempt_id", sa.Uuid()))
    op.create_foreign_key(
        op.f("fk_grade_acked_attempt_id_attempt"),
        "grade",
        "attempt",
        ["acked_attempt_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.execute("UPDATE grade SET acked_attempt_id = attempt_id WHERE acked_version = wanted_version")


def downgrade() -> None:
    op.drop_constraint(op.f("fk_grade_acked_attempt_id_attempt"), "grade", type_="foreignkey")
    op.drop_column("grade", "acked_attempt_id")
    op.execute("DELETE FROM enrollment WHERE last_seen_at IS NULL")
    op.alter_column("enrollment", "last_seen_at", nullable=False)
    op.drop_constraint(op.f("ck_enrollment_source_is_known"), "enrollment", type_="check")
    op.drop_constraint(op.f("ck_enrollment_status_is_known"), "enrollment", type_="check")
    op.drop_column("enrollment", "source")
    op.drop_column("enrollment", "status")
    op.drop_column("section", "roster_error")
    op.drop_column("section", "roster_synced_at")
    op.drop_column("section", "memberships_url")

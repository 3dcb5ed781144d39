"""Registration by the LMS itself: invitations, the permissions it gave; and the log of messages without personal data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("platform", sa.Column("granted_scopes", sa.String(2048)))
    _add_tickets()
    _add_message_log()


def _add_tickets() -> None:
    op.create_table(
        "registration_ticket",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(255)),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("fk_registration_ticket_tenant_id_tenant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_registration_ticket")),
    )
    op.create_index(op.f("ix_registration_ticket_tenant_id"), "registration_ticket", ["tenant_id"])


def _add_message_log() -> None:
    op.create_table(
        "message_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("reason", sa.String(64)),
        sa.CheckConstraint(
            "kind IN ('launch', 'token', 'score', 'result', 'roster', 'registration')",
            name=op.f("ck_message_log_kind_is_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('ok', 'later', 'refused')", name=op.f("ck_message_log_outcome_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platform.id"],
            name=op.f("fk_message_log_platform_id_platform"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_log")),
    )
    op.create_index("ix_message_log_platform_id_at", "message_log", ["platform_id", "at"])
    op.create_index(op.f("ix_message_log_at"), "message_log", ["at"])


def downgrade() -> None:
    op.drop_table("message_log")
    op.drop_table("registration_ticket")
    op.drop_column("platform", "granted_scopes")

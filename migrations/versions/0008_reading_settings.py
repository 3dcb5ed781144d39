"""How a person likes pages: text size, spacing, colours, movement, shortcuts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_CHOICES = {
    "text_size": "'normal', 'large', 'larger', 'largest'",
    "spacing": "'normal', 'wide', 'wider'",
    "colors": "'device', 'light', 'dark', 'black_on_white', 'white_on_black'",
    "motion": "'device', 'none'",
    "shortcuts": "'on', 'off'",
}


def upgrade() -> None:
    op.create_table(
        "reading_settings",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(16), nullable=False) for name in _CHOICES),
        *(
            sa.CheckConstraint(f"{name} IN ({values})", name=op.f(f"ck_reading_settings_{name}_is_known"))
            for name, values in _CHOICES.items()
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_reading_settings_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.id"],
            name=op.f("fk_reading_settings_tenant_id_tenant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reading_settings")),
    )
    op.create_index(op.f("ix_reading_settings_tenant_id"), "reading_settings", ["tenant_id"])


def downgrade() -> None:
    op.drop_table("reading_settings")

"""How a calibration judges beliefs to be mastery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mastery_calibration", sa.Column("judgement", JSONB()))


def downgrade() -> None:
    """Without a judgement beliefs count as they are; people's levels follow with their next answer."""
    op.drop_column("mastery_calibration", "judgement")

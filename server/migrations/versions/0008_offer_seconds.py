"""How long an offer to somebody in line lives."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shops", sa.Column("offer_seconds", sa.Integer(), nullable=False, server_default="120"))


def downgrade() -> None:
    op.drop_column("shops", "offer_seconds")

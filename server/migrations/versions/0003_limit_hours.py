"""A limit per buyer may count the last hours only."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("variants", sa.Column("limit_hours", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("variants", "limit_hours")

"""The digest by which an order's page is found."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("page", sa.String(64), nullable=True))
    op.create_index("ix_orders_page", "orders", ["page"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_orders_page", "orders")
    op.drop_column("orders", "page")

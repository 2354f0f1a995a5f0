"""When an order's state changed last, so that its buyer can be told again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("changed_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_orders_shop_changed_at", "orders", ["shop", "changed_at"])


def downgrade() -> None:
    op.drop_index("ix_orders_shop_changed_at", "orders")
    op.drop_column("orders", "changed_at")

"""Receipts that are to be sent by e-mail."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipts",
        sa.Column("order_id", sa.String(64), sa.ForeignKey("orders.id"), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(100), nullable=True),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.create_index("ix_receipts_due_at", "receipts", ["due_at"])


def downgrade() -> None:
    op.drop_table("receipts")

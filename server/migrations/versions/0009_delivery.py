"""What a shop delivers where for how much; an order's address, shipping and tax; goods that don't ship."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_delivery",
        sa.Column("shop", sa.String(64), sa.ForeignKey("shops.id"), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shop"),
    )
    op.add_column("products", sa.Column("digital", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("orders", sa.Column("ships", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("orders", sa.Column("details", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("details_revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("orders", sa.Column("shipping", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("orders", sa.Column("tax", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column(
        "orders", sa.Column("tax_inclusive", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    for column in ("tax_inclusive", "tax", "shipping", "details_revision", "details", "ships"):
        op.drop_column("orders", column)
    op.drop_column("products", "digital")
    op.drop_table("shop_delivery")

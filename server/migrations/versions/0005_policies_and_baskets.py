"""Products that who pays first has; bundles; orders of several pins, and the stock that they take."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "products", sa.Column("policy", sa.String(length=16), nullable=False, server_default="hold")
    )
    op.add_column("variants", sa.Column("parts", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("pay_until", sa.BigInteger(), nullable=True))
    op.add_column("orders", sa.Column("in_flight_at", sa.BigInteger(), nullable=True))
    op.add_column("order_lines", sa.Column("pin", sa.String(length=64), nullable=True))
    op.create_table(
        "order_units",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("variant", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_units_order_id")),
        sa.PrimaryKeyConstraint("order_id", "variant", name=op.f("pk_order_units")),
    )
    op.execute(
        "INSERT INTO order_units (order_id, variant, quantity) "
        "SELECT order_id, variant, SUM(quantity) FROM order_lines GROUP BY order_id, variant"
    )


def downgrade() -> None:
    op.drop_table("order_units")
    op.drop_column("order_lines", "pin")
    op.drop_column("orders", "in_flight_at")
    op.drop_column("orders", "pay_until")
    op.drop_column("variants", "parts")
    op.drop_column("products", "policy")

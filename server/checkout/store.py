"""Orders and their lines. SQL owns them; a hold has one order at most."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    or_,
    select,
    true,
    update,
)

from server.checkout.orders import BY_HOST, Sold
from server.core.db import AsyncConnection, Database, insert_ignore, metadata
from server.stock.records import Purchase, Units

orders = Table(
    "orders",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("number", String(32), nullable=False, unique=True),
    Column("shop", String(64), ForeignKey("shops.id"), nullable=False, index=True),
    Column("stream", String(64), nullable=False),
    Column("viewer", String(64), nullable=False),
    Column("hold", String(64), nullable=False),
    Column("pin", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(32)),
    Column("currency", String(3), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("email", String(200)),
    Column("payment", String(100), unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("paid_at", BigInteger),
    # When its state changed last; null while it is as it was opened.
    Column("changed_at", BigInteger),
    # When the worker looks whether the hold of a pending order still lives; null once that is over.
    Column("check_at", BigInteger, index=True),
    # Of an order without a hold of its own: until when it may be paid.
    Column("pay_until", BigInteger),
    # Since when a payment that is under way has kept the hold alive.
    Column("in_flight_at", BigInteger),
    # Whether it needs an address, as it was when the checkout was opened.
    Column("ships", Boolean, nullable=False, server_default=false()),
    Column("details", Text),  # OrderDetails, in JSON; null until the buyer gave them
    Column("details_revision", Integer, nullable=False, server_default="0"),
    # In the total; with inclusive tax the tax is in subtotal and shipping.
    Column("shipping", BigInteger, nullable=False, server_default="0"),
    Column("tax", BigInteger, nullable=False, server_default="0"),
    Column("tax_inclusive", Boolean, nullable=False, server_default=true()),
    Column("page", String(64)),  # the digest of its page's token
    UniqueConstraint("shop", "hold"),
    Index("ix_orders_shop_changed_at", "shop", "changed_at"),
    Index("ix_orders_page", "page", unique=True),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", String(64), ForeignKey("orders.id"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("product", String(64), nullable=False),
    Column("variant", String(64), nullable=False),
    Column("sku", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("variant_name", String(200), nullable=False),
    Column("image_url", String(1000)),
    Column("quantity", Integer, nullable=False),
    Column("unit_price", BigInteger, nullable=False),
    Column("pin", String(64)),  # null: the order's
)

# The stock that an order takes: its lines, with bundles taken apart.
order_units = Table(
    "order_units",
    metadata,
    Column("order_id", String(64), ForeignKey("orders.id"), primary_key=True),
    Column("variant", String(64), primary_key=True),
    Column("quantity", Integer, nullable=False),
)


class OrderStore:
    """Rows are dicts of the order's columns, with its `lines` and its `units` of stock."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def open(
        self, order: dict[str, Any], lines: Sequence[dict[str, Any]], units: Sequence[Units]
    ) -> dict[str, Any]:
        """The order of that hold: the one that stands, or this one."""
        async with self._db.begin() as connection:
            if await insert_ignore(connection, orders, [order]):
                await connection.execute(
                    order_lines.insert(), [{"order_id": order["id"], **row} for row in lines]
                )
                await connection.execute(
                    order_units.insert(), [{"order_id": order["id"], **line._asdict()} for line in units]
                )
            where = (orders.c.shop == order["shop"], orders.c.hold == order["hold"])
            return (await self._rows(connection, *where))[0]

    async def get(self, order: str) -> dict[str, Any] | None:
        async with self._db.read() as connection:
            found = await self._rows(connection, orders.c.id == order)
        return found[0] if found else None

    async def by_hold(self, shop: str, hold: str) -> dict[str, Any] | None:
        async with self._db.read() as connection:
            found = await self._rows(connection, orders.c.shop == shop, orders.c.hold == hold)
        return found[0] if found else None

    async def by_ids(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """At most some thousand."""
        async with self._db.read() as connection:
            return await self._rows(connection, orders.c.id.in_(list(ids))) if ids else []

    async def paid_since(self, shop: str, since_ms: int) -> list[dict[str, Any]]:
        """Orders opened then or later that are paid."""
        return await self._opened(shop, since_ms, ("paid",))

    async def unpaid(self, shop: str, since_ms: int) -> list[dict[str, Any]]:
        """Orders opened then or later that are pending, or were cancelled."""
        return await self._opened(shop, since_ms, ("pending", "cancelled"))

    async def _opened(self, shop: str, since_ms: int, states: Sequence[str]) -> list[dict[str, Any]]:
        async with self._db.read() as connection:
            return await self._rows(
                connection,
                orders.c.shop == shop,
                orders.c.created_at >= since_ms,
                orders.c.state.in_(states),
            )

    async def by_page(self, digest: str) -> dict[str, Any] | None:
        async with self._db.read() as connection:
            found = await self._rows(connection, orders.c.page == digest)
        return found[0] if found else None

    async def due(self, now_ms: int, most: int) -> list[dict[str, Any]]:
        """Pending orders whose hold should be looked at."""
        async with self._db.read() as connection:
            ids = (
                select(orders.c.id).where(orders.c.check_at <= now_ms).order_by(orders.c.check_at).limit(most)
            )
            return await self._rows(
                connection, orders.c.id.in_(list((await connection.execute(ids)).scalars()))
            )

    async def changed_since(self, shop: str, since_ms: int, most: int) -> list[dict[str, Any]]:
        """Orders whose state changed then or later, the newest first."""
        ids = (
            select(orders.c.id)
            .where(orders.c.shop == shop, orders.c.changed_at >= since_ms)
            .order_by(orders.c.changed_at.desc())
            .limit(most)
        )
        async with self._db.read() as connection:
            return await self._rows(
                connection, orders.c.id.in_(list((await connection.execute(ids)).scalars()))
            )

    async def _rows(self, connection: AsyncConnection, *where: Any) -> list[dict[str, Any]]:
        found = [dict(row) for row in (await connection.execute(select(orders).where(*where))).mappings()]
        by_id: dict[str, list[dict[str, Any]]] = {row["id"]: row.setdefault("lines", []) for row in found}
        query = (
            select(order_lines).where(order_lines.c.order_id.in_(list(by_id))).order_by(order_lines.c.line)
        )
        for line in (await connection.execute(query)).mappings():
            by_id[line["order_id"]].append(dict(line))
        units: dict[str, list[Units]] = {row["id"]: row.setdefault("units", []) for row in found}
        parts = (
            select(order_units).where(order_units.c.order_id.in_(list(by_id))).order_by(order_units.c.variant)
        )
        for part in await connection.execute(parts):
            units[part.order_id].append(Units(part.variant, part.quantity))
        return found

    async def change(self, order: str, changes: dict[str, Any]) -> None:
        async with self._db.begin() as connection:
            await connection.execute(update(orders).where(orders.c.id == order).values(changes))

    async def take_payment(self, order: str, before: str | None, payment: str) -> bool:
        """Makes it the payment of a pending order, in place of `before`. False when another one is."""
        known = orders.c.payment.is_(None) if before is None else orders.c.payment == before
        query = update(orders).where(orders.c.id == order, orders.c.state == "pending", known)
        async with self._db.begin() as connection:
            return (await connection.execute(query.values(payment=payment))).rowcount == 1

    async def set_details(self, order: str, revision: int, changes: dict[str, Any]) -> bool:
        """Of a pending order whose details are those of `revision` still. False when they are not."""
        query = update(orders).where(
            orders.c.id == order, orders.c.state == "pending", orders.c.details_revision == revision
        )
        async with self._db.begin() as connection:
            done = await connection.execute(query.values({**changes, "details_revision": revision + 1}))
            return done.rowcount == 1

    async def move(self, order: str, before: str, changes: dict[str, Any]) -> bool:
        """Changes the order if its state is `before` still. False when it is not: nothing is changed then."""
        query = update(orders).where(orders.c.id == order, orders.c.state == before).values(changes)
        async with self._db.begin() as connection:
            return (await connection.execute(query)).rowcount == 1

    async def cancel(self, order: str, payment: str | None, changes: dict[str, Any]) -> bool:
        """Changes a pending order if its payment is this one still, or if it has none still. False when it is
        not so: to cancel an order is to leave no payment of it that can be paid."""
        known = orders.c.payment.is_(None) if payment is None else orders.c.payment == payment
        query = update(orders).where(orders.c.id == order, orders.c.state == "pending", known)
        async with self._db.begin() as connection:
            return (await connection.execute(query.values(changes))).rowcount == 1

    async def sold(self, shop: str, since_ms: int) -> Sold:
        """What paid orders took, and which of them were paid at or after `since_ms`.

        One statement: whoever counts an order's units must know of that order, and the other way round."""
        query = (
            select(
                orders.c.id,
                orders.c.hold,
                orders.c.viewer,
                orders.c.paid_at,
                order_units.c.variant,
                order_units.c.quantity,
            )
            .join(orders, orders.c.id == order_units.c.order_id)
            .where(
                orders.c.shop == shop,
                or_(orders.c.state == "paid", and_(orders.c.state == "refunded", orders.c.reason == BY_HOST)),
            )
        )
        units: Counter[str] = Counter()
        known: dict[str, str] = {}
        bought: list[Purchase] = []
        async with self._db.read() as connection:
            for row in await connection.execute(query):
                units[row.variant] += row.quantity
                bought.append(Purchase(row.viewer, row.variant, row.quantity, row.paid_at))
                if row.paid_at >= since_ms:
                    known[row.id] = row.hold
        return Sold(dict(units), known, bought)

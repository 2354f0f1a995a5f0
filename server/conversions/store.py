"""Touches come in over a Redis stream and are kept in SQL; conversions are written to SQL alone."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Integer, String, Table, func, select, update

from server.core.batching import Batchers
from server.core.db import Database, insert_ignore, metadata
from server.core.redis import RedisClient, backlog, shop_key

touches = Table(
    "touches",
    metadata,
    Column("viewer", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),  # made by the client: the same touch twice is one row
    Column("shop", String(64), nullable=False),
    Column("stream", String(64), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("origin", String(200), nullable=False),
    Column("pin", String(64)),
    Column("product", String(64)),
    Column("media_time", BigInteger),
    Column("at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
)

conversions = Table(
    "conversions",
    metadata,
    Column("order_id", String(64), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("shop", String(64), nullable=False),
    Column("stream", String(64), nullable=False, index=True),
    Column("pin", String(64)),
    Column("product", String(64), nullable=False),
    Column("variant", String(64), nullable=False),
    Column("viewer", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("touch", String(64)),
    Column("rule", String(32), nullable=False),
    Column("units", Integer, nullable=False),
    Column("revenue", BigInteger, nullable=False),
    Column("refunded", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)


class TouchQueue:
    """Accepted means written here. The worker carries it on to SQL."""

    BATCH = 100

    def __init__(self, redis: RedisClient, db: Database) -> None:
        self._redis = redis
        self._db = db
        self._adding: Batchers[str, Sequence[dict[str, Any]], None] = Batchers(self._write)

    async def add(self, shop: str, rows: Sequence[dict[str, Any]]) -> None:
        """In a rush, what comes in one turn of the loop travels as one entry."""
        await self._adding.ask(shop, rows)

    async def _write(self, shop: str, lists: Sequence[Sequence[dict[str, Any]]]) -> Sequence[None]:
        together = msgspec.json.encode([row for rows in lists for row in rows]).decode()
        await self._redis.xadd(shop_key(shop, "touches"), {"rows": together})
        return [None] * len(lists)

    async def drain(self, shop: str) -> int:
        """Moves a batch to SQL, each touch exactly once by its id, then forgets it here. Answers how many
        entries it took. After a crash between the two it does the same again, which changes nothing."""
        key = shop_key(shop, "touches")
        entries: Any = await self._redis.xrange(key, count=self.BATCH)
        if not entries:
            return 0
        rows = [row for _entry, fields in entries for row in msgspec.json.decode(fields["rows"])]
        unique = {(row["viewer"], row["id"]): row for row in reversed(rows)}
        async with self._db.begin() as connection:
            await insert_ignore(connection, touches, list(unique.values()))
        await self._redis.xdel(key, *[entry for entry, _fields in entries])
        return len(entries)

    async def backlog(self, shops: Sequence[str]) -> tuple[int, int | None]:
        """Entries that wait, and since when (ms) the oldest does."""
        return await backlog(self._redis, [shop_key(shop, "touches") for shop in shops])


class ConversionStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """A line that is credited already stays as it is."""
        async with self._db.begin() as connection:
            await insert_ignore(connection, conversions, rows)

    async def refund(self, order: str) -> None:
        async with self._db.begin() as connection:
            await connection.execute(
                update(conversions)
                .where(conversions.c.order_id == order)
                .values(refunded=conversions.c.revenue)
            )

    async def sales(self, stream: str) -> dict[str, int]:
        query = select(
            func.count(conversions.c.order_id.distinct()).label("orders"),
            func.coalesce(func.sum(conversions.c.units), 0).label("units"),
            func.coalesce(func.sum(conversions.c.revenue), 0).label("revenue"),
            func.coalesce(func.sum(conversions.c.refunded), 0).label("refunded"),
        ).where(conversions.c.stream == stream)
        async with self._db.read() as connection:
            row = (await connection.execute(query)).one()
        return {name: int(value) for name, value in row._asdict().items()}

    async def report(self, stream: str) -> dict[str, list[dict[str, Any]]]:
        """Read in one transaction, so the figures agree: `touched` (kind, product, n), `sold` (product, …),
        `viewers` (one row), `moments` (at, units, revenue)."""
        t, c = touches.c, conversions.c
        queries = {
            "touched": select(t.kind, t.product, func.count().label("n"))
            .where(t.stream == stream)
            .group_by(t.kind, t.product),
            "viewers": select(func.count(t.viewer.distinct()).label("n")).where(
                t.stream == stream, t.kind == "view"
            ),
            "product_viewers": select(t.product, func.count(t.viewer.distinct()).label("n"))
            .where(t.stream == stream, t.kind == "impression")
            .group_by(t.product),
            "sold": select(
                c.product,
                func.count(c.order_id.distinct()).label("orders"),
                func.sum(c.units).label("units"),
                func.sum(c.revenue).label("revenue"),
                func.sum(c.refunded).label("refunded"),
            )
            .where(c.stream == stream)
            .group_by(c.product),
            "moments": select(c.at, c.units, c.revenue).where(c.stream == stream).order_by(c.at),
        }
        async with self._db.read() as connection:
            return {
                name: [dict(row) for row in (await connection.execute(query)).mappings()]
                for name, query in queries.items()
            }

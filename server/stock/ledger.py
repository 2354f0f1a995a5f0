"""Stock in SQL: every movement, exactly once, and how many units are stocked of each variant."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import BigInteger, Column, Integer, String, Table, func, select, update

from server.core.db import AWAY, AsyncConnection, Database, insert_ignore, metadata
from server.core.errors import Unavailable
from server.stock.records import Movement

stock_levels = Table(
    "stock_levels",
    metadata,
    Column("shop", String(64), primary_key=True),
    Column("variant", String(64), primary_key=True),
    Column("stocked", Integer, nullable=False),
    # Redis counts the settings of a shop; one that arrives here late must not undo a later one.
    Column("revision", BigInteger, nullable=False),
)

stock_movements = Table(
    "stock_movements",
    metadata,
    Column("shop", String(64), primary_key=True),
    Column("entry", String(100), primary_key=True),  # epoch:stream id: after a wipe, the epoch is another one
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("variant", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("hold", String(64), nullable=False),
    Column("order_id", String(64), nullable=False),
    Column("context", String(1000), nullable=False),
    Column("at", BigInteger, nullable=False),
)


class StockLedger:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def write(self, shop: str, movements: Sequence[Movement]) -> int:
        """Adds those that are not there yet, and returns how many they were."""
        rows = [
            {
                "shop": shop,
                "entry": move.entry,
                "n": move.n,
                "variant": move.variant,
                "kind": move.kind,
                "quantity": move.quantity,
                "hold": move.hold,
                "order_id": move.order,
                "context": move.context,
                "at": move.at,
            }
            for move in movements
        ]
        settings = {
            move.variant: (move.stocked, move.revision)
            for move in movements
            if move.stocked is not None and move.revision is not None
        }
        with _sql_errors():
            async with self._db.begin() as connection:
                new = await insert_ignore(connection, stock_movements, rows)
                await _set_levels(connection, shop, settings)
        return new

    async def set_stocked(self, shop: str, settings: Mapping[str, tuple[int, int]]) -> None:
        """Per variant the units stocked and the revision. An older revision than SQL has changes nothing."""
        with _sql_errors():
            async with self._db.begin() as connection:
                await _set_levels(connection, shop, settings)

    async def stocked(self, shop: str) -> tuple[dict[str, int], int]:
        """Units stocked per variant, and the highest revision (0 when there is none)."""
        mine = stock_levels.c.shop == shop
        with _sql_errors():
            async with self._db.read() as connection:
                rows = await connection.execute(
                    select(stock_levels.c.variant, stock_levels.c.stocked).where(mine)
                )
                levels = {row.variant: row.stocked for row in rows}
                revision = await connection.scalar(select(func.max(stock_levels.c.revision)).where(mine))
        return levels, revision or 0


async def _set_levels(
    connection: AsyncConnection, shop: str, settings: Mapping[str, tuple[int, int]]
) -> None:
    # In one order everywhere, so that two writers on PostgreSQL never wait for each other.
    rows = [
        {"shop": shop, "variant": variant, "stocked": stocked, "revision": revision}
        for variant, (stocked, revision) in sorted(settings.items())
    ]
    await insert_ignore(connection, stock_levels, rows)
    for row in rows:
        await connection.execute(
            update(stock_levels)
            .where(
                stock_levels.c.shop == shop,
                stock_levels.c.variant == row["variant"],
                stock_levels.c.revision < row["revision"],
            )
            .values(stocked=row["stocked"], revision=row["revision"])
        )


@contextmanager
def _sql_errors() -> Iterator[None]:
    try:
        yield
    except AWAY as error:
        raise Unavailable("The database can't be reached right now. Try again in a moment.") from error

"""Receipts that are to be sent, and those that were."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, select, update

from server.core.db import Database, insert_ignore, metadata

receipts = Table(
    "receipts",
    metadata,
    Column("order_id", String(64), ForeignKey("orders.id"), primary_key=True),
    Column("due_at", BigInteger, index=True),  # null: sent, or given up
    Column("tries", Integer, nullable=False),
    Column("sent_at", BigInteger),
    Column("error", String(100)),
)


class ReceiptStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, order: str, now_ms: int) -> None:
        async with self._db.begin() as connection:
            await insert_ignore(connection, receipts, [{"order_id": order, "due_at": now_ms, "tries": 0}])

    async def take(self, now_ms: int, until_ms: int, most: int) -> list[tuple[str, int]]:
        """Orders whose receipt is due, with how often it was tried; nobody else gets them until then."""
        due = select(receipts.c.order_id, receipts.c.tries, receipts.c.due_at)
        due = due.where(receipts.c.due_at <= now_ms).order_by(receipts.c.due_at).limit(most)
        taken: list[tuple[str, int]] = []
        async with self._db.begin() as connection:
            for row in (await connection.execute(due)).all():
                mine = update(receipts).where(
                    receipts.c.order_id == row.order_id, receipts.c.due_at == row.due_at
                )
                if (await connection.execute(mine.values(due_at=until_ms))).rowcount == 1:
                    taken.append((row.order_id, row.tries))
        return taken

    async def done(self, order: str, now_ms: int) -> None:
        await self._set(order, due_at=None, sent_at=now_ms, error=None)

    async def again(self, order: str, at_ms: int | None, error: str) -> None:
        """At None it is given up."""
        await self._set(order, due_at=at_ms, tries=receipts.c.tries + 1, error=error)

    async def _set(self, order: str, **values: object) -> None:
        async with self._db.begin() as connection:
            await connection.execute(update(receipts).where(receipts.c.order_id == order).values(values))

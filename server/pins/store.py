"""Every pin that ever was, with its moments. What a room shows now is the timeline's."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, Text, select, update

from server.core.db import Database, insert_ignore, metadata

pins = Table(
    "pins",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("stream", String(64), ForeignKey("streams.id"), nullable=False, index=True),
    Column("product", String(64), ForeignKey("products.id"), nullable=False),
    Column("view", Text, nullable=False),  # the PinView as it was shown, its prices among it
    Column("shown_at", BigInteger, nullable=False),
    Column("hidden_at", BigInteger),
)


class PinStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row as it stands: a second time the first one's."""
        async with self._db.begin() as connection:
            await insert_ignore(connection, pins, [row])
            found = await connection.execute(select(pins).where(pins.c.id == row["id"]))
            return dict(found.mappings().one())

    async def get(self, stream: str, pin: str) -> dict[str, Any] | None:
        query = select(pins).where(pins.c.id == pin, pins.c.stream == stream)
        async with self._db.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return dict(row) if row else None

    async def of_stream(self, stream: str) -> list[dict[str, Any]]:
        query = select(pins).where(pins.c.stream == stream).order_by(pins.c.shown_at, pins.c.id)
        async with self._db.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def hide(self, stream: str, at: int, pin: str | None = None) -> None:
        """One pin, or all of the stream that are shown still."""
        query = update(pins).where(pins.c.stream == stream, pins.c.hidden_at.is_(None)).values(hidden_at=at)
        if pin is not None:
            query = query.where(pins.c.id == pin)
        async with self._db.begin() as connection:
            await connection.execute(query)

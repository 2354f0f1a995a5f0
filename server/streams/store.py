"""Streams and their run of show in SQL; what a room shows now, and its timeline, in Redis."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, Text, delete, select, update

from server.core.db import Database, insert_ignore, metadata
from server.core.redis import RedisClient, Script, news_channel, shop_key
from server.streams.messages import Moment, RoomRow

streams = Table(
    "streams",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("shop", String(64), ForeignKey("shops.id"), nullable=False, index=True),
    Column("title", String(200), nullable=False),
    Column("disclosure", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("source_url", String(1000), nullable=False),
    Column("source_kind", String(16), nullable=False),
    Column("poster_url", String(1000)),
    Column("starts_at", BigInteger),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
)

line_ups = Table(
    "line_ups",
    metadata,
    Column("stream", String(64), ForeignKey("streams.id"), primary_key=True),
    Column("product", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
)

timeline_events = Table(
    "timeline_events",
    metadata,
    Column("stream", String(64), ForeignKey("streams.id"), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("event", String(64), nullable=False),
    Column("data", Text, nullable=False),
)


class StreamStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row as it stands: a second time the first one's."""
        async with self._db.begin() as connection:
            await insert_ignore(connection, streams, [row])
            found = await connection.execute(select(streams).where(streams.c.id == row["id"]))
            return dict(found.mappings().one())

    async def get(self, stream: str) -> dict[str, Any] | None:
        async with self._db.read() as connection:
            row = (await connection.execute(select(streams).where(streams.c.id == stream))).mappings().first()
        return dict(row) if row else None

    async def of_shop(self, shop: str) -> list[dict[str, Any]]:
        """Newest first."""
        query = select(streams).where(streams.c.shop == shop).order_by(streams.c.created_at.desc())
        async with self._db.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def change(self, stream: str, changes: dict[str, Any]) -> None:
        async with self._db.begin() as connection:
            await connection.execute(update(streams).where(streams.c.id == stream).values(changes))

    async def move(self, stream: str, *, from_state: str, changes: dict[str, Any]) -> bool:
        """Changes the row if it is in `from_state` still. False when it is not."""
        query = update(streams).where(streams.c.id == stream, streams.c.state == from_state).values(changes)
        async with self._db.begin() as connection:
            return (await connection.execute(query)).rowcount == 1

    async def line_up(self, stream: str) -> list[str]:
        query = select(line_ups.c.product).where(line_ups.c.stream == stream).order_by(line_ups.c.position)
        async with self._db.read() as connection:
            return list((await connection.execute(query)).scalars())

    async def set_line_up(self, stream: str, products: Sequence[str]) -> None:
        rows = [{"stream": stream, "product": product, "position": n} for n, product in enumerate(products)]
        async with self._db.begin() as connection:
            await connection.execute(delete(line_ups).where(line_ups.c.stream == stream))
            if rows:
                await connection.execute(line_ups.insert(), rows)

    async def keep_timeline(self, stream: str, rows: Sequence[dict[str, Any]]) -> None:
        """Writes the ended stream's timeline for good. A second time changes nothing."""
        async with self._db.begin() as connection:
            await insert_ignore(connection, timeline_events, [{"stream": stream, **row} for row in rows])


class TimelineStore:
    """One room's state and events are written together by one script, or not at all."""

    KEEP_ENDED_S = 24 * 3600
    """A client that comes back within a day of the end still learns what it missed."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis
        self._append = Script(redis, "server.streams", "append")

    @staticmethod
    def _keys(shop: str, stream: str) -> list[str]:
        return [shop_key(shop, "room", stream), shop_key(shop, "timeline", stream)]

    async def room(self, shop: str, stream: str) -> RoomRow | None:
        found: list[Any] = await self._redis.hmget(self._keys(shop, stream)[0], ["epoch", "seq", "state"])
        epoch, seq, state = found
        return RoomRow(epoch=epoch, seq=int(seq), state=state) if epoch and seq and state else None

    async def open(self, shop: str, stream: str, row: RoomRow) -> RoomRow:
        """Makes the room unless it stands already; answers the one that stands."""
        made = await self._append(
            self._keys(shop, stream), ["", -1, row.epoch, row.seq, row.state, "", "", "", ""]
        )
        return row if made == 1 else (await self.room(shop, stream)) or row

    async def append(
        self, shop: str, stream: str, before: Moment, seq: int, state: str, event: str, data: str, at: int
    ) -> bool:
        """Writes event and state, and announces the event, if the room is at `before` still."""
        news = msgspec.json.encode(
            {
                "kind": "timeline",
                "stream": stream,
                "seq": seq,
                "event": event,
                "data": msgspec.Raw(data.encode()),
            }
        ).decode()
        done = await self._append(
            self._keys(shop, stream),
            [
                before.epoch, before.seq, before.epoch, seq, state,
                event, data, at, msgspec.json.encode([news_channel(shop), news]).decode(),
            ],
        )  # fmt: skip
        return bool(done == 1)

    async def events(self, shop: str, stream: str, after: int) -> list[dict[str, Any]]:
        """Those with a `seq` above `after`, in order: `seq`, `at`, `event`, `data` (JSON)."""
        found: Any = await self._redis.xrange(self._keys(shop, stream)[1], min=f"0-{after + 1}")
        return [_event(entry, row) for entry, row in found]

    async def last_events(self, shop: str, stream: str, most: int) -> list[dict[str, Any]]:
        """At most so many, in order."""
        found: Any = await self._redis.xrevrange(self._keys(shop, stream)[1], count=most)
        return [_event(entry, row) for entry, row in reversed(found)]

    async def retire(self, shop: str, stream: str) -> None:
        for key in self._keys(shop, stream):
            await self._redis.expire(key, self.KEEP_ENDED_S)


def _event(entry: str, row: dict[str, str]) -> dict[str, Any]:
    return {
        "seq": int(entry.partition("-")[2]),
        "at": int(row["at"]),
        "event": row["event"],
        "data": row["data"],
    }

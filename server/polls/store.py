"""Polls in SQL: drafts, how far each has come, and the tally of those that are closed."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    case,
    delete,
    func,
    select,
    update,
)

from server.core.db import AsyncConnection, Database, insert_ignore, metadata

polls = Table(
    "polls",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("shop", String(64), ForeignKey("shops.id"), nullable=False),
    Column("stream", String(64), ForeignKey("streams.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),  # the order in which a stream's polls were made
    Column("kind", String(16), nullable=False),
    Column("question", String(140), nullable=False),
    Column("options", Text, nullable=False),  # JSON
    Column("results", String(16), nullable=False),
    Column("changeable", Boolean, nullable=False),
    Column("seconds", Integer),
    Column("state", String(16), nullable=False),  # draft, open, closing, closed
    Column("opened_at", BigInteger),
    Column("closes_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("hidden_at", BigInteger),
    Column("tally", Text),  # JSON; the final one
    Column("revision", Integer, nullable=False),  # counts the changes
    Column("check_at", BigInteger, index=True),  # when the worker looks at it; null: all is done
)

_OPENED = ("open", "closing", "closed")


class PollStore:
    """A change that leaves something to do in Redis or in the room sets `check_at` to the time of the change:
    if its process dies, the worker does it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, row: dict[str, Any], most: int) -> dict[str, Any] | None:
        """The row as it stands: a second time the first one's. None when the stream has `most` already."""
        async with self._db.begin() as connection:
            found = select(polls).where(polls.c.id == row["id"])
            known = (await connection.execute(found)).mappings().first()
            if known is not None:
                return dict(known)
            await _lock(connection, row["stream"])
            made = select(func.count(), func.max(polls.c.number)).where(polls.c.stream == row["stream"])
            count, last = (await connection.execute(made)).one()
            if count >= most:
                return None
            await insert_ignore(connection, polls, [{**row, "number": (last or 0) + 1}])
            return dict((await connection.execute(found)).mappings().one())

    async def get(self, poll: str) -> dict[str, Any] | None:
        async with self._db.read() as connection:
            row = (await connection.execute(select(polls).where(polls.c.id == poll))).mappings().first()
        return dict(row) if row else None

    async def of_stream(self, stream: str) -> list[dict[str, Any]]:
        """Oldest first."""
        query = select(polls).where(polls.c.stream == stream).order_by(polls.c.number, polls.c.id)
        async with self._db.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def open_ones(self, shop: str) -> list[dict[str, Any]]:
        query = select(polls).where(polls.c.shop == shop, polls.c.state == "open")
        async with self._db.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def change_draft(self, poll: str, changes: dict[str, Any]) -> bool:
        """False when it is a draft no more."""
        query = update(polls).where(polls.c.id == poll, polls.c.state == "draft").values(changes)
        async with self._db.begin() as connection:
            return (await connection.execute(query)).rowcount == 1

    async def remove_draft(self, poll: str) -> bool:
        """False when it is a draft no more, or gone."""
        query = delete(polls).where(polls.c.id == poll, polls.c.state == "draft")
        async with self._db.begin() as connection:
            return (await connection.execute(query)).rowcount == 1

    async def open(self, stream: str, poll: str, now: int) -> None:
        """A draft becomes the stream's open poll, and the one that was open closes. Anything else stays."""
        async with self._db.begin() as connection:
            await _lock(connection, stream)
            found = select(polls.c.state, polls.c.seconds).where(polls.c.id == poll)
            row = (await connection.execute(found)).first()
            if row is None or row.state != "draft":
                return
            last = select(func.max(polls.c.opened_at)).where(polls.c.stream == stream)
            # Later than all before: the one that was opened last is on the screen.
            at = max(now, ((await connection.execute(last)).scalar() or 0) + 1)
            await connection.execute(_close(stream, at))
            closes_at = None if row.seconds is None else at + row.seconds * 1000
            await connection.execute(
                _change(now, state="open", opened_at=at, closes_at=closes_at).where(polls.c.id == poll)
            )

    async def close(self, stream: str, now: int, poll: str | None = None) -> list[str]:
        """The open poll of the stream, or only `poll` if it is open, is closing from now on: it takes votes
        until Redis has frozen them. Answers which did."""
        query = _close(stream, now)
        if poll is not None:
            query = query.where(polls.c.id == poll)
        async with self._db.begin() as connection:
            return list((await connection.execute(query.returning(polls.c.id))).scalars())

    async def freeze(self, poll: str, tally: str, now: int) -> None:
        """A closing poll is closed with its final tally. What is closed stays as it is."""
        query = _change(now, state="closed", tally=tally)
        async with self._db.begin() as connection:
            await connection.execute(query.where(polls.c.id == poll, polls.c.state == "closing"))

    async def hide(self, poll: str, now: int) -> None:
        query = _change(now, hidden_at=now).where(polls.c.id == poll, polls.c.hidden_at.is_(None))
        async with self._db.begin() as connection:
            await connection.execute(query.where(polls.c.state.in_(_OPENED)))

    async def settled(self, poll: str, revision: int, check_at: int | None) -> bool:
        """All that follows from this revision is done. False when there is a later one."""
        query = update(polls).where(polls.c.id == poll, polls.c.revision == revision)
        async with self._db.begin() as connection:
            return (await connection.execute(query.values(check_at=check_at))).rowcount == 1

    async def due(self, now: int, most: int) -> list[str]:
        query = select(polls.c.id).where(polls.c.check_at <= now).order_by(polls.c.check_at).limit(most)
        async with self._db.read() as connection:
            return list((await connection.execute(query)).scalars())


async def _lock(connection: AsyncConnection, stream: str) -> None:
    """One change of a stream's polls at a time. SQLite has one writer anyway."""
    rows = select(polls.c.id).where(polls.c.stream == stream).order_by(polls.c.id).with_for_update()
    await connection.execute(rows)


def _change(now: int, **values: Any) -> Any:
    return update(polls).values(**values, revision=polls.c.revision + 1, check_at=now)


def _close(stream: str, now: int) -> Any:
    # Redis has taken no votes since `closes_at`, whenever somebody came to close it.
    closed_at = case((polls.c.closes_at < now, polls.c.closes_at), else_=now)
    return _change(now, state="closing", closed_at=closed_at).where(
        polls.c.stream == stream, polls.c.state == "open"
    )

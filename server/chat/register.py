"""What SQL keeps of the chat: who is called what and may not speak, the rules, and what the staff did."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from server.core.db import AsyncConnection, Database, insert_ignore, metadata, upsert

chat_people = Table(
    "chat_people",
    metadata,
    Column("shop", String(64), ForeignKey("shops.id"), primary_key=True),
    Column("viewer", String(64), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("name", String(24)),
    Column("name_key", String(64)),
    Column("muted_until", BigInteger),
    Column("banned", Boolean, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("restrained_by", String(200), nullable=False),
    Column("restrained_at", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    UniqueConstraint("shop", "person"),
    UniqueConstraint("shop", "name_key"),
)

chat_rules = Table(
    "chat_rules",
    metadata,
    Column("stream", String(64), ForeignKey("streams.id"), primary_key=True),
    Column("open", Boolean, nullable=False),
    Column("slow_s", Integer, nullable=False),
    Column("approve", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
)

chat_words = Table(
    "chat_words",
    metadata,
    Column("shop", String(64), ForeignKey("shops.id"), primary_key=True),
    Column("words", JSON, nullable=False),
)

chat_acts = Table(
    "chat_acts",
    metadata,
    Column("id", String(64), primary_key=True),  # sorts by time
    Column("shop", String(64), ForeignKey("shops.id"), nullable=False, index=True),
    Column("stream", String(64)),
    Column("at", BigInteger, nullable=False),
    Column("staff", String(64), nullable=False),
    Column("by_name", String(200), nullable=False),
    Column("what", String(16), nullable=False),
    Column("person", String(64)),
    Column("person_name", String(200), nullable=False),
    Column("person_staff", Boolean, nullable=False),
    Column("text", String(200), nullable=False),
)


class Register:
    def __init__(self, db: Database) -> None:
        self._db = db

    # People

    async def people(self, shop: str, viewers: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Those of them that SQL knows, by viewer."""
        query = select(chat_people).where(chat_people.c.shop == shop, chat_people.c.viewer.in_(viewers))
        async with self._db.read() as connection:
            return {row["viewer"]: dict(row) for row in (await connection.execute(query)).mappings()}

    async def person(self, shop: str, person: str) -> dict[str, Any] | None:
        query = select(chat_people).where(chat_people.c.shop == shop, chat_people.c.person == person)
        async with self._db.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return dict(row) if row else None

    async def choose(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Gives a viewer a name, unless there is one; the row as it stands. None: the name is taken."""
        try:
            async with self._db.begin() as connection:
                new = await insert_ignore(connection, chat_people, [{**row, "name": None, "name_key": None}])
                found = _row(row)
                changes = {"name": row["name"], "name_key": row["name_key"]}
                if not new:
                    changes["revision"] = chat_people.c.revision + 1
                await connection.execute(
                    update(chat_people).where(found, chat_people.c.name.is_(None)).values(changes)
                )
                return await _one(connection, found)
        except IntegrityError:
            return None

    async def restrain(
        self, row: Mapping[str, Any], changes: Mapping[str, Any], act: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Changes the person and writes the act down, both or none; the row as it stands."""
        async with self._db.begin() as connection:
            found = _row(row)
            await connection.execute(
                update(chat_people).where(found).values({**changes, "revision": chat_people.c.revision + 1})
            )
            await insert_ignore(connection, chat_acts, [act])
            return await _one(connection, found)

    async def restrained(self, shop: str, now: int) -> list[dict[str, Any]]:
        """Newest first."""
        held = or_(chat_people.c.banned.is_(True), chat_people.c.muted_until > now)
        query = (
            select(chat_people)
            .where(chat_people.c.shop == shop, held)
            .order_by(chat_people.c.restrained_at.desc())
            .limit(1000)
        )
        async with self._db.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def restrained_since(self, shop: str, since_ms: int) -> list[dict[str, Any]]:
        """Who was muted, banned or freed then or later."""
        query = select(chat_people).where(chat_people.c.shop == shop, chat_people.c.restrained_at >= since_ms)
        async with self._db.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    # Rules

    async def rules(self, stream: str) -> dict[str, Any] | None:
        query = select(chat_rules).where(chat_rules.c.stream == stream)
        async with self._db.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return dict(row) if row else None

    async def words(self, shop: str) -> list[str]:
        query = select(chat_words.c.words).where(chat_words.c.shop == shop)
        async with self._db.read() as connection:
            found: list[str] | None = (await connection.execute(query)).scalar()
        return found or []

    async def change(
        self,
        shop: str,
        row: Mapping[str, Any],
        changes: Mapping[str, Any],
        words: list[str] | None,
        act: Mapping[str, Any],
    ) -> dict[str, Any]:
        """The rules as they stand then; `row` where there were none. All of it or nothing."""
        async with self._db.begin() as connection:
            await insert_ignore(connection, chat_rules, [row])
            found = chat_rules.c.stream == row["stream"]
            if changes:
                await connection.execute(
                    update(chat_rules).where(found).values({**changes, "revision": chat_rules.c.revision + 1})
                )
            if words is not None:
                await upsert(connection, chat_words, {"shop": shop, "words": words}, ["shop"])
            await insert_ignore(connection, chat_acts, [act])
            return dict((await connection.execute(select(chat_rules).where(found))).mappings().one())

    # What the staff did

    async def add_act(self, act: Mapping[str, Any]) -> None:
        """An act of the same id stands as it was written first."""
        async with self._db.begin() as connection:
            await insert_ignore(connection, chat_acts, [act])

    async def acts(self, shop: str, most: int) -> list[dict[str, Any]]:
        """Newest first."""
        query = (
            select(chat_acts)
            .where(chat_acts.c.shop == shop)
            .order_by(chat_acts.c.at.desc(), chat_acts.c.id.desc())
            .limit(most)
        )
        async with self._db.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]


def _row(row: Mapping[str, Any]) -> Any:
    return (chat_people.c.shop == row["shop"]) & (chat_people.c.viewer == row["viewer"])


async def _one(connection: AsyncConnection, found: Any) -> dict[str, Any]:
    return dict((await connection.execute(select(chat_people).where(found))).mappings().one())

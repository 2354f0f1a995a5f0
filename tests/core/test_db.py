import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from server.core.db import AWAY, Database, insert_ignore, upsert

things = Table(
    "things",
    MetaData(),  # of this test alone
    Column("id", String(10), primary_key=True),
    Column("slug", String(10), unique=True),
    Column("n", Integer, nullable=False),
)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    db = Database(database_url)
    async with db.engine.begin() as connection:
        await connection.run_sync(things.metadata.create_all)
    yield db
    await db.close()


def row(name: str, n: int = 0) -> dict[str, Any]:
    return {"id": name, "slug": name, "n": n}


async def all_rows(db: Database) -> list[dict[str, Any]]:
    async with db.read() as connection:
        found = await connection.execute(select(things).order_by(things.c.id))
        return [dict(one) for one in found.mappings()]


async def test_what_is_there_already_is_left_as_it_is(db: Database) -> None:
    async with db.begin() as connection:
        assert await insert_ignore(connection, things, [row("a"), row("b")]) == 2
        assert await insert_ignore(connection, things, [row("a", 9), row("c")]) == 1
        assert await insert_ignore(connection, things, [row("d") | {"slug": "a"}]) == 0  # unique, not the key
        assert await insert_ignore(connection, things, []) == 0
    assert await all_rows(db) == [row("a"), row("b"), row("c")]


async def test_more_rows_than_a_statement_takes(db: Database) -> None:
    rows = [row(f"{n:06}") for n in range(12_000)]
    async with db.begin() as connection:
        assert await insert_ignore(connection, things, rows) == 12_000
        assert await insert_ignore(connection, things, rows) == 0


async def test_upsert_sets_the_other_columns(db: Database) -> None:
    async with db.begin() as connection:
        await upsert(connection, things, row("a", 1), ["id"])
        await upsert(connection, things, row("a", 2), ["id"])
        await upsert(connection, things, row("b", 3), ["id"])
    assert await all_rows(db) == [row("a", 2), row("b", 3)]


async def test_a_failure_undoes_the_whole_transaction(db: Database) -> None:
    async def twice() -> None:
        async with db.begin() as connection:
            for _ in range(2):
                await connection.execute(things.insert().values(row("a")))

    with pytest.raises(IntegrityError):
        await twice()
    assert await all_rows(db) == []


async def test_concurrent_increments_are_all_counted(db: Database) -> None:
    async with db.begin() as connection:
        await connection.execute(things.insert().values(row("a")))

    async def increment() -> None:
        async with db.begin() as connection:
            await connection.execute(update(things).values(n=things.c.n + 1))

    await asyncio.gather(*(increment() for _ in range(12)))
    assert await all_rows(db) == [row("a", 12)]


async def test_a_read_sees_one_moment(db: Database) -> None:
    """Figures that were read in one block agree, whatever is written meanwhile."""
    count = select(func.count()).select_from(things)
    async with db.read() as reader:
        before = (await reader.execute(count)).scalar_one()
        async with db.begin() as writer:
            await writer.execute(things.insert().values(row("a")))
        assert (await reader.execute(count)).scalar_one() == before == 0
    assert len(await all_rows(db)) == 1


async def test_a_write_after_a_read_is_no_read(db: Database) -> None:
    """The mode of a reading transaction does not stick to its connection."""
    for n in range(20):
        assert len(await all_rows(db)) == n
        async with db.begin() as connection:
            await connection.execute(things.insert().values(row(f"{n:02}")))


async def test_a_database_that_is_away_says_so(tmp_path: Any) -> None:
    for url in (
        f"postgresql+asyncpg://nobody@/x?host={tmp_path}",
        "postgresql+asyncpg://nobody@127.0.0.1:1/x",
    ):
        db = Database(url)
        with pytest.raises((*AWAY, OSError)):
            async with db.read() as connection:
                await connection.execute(text("SELECT 1"))
        await db.close()


async def test_the_text_of_an_error_does_not_tell_what_was_written(db: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with db.read() as connection:
            await connection.execute(text("SELECT 1 FROM nowhere WHERE a = :a"), {"a": "ada@example.com"})
    assert "nowhere" in str(caught.value)
    assert "ada@" not in str(caught.value)

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from server.core.db import Database
from server.core.errors import Unavailable
from server.core.redis import RedisClient
from server.stock import StockLedger, StockService, StockStore
from server.stock.ledger import stock_movements
from server.stock.opening import Facts
from server.stock.records import Want
from tests.stock import audit


async def rows(db: Database) -> list[Mapping[str, Any]]:
    async with db.read() as connection:
        found = await connection.execute(
            select(stock_movements).order_by(stock_movements.c.entry, stock_movements.c.n)
        )
        return [dict(row) for row in found.mappings()]


async def some_trade(stock: StockService, redis: RedisClient, tag: str = "") -> None:
    """Every kind of movement but `carried`."""
    ids = []
    for n in range(3):
        answer = await stock.reserve(
            "shop", f"buyer{n}{tag}", "key-0001", [Want("bottle", 1), Want("sample", 1)], ttl_ms=60_000,
            context=f"c|{n}",
        )  # fmt: skip
        ids.append(answer.hold.id)
    await stock.release("shop", ids[0], f"buyer0{tag}")
    await stock.commit("shop", f"order1{tag}", ids[1], f"buyer1{tag}", [("bottle", 1), ("sample", 1)])
    await audit.lapse(redis, ids[2])
    await stock.expire("shop")
    await stock.commit("shop", f"order2{tag}", None, "payer", [("bottle", 1)], context="paid late")


async def test_every_movement_reaches_sql_once_and_adds_up(
    stock: StockService, redis: RedisClient, db: Database
) -> None:
    await some_trade(stock, redis)
    entries = await redis.xlen(audit.key("shop", "ledger"))
    assert await stock.drain("shop") == entries
    assert await redis.xlen(audit.key("shop", "ledger")) == 0
    assert await stock.drain("shop") == 0
    found = await rows(db)
    assert [(row["kind"], row["variant"], row["quantity"]) for row in found] == [
        ("stocked", "bottle", 10), ("stocked", "sample", 5),
        ("held", "bottle", 1), ("held", "sample", 1),
        ("held", "bottle", 1), ("held", "sample", 1),
        ("held", "bottle", 1), ("held", "sample", 1),
        ("released", "bottle", 1), ("released", "sample", 1),
        ("committed", "bottle", 1), ("committed", "sample", 1),
        ("expired", "bottle", 1), ("expired", "sample", 1),
        ("sold", "bottle", 1),
    ]  # fmt: skip
    assert [row["context"] for row in found[2:]] == [
        *["c|0"] * 2, *["c|1"] * 2, *["c|2"] * 2, *["c|0"] * 2, *["c|1"] * 2, *["c|2"] * 2, "paid late",
    ]  # fmt: skip
    assert [row["order_id"] for row in found if row["order_id"]] == ["order1", "order1", "order2"]
    assert len({row["hold"] for row in found}) == 4
    seconds, _ = await redis.time()
    assert all(0 <= int(seconds) * 1000 + 1000 - row["at"] < 600_000 for row in found)
    replayed = audit.replay((row["kind"], row["variant"], row["quantity"]) for row in found)
    book = await stock.book("shop")
    assert replayed == {v: (c.stocked, c.available, c.held, c.sold) for v, c in book.items()}


async def test_in_small_portions(stock: StockService, redis: RedisClient, db: Database) -> None:
    await some_trade(stock, redis)
    while await stock.drain("shop", most=2) == 2:
        pass
    assert len(await rows(db)) == 15


async def test_a_crash_between_sql_and_redis_repeats_nothing(
    stock: StockService, redis: RedisClient, db: Database
) -> None:
    class Crash(Exception):
        pass

    class CrashingStore(StockStore):
        async def trim_ledger(self, shop: str, last: str) -> None:
            raise Crash

    await some_trade(stock, redis)
    with pytest.raises(Crash):
        await StockService(CrashingStore(redis), StockLedger(db)).drain("shop")
    before = await rows(db)
    assert len(before) == 15
    await some_trade(stock, redis, "b")
    await stock.drain("shop")
    after = await rows(db)
    assert after[:15] == before
    assert len(after) == 15 + 13
    assert await redis.xlen(audit.key("shop", "ledger")) == 0


async def test_what_came_in_between_reading_and_trimming_stays(
    stock: StockService, redis: RedisClient, db: Database
) -> None:
    class BusyLedger(StockLedger):
        async def write(self, shop: str, movements: Any) -> int:
            await some_trade(stock, redis)
            return await super().write(shop, movements)

    busy = StockService(StockStore(redis), BusyLedger(db))
    await busy.drain("shop")
    await stock.drain("shop")
    assert len(await rows(db)) == 15


async def test_the_same_entry_name_after_a_wipe_is_another_entry(
    stock: StockService, redis: RedisClient, db: Database
) -> None:
    entries: Any = await redis.xrange(audit.key("shop", "ledger"))
    first = entries[0][0]
    await stock.drain("shop")
    await redis.flushall()
    await stock.rebuild("shop", Facts({"bottle": 3}))
    entries = await redis.xrange(audit.key("shop", "ledger"))
    await redis.delete(audit.key("shop", "ledger"))
    await redis.xadd(audit.key("shop", "ledger"), entries[0][1], id=first)
    await stock.drain("shop")
    found = await rows(db)
    assert len(found) == 2 + 3
    epoch = (await stock.levels("shop")).epoch
    mine = [row for row in found if row["entry"].startswith(epoch)]
    assert audit.replay((row["kind"], row["variant"], row["quantity"]) for row in mine) == {
        "bottle": (10, 7, 0, 3),
        "sample": (5, 5, 0, 0),
    }


async def test_without_sql_the_ledger_waits(stock: StockService, redis: RedisClient, tmp_path: Any) -> None:
    away = Database(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder.db")
    entries = await redis.xlen(audit.key("shop", "ledger"))
    with pytest.raises(Unavailable):
        await StockService(StockStore(redis), StockLedger(away)).drain("shop")
    assert await redis.xlen(audit.key("shop", "ledger")) == entries
    await away.close()

"""A hold never outlives its deadline for those who need its units, even when no worker is running."""

import asyncio
from typing import Any

import pytest

from server.core.redis import RedisClient
from server.stock import StockService
from server.stock.errors import SoldOut
from server.stock.messages import HoldAnswer
from server.stock.records import Want
from server.stock.store import SWEEP_BOUND
from tests.stock import audit


async def hold(stock: StockService, buyer: str, want: Want, key: str = "key-0001") -> HoldAnswer:
    return await stock.reserve("shop", buyer, key, [want], ttl_ms=60_000)


async def test_it_is_taken_back_by_who_needs_it(stock: StockService, redis: RedisClient) -> None:
    first = await hold(stock, "ann", Want("bottle", 10))
    await audit.lapse(redis, first.hold.id)
    second = await hold(stock, "bob", Want("bottle", 4))
    assert second.levels.levels == {"bottle": 6}
    assert (await stock.hold("shop", first.hold.id, "ann")).state == "expired"
    entries: Any = await redis.xrange(audit.key("shop", "ledger"))
    kinds = [line.split("|")[0] for _, entry in entries for line in entry["m"].split("\n")]
    assert kinds == ["stocked", "stocked", "held", "expired", "held"]
    await audit.check(redis)


async def test_it_counts_for_no_limit(stock: StockService, redis: RedisClient) -> None:
    first = await hold(stock, "ann", Want("bottle", 1, limit=1))
    await audit.lapse(redis, first.hold.id)
    await hold(stock, "ann", Want("bottle", 1, limit=1), key="key-0002")
    await audit.check(redis)


async def test_it_stays_while_nobody_needs_it(stock: StockService, redis: RedisClient) -> None:
    first = await hold(stock, "ann", Want("bottle", 1))
    await audit.lapse(redis, first.hold.id)
    await hold(stock, "bob", Want("bottle", 1))
    assert (await stock.hold("shop", first.hold.id, "ann")).state == "held"


async def test_units_behind_many_other_overdue_holds_are_found(
    stock: StockService, redis: RedisClient
) -> None:
    await stock.set_stock("shop", {"soap": 200})
    for n in range(150):
        answer = await hold(stock, f"buyer{n}", Want("soap", 1))
        await audit.lapse(redis, answer.hold.id)
    last = await hold(stock, "zoe", Want("bottle", 10))
    await audit.lapse(redis, last.hold.id)
    assert (await hold(stock, "ann", Want("bottle", 10))).hold.state == "held"
    await audit.check(redis)


async def test_one_call_takes_back_a_bounded_number(stock: StockService, redis: RedisClient) -> None:
    many = SWEEP_BOUND + 100
    await stock.set_stock("shop", {"soap": many})
    answers = await asyncio.gather(*(hold(stock, f"buyer{n}", Want("soap", 1)) for n in range(many)))
    for answer in answers:
        await audit.lapse(redis, answer.hold.id)
    with pytest.raises(SoldOut):
        await hold(stock, "ann", Want("bottle", 11))
    assert (await stock.book("shop"))["soap"].held == 100
    await audit.check(redis)

import asyncio

import pytest

from server.core.redis import RedisClient
from server.stock import StockService
from server.stock.errors import HoldIsOver, HoldNotFound
from server.stock.messages import Hold
from server.stock.records import Want
from tests.stock import audit


async def make_hold(stock: StockService) -> Hold:
    lines = [Want("bottle", 2, limit=2), Want("sample", 1)]
    answer = await stock.reserve("shop", "ann", "key-0001", lines, ttl_ms=60_000)
    return answer.hold


async def test_gives_all_units_back(stock: StockService, redis: RedisClient) -> None:
    hold = await make_hold(stock)
    answer = await stock.release("shop", hold.id, "ann")
    assert answer.hold.state == "released"
    assert answer.levels.levels == {"bottle": 10, "sample": 5}
    assert await audit.counters(redis, "shop", "taken") == {}
    await audit.check(redis)


async def test_a_second_call_changes_nothing(stock: StockService, redis: RedisClient) -> None:
    hold = await make_hold(stock)
    answers = await asyncio.gather(*(stock.release("shop", hold.id, "ann") for _ in range(10)))
    assert all(answer == answers[0] for answer in answers)
    assert (await stock.levels("shop")).levels == {"bottle": 10, "sample": 5}
    await audit.check(redis)


async def test_an_expired_hold_is_answered_as_it_ended(stock: StockService, redis: RedisClient) -> None:
    hold = await make_hold(stock)
    await audit.lapse(redis, hold.id)
    await stock.expire("shop")
    assert (await stock.release("shop", hold.id, "ann")).hold.state == "expired"
    await audit.check(redis)


async def test_what_was_sold_stays_sold(stock: StockService, redis: RedisClient) -> None:
    hold = await make_hold(stock)
    await stock.commit("shop", "order", hold.id, "ann", [("bottle", 2), ("sample", 1)])
    with pytest.raises(HoldIsOver) as refused:
        await stock.release("shop", hold.id, "ann")
    assert refused.value.details["state"] == "committed"
    assert (await stock.book("shop"))["bottle"].sold == 2
    await audit.check(redis)


async def test_somebody_elses_hold_is_not_there(stock: StockService) -> None:
    hold = await make_hold(stock)
    with pytest.raises(HoldNotFound):
        await stock.release("shop", hold.id, "bob")
    assert (await stock.hold("shop", hold.id, "ann")).state == "held"

import asyncio
from typing import Any

import pytest

from server.core.redis import RedisClient
from server.stock import StockService
from server.stock.errors import HoldNotFound
from server.stock.records import Want
from server.stock.store import ENDED_TTL_MS, ORDER_TTL_MS
from tests.stock import audit


async def make_hold(stock: StockService, buyer: str, variant: str = "bottle") -> str:
    answer = await stock.reserve(
        "shop", buyer, "key-0001", [Want(variant, 1)], ttl_ms=60_000, context=f"of {buyer}"
    )
    return answer.hold.id


async def test_takes_back_what_is_overdue_and_only_that(stock: StockService, redis: RedisClient) -> None:
    late, living = await make_hold(stock, "ann"), await make_hold(stock, "bob")
    await audit.lapse(redis, late)
    (expired,) = await stock.expire("shop")
    assert (expired.id, expired.state, expired.buyer) == (late, "expired", "ann")
    assert (expired.lines, expired.context) == ((("bottle", 1),), "of ann")
    assert (await stock.hold("shop", living, "bob")).state == "held"
    assert await stock.expire("shop") == []
    await audit.check(redis)


async def test_a_real_deadline_passes(stock: StockService, redis: RedisClient) -> None:
    await stock.reserve("shop", "ann", "key-0001", [Want("bottle", 1)], ttl_ms=1)
    async with asyncio.timeout(30):
        while not await stock.expire("shop"):
            await asyncio.sleep(0.001)
    await audit.check(redis)


async def test_no_more_than_asked_for(stock: StockService, redis: RedisClient) -> None:
    await stock.set_stock("shop", {"soap": 200})
    for n in range(150):
        await audit.lapse(redis, await make_hold(stock, f"buyer{n}", "soap"))
    assert [len(await stock.expire("shop", most=70)) for _ in range(4)] == [70, 70, 10, 0]
    await audit.check(redis)


async def test_several_workers_expire_each_hold_once(stock: StockService, redis: RedisClient) -> None:
    for n in range(10):
        await audit.lapse(redis, await make_hold(stock, f"buyer{n}"))
    answers = await asyncio.gather(*(stock.expire("shop", most=3) for _ in range(8)))
    ids = [hold.id for answer in answers for hold in answer]
    assert len(ids) == len(set(ids)) == 10
    await audit.check(redis)


async def test_ended_holds_are_forgotten_after_an_hour_and_orders_after_a_month(
    stock: StockService, redis: RedisClient
) -> None:
    ids = {buyer: await make_hold(stock, buyer) for buyer in ("ann", "bob", "cid", "dan")}
    await stock.release("shop", ids["ann"], "ann")
    await audit.lapse(redis, ids["bob"])
    await stock.expire("shop")
    seconds, _ = await redis.time()
    await stock.commit("shop", "order", ids["cid"], "cid", [("bottle", 1)])
    members: Any = await redis.zrange(audit.key("shop", "ended"), 0, -1, withscores=True)
    when = dict(members)
    assert when.keys() == {*(f"h|{ids[buyer]}" for buyer in ("ann", "bob", "cid")), "o|order"}
    assert when["h|" + ids["cid"]] - when["o|order"] == ENDED_TTL_MS - ORDER_TTL_MS
    assert when["o|order"] >= int(seconds) * 1000 + ORDER_TTL_MS

    await audit.forget(redis)
    await stock.expire("shop", most=3)
    await stock.expire("shop", most=3)
    assert await redis.zcard(audit.key("shop", "ended")) == 0
    assert await redis.hlen(audit.key("shop", "orders")) == 0
    assert (await audit.holds(redis, "shop")).keys() == {ids["dan"]}
    with pytest.raises(HoldNotFound):
        await stock.release("shop", ids["ann"], "ann")
    await audit.check(redis)


async def test_a_shop_that_redis_does_not_know_has_nothing_overdue(stock: StockService) -> None:
    assert await stock.expire("nobody") == []

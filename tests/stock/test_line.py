"""Waiting in line for what is sold out: one at a time, in order, and nobody else in between."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from server.core.redis import RedisClient
from server.core.redis_listen import Listeners
from server.stock import LineService, LineStore, StockService
from server.stock.errors import HoldIsOver, LimitReached, LineIsFull, OthersWait, SoldOut, UnknownVariant
from server.stock.messages import Hold, WaitAnswer
from server.stock.opening import Facts
from server.stock.records import Want
from tests.stock import audit

TTL = 3_600_000


@pytest.fixture
async def line(stock: StockService, redis: RedisClient) -> AsyncIterator[LineService]:
    """All five samples are held by ann, each by a hold of its own."""
    for n in range(5):
        await stock.reserve("shop", "ann", f"key-000{n}", [Want("sample", 1)], ttl_ms=TTL)
    yield LineService(LineStore(redis), stock)
    await audit.check(redis)


async def wait(
    line: LineService, buyer: str, units: int = 1, *, key: str = "wait-0001", limit: int | None = None
) -> WaitAnswer:
    return await line.wait("shop", buyer, key, Want("sample", units, limit), ttl_ms=TTL, context="c")


async def anns(stock: StockService) -> list[str]:
    return [record.id for record in await stock.holds_of("shop", "ann")]


async def has(stock: StockService, buyer: str) -> int:
    return sum(units.quantity for record in await stock.holds_of("shop", buyer) for units in record.lines)


def ahead(answer: WaitAnswer) -> int:
    assert answer.place is not None
    return answer.place.ahead


async def test_what_comes_back_goes_to_the_first_in_line(stock: StockService, line: LineService) -> None:
    assert [ahead(await wait(line, buyer)) for buyer in ("bob", "cid", "dan")] == [0, 1, 2]
    assert ahead(await wait(line, "cid", key="wait-0002")) == 1  # one place, whatever the key
    names = await anns(stock)
    await stock.release("shop", names[0], "ann")
    assert (await has(stock, "bob"), await has(stock, "cid")) == (1, 0)
    assert (await stock.levels("shop", ["sample"])).levels == {"sample": 0}
    with pytest.raises(SoldOut):
        await stock.reserve("shop", "eve", "key-0001", [Want("sample", 1)], ttl_ms=TTL)
    (offer,) = await stock.holds_of("shop", "bob")
    await stock.release("shop", offer.id, "bob")  # declined
    assert (await has(stock, "bob"), await has(stock, "cid"), await has(stock, "dan")) == (0, 1, 0)
    (offer,) = await stock.holds_of("shop", "cid")
    assert offer.context == "c"


async def test_an_offer_that_lapses_goes_to_the_next_without_a_worker(
    stock: StockService, line: LineService, redis: RedisClient
) -> None:
    await wait(line, "bob")
    await wait(line, "cid")
    await stock.release("shop", (await anns(stock))[0], "ann")
    (offer,) = await stock.holds_of("shop", "bob")
    await audit.lapse(redis, offer.id)
    with pytest.raises(SoldOut):  # whoever comes now takes the lapsed offer back, for the one who waits
        await stock.reserve("shop", "eve", "key-0001", [Want("sample", 1)], ttl_ms=TTL)
    assert (await has(stock, "bob"), await has(stock, "cid"), await has(stock, "eve")) == (0, 1, 0)
    await audit.lapse(redis, (await stock.holds_of("shop", "cid"))[0].id)
    await stock.reserve("shop", "eve", "key-0001", [Want("sample", 1)], ttl_ms=TTL)  # nobody waits any more


async def test_nobody_overtakes_one_who_waits_for_two(stock: StockService, line: LineService) -> None:
    await wait(line, "bob", 2)
    await wait(line, "cid", 1)
    names = await anns(stock)
    await stock.release("shop", names[0], "ann")
    for buyer in ("cid", "eve"):
        with pytest.raises(SoldOut):
            await stock.reserve("shop", buyer, "key-0009", [Want("sample", 1)], ttl_ms=TTL)
    await stock.release("shop", names[1], "ann")
    assert (await has(stock, "bob"), await has(stock, "cid")) == (2, 0)
    await stock.release("shop", names[2], "ann")
    assert await has(stock, "cid") == 1


async def test_who_leaves_makes_room(stock: StockService, line: LineService) -> None:
    await wait(line, "bob", 2)
    await wait(line, "cid", 1)
    await stock.release("shop", (await anns(stock))[0], "ann")
    await line.leave("shop", [("bob", "sample"), ("bob", "bottle"), ("eve", "sample")])
    assert (await has(stock, "bob"), await has(stock, "cid")) == (0, 1)
    assert await line.places_of("shop", "bob") == []


async def test_where_there_is_enough_nobody_waits(stock: StockService, line: LineService) -> None:
    await stock.release("shop", (await anns(stock))[0], "ann")
    answer = await wait(line, "bob")
    assert answer.hold is not None
    assert (await wait(line, "bob")).hold == answer.hold
    await stock.release("shop", answer.hold.id, "bob")
    with pytest.raises(HoldIsOver):
        await wait(line, "bob")


async def test_a_limit_counts_when_asking_and_when_offered(stock: StockService, line: LineService) -> None:
    with pytest.raises(LimitReached):
        await wait(line, "ann", limit=5)
    with pytest.raises(UnknownVariant):
        await line.wait("shop", "bob", "wait-0009", Want("soap", 1), ttl_ms=TTL, context="c")
    await wait(line, "bob", 2, limit=2)
    await wait(line, "cid")
    names = await anns(stock)
    await stock.release("shop", names[0], "ann")
    await stock.commit("shop", "order", None, "bob", [("sample", 1)])  # an earlier order was paid after all
    await stock.release("shop", names[1], "ann")
    assert (await has(stock, "bob"), await has(stock, "cid")) == (0, 0)
    await stock.release("shop", names[2], "ann")
    assert (await has(stock, "bob"), await has(stock, "cid")) == (0, 1)


async def test_one_key_for_two_things_makes_one_hold(
    stock: StockService, line: LineService, redis: RedisClient
) -> None:
    """A tap with the key of a place in line takes an overdue hold back, and so gets the offer first."""
    names = await anns(stock)
    await wait(line, "bob", key="both-0001")
    for name in names[:3]:
        await audit.lapse(redis, name)
    answer = await stock.reserve("shop", "bob", "both-0001", [Want("sample", 2)], ttl_ms=TTL)
    assert [(of.variant, of.quantity) for of in answer.hold.lines] == [("sample", 1)]
    assert (await has(stock, "bob"), await has(stock, "ann")) == (1, 2)
    await audit.check(redis)


async def test_while_others_wait_a_hold_keeps_its_deadline(stock: StockService, line: LineService) -> None:
    name = (await anns(stock))[0]
    first = await stock.extend("shop", name, "ann", "more-0001", ttl_ms=2 * TTL)
    await wait(line, "bob")
    assert await stock.extend("shop", name, "ann", "more-0001", ttl_ms=2 * TTL) == first  # a retry
    with pytest.raises(OthersWait):
        await stock.extend("shop", name, "ann", "more-0002", ttl_ms=2 * TTL)
    await line.leave("shop", [("bob", "sample")])
    await stock.extend("shop", name, "ann", "more-0002", ttl_ms=2 * TTL)


async def test_new_stock_goes_to_all_in_line_some_at_a_time(
    stock: StockService, line: LineService, redis: RedisClient
) -> None:
    await asyncio.gather(*(wait(line, f"buyer{n}") for n in range(150)))
    await stock.set_stock("shop", {"sample": 155})
    with pytest.raises(SoldOut):  # one call makes some offers only; all of it is for those in line
        await stock.reserve("shop", "eve", "key-0001", [Want("sample", 1)], ttl_ms=TTL)
    for _ in range(3):
        await audit.check(redis)
        await stock.expire("shop")
    assert await audit.lines(redis, "shop") == {}
    assert sum([await has(stock, f"buyer{n}") for n in range(150)]) == 150


async def test_a_line_has_an_end(stock: StockService, line: LineService, redis: RedisClient) -> None:
    await redis.hset(audit.key("shop", "waiting"), "sample", "10000")
    await redis.hset(audit.key("shop", "meta"), "waiting", "10000")
    with pytest.raises(LineIsFull):
        await wait(line, "bob")
    await redis.hdel(audit.key("shop", "waiting"), "sample")
    await redis.hset(audit.key("shop", "meta"), "waiting", "0")


async def test_a_wiped_redis_has_no_line(stock: StockService, line: LineService, redis: RedisClient) -> None:
    await wait(line, "bob")
    await redis.flushall()
    await stock.rebuild("shop", Facts({}))
    assert await line.places("shop") == []
    assert (await stock.levels("shop", ["sample"])).levels == {"sample": 5}


async def test_news_tell_the_line_and_the_offer(
    stock: StockService, line: LineService, redis_url: str
) -> None:
    where = await Listeners(redis_url).open("pc:{shop}:news")
    async with where, where.pubsub() as pubsub:
        await pubsub.ssubscribe("pc:{shop}:news")
        await pubsub.get_message(timeout=5)
        await wait(line, "bob")
        await wait(line, "cid")
        await stock.release("shop", (await anns(stock))[0], "ann")
        told: list[dict[str, Any]] = []
        while len(told) < 6:
            message = await pubsub.get_message(timeout=5, ignore_subscribe_messages=True)
            if message:
                told.append(msgspec.json.decode(message["data"]))
    lines = [news for news in told if news["kind"] == "line"]
    assert [(news["first"], news["waiting"]) for news in lines] == [(1, 1), (1, 2), (2, 1)]
    (offered,) = [news for news in told if news["kind"] == "offered"]
    (offer,) = await stock.holds_of("shop", "bob")
    assert (offered["buyer"], offered["hold"]) == ("bob", offer.id)
    assert isinstance(stock.told(offer), Hold)

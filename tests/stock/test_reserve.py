import asyncio

import msgspec
import pytest

from server.core.redis import RedisClient
from server.core.redis_listen import Listeners
from server.stock import StockService
from server.stock.errors import HoldIsOver, LimitReached, SoldOut, UnknownVariant
from server.stock.messages import HoldAnswer, HoldLine
from server.stock.records import HoldRequest, Want, hold_id
from server.stock.store import StockStore
from tests.stock import audit

TTL = 60_000


async def hold(stock: StockService, buyer: str, *lines: Want, key: str = "key-0001") -> HoldAnswer:
    return await stock.reserve("shop", buyer, key, lines or [Want("bottle", 1)], ttl_ms=TTL)


async def server_ms(redis: RedisClient) -> int:
    seconds, micros = await redis.time()
    return int(seconds) * 1000 + int(micros) // 1000


async def test_sets_units_aside_until_the_deadline(stock: StockService, redis: RedisClient) -> None:
    before = await server_ms(redis)
    answer = await hold(stock, "ann", Want("bottle", 3))
    after = await server_ms(redis)
    assert answer.hold.id == hold_id("shop", "ann", "key-0001")
    assert answer.hold.state == "held"
    assert before + TTL <= answer.hold.deadline <= after + TTL
    assert answer.hold.lines == [HoldLine(variant="bottle", quantity=3)]
    assert answer.hold.extensions_left == 10
    assert answer.levels.levels == {"bottle": 7}
    await audit.check(redis)


async def test_the_same_key_is_the_same_hold(stock: StockService, redis: RedisClient) -> None:
    first = await hold(stock, "ann")
    assert await hold(stock, "ann") == first
    assert (await stock.levels("shop")).levels["bottle"] == 9
    other = await hold(stock, "bob")
    assert other.hold.id != first.hold.id
    assert (await hold(stock, "ann", key="key-0002")).hold.id != first.hold.id


async def test_the_same_key_twice_in_one_batch_is_one_hold(stock: StockService, redis: RedisClient) -> None:
    answers = await asyncio.gather(*(hold(stock, "ann") for _ in range(5)))
    assert len({answer.hold.id for answer in answers}) == 1
    assert (await stock.levels("shop")).levels["bottle"] == 9
    await audit.check(redis)


@pytest.mark.parametrize("how", ["released", "expired", "committed"])
async def test_a_key_whose_hold_has_ended_says_how(stock: StockService, redis: RedisClient, how: str) -> None:
    answer = await hold(stock, "ann")
    if how == "released":
        await stock.release("shop", answer.hold.id, "ann")
    elif how == "expired":
        await audit.lapse(redis, answer.hold.id)
    else:
        await stock.commit("shop", "order", answer.hold.id, "ann", [("bottle", 1)])
    with pytest.raises(HoldIsOver) as refused:
        await hold(stock, "ann")
    assert refused.value.details == {"hold": answer.hold.id, "state": how}


async def test_sold_out_says_what_is_left_and_changes_nothing(
    stock: StockService, redis: RedisClient
) -> None:
    await hold(stock, "ann", Want("bottle", 8))
    with pytest.raises(SoldOut) as refused:
        await hold(stock, "bob", Want("bottle", 3))
    assert refused.value.details == {"variant": "bottle", "left": 2}
    assert (await stock.book("shop"))["bottle"].held == 8
    await hold(stock, "bob", Want("bottle", 2))  # a refused key is free to be used
    await audit.check(redis)


async def test_a_basket_is_taken_all_or_none(stock: StockService, redis: RedisClient) -> None:
    with pytest.raises(SoldOut) as refused:
        await hold(stock, "ann", Want("bottle", 2), Want("sample", 6))
    assert refused.value.details == {"variant": "sample", "left": 5}
    assert (await stock.levels("shop")).levels == {"bottle": 10, "sample": 5}
    answer = await hold(stock, "ann", Want("sample", 5), Want("bottle", 2))
    assert answer.levels.levels == {"bottle": 8, "sample": 0}
    await audit.check(redis)


async def test_a_limit_counts_what_the_buyer_holds_and_has_bought(
    stock: StockService, redis: RedisClient
) -> None:
    first = await hold(stock, "ann", Want("bottle", 1, limit=3))
    await stock.commit("shop", "order", first.hold.id, "ann", [("bottle", 1)])
    await hold(stock, "ann", Want("bottle", 1, limit=3), key="key-0002")
    with pytest.raises(LimitReached) as refused:
        await hold(stock, "ann", Want("bottle", 2, limit=3), key="key-0003")
    assert refused.value.details == {"variant": "bottle", "limit": 3, "taken": 2}
    await hold(stock, "bob", Want("bottle", 3, limit=3))
    third = await hold(stock, "ann", Want("bottle", 1, limit=3), key="key-0003")
    await stock.release("shop", third.hold.id, "ann")
    await hold(stock, "ann", Want("bottle", 1, limit=3), key="key-0004")
    await audit.check(redis)


async def test_a_limit_may_count_the_last_days_only(stock: StockService, redis: RedisClient) -> None:
    want = Want("bottle", 2, limit=2, window_ms=86_400_000)
    first = await hold(stock, "ann", want)
    await stock.commit("shop", "order", first.hold.id, "ann", [("bottle", 2)])
    with pytest.raises(LimitReached) as refused:
        await hold(stock, "ann", want, key="key-0002")
    assert refused.value.details == {"variant": "bottle", "limit": 2, "taken": 2}
    await audit.long_ago(redis)
    with pytest.raises(LimitReached):  # a limit without a window forgets nothing
        await hold(stock, "ann", Want("bottle", 2, limit=2), key="key-0002")
    second = await hold(stock, "ann", want, key="key-0002")
    with pytest.raises(LimitReached):  # what is held counts, however long it is held
        await hold(stock, "ann", want, key="key-0003")
    await stock.commit("shop", "order2", second.hold.id, "ann", [("bottle", 2)])
    with pytest.raises(LimitReached):
        await hold(stock, "ann", want, key="key-0003")
    await audit.check(redis)


async def test_purchases_are_remembered_in_a_short_list(stock: StockService, redis: RedisClient) -> None:
    await stock.set_stock("shop", {"bottle": 100})
    for n in range(60):
        await stock.commit("shop", f"order{n}", None, "ann", [("bottle", 1)])
    times = (await audit.bought(redis, "shop"))["ann|bottle"]
    assert len(times) == 50
    assert [at for at, _ in times] == sorted(at for at, _ in times)
    assert [units for _, units in times] == [11] + 49 * [1]
    await audit.check(redis)


async def test_a_variant_that_nobody_stocked(stock: StockService, redis: RedisClient) -> None:
    with pytest.raises(UnknownVariant) as refused:
        await hold(stock, "ann", Want("bottle", 1), Want("soap", 1))
    assert refused.value.details == {"variant": "soap"}
    await audit.check(redis)


async def test_one_bad_request_does_not_fail_its_neighbours(stock: StockService, redis: RedisClient) -> None:
    answers = await asyncio.gather(
        hold(stock, "ann", Want("bottle", 1)),
        hold(stock, "bob", Want("bottle", 11)),
        hold(stock, "cid", Want("soap", 1)),
        hold(stock, "dan", Want("bottle", 2, limit=1)),
        hold(stock, "eve", Want("bottle", 9)),
        return_exceptions=True,
    )
    assert [type(answer).__name__ for answer in answers] == [
        "HoldAnswer", "SoldOut", "UnknownVariant", "LimitReached", "HoldAnswer",
    ]  # fmt: skip
    await audit.check(redis)


async def test_of_many_at_once_exactly_the_stock_is_held(stock: StockService, redis: RedisClient) -> None:
    answers = await asyncio.gather(*(hold(stock, f"buyer{n}") for n in range(500)), return_exceptions=True)
    assert sum(isinstance(answer, HoldAnswer) for answer in answers) == 10
    assert sum(isinstance(answer, SoldOut) for answer in answers) == 490
    assert (await stock.levels("shop")).levels["bottle"] == 0
    await audit.check(redis)


async def test_many_without_batches_hold_exactly_the_stock(stock: StockService, redis: RedisClient) -> None:
    store = StockStore(redis)
    requests = [HoldRequest(f"hold{n}", f"buyer{n}", TTL, (Want("bottle", 3),), "") for n in range(200)]
    outcomes = await asyncio.gather(*(store.reserve("shop", [request]) for request in requests))
    assert sum(outcome[0].refusal is None for outcome in outcomes) == 3
    await audit.check(redis)


async def test_news_carry_absolute_levels_and_a_seq_that_grows_by_one(
    stock: StockService, redis: RedisClient, redis_url: str
) -> None:
    where = await Listeners(redis_url).open("pc:{shop}:news")
    async with where, where.pubsub() as pubsub:
        await pubsub.ssubscribe("pc:{shop}:news")
        await pubsub.get_message(timeout=5)
        seen = await stock.levels("shop")
        first = await hold(stock, "ann", Want("bottle", 2), Want("sample", 1))
        await audit.lapse(redis, first.hold.id)
        await stock.expire("shop")
        news = [await pubsub.get_message(timeout=5, ignore_subscribe_messages=True) for _ in range(3)]
    told = [msgspec.json.decode(message["data"]) for message in news if message]
    assert told == [
        {
            "kind": "stock", "epoch": seen.epoch, "seq": seen.seq + 1,
            "levels": {"bottle": 8, "sample": 4},
        },
        {
            "kind": "stock", "epoch": seen.epoch, "seq": seen.seq + 2,
            "levels": {"bottle": 10, "sample": 5},
        },
        {"kind": "hold_ended", "hold": first.hold.id, "buyer": "ann", "reason": "expired"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [Want("bottle", 0)],
        [Want("bottle", 1, limit=0)],
        [Want("bottle", 1, limit=1, window_ms=0)],
        [Want("bottle", 1), Want("bottle", 1)],
        [Want("a|b", 1)],
        [Want(f"v{n}", 1) for n in range(21)],
    ],
)
async def test_senseless_lines_never_reach_redis(stock: StockService, lines: list[Want]) -> None:
    with pytest.raises(ValueError, match=r"a hold has|start at 1|not an id"):
        await stock.reserve("shop", "ann", "key-0001", lines, ttl_ms=TTL)


@pytest.mark.parametrize("context", ["two\nlines", "x" * 1001])
async def test_a_context_is_one_short_line(stock: StockService, context: str) -> None:
    with pytest.raises(ValueError, match="context"):
        await stock.reserve("shop", "ann", "key-0001", [Want("bottle", 1)], ttl_ms=TTL, context=context)


async def test_a_context_comes_back_as_it_was(stock: StockService) -> None:
    context = '{"stream":"s","pin":"p|q","é":"\\n"}'
    answer = await stock.reserve("shop", "ann", "key-0001", [Want("bottle", 1)], ttl_ms=TTL, context=context)
    assert (await stock.hold("shop", answer.hold.id, "ann")).context == context


async def test_shops_do_not_meet(stock: StockService) -> None:
    await stock.set_stock("other", {"bottle": 1})
    await stock.reserve("other", "ann", "key-0001", [Want("bottle", 1)], ttl_ms=TTL)
    assert (await stock.levels("shop")).levels["bottle"] == 10

import asyncio

import pytest

from server.core.redis import RedisClient
from server.stock import StockService
from server.stock.errors import SoldOut
from server.stock.messages import Hold
from server.stock.records import Want
from tests.stock import audit

LINES = [("bottle", 2), ("sample", 1)]


async def make_hold(stock: StockService, buyer: str = "ann", **quantities: int) -> Hold:
    lines = [Want(variant, n) for variant, n in (quantities or dict(LINES)).items()]
    return (await stock.reserve("shop", buyer, "key-0001", lines, ttl_ms=60_000)).hold


async def sold(stock: StockService) -> dict[str, int]:
    return {variant: counts.sold for variant, counts in (await stock.book("shop")).items()}


async def test_sells_the_units_of_the_hold(stock: StockService, redis: RedisClient) -> None:
    hold = await make_hold(stock)
    levels = await stock.commit("shop", "order", hold.id, "ann", reversed(LINES))
    assert levels.levels == {"bottle": 8, "sample": 4}
    assert await sold(stock) == {"bottle": 2, "sample": 1}
    assert (await stock.hold("shop", hold.id, "ann")).state == "committed"
    assert await audit.counters(redis, "shop", "taken") == {"ann|bottle": 2, "ann|sample": 1}
    await audit.check(redis)


async def test_the_same_order_is_sold_once(stock: StockService, redis: RedisClient) -> None:
    hold = await make_hold(stock)
    await asyncio.gather(*(stock.commit("shop", "order", hold.id, "ann", LINES) for _ in range(10)))
    assert await sold(stock) == {"bottle": 2, "sample": 1}
    await audit.forget(redis)  # also when its hold is not remembered any more
    await redis.zadd(audit.key("shop", "ended"), {"o|order": 10**15})
    await stock.expire("shop")
    await stock.commit("shop", "order", hold.id, "ann", LINES)
    assert await sold(stock) == {"bottle": 2, "sample": 1}
    await audit.check(redis)


async def test_an_overdue_hold_that_nobody_needed_is_still_sold(
    stock: StockService, redis: RedisClient
) -> None:
    hold = await make_hold(stock)
    await audit.lapse(redis, hold.id)
    await stock.commit("shop", "order", hold.id, "ann", LINES)
    assert (await stock.hold("shop", hold.id, "ann")).state == "committed"
    assert await stock.expire("shop") == []
    await audit.check(redis)


@pytest.mark.parametrize("how", ["expired", "released", "never made"])
async def test_without_its_hold_an_order_takes_what_is_available(
    stock: StockService, redis: RedisClient, how: str
) -> None:
    hold_id: str | None = None
    if how != "never made":
        hold_id = (await make_hold(stock)).id
        if how == "expired":
            await audit.lapse(redis, hold_id)
            await stock.expire("shop")
        else:
            await stock.release("shop", hold_id, "ann")
    for _ in range(2):
        await stock.commit("shop", "order", hold_id, "ann", LINES)
        assert await sold(stock) == {"bottle": 2, "sample": 1}
    assert await audit.counters(redis, "shop", "taken") == {"ann|bottle": 2, "ann|sample": 1}
    await audit.check(redis)


async def test_an_order_for_which_nothing_is_left_changes_nothing_and_keeps_its_answer(
    stock: StockService, redis: RedisClient
) -> None:
    hold = await make_hold(stock)
    await audit.lapse(redis, hold.id)
    other = await make_hold(stock, "bob", sample=5)
    with pytest.raises(SoldOut) as refused:
        await stock.commit("shop", "order", hold.id, "ann", LINES)
    assert refused.value.details == {"variant": "sample", "left": 0}
    await audit.check(redis)
    await stock.release("shop", other.id, "bob")  # a retry that comes now must not sell what is refunded
    with pytest.raises(SoldOut) as again:
        await stock.commit("shop", "order", hold.id, "ann", LINES)
    assert again.value.details == refused.value.details
    assert await sold(stock) == {"bottle": 0, "sample": 0}
    await audit.check(redis)


async def test_a_paid_order_takes_the_units_of_overdue_holds(stock: StockService, redis: RedisClient) -> None:
    other = await make_hold(stock, "bob", bottle=10)
    await audit.lapse(redis, other.id)
    await stock.commit("shop", "order", None, "ann", LINES)
    assert (await stock.hold("shop", other.id, "bob")).state == "expired"
    await audit.check(redis)


@pytest.mark.parametrize(("buyer", "lines"), [("bob", LINES), ("ann", [("bottle", 1)])])
async def test_a_hold_of_somebody_else_or_of_other_lines_stays(
    stock: StockService, redis: RedisClient, buyer: str, lines: list[tuple[str, int]]
) -> None:
    hold = await make_hold(stock)
    await stock.commit("shop", "order", hold.id, buyer, lines)
    assert (await stock.hold("shop", hold.id, "ann")).state == "held"
    assert await sold(stock) == {"bottle": 0, "sample": 0} | dict(lines)
    await audit.check(redis)


async def test_a_hold_is_sold_to_one_order_only(stock: StockService, redis: RedisClient) -> None:
    hold = await make_hold(stock, bottle=10)
    await stock.commit("shop", "order-1", hold.id, "ann", [("bottle", 10)])
    with pytest.raises(SoldOut):
        await stock.commit("shop", "order-2", hold.id, "ann", [("bottle", 10)])
    await audit.check(redis)


async def test_orders_and_buyers_race_for_the_rest(stock: StockService, redis: RedisClient) -> None:
    answers = await asyncio.gather(
        *(stock.commit("shop", f"order{n}", None, f"payer{n}", [("bottle", 1)]) for n in range(20)),
        *(
            stock.reserve("shop", f"buyer{n}", "key-0001", [Want("bottle", 1)], ttl_ms=60_000)
            for n in range(20)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, SoldOut) for answer in answers) == 30
    counts = (await stock.book("shop"))["bottle"]
    assert (counts.available, counts.held + counts.sold) == (0, 10)
    await audit.check(redis)

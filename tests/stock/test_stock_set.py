import asyncio

import pytest

from server.core.db import Database
from server.core.errors import Unavailable
from server.core.redis import RedisClient
from server.stock import StockLedger, StockService, StockStore
from server.stock.errors import BelowCommitted, SoldOut, StockNotLoaded
from server.stock.opening import Facts, InFlight
from server.stock.records import Counts, Units, Want
from tests.stock import audit


async def sell(stock: StockService, order: str, quantity: int) -> None:
    await stock.commit("shop", order, None, "ann", [("bottle", quantity)])


async def test_sets_the_whole_amount_not_a_change(stock: StockService, redis: RedisClient) -> None:
    await sell(stock, "order", 2)
    await stock.reserve("shop", "ann", "key-0001", [Want("bottle", 3)], ttl_ms=60_000)
    for _ in range(2):
        levels = await stock.set_stock("shop", {"bottle": 20})
        assert levels.levels == {"bottle": 15}
    assert (await stock.book("shop"))["bottle"] == Counts(stocked=20, available=15, held=3, sold=2)
    await audit.check(redis)


async def test_not_below_what_is_held_and_sold(stock: StockService, redis: RedisClient) -> None:
    await sell(stock, "order", 2)
    await stock.reserve("shop", "ann", "key-0001", [Want("bottle", 3)], ttl_ms=60_000)
    with pytest.raises(BelowCommitted) as refused:
        await stock.set_stock("shop", {"sample": 50, "bottle": 4})
    assert refused.value.details == {"variant": "bottle", "committed": 5}
    assert (await stock.levels("shop")).levels["sample"] == 5
    assert (await stock.set_stock("shop", {"bottle": 5})).levels == {"bottle": 0}
    await audit.check(redis)


async def test_what_is_set_is_in_sql(stock: StockService, db: Database) -> None:
    await stock.set_stock("shop", {"bottle": 30})
    assert (await StockLedger(db).stocked("shop"))[0] == {"bottle": 30, "sample": 5}


async def test_settings_that_reach_sql_in_another_order_end_as_in_redis(
    stock: StockService, db: Database
) -> None:
    store, ledger = stock._store, StockLedger(db)
    _, first = await store.set_stock("shop", {"bottle": 30, "soap": 1})
    _, second = await store.set_stock("shop", {"bottle": 40})
    await ledger.set_stocked("shop", second)
    await ledger.set_stocked("shop", first)
    assert (await ledger.stocked("shop"))[0] == {"bottle": 40, "sample": 5, "soap": 1}
    await stock.drain("shop")
    assert (await ledger.stocked("shop"))[0] == {"bottle": 40, "sample": 5, "soap": 1}


async def test_a_setting_that_died_before_sql_gets_there_with_the_ledger(
    stock: StockService, db: Database
) -> None:
    await stock._store.set_stock("shop", {"bottle": 30})
    await stock.drain("shop")
    assert (await StockLedger(db).stocked("shop"))[0]["bottle"] == 30


async def test_after_a_wipe_nothing_is_decided_until_the_rebuild(
    stock: StockService, redis: RedisClient
) -> None:
    await sell(stock, "order", 4)
    await redis.flushall()
    with pytest.raises(StockNotLoaded):
        await stock.reserve("shop", "ann", "key-0001", [Want("bottle", 1)], ttl_ms=60_000)
    with pytest.raises(StockNotLoaded):  # and nobody is refunded for that
        await sell(stock, "order-2", 1)
    with pytest.raises(StockNotLoaded):
        await stock.set_stock("shop", {"bottle": 10})
    with pytest.raises(StockNotLoaded) as refused:
        await stock.levels("shop")
    assert isinstance(refused.value, Unavailable)
    assert (refused.value.code, refused.value.retryable) == ("unavailable", True)
    assert await audit.keys(redis) == []

    assert await stock.rebuild("shop", Facts({"bottle": 4}))
    assert (await stock.book("shop"))["bottle"] == Counts(stocked=10, available=6, held=0, sold=4)
    await audit.check(redis)


async def test_a_rebuild_is_a_new_epoch(stock: StockService, redis: RedisClient) -> None:
    before = await stock.levels("shop")
    await redis.flushall()
    await stock.rebuild("shop", Facts({}))
    assert (await stock.levels("shop")).epoch != before.epoch


async def test_a_rebuild_leaves_living_stock_alone(stock: StockService, redis: RedisClient) -> None:
    before = await stock.levels("shop")
    assert not await stock.rebuild("shop", Facts({"bottle": 9, "soap": 3}))
    assert await stock.levels("shop") == before


async def test_of_many_rebuilds_one_counts(stock: StockService, redis: RedisClient) -> None:
    await redis.flushall()
    done = await asyncio.gather(*(stock.rebuild("shop", Facts({"bottle": 4})) for _ in range(8)))
    assert sorted(done) == [False] * 7 + [True]
    assert (await stock.book("shop"))["bottle"].available == 6
    await audit.check(redis)


async def test_a_slow_rebuild_does_not_undo_what_came_after_a_fast_one(
    stock: StockService, redis: RedisClient, db: Database
) -> None:
    """The slow one has read SQL before the fast one opened the book and a unit was sold."""
    read, go_on = asyncio.Event(), asyncio.Event()

    class SlowLedger(StockLedger):
        async def stocked(self, shop: str) -> tuple[dict[str, int], int]:
            found = await super().stocked(shop)
            read.set()
            await go_on.wait()
            return found

    await redis.flushall()
    slow = asyncio.create_task(StockService(StockStore(redis), SlowLedger(db)).rebuild("shop", Facts({})))
    await read.wait()
    assert await stock.rebuild("shop", Facts({}))
    await sell(stock, "order", 10)
    go_on.set()
    assert not await slow
    assert (await stock.book("shop"))["bottle"].available == 0
    await audit.check(redis)


async def test_more_sold_than_sql_says_were_stocked(stock: StockService, redis: RedisClient) -> None:
    await redis.flushall()
    await stock.rebuild("shop", Facts({"bottle": 12, "soap": 1}))
    book = await stock.book("shop")
    assert (book["bottle"].available, book["soap"].available) == (0, 0)
    await audit.check(redis)


async def test_an_order_among_the_sold_ones_is_not_sold_again(
    stock: StockService, redis: RedisClient
) -> None:
    await redis.flushall()
    await stock.rebuild("shop", Facts({"bottle": 4}, orders=["order"]))
    await sell(stock, "order", 4)
    assert (await stock.book("shop"))["bottle"].sold == 4
    await audit.check(redis)


async def test_counters_without_their_epoch_are_not_trusted(stock: StockService, redis: RedisClient) -> None:
    await stock.reserve("shop", "ann", "key-0001", [Want("bottle", 3)], ttl_ms=60_000)
    await redis.delete(audit.key("shop", "meta"))
    await stock.rebuild("shop", Facts({}))
    assert (await stock.levels("shop")).levels == {"bottle": 10, "sample": 5}
    await audit.check(redis)


async def test_an_old_book_is_believed_where_it_refused_and_not_where_it_sold(
    stock: StockService, redis: RedisClient
) -> None:
    await sell(stock, "forgotten", 8)
    with pytest.raises(SoldOut):
        await sell(stock, "refused", 5)
    await stock.opening.close("shop")
    with pytest.raises(StockNotLoaded):
        await stock.reserve("shop", "ann", "key-0001", [Want("bottle", 1)], ttl_ms=60_000)
    assert await stock.rebuild("shop", Facts({}))  # SQL does not know of the sale
    with pytest.raises(SoldOut):  # it is refunded by now
        await sell(stock, "refused", 5)
    await sell(stock, "forgotten", 8)
    assert (await stock.book("shop"))["bottle"] == Counts(stocked=10, available=2, held=0, sold=8)
    await audit.check(redis)


async def test_a_closed_book_is_opened_with_the_holds_that_it_had(
    stock: StockService, redis: RedisClient
) -> None:
    """One was sold by what SQL says, one is paid, one stays, and for the last nothing is left."""
    holds = [
        (await stock.reserve("shop", f"buyer{n}", "key-0001", [Want("bottle", 2)], ttl_ms=60_000 + n)).hold
        for n in range(4)
    ]
    await stock.opening.close("shop")
    paid = InFlight(holds[3].id, "buyer3", [Units("bottle", 2)], "")
    facts = Facts({"bottle": 5}, orders=["order"], holds=[holds[0].id], in_flight=[paid])
    assert await stock.rebuild("shop", facts)
    states = {hold: record[0] for hold, record in (await audit.holds(redis, "shop")).items()}
    assert [states[hold.id] for hold in holds] == ["committed", "held", "expired", "held"]
    assert (await stock.book("shop"))["bottle"] == Counts(stocked=10, available=1, held=4, sold=5)
    assert (await stock.hold("shop", holds[1].id, "buyer1")).deadline == holds[1].deadline


async def test_a_setting_from_before_a_wipe_does_not_win_over_one_from_after(
    stock: StockService, redis: RedisClient, db: Database
) -> None:
    for n in range(20):  # of these, SQL never hears
        await stock._store.set_stock("shop", {"bottle": 20 + n})
    _, late = await stock._store.set_stock("shop", {"bottle": 50})
    await redis.flushall()
    await stock.rebuild("shop", Facts({}))
    await stock.set_stock("shop", {"bottle": 7})
    await StockLedger(db).set_stocked("shop", late)
    assert (await StockLedger(db).stocked("shop"))[0]["bottle"] == 7


async def test_senseless_amounts_never_reach_redis(stock: StockService) -> None:
    for amount in (-1, 10**9 + 1):
        with pytest.raises(ValueError, match="units"):
            await stock.set_stock("shop", {"bottle": amount})
    with pytest.raises(ValueError, match="id"):
        await stock.set_stock("shop", {"a b": 1})

import pytest

from server.core.db import Database
from server.core.redis import RedisClient
from server.stock import StockLedger, StockService, StockStore
from server.stock.errors import HoldIsOver, HoldNotFound, TooManyExtensions
from server.stock.messages import Hold
from server.stock.records import Want
from tests.stock import audit


async def make_hold(stock: StockService) -> Hold:
    answer = await stock.reserve("shop", "ann", "key-0001", [Want("bottle", 1)], ttl_ms=60_000)
    return answer.hold


async def test_puts_the_deadline_off(stock: StockService, redis: RedisClient) -> None:
    hold = await make_hold(stock)
    answer = await stock.extend("shop", hold.id, "ann", "key-0002", ttl_ms=600_000)
    assert answer.hold.deadline >= hold.deadline + 500_000
    assert answer.hold.extensions_left == 9
    assert answer.levels.levels == {"bottle": 9}
    await audit.check(redis)


async def test_never_makes_a_deadline_earlier(stock: StockService, redis: RedisClient) -> None:
    hold = await make_hold(stock)
    answer = await stock.extend("shop", hold.id, "ann", "key-0002", ttl_ms=1)
    assert answer.hold.deadline == hold.deadline
    await audit.check(redis)


async def test_the_same_key_extends_once(stock: StockService) -> None:
    hold = await make_hold(stock)
    first = await stock.extend("shop", hold.id, "ann", "key-0002", ttl_ms=600_000)
    assert await stock.extend("shop", hold.id, "ann", "key-0002", ttl_ms=900_000) == first


async def test_ends_at_the_tenth(stock: StockService) -> None:
    hold = await make_hold(stock)
    deadline = hold.deadline
    for n in range(10):
        answer = await stock.extend("shop", hold.id, "ann", f"key-1{n:03}", ttl_ms=60_000 + n)
        assert answer.hold.extensions_left == 9 - n
        deadline = answer.hold.deadline
    with pytest.raises(TooManyExtensions):
        await stock.extend("shop", hold.id, "ann", "key-2000", ttl_ms=600_000)
    again = await stock.extend("shop", hold.id, "ann", "key-1009", ttl_ms=600_000)
    assert again.hold.deadline == deadline


async def test_as_often_as_the_service_was_told(
    stock: StockService, redis: RedisClient, db: Database
) -> None:
    strict = StockService(StockStore(redis), StockLedger(db), max_extensions=0)
    hold = await make_hold(strict)
    assert hold.extensions_left == 0
    with pytest.raises(TooManyExtensions):
        await strict.extend("shop", hold.id, "ann", "key-0002", ttl_ms=600_000)


async def test_an_overdue_hold_is_not_brought_back(stock: StockService, redis: RedisClient) -> None:
    hold = await make_hold(stock)
    await audit.lapse(redis, hold.id)
    with pytest.raises(HoldIsOver) as refused:
        await stock.extend("shop", hold.id, "ann", "key-0002", ttl_ms=600_000)
    assert refused.value.details == {"hold": hold.id, "state": "expired"}
    assert len(await stock.expire("shop")) == 1


async def test_a_hold_that_ended_stays_so(stock: StockService, redis: RedisClient) -> None:
    hold = await make_hold(stock)
    await stock.release("shop", hold.id, "ann")
    with pytest.raises(HoldIsOver):
        await stock.extend("shop", hold.id, "ann", "key-0002", ttl_ms=600_000)
    await audit.check(redis)


async def test_somebody_elses_hold_is_not_there(stock: StockService) -> None:
    hold = await make_hold(stock)
    with pytest.raises(HoldNotFound):
        await stock.extend("shop", hold.id, "bob", "key-0002", ttl_ms=600_000)
    with pytest.raises(HoldNotFound):
        await stock.extend("shop", "hold_none", "ann", "key-0002", ttl_ms=600_000)
    with pytest.raises(HoldNotFound):
        await stock.hold("shop", hold.id, "bob")

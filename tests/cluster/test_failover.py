"""The primary dies under a rush, and the Sentinels make the replica the primary."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from server.core.db import Database, metadata
from server.core.errors import Unavailable
from server.core.redis import connect
from server.stock import StockService, stock_service
from server.stock.errors import SoldOut
from server.stock.ledger import stock_levels, stock_movements
from server.stock.records import Units, Want
from tests.infra.redis_many import Watched, under_sentinels
from tests.stock import audit

# When a primary dies while redis-py connects to it, redis-py now and then forgets a connection.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

STOCK = 150
BUYERS = 200


@pytest.fixture
def watched() -> Iterator[Watched]:
    with under_sentinels() as servers:
        yield servers
        gc.collect()  # what it forgot is found here, and not in another test


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/test.db")
    async with database.engine.begin() as connection:
        await connection.run_sync(
            lambda sync: metadata.create_all(sync, tables=[stock_levels, stock_movements])
        )
    yield database
    await database.close()


async def buy(stock: StockService, number: int, held: dict[str, str]) -> None:
    """As a viewer does: the same key again, until there is an answer."""
    buyer = f"buyer{number}"
    async with asyncio.timeout(60):
        while True:
            try:
                want = [Want("bottle", 1, 5)]
                answer = await stock.reserve("shop", buyer, f"key-{number:08}", want, ttl_ms=600_000)
                held[buyer] = answer.hold.id
                return
            except SoldOut:
                return
            except Unavailable:
                await asyncio.sleep(0.05)


async def rush(stock: StockService, watched: Watched) -> dict[str, str]:
    """The holds that were acknowledged. A third of the way the primary is killed."""
    held: dict[str, str] = {}

    async def wave(numbers: range) -> None:
        await asyncio.gather(*(buy(stock, number, held) for number in numbers))

    first = BUYERS // 3
    await wave(range(first))
    rest = asyncio.create_task(wave(range(first, BUYERS)))
    await asyncio.sleep(0)
    watched.primary.kill()
    await rest
    return held


async def settle(stock: StockService, held: dict[str, str]) -> set[str]:
    """Everybody who was told of a hold pays. Answers whose payment has to be given back."""
    nothing_left = set()
    for buyer, hold in held.items():
        try:
            await stock.commit("shop", f"order-{buyer}", hold, buyer, [Units("bottle", 1)])
        except SoldOut:
            nothing_left.add(buyer)
    return nothing_left


async def test_no_unit_is_sold_twice(watched: Watched, db: Database) -> None:
    """Holds that were acknowledged a moment before the crash may be lost with it. Who pays for such a one
    gets a unit that is left, or the money back."""
    redis = connect(watched.url)
    stock = stock_service(redis, db)
    await stock.set_stock("shop", {"bottle": STOCK})
    held = await rush(stock, watched)
    assert len(held) >= STOCK
    await audit.check(redis)
    known = await audit.holds(redis, "shop")
    nothing_left = await settle(stock, held)
    assert nothing_left <= {buyer for buyer, hold in held.items() if hold not in known}
    await audit.check(redis)
    sold = await audit.counters(redis, "shop", "sold")
    assert sold == {"bottle": len(held) - len(nothing_left)}
    assert sold["bottle"] <= STOCK
    await stock.close()
    await redis.aclose()


async def test_what_a_replica_has_outlives_the_primary(watched: Watched, db: Database) -> None:
    """With REDIS_WAIT_REPLICAS: what was answered is never lost."""
    redis = connect(watched.url)
    careful = stock_service(redis, db, wait_replicas=1)
    await careful.set_stock("shop", {"bottle": STOCK})
    held: dict[str, str] = {}
    await asyncio.gather(*(buy(careful, number, held) for number in range(50)))
    watched.primary.kill()
    plain = stock_service(redis, db)  # there is no second replica to wait for any more
    await buy(plain, 50, held)
    assert set(held.values()) <= (await audit.holds(redis, "shop")).keys()
    assert await settle(plain, held) == set()
    await audit.check(redis)
    await careful.close()
    await plain.close()
    await redis.aclose()


async def test_without_that_many_replicas_nothing_is_acknowledged(watched: Watched, db: Database) -> None:
    """And the same key asks for the same hold, which is there."""
    redis = connect(watched.url)
    careful, plain = stock_service(redis, db, wait_replicas=2), stock_service(redis, db)
    await plain.set_stock("shop", {"bottle": 1})
    want = [Want("bottle", 1, 5)]
    with pytest.raises(Unavailable):
        await careful.reserve("shop", "ada", "key-00000001", want, ttl_ms=600_000)
    answer = await plain.reserve("shop", "ada", "key-00000001", want, ttl_ms=600_000)
    assert answer.levels.levels == {"bottle": 0}
    await audit.check(redis)
    await careful.close()
    await plain.close()
    await redis.aclose()

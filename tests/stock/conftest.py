"""Stock is tested on every server of this machine (old Redis, new Redis, Valkey), and on a cluster."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from server.core.db import Database, metadata
from server.core.redis import RedisClient
from server.stock import StockLedger, StockService, StockStore
from server.stock.ledger import stock_levels, stock_movements
from tests.infra.redis import redis, redis_binaries, redis_process
from tests.infra.redis_many import cluster_of_three

__all__ = ["db", "redis", "redis_url", "stock"]

SERVERS = redis_binaries()


@pytest.fixture(scope="session", params=[*SERVERS, "cluster"])
def redis_url(request: pytest.FixtureRequest) -> Iterator[str]:
    binary = SERVERS.get(request.param)
    with redis_process(binary) if binary else cluster_of_three() as url:
        yield url


@pytest_asyncio.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/test.db")
    async with database.engine.begin() as connection:
        await connection.run_sync(
            lambda sync: metadata.create_all(sync, tables=[stock_levels, stock_movements])
        )
    yield database
    await database.close()


@pytest_asyncio.fixture
async def stock(redis: RedisClient, db: Database) -> AsyncIterator[StockService]:
    """One shop's service, with 10 bottles and 5 samples in stock."""
    service = StockService(StockStore(redis), StockLedger(db))
    await service.set_stock("shop", {"bottle": 10, "sample": 5})
    yield service
    await service.close()

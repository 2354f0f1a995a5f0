"""Holds and the stock ledger: who gets a unit, decided in one atomic step."""

from collections.abc import Callable, Sequence

from server.core.db import Database
from server.core.redis import RedisClient
from server.stock.ledger import StockLedger
from server.stock.line import LineService, LineStore
from server.stock.messages import Pick
from server.stock.records import Units
from server.stock.service import StockService
from server.stock.store import StockStore

__all__ = [
    "LineService",
    "LineStore",
    "StockLedger",
    "StockService",
    "StockStore",
    "line_service",
    "stock_service",
]


def stock_service(
    redis: RedisClient,
    db: Database,
    *,
    picks: Callable[[str, Sequence[Units]], list[Pick]] = lambda _context, _lines: [],
    wait_replicas: int = 0,
) -> StockService:
    """Close it before the Redis client and the database. `picks`: as `StockService` says; `wait_replicas`: as
    `StockStore` does."""
    return StockService(StockStore(redis, wait_replicas=wait_replicas), StockLedger(db), picks=picks)


def line_service(redis: RedisClient, stock: StockService, *, wait_replicas: int = 0) -> LineService:
    return LineService(LineStore(redis, wait_replicas=wait_replicas), stock)

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
) -> StockService:
    """Close it before the Redis client and the database. `picks`: as `StockService` says."""
    return StockService(StockStore(redis), StockLedger(db), picks=picks)


def line_service(redis: RedisClient, stock: StockService) -> LineService:
    return LineService(LineStore(redis), stock)

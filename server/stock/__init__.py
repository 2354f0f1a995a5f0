"""Holds and the stock ledger: who gets a unit, decided in one atomic step."""

from server.core.db import Database
from server.core.redis import RedisClient
from server.stock.ledger import StockLedger
from server.stock.service import StockService
from server.stock.store import StockStore

__all__ = ["StockLedger", "StockService", "StockStore", "stock_service"]


def stock_service(redis: RedisClient, db: Database) -> StockService:
    """Close it before the Redis client and the database."""
    return StockService(StockStore(redis), StockLedger(db))

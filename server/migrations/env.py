"""How Alembic reaches the database. Run through `proofcast migrate`."""

import asyncio
import importlib
from typing import Any

from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

from server.core.db import metadata

TABLES = (
    "accounts.store",
    "streams.store",
    "catalog.store",
    "pins.store",
    "polls.store",
    "stock.ledger",
    "chat.register",
    "rooms.store",
    "payments.store",
    "conversions.store",
    "checkout.store",
    "checkout.delivery_store",
    "checkout.receipt_store",
)
for name in TABLES:
    importlib.import_module(f"server.{name}")


def _migrate(connection: Any) -> None:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run(url: str) -> None:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


asyncio.run(_run(context.config.attributes["url"]))

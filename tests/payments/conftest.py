from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from server.core.clock import Clock
from server.core.db import Database, metadata
from server.payments.store import PaymentEventStore, payment_events
from tests.infra.stripe import gateway, receiver, shared_standin, standin

__all__ = ["clock", "database", "gateway", "inbox", "receiver", "shared_standin", "standin"]


class HeldClock(Clock):
    """Time passes when the test says so."""

    def __init__(self) -> None:
        self.at = 1_800_000_000_000

    def now_ms(self) -> int:
        return self.at


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/test.db")
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: metadata.create_all(sync, tables=[payment_events]))
    yield database
    await database.close()


@pytest.fixture
def inbox(database: Database, clock: HeldClock) -> PaymentEventStore:
    return PaymentEventStore(database, clock)

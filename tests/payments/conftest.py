import pytest

from server.core.db import Database
from server.payments.store import PaymentEventStore
from tests.infra.clock import HeldClock
from tests.infra.stripe import gateway, standin

__all__ = ["clock", "gateway", "inbox", "standin"]


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def inbox(database: Database, clock: HeldClock) -> PaymentEventStore:
    return PaymentEventStore(database, clock)

from collections.abc import AsyncIterator

import pytest

from server.core.settings import Settings
from server.worker import Worker
from tests.infra.show import Show, running_show
from tests.infra.stripe import StandIn


@pytest.fixture
async def quiet(settings: Settings, shared_standin: StandIn) -> AsyncIterator[Show]:
    """A shop without a worker: nothing is settled and no hold ends but by the test."""
    async with running_show(settings, shared_standin, worker=False) as running:
        await Worker(running.services).stock()  # a worker was here once, and opened the book
        yield running

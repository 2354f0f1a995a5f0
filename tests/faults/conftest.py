"""A show without a worker: nothing moves in it but what the test itself moves."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.core.settings import Settings
from tests.faults.client import Client
from tests.faults.stage import Stage, set_up
from tests.infra.show import Show, running_show, settings_for
from tests.infra.stripe import StandIn


@pytest.fixture
def settings(
    redis_url: str, redis: Any, database_url: str, tmp_path: Path, shared_standin: StandIn
) -> Settings:
    """On each database: what SQLite swallows, PostgreSQL may refuse."""
    return settings_for(redis_url, database_url, tmp_path, shared_standin)


@pytest.fixture
async def show(settings: Settings, shared_standin: StandIn) -> AsyncIterator[Show]:
    async with running_show(settings, shared_standin, worker=False) as running:
        yield running


@pytest.fixture
async def stage(show: Show) -> Stage:
    return await set_up(show)


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[Client]:
    client = Client(stage)
    yield client
    await client.close()

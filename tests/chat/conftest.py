from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.chat.records import Rules
from server.chat.store import ChatStore
from server.core.redis import RedisClient
from server.core.settings import Settings
from tests.chat.scene import Scene, Talk, scene_of
from tests.infra.clock import HeldClock
from tests.infra.show import settings_for
from tests.infra.stripe import StandIn


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
async def talk(redis: RedisClient, clock: HeldClock) -> Talk:
    talk = Talk(ChatStore(redis, clock), clock)
    await talk.store.open(talk.shop, talk.stream, "epoch", Rules())
    await talk.learn("ada", "bo")
    return talk


@pytest.fixture
async def scene(
    redis_url: str, redis: Any, database_url: str, tmp_path: Path, shared_standin: StandIn, clock: HeldClock
) -> AsyncIterator[Scene]:
    """On each database."""
    settings = settings_for(redis_url, database_url, tmp_path, shared_standin)
    async with scene_of(settings, clock) as scene:
        yield scene


@pytest.fixture
async def light(settings: Settings, clock: HeldClock) -> AsyncIterator[Scene]:
    """On SQLite: where the database is not the point."""
    async with scene_of(settings, clock) as scene:
        yield scene

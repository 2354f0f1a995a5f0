from collections.abc import AsyncIterator

import pytest

from tests.core.realtime.wire import Server, serving


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as running:
        yield running

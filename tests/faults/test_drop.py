"""A drop is running, and something dies, stalls or lies. When all has come to rest, the books add up.

What is checked is read from Redis, SQL and the stand-in by `tests.infra.auditor`, which shares nothing with
the server. `make chaos` runs these with 500 buyers.
"""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from server.core.redis_server import RedisServer
from server.migrations import upgrade
from tests.faults.drop import BUYERS, STOCK, Drop, running_drop
from tests.infra.engine import Engine, binary
from tests.infra.stripe import StandIn

SWING = max(2, STOCK // 8)
"""Payments that have gone through when it strikes."""
Harm = Callable[[Drop], Coroutine[Any, Any, None]]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once."""
    file = tmp_path_factory.mktemp("tables") / "empty.db"
    upgrade(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
def hold_seconds(request: pytest.FixtureRequest) -> int:
    return getattr(request, "param", 300)


@pytest.fixture
async def drop(
    tmp_path: Path, shared_standin: StandIn, tables: Path, hold_seconds: int
) -> AsyncIterator[Drop]:
    async with RedisServer(tmp_path / "redis", binary=binary()) as server:
        engine = Engine(tmp_path / "redis", server)
        async with running_drop(tmp_path, engine, shared_standin, tables, hold_seconds=hold_seconds) as drop:
            yield drop
        await engine.server.stop()


async def nothing(_drop: Drop) -> None:
    pass


async def go(drop: Drop, harm: Harm, then: Harm = nothing) -> None:
    """The drop runs, `harm` is done to it, and `then` something more; it comes to rest, and is audited."""
    await drop.is_up()
    await drop.run(harm)
    await then(drop)
    await drop.comes_to_rest()
    assert await drop.findings() == []
    assert sum(shopper.paid for shopper in drop.shoppers) >= SWING


async def test_workers_die(drop: Drop) -> None:
    async def harm(drop: Drop) -> None:
        for n in range(1, 4):
            await drop.paid(n * SWING)
            await drop.kill("worker")
            await drop.start("worker")

    await drop.start("web")
    await drop.start("worker")
    await go(drop, harm)


async def test_web_dies(drop: Drop) -> None:
    async def harm(drop: Drop) -> None:
        await drop.paid(SWING)
        await drop.kill("web")
        await drop.start("web")

    await drop.start("web")
    await drop.start("worker")
    await go(drop, harm)
    assert any(shopper.arrivals > 1 for shopper in drop.shoppers)


@pytest.mark.parametrize("wiped", [False, True], ids=["on_its_data", "wiped"])
async def test_redis_dies(drop: Drop, wiped: bool) -> None:
    async def harm(drop: Drop) -> None:
        await drop.paid(SWING)
        await drop.engine.kill()
        if wiped:
            await asyncio.to_thread(shutil.rmtree, drop.engine.folder)
        await drop.engine.start()

    await drop.start("web")
    await drop.start("worker")
    await go(drop, harm)


async def test_stripe_stands_still(drop: Drop) -> None:
    async def harm(drop: Drop) -> None:
        await drop.paid(SWING)
        os.kill(drop.standin.process.pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(4)  # longer than a connection is waited for
        finally:
            os.kill(drop.standin.process.pid, signal.SIGCONT)

    await drop.start("web")
    await drop.start("worker")
    await go(drop, harm)


async def test_stripe_is_slow(drop: Drop) -> None:
    async def harm(drop: Drop) -> None:
        await drop.standin.fault("^/v1/", "delay", times=10_000, delay_ms=2000)
        await drop.paid(2 * SWING)
        assert (await drop.standin.faults())[0]["hits"] > 2 * SWING
        await drop.standin.mend()

    await drop.start("web")
    await drop.start("worker")
    await go(drop, harm)


async def test_stripe_says_500_after_it_charged(drop: Drop) -> None:
    async def harm(drop: Drop) -> None:
        await drop.standin.fault("^/v1/", "status", method="POST", when="after", times=BUYERS // 2)

    await drop.start("web")
    await drop.start("worker")
    await go(drop, harm)
    assert (await drop.standin.faults())[0]["hits"] == BUYERS // 2


async def test_webhooks_come_often_and_in_any_order(drop: Drop) -> None:
    async def harm(drop: Drop) -> None:
        for n in range(1, 4):
            await drop.standin.webhooks(paused=True)
            await drop.paid(n * SWING)
            await drop.standin.webhooks(paused=False, order="random", duplicates=2)

    await drop.start("web")
    await drop.start("worker")
    await go(drop, harm)


async def test_webhooks_come_after_the_holds_deadline(drop: Drop) -> None:
    async def harm(drop: Drop) -> None:
        await drop.standin.webhooks(paused=True)
        for n in range(1, 4):
            await drop.paid(n * SWING)
            await drop.deadlines_pass()

    async def late(drop: Drop) -> None:
        await drop.standin.webhooks(paused=False, order="last")

    await drop.start("web")
    await drop.start("worker")
    await go(drop, harm, late)


@pytest.mark.parametrize("hold_seconds", [70], indirect=True)
@pytest.mark.parametrize(("where", "ahead_ms"), [("worker", 60_000), ("web", -60_000)])
async def test_a_clock_is_off_by_a_minute(drop: Drop, where: str, ahead_ms: int) -> None:
    async def harm(drop: Drop) -> None:
        await drop.paid(SWING)

    await drop.start("web", ahead_ms=ahead_ms if where == "web" else 0)
    await drop.start("worker")
    await drop.start("another worker", ahead_ms=ahead_ms if where == "worker" else 0)
    await go(drop, harm)

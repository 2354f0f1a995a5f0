"""A drop that runs: web, worker, Redis and the stand-in are processes, each of which a test may harm."""

import asyncio
import contextlib
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from benchmarks.buyers import Orders
from server.catalog.messages import CreateProduct, CreateVariant
from server.composition import Services
from server.core.processes import Child
from server.core.redis import RedisClient, connect
from server.core.settings import Settings
from server.pins.messages import ShowPin
from server.streams.messages import CreateStream
from tests.faults.shoppers import Shopper
from tests.infra.auditor import Auditor
from tests.infra.engine import Engine
from tests.infra.redis import free_port
from tests.infra.show import settings_for
from tests.infra.stripe import StandIn
from tests.stock import audit

T = TypeVar("T")
BUYERS = int(os.environ.get("PROOFCAST_BUYERS", "120"))
STOCK = max(10, BUYERS // 3)
RUSH_S = 2.0
"""Over how long they come: the fault must find some before their tap, and some behind their payment."""
REST_S = 60.0
TOGETHER = 50
"""Who taps at the same moment."""


@dataclass
class Drop:
    engine: Engine
    standin: StandIn
    folder: Path
    environ: dict[str, str]
    database_url: str
    shop: str
    visit: Orders
    children: dict[str, Child] = field(default_factory=dict)
    shoppers: list[Shopper] = field(default_factory=list)

    # Its processes

    async def start(self, name: str, *, ahead_ms: int = 0) -> None:
        """`web`, or a worker of any other name. Its clock is `ahead_ms` ahead of everybody's, or behind."""
        command = ["serve"] if name == "web" else ["worker"]
        program = ["-m", "tests.faults.other_clock", str(ahead_ms)] if ahead_ms else ["-m", "server"]
        self.children[name] = await Child.start(
            name, [sys.executable, *program, *command], self.environ, self.folder / f"{name}.log"
        )

    async def kill(self, name: str) -> None:
        """As a power cut does."""
        self.children[name].kill()
        await self.children[name].ended()

    async def is_up(self) -> None:
        async with aiohttp.ClientSession() as session, asyncio.timeout(60):
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.visit.url}/readyz") as response:
                        opened = await self._redis(lambda redis: redis.exists(self._key("stocked")))
                        if response.status == 200 and opened:
                            return
                await asyncio.sleep(0.05)

    # What happens in it

    async def run(self, harm: Callable[["Drop"], Coroutine[Any, Any, None]]) -> None:
        """Everybody comes, taps, pays or does not; `harm` is done meanwhile. Returns when all have gone."""
        connector = aiohttp.TCPConnector(limit=0)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=15)) as session,
            asyncio.timeout(180),
            asyncio.TaskGroup() as group,
        ):
            group.create_task(harm(self))
            doors = asyncio.Semaphore(TOGETHER)
            for number in range(BUYERS):
                shopper = Shopper(self.visit, number, session, self.standin, doors)
                self.shoppers.append(shopper)
                group.create_task(shopper.shop(wait_s=RUSH_S * number / BUYERS))

    async def paid(self, some: int) -> None:
        """Returns when so many payments have gone through: the drop is in full swing."""
        async with asyncio.timeout(60):
            while sum(shopper.paid for shopper in self.shoppers) < some:
                await asyncio.sleep(0.01)

    async def comes_to_rest(self) -> None:
        """All deadlines pass; a minute passes for what a dead worker had taken on."""
        end = time.monotonic() + REST_S
        while left := await self._left():
            assert time.monotonic() < end, f"it does not come to rest: {left}"
            await self.deadlines_pass()
            await asyncio.sleep(0.3)

    async def deadlines_pass(self) -> None:
        """Of every hold there is, and of every order: the worker looks at it now."""

        async def lapse(redis: RedisClient) -> None:
            keys = [self._key("holds"), self._key("due")]
            for hold in await audit.holds(redis, self.shop):
                await redis.eval(audit.LAPSE, 2, *keys, hold)

        await self._redis(lapse)
        await self.sql("UPDATE orders SET check_at = 1 WHERE state = 'pending'")
        await self.sql(
            "UPDATE payment_events SET claimed_until = 0, next_attempt_at = 0 WHERE handled_at IS NULL"
        )

    async def _left(self) -> dict[str, int]:
        """What is not settled yet."""
        (orders,) = await self.sql("SELECT COUNT(*) FROM orders WHERE state = 'pending'")
        (events,) = await self.sql("SELECT COUNT(*) FROM payment_events WHERE handled_at IS NULL")
        held = await self._redis(lambda redis: audit.counters(redis, self.shop, "held"))
        untold = [
            event
            for event in await self.standin.events()
            if self.shop in event["body"] and not event["delivered"]
        ]
        found = {
            "orders": orders[0],
            "events": events[0],
            "held": sum(held.values()),
            "webhooks": len(untold),
        }
        return found if any(found.values()) else {}

    async def findings(self) -> list[str]:
        """What the auditor says, once the ledger is in SQL."""
        url, standin = self.engine.server.url, self.standin
        auditor = Auditor(url, self.database_url, standin.url, standin.secret_key, self.shop)
        stocked = await self._redis(lambda redis: audit.counters(redis, self.shop, "stocked"))
        given = {self.visit.variant: STOCK}
        return [
            *([] if stocked == given else [f"stocked: {stocked}"]),
            *await asyncio.to_thread(auditor.audit),
        ]

    async def sql(self, statement: str) -> list[tuple[int, ...]]:
        engine = create_async_engine(self.database_url, poolclass=NullPool)
        try:
            async with engine.begin() as sql:
                done = await sql.execute(text(statement))
                return [tuple(row) for row in done.all()] if done.returns_rows else []
        finally:
            await engine.dispose()

    async def _redis(self, ask: Callable[[RedisClient], Awaitable[T]]) -> T:
        redis = connect(self.engine.server.url)
        try:
            return await ask(redis)
        finally:
            await redis.aclose()

    def _key(self, name: str) -> str:
        return audit.key(self.shop, name)


@contextlib.asynccontextmanager
async def running_drop(
    folder: Path, engine: Engine, standin: StandIn, tables: Path, *, hold_seconds: int = 300
) -> AsyncIterator[Drop]:
    """A shop with one live stream that shows one product, `STOCK` units, two to a buyer. No process of ours
    runs yet."""
    await asyncio.to_thread(shutil.copy, tables, folder / "drop.db")
    database_url, port = f"sqlite+aiosqlite:///{folder / 'drop.db'}", free_port()
    settings = settings_for(
        engine.server.url, database_url, folder, standin,
        port=port, drain_seconds=0, max_sockets_per_address=100_000, max_connects_per_second=100_000,
    )  # fmt: skip
    shop, stream, pin, variant = await _scene(settings, hold_seconds)
    given = {name.upper(): str(value) for name, value in msgspec.structs.asdict(settings).items()}
    url = f"http://127.0.0.1:{port}"
    await standin.webhooks(url=f"{url}/webhooks/stripe", paused=False, forget=True)
    visit = Orders(url=url, stream=stream, first=0, number=BUYERS, pin=pin, variant=variant)
    environ = {**os.environ, **given}
    drop = Drop(engine, standin, folder, environ, database_url, shop, visit)
    try:
        yield drop
    finally:
        for child in drop.children.values():
            child.kill()
            await child.ended()
        await standin.reset()


async def _scene(settings: Settings, hold_seconds: int) -> tuple[str, str, str, str]:
    services = Services(settings)
    try:
        shop = await services.accounts.found_shop(
            slug="drop", name="Drop", currency="eur", allowed_origins=[], hold_seconds=hold_seconds
        )
        variant = CreateVariant(sku="DROP", name="50 ml", price=14500, stocked=STOCK, limit=2)
        body = CreateProduct(name="Cellar Batch", variants=[variant])
        product = await services.catalog.create(shop.id, shop.currency, body)
        await services.stock.set_stock(shop.id, {product.variants[0].id: STOCK})
        stream = await services.streams.create(shop, CreateStream(title="Drop", source_url="/media/clip.mp4"))
        await services.streams.start(shop, stream.id)
        shown = await services.pins.show(shop, stream.id, ShowPin(product=product.id, key="the-drop"))
        return shop.id, stream.id, shown[0].id, product.variants[0].id
    finally:
        await services.close()

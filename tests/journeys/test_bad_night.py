"""A show on the worst of nights: workers die, Redis is wiped, webhooks come twice, late and out of order, and
buyers change their minds. In the morning the books add up."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from server.checkout.store import orders
from server.core.settings import Settings
from server.migrations import upgrade
from server.payments.store import payment_events
from tests.checkout.scene import check_books, patiently
from tests.infra.show import Json, Refused, Show, Viewer, fresh_key, running_show
from tests.infra.stripe import ASKS, DECLINED, GOOD, StandIn
from tests.journeys.processes import WorkerProcess
from tests.stock import audit

STOCK, BUYERS, TROUBLES = 12, 24, 14
HONEST = {"stock.sold_out", "stock.limit", "stock.hold_ended", "stock.hold_not_found", "checkout.closed"}
"""What a buyer may be told on such a night. Anything else is a bug."""


@dataclass
class Night:
    show: Show
    worker: WorkerProcess
    dice: random.Random

    async def lapse(self, hold: str) -> None:
        """Time passes for a hold, if it lives: its deadline is over."""
        prefix = f"pc:{{{self.show.shop.id}}}:stock"
        await self.show.services.redis.eval(audit.LAPSE, 2, f"{prefix}:holds", f"{prefix}:due", hold)

    async def lapse_all(self) -> None:
        holds: Any = await self.show.services.redis.hkeys(f"pc:{{{self.show.shop.id}}}:stock:holds")
        for hold in holds:
            await self.lapse(hold)


@pytest.fixture(params=[1, 2])
async def night(
    request: pytest.FixtureRequest, settings: Settings, shared_standin: StandIn, tmp_path: Path
) -> AsyncIterator[Night]:
    await asyncio.to_thread(upgrade, settings.database_url)
    async with running_show(settings, shared_standin, worker=False) as show:
        worker = WorkerProcess(settings, tmp_path / "worker.log")
        await worker.start()
        try:
            yield Night(show, worker, random.Random(request.param))
        finally:
            await worker.kill()


async def buyer(night: Night, viewer: Viewer, pin: Any) -> None:
    """One who wants a unit or two, and does with it what people do."""
    dice = night.dice
    await asyncio.sleep(dice.random() * 4)
    try:
        key, quantity = fresh_key(), dice.choice([1, 1, 2])
        hold = await patiently(lambda: viewer.hold(pin, key=key, quantity=quantity))
        checkout: Json = await patiently(lambda: viewer.checkout(hold))
        mood = dice.choice(["pay", "pay", "pay", "pay late", "decline", "bank", "let go", "leave"])
        await asyncio.sleep(dice.random() * 2)
        if mood == "pay late":
            await night.lapse(hold["id"])
        if mood == "decline":
            await viewer.pay(checkout, DECLINED)
        if mood == "bank":
            await viewer.pay(checkout, ASKS)
            await night.show.standin.authenticate(checkout["client_secret"], success=dice.random() < 0.7)
        elif mood == "let go":
            path = f"/api/v1/orders/{checkout['order']['id']}/cancel"
            await patiently(lambda: viewer.call("POST", path))
        elif mood != "leave":
            await viewer.pay(checkout, GOOD)
    except Refused as refused:
        if refused.code not in HONEST:
            raise


async def trouble(night: Night) -> None:
    show, dice = night.show, night.dice
    for number in range(TROUBLES):
        await asyncio.sleep(dice.random() * 0.8)
        kind = "wipe" if number in (5, 10) else dice.choice(["kill", "again", "pause", "resume", "lapse"])
        if kind == "kill":
            await night.worker.kill()
            await night.worker.start()
        elif kind == "wipe":
            await show.services.redis.flushall()
        elif kind == "again":
            for event in await show.standin.events():
                if dice.random() < 0.3:
                    await show.standin.send_again(event["id"])
        elif kind == "pause":
            await show.standin.webhooks(paused=True)
        elif kind == "resume":
            await show.standin.webhooks(paused=False, order="random", duplicates=1)
        else:
            await night.lapse_all()


async def test_in_the_morning_the_books_add_up(night: Night) -> None:
    show = night.show
    product = await show.product(stock=STOCK, limit=2)
    stream = await show.stream()
    pin = await show.pin(stream, product)
    viewers = [await show.viewer(stream) for _ in range(BUYERS)]
    async with asyncio.TaskGroup() as group:
        group.create_task(trouble(night))
        for viewer in viewers:
            group.create_task(buyer(night, viewer, pin))

    # Morning: nothing stands in the way any more, and all deadlines have passed.
    await show.standin.webhooks(paused=False, order="random", duplicates=1)
    async with asyncio.timeout(60):
        while await pending(show):
            await night.lapse_all()
            async with show.services.db.begin() as sql:
                await sql.execute(update(orders).where(orders.c.state == "pending").values(check_at=1))
            await asyncio.sleep(0.25)
        while (await show.services.inbox.counts()).waiting:
            await lease_over(show)
            await asyncio.sleep(0.25)
        while (await show.counts(product))[1]:
            await asyncio.sleep(0.1)

    assert (await show.services.inbox.counts()).set_aside == 0
    await check_books(show)
    left, held, sold = await show.counts(product)
    assert (left + sold, held) == (STOCK, 0)
    assert sold > 0


async def lease_over(show: Show) -> None:
    """A minute passes for the events that a dead worker had taken on, and for those to be tried again."""
    waiting = payment_events.c.handled_at.is_(None)
    async with show.services.db.begin() as sql:
        await sql.execute(update(payment_events).where(waiting).values(claimed_until=0, next_attempt_at=0))


async def pending(show: Show) -> int:
    async with show.services.db.read() as sql:
        return len((await sql.execute(select(orders.c.id).where(orders.c.state == "pending"))).all())

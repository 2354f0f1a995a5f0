"""The worker: settles payments, ends overdue holds, closes polls, sends receipts, carries ledger and touches
to SQL.

Any number may run side by side: each step is safe to repeat, and to be done by two at once.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

from prometheus_client.core import Metric

from server.composition import WORKERS, Services, checks
from server.core.health import Health
from server.core.log import logger
from server.core.metrics import Lag, Metrics
from server.core.monitoring import MetricsPort
from server.core.news import News
from server.core.redis import AWAY
from server.core.settings import Settings
from server.core.signals import Ending
from server.core.steps import Steps
from server.core.tasks import TaskSet, Wake, repeat
from server.measuring import Waiting, of_worker, shared
from server.stock.errors import StockNotLoaded

RECONCILED_DAYS = 3
_log = logger("worker")


class Worker:
    """Each step answers whether there is more to do at once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.counted = Steps(services.tracing)
        self.waiting: Waiting = {}
        self.holds_expired = 0
        self._compared: set[str] = set()
        self._handlers = {
            "payment_intent.succeeded": services.settlement.succeeded,
            "payment_intent.canceled": services.settlement.cancelled,
            "charge.refunded": services.settlement.refunded,
        }

    async def settle(self) -> bool:
        return await self._services.inbox.run_once(self._handlers) > 0

    async def orders(self) -> bool:
        most = 50
        return await self._services.settlement.check_due(most) == most

    async def holds(self) -> bool:
        more = False
        for shop in await self._services.accounts.shop_ids():
            expired = len(await self._services.stock.expire(shop, most=256))
            self.holds_expired += expired
            more |= expired == 256
        return more

    async def stock(self) -> bool:
        """Opens the stock where Redis was wiped, or is another process than it was."""
        for shop in await self._services.accounts.shop_ids():
            if await self._services.stock.is_open(shop):
                continue
            if await self._services.recovery.open_stock(shop):
                _log.info("stock was opened from SQL", shop=shop)
                self._compared.discard(shop)
        return False

    async def reconcile(self) -> bool:
        """Compares Redis, SQL and Stripe: when it begins, and when the stock was opened anew."""
        for shop in await self._services.accounts.shop_ids():
            if shop not in self._compared:
                found = await self._services.reconciliation.run(shop, days=RECONCILED_DAYS, fix=True)
                for finding in found:
                    said = _log.error if finding.state == "person" else _log.warning
                    said("reconciled", shop=shop, state=finding.state, finding=finding.text)
                self._compared.add(shop)
        return False

    async def ledger(self) -> bool:
        more = False
        for shop in await self._services.accounts.shop_ids():
            with contextlib.suppress(StockNotLoaded):
                more |= await self._services.stock.drain(shop, most=500) == 500
        return more

    async def touches(self) -> bool:
        more = False
        for shop in await self._services.accounts.shop_ids():
            more |= await self._services.conversions.drain(shop) > 0
        return more

    async def polls(self) -> bool:
        """Closes those whose time is up, and finishes what was left half done."""
        most = 50
        return await self._services.poll_settlement.settle_due(most) == most

    async def receipts(self) -> bool:
        most = 5  # each takes 20 s at most, and all of them less than their lease
        return await self._services.receipts.send_due(most) == most

    async def backlog(self) -> bool:
        """Looks at what waits, for the figures."""
        shops = await self._services.accounts.shop_ids()
        self.waiting["inbox"] = await self._services.inbox.backlog()
        self.waiting["ledger"] = await self._services.stock.backlog(shops)
        self.waiting["touches"] = await self._services.conversions.backlog(shops)
        return False

    def collect(self) -> Iterator[Metric]:
        return of_worker(self._services, self.counted, self.waiting, self.holds_expired, self._services.clock)

    def start(self, tasks: TaskSet) -> Wake:
        """Begins all steps; the answer wakes the settling of payments."""
        inbox = Wake()
        for step, wake, idle_s in (
            (self.settle, inbox, 1.0),
            (self.orders, Wake(), 0.5),
            (self.holds, Wake(), 0.5),
            (self.stock, Wake(), 0.5),
            (self.reconcile, Wake(), 2.0),
            (self.ledger, Wake(), 0.5),
            (self.touches, Wake(), 0.5),
            (self.polls, Wake(), 0.25),
            (self.receipts, Wake(), 1.0),
            (self.backlog, Wake(), 5.0),
        ):
            name = step.__name__
            counted = self.counted.counted(name, step)
            tasks.spawn(repeat(counted, wake, name=name, idle_s=idle_s), name=name)
        return inbox


async def run(settings: Settings, ending: Ending) -> None:
    """Works until it is asked to end."""
    services = Services(settings)
    tasks = TaskSet()
    news = News(settings.redis_url)
    lag, metrics = Lag(), Metrics()
    worker = Worker(services)
    metrics.add(lambda: shared(services, lag))
    metrics.add(worker.collect)
    port = MetricsPort(metrics, Health(checks(services, news), tasks), settings)
    try:
        await port.listen()
        inbox = worker.start(tasks)

        async def nudge(_shop: str, _message: dict[str, Any]) -> None:
            inbox()

        async def resumed(_shop: str) -> None:
            inbox()

        tasks.spawn(news.run({"inbox": nudge}, resumed), name="news")
        tasks.spawn(_follow(news), name="follow")
        tasks.spawn(lag.run(), name="lag")
        _log.info("worker is ready")
        await ending.asked.wait()
    finally:
        await port.close()
        await tasks.close()
        await news.close()
        await services.close()


async def _follow(news: News) -> None:
    # Without news the inbox is looked at once a second all the same.
    while True:
        try:
            await news.follow(WORKERS)
            return
        except (*AWAY, OSError, TimeoutError):
            await asyncio.sleep(1)

"""The worker as a whole: it starts, wakes, shares, and ends when it is asked to."""

import asyncio
import os
import signal
from pathlib import Path

import msgspec
import pytest

from server.core.settings import Settings
from server.core.signals import Ending
from server.migrations import upgrade
from server.stock.errors import StockNotLoaded
from server.worker import Worker, run
from tests.checkout.scene import another, begin, check_books
from tests.infra.redis import redis_binaries, redis_process
from tests.infra.show import Show, running_show
from tests.infra.stripe import StandIn
from tests.journeys.processes import WorkerProcess


async def test_it_works_until_it_is_told_to_stop(quiet: Show) -> None:
    sale = await begin(quiet)
    await sale.pay()
    ending = Ending()
    working = asyncio.create_task(run(quiet.services.settings, ending))
    await sale.buyer.socket.told("order.changed")  # the last step of a sale
    ending()
    async with asyncio.timeout(10):
        await working
    await check_books(quiet)


async def test_many_run_side_by_side(quiet: Show) -> None:
    first = await begin(quiet, stock=8)
    sales = [first, *[await another(first) for _ in range(7)]]
    ending = Ending()
    workers = [asyncio.create_task(run(quiet.services.settings, ending)) for _ in range(3)]
    await asyncio.gather(*(sale.pay() for sale in sales[:4]))
    for sale in sales[4:]:
        await sale.lapse()
    for sale in sales[:4]:
        await sale.buyer.socket.told("order.changed")  # the last step of a sale
    for sale in sales[4:]:
        await sale.buyer.socket.told("hold.ended", hold=sale.hold["id"], reason="expired")
    ending()
    await asyncio.gather(*workers)
    assert await quiet.counts(first.product) == (4, 0, 4)
    ended = [data for name, data in sales[4].buyer.socket.heard if name == "hold.ended"]
    assert len(ended) == 1  # each hold ends once, however many sweep
    await check_books(quiet)


async def test_a_step_that_is_done_twice_does_nothing_the_second_time(quiet: Show) -> None:
    sale = await begin(quiet, stock=3)
    await sale.pay()
    await (await another(sale)).lapse()
    async with asyncio.timeout(10):
        while not (await quiet.services.inbox.counts()).waiting:
            await asyncio.sleep(0.02)
    worker = Worker(quiet.services)
    steps = (worker.settle, worker.orders, worker.holds, worker.stock, worker.ledger, worker.touches)
    for step in steps:
        while await step():
            pass
    before = await quiet.counts(sale.product), await sale.state()
    for step in steps:
        assert not await step()
    assert (await quiet.counts(sale.product), await sale.state()) == before == ((2, 0, 1), ("paid", None))
    await check_books(quiet)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_as_a_process_it_ends_when_asked(
    settings: Settings, shared_standin: StandIn, tmp_path: Path, how: signal.Signals
) -> None:
    await asyncio.to_thread(upgrade, settings.database_url)
    process = WorkerProcess(settings, tmp_path / "worker.log")
    async with running_show(settings, shared_standin, worker=False) as show:
        await process.start()
        try:
            await loaded(show)
            sale = await begin(show)
            await sale.pay()
            await sale.buyer.until_order(sale.checkout, "paid")
            os.kill(process.pid, how)
            assert await process.ended() == 0
        finally:
            await process.kill()
    log = (tmp_path / "worker.log").read_text()
    assert "worker is ready" in log
    assert "Traceback" not in log
    for secret in (settings.stripe_secret_key, settings.stripe_webhook_secret, settings.secret_key):
        assert secret not in log


async def loaded(show: Show) -> None:
    """The worker opens the book of a new shop by itself."""
    async with asyncio.timeout(20):
        while True:
            try:
                await show.services.stock.levels(show.shop.id)
                return
            except StockNotLoaded:
                await asyncio.sleep(0.05)


async def test_without_redis_it_starts_waits_and_ends_when_asked(
    settings: Settings, shared_standin: StandIn, tmp_path: Path
) -> None:
    with redis_process(next(iter(redis_binaries().values()))) as url:
        pass  # a port where nobody listens
    away = msgspec.structs.replace(settings, redis_url=url)
    await asyncio.to_thread(upgrade, settings.database_url)
    process = WorkerProcess(away, tmp_path / "worker.log")
    await process.start()
    try:
        async with asyncio.timeout(30):
            while "news are away" not in (tmp_path / "worker.log").read_text():
                await asyncio.sleep(0.05)
        os.kill(process.pid, signal.SIGTERM)
        assert await process.ended() == 0
    finally:
        await process.kill()

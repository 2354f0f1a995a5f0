"""What the worker counts, and the port at which it says so."""

import asyncio
import socket

import aiohttp
import msgspec
from prometheus_client.parser import text_string_to_metric_families

from server.core.metrics import Metrics
from server.core.signals import Ending
from server.worker import Worker, run
from tests.checkout.scene import another, begin
from tests.infra.show import Show


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


async def figures(worker: Worker) -> dict[tuple[str, ...], float]:
    """By name and the values of the labels, which are in the order of their names."""
    metrics = Metrics()
    metrics.add(worker.collect)
    text = (await metrics.text()).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_what_waits_is_told_with_its_age_until_it_is_done(quiet: Show) -> None:
    sale = await begin(quiet, stock=3)
    await (await another(sale)).lapse()
    await sale.pay()
    worker = Worker(quiet.services)
    async with asyncio.timeout(20):
        while not worker.waiting.get("inbox", (0, None))[0]:  # Stripe takes a moment
            await worker.backlog()
    before = await figures(worker)
    for queue in ("inbox", "ledger", "touches"):
        assert before["proofcast_backlog_entries", queue] >= 1, queue
        assert 0 <= before["proofcast_backlog_oldest_seconds", queue] < 60, queue
    later = Worker(quiet.services)
    later.waiting = {"inbox": (1, quiet.services.clock.now_ms() - 90_000)}
    assert (await figures(later))["proofcast_backlog_oldest_seconds", "inbox"] >= 90

    for step in (worker.settle, worker.holds, worker.ledger, worker.touches):
        while await step():
            pass
    await worker.backlog()
    after = await figures(worker)
    for queue in ("inbox", "ledger", "touches"):
        assert after["proofcast_backlog_entries", queue] == 0, queue
        assert after["proofcast_backlog_oldest_seconds", queue] == 0, queue
    assert after["proofcast_settlements_total", "paid"] == 1
    assert after[("proofcast_holds_expired_total",)] == 1


async def test_a_step_that_fails_is_counted_as_that(quiet: Show) -> None:
    worker = Worker(quiet.services)

    async def fails() -> bool:
        raise OSError("away")

    async def works() -> bool:
        return True

    assert await worker.counted.counted("works", works)()
    for _ in range(2):
        try:
            await worker.counted.counted("fails", fails)()
        except OSError:
            continue
    found = await figures(worker)
    assert found["proofcast_steps_total", "ok", "works"] == 1
    assert found["proofcast_steps_total", "failed", "fails"] == 2
    assert found["proofcast_step_seconds_count", "fails"] == 2


async def test_with_a_port_it_answers_while_it_works(quiet: Show) -> None:
    port, ending = free_port(), Ending()
    settings = msgspec.structs.replace(quiet.services.settings, metrics_port=port)
    working = asyncio.create_task(run(settings, ending))
    url = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession() as http, asyncio.timeout(20):
        while True:
            try:
                async with http.get(url + "/readyz") as answer:
                    if answer.status == 200:
                        break
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.05)
        async with http.get(url + "/healthz") as answer:
            assert answer.status == 200
        text = ""
        while 'proofcast_steps_total{outcome="ok",step="backlog"}' not in text:
            async with http.get(url + "/metrics") as answer:
                assert answer.status == 200
                text = await answer.text()
            await asyncio.sleep(0.05)
        assert 'proofcast_backlog_entries{queue="inbox"} 0.0' in text
        ending()
        await working
        try:
            async with http.get(url + "/healthz"):
                raise AssertionError("it answers still")
        except aiohttp.ClientConnectionError:
            pass

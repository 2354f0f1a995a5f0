"""Redis, Stripe, SQL or a process of ours is away: what can wait waits, the rest says so, all comes back."""

import asyncio
import contextlib
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import web

from server.app import build
from server.core.redis_server import RedisServer
from server.streams.messages import StreamView
from tests.checkout.scene import Sale, another, begin, books_in_the_end, patiently
from tests.infra.engine import Engine, binary
from tests.infra.show import Json, Refused, Show, Socket, fresh_key, running_show, settings_for, start_worker
from tests.infra.stripe import StandIn
from tests.stock import audit


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    server = RedisServer(tmp_path / "redis", binary=binary())
    await server.start()
    engine = Engine(tmp_path / "redis", server)
    yield engine
    await engine.server.stop()


@pytest.fixture
async def show(engine: Engine, tmp_path: Path, shared_standin: StandIn) -> AsyncIterator[Show]:
    settings = settings_for(
        engine.server.url, f"sqlite+aiosqlite:///{tmp_path / 'show.db'}", tmp_path, shared_standin
    )
    async with running_show(settings, shared_standin) as running:
        yield running


# Redis


async def refused_hold(sale: Sale) -> Refused:
    """What a tap is answered now."""
    with pytest.raises(Refused) as refused:
        await sale.buyer.hold(sale.pin)
    return refused.value


async def page(show: Show, path: str) -> int:
    async with show.http.get(show.url + path) as response:
        return response.status


async def missing(show: Show) -> set[str]:
    """What the server says it is not ready for want of."""
    async with show.http.get(show.url + "/readyz") as response:
        answer = await response.json()
        return set() if response.status == 200 else set(answer["error"]["details"]["away"])


async def until_missing(show: Show, parts: set[str]) -> None:
    async with asyncio.timeout(10):
        while await missing(show) != parts:
            await asyncio.sleep(0.05)


async def patient_page(show: Show, path: str) -> int:
    """The status when it is 200, or after five seconds."""
    for _ in range(100):
        if await page(show, path) == 200:
            break
        await asyncio.sleep(0.05)
    return await page(show, path)


async def held_again(sale: Sale) -> None:
    assert (await patiently(lambda: sale.buyer.hold(sale.pin)))["state"] == "held"


async def check_news(sale: Sale) -> None:
    """Everybody hears again what happens: a hold on the same connection, a pin."""
    sale.buyer.socket.heard.clear()
    await patiently(lambda: another(sale))  # a connection to the old Redis may be in the pool still
    await sale.buyer.socket.told("stock.changed")
    await another_pin(sale.show, sale.stream)
    await sale.buyer.socket.told("pin.shown")


async def another_pin(show: Show, stream: StreamView) -> None:
    """As the host's panel does it: again when Redis was away for a moment."""
    product = await patiently(lambda: show.call("POST", "/api/v1/host/products", product_body()))
    body = {"product": product["id"], "key": fresh_key()}
    await patiently(lambda: show.call("POST", f"/api/v1/host/streams/{stream.id}/pins", body))


def product_body() -> Json:
    variant = {"sku": fresh_key(), "name": "30 ml", "price": 4800, "stocked": 1, "limit": 1}
    return {"name": "Wet Slate", "variants": [variant], "key": fresh_key()}


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL], ids=["stuck", "dead"])
async def test_redis_away_and_back(show: Show, engine: Engine, how: signal.Signals) -> None:
    sale = await begin(show, stock=5)
    assert await page(show, "/readyz") == 200
    if how == signal.SIGSTOP:
        os.kill(engine.pid, signal.SIGSTOP)
    else:
        await engine.kill()
    try:
        refused = await refused_hold(sale)  # one try: the client's own time limit has not run out
        assert (refused.code, refused.body["retryable"]) == ("unavailable", True)
        # A server that is stuck keeps its connections: the news are not missed for a while.
        await until_missing(show, {"redis"} if how == signal.SIGSTOP else {"redis", "news"})
        for path in ("/healthz", "/host", f"/watch/{sale.stream.id}"):
            assert await page(show, path) == 200, path
    finally:
        if how == signal.SIGSTOP:
            os.kill(engine.pid, signal.SIGCONT)
    if how == signal.SIGKILL:
        await engine.start()
    await held_again(sale)  # on the very connection that was open all along
    assert await patient_page(show, "/readyz") == 200
    await check_news(sale)
    await sale.pay()
    await sale.buyer.until_order(sale.checkout, "paid")
    await books_in_the_end(show)


async def test_redis_back_without_its_data(show: Show, engine: Engine, tmp_path: Path) -> None:
    """The machine died with its disk: stock comes back from SQL, the rooms begin anew."""
    sale = await begin(show, stock=5)
    await sale.pay()
    await sale.buyer.until_order(sale.checkout, "paid")
    epoch = sale.buyer.joined["snapshot"]["epoch"]
    await engine.kill()
    await engine.start(tmp_path / "empty")
    await held_again(sale)
    assert await show.counts(sale.product) == (3, 1, 1)
    assert (await sale.buyer.socket.told("stream.changed"))["epoch"] != epoch
    anew = await sale.buyer.socket.ask(
        "room.join", {"stream": sale.stream.id, "since": {"epoch": epoch, "seq": 0}}
    )
    assert anew["snapshot"]["epoch"] != epoch
    await check_news(sale)
    await books_in_the_end(show)


async def test_a_payment_that_lands_while_redis_is_away(show: Show, engine: Engine) -> None:
    sale = await begin(show)
    await engine.kill()
    await sale.pay()
    async with asyncio.timeout(10):
        while not (counts := await show.services.inbox.counts()).failing:
            await asyncio.sleep(0.05)
    assert counts.set_aside == 0
    assert (await sale.buyer.order(sale.checkout))["state"] == "pending"
    await engine.start()
    await sale.buyer.until_order(sale.checkout, "paid", within_s=30)
    assert await show.counts(sale.product) == (0, 0, 1)
    await books_in_the_end(show)


async def test_touches_and_joining_say_so_too(show: Show, engine: Engine) -> None:
    sale = await begin(show)
    await engine.kill()
    touch = {"id": fresh_key(), "kind": "view", "channel": "live", "at": 0}
    for name, body in (
        ("touches.report", {"stream": sale.stream.id, "touches": [touch]}),
        ("room.join", {"stream": sale.stream.id}),
        ("hold.release", {"hold": sale.hold["id"]}),
        ("hold.extend", {"hold": sale.hold["id"], "key": fresh_key()}),
    ):
        with pytest.raises(Refused) as refused:
            await sale.buyer.socket.ask(name, body)
        assert (refused.value.code, refused.value.body["retryable"]) == ("unavailable", True), name
    with pytest.raises(Refused) as refused:
        await sale.buyer.checkout(sale.hold)
    assert (refused.value.status, refused.value.code) == (503, "unavailable")
    await engine.start()


# Stripe


@pytest.mark.parametrize("mode", ["drop", "status"])
async def test_stripe_away_keeps_the_hold(show: Show, mode: str) -> None:
    product, stream = await show.product(stock=1), await show.stream()
    pin, buyer = await show.pin(stream, product), await show.viewer(stream)
    hold = await buyer.hold(pin)
    await show.standin.fault("/v1/payment_intents$", mode, times=3, method="POST", status=503)
    with pytest.raises(Refused) as refused:
        await buyer.checkout(hold)
    assert (refused.value.status, refused.value.code) == (503, "unavailable")
    assert refused.value.body["retryable"]
    assert await show.counts(product) == (0, 1, 0)
    checkout = await buyer.checkout(hold)  # Stripe is back, the hold is still there
    assert checkout["deadline"] == hold["deadline"]
    assert (await buyer.pay(checkout))["status"] == "succeeded"
    await buyer.until_order(checkout, "paid")
    await books_in_the_end(show)


async def test_stripe_that_never_answers(show: Show) -> None:
    """It took the request and says nothing: the page is told in time, and the retry finds that payment."""
    product, stream = await show.product(stock=1), await show.stream()
    pin, buyer = await show.pin(stream, product), await show.viewer(stream)
    hold = await buyer.hold(pin)
    await show.standin.fault(
        "/v1/payment_intents$", "timeout", when="after", times=1, method="POST", delay_ms=12_000
    )
    with pytest.raises(Refused) as refused:
        await buyer.checkout(hold)
    assert refused.value.code == "unavailable"
    checkout = await buyer.checkout(hold)
    assert (await buyer.pay(checkout))["status"] == "succeeded"
    await buyer.until_order(checkout, "paid")
    await books_in_the_end(show)


async def test_a_hold_is_over_at_its_deadline_stripe_or_not(show: Show) -> None:
    product, stream = await show.product(stock=1), await show.stream()
    pin, buyer = await show.pin(stream, product), await show.viewer(stream)
    hold = await buyer.hold(pin)
    await show.standin.fault("/v1/payment_intents", "status", times=99, status=503)
    with pytest.raises(Refused):
        await buyer.checkout(hold)
    await audit.lapse(show.services.redis, hold["id"], show.shop.id)
    await buyer.socket.told("hold.ended", hold=hold["id"], reason="expired")
    assert await show.counts(product) == (1, 0, 0)


# The worker


async def test_without_a_worker_buying_works_and_settles_later(
    engine: Engine, tmp_path: Path, shared_standin: StandIn
) -> None:
    settings = settings_for(
        engine.server.url, f"sqlite+aiosqlite:///{tmp_path / 'w.db'}", tmp_path, shared_standin
    )
    async with running_show(settings, shared_standin, worker=False) as show:
        sale = await begin(show, stock=2)
        await sale.pay()
        async with asyncio.timeout(10):
            while not (await show.services.inbox.counts()).waiting:
                await asyncio.sleep(0.02)
        assert (await sale.buyer.order(sale.checkout))["state"] == "pending"
        # A hold that is overdue is taken back by the next who needs it, sweeper or not.
        lapsed = await another(sale)
        await lapsed.lapse()
        await another(sale)
        start_worker(show)
        await sale.buyer.until_order(sale.checkout, "paid")
        assert await show.counts(sale.product) == (0, 1, 1)
        await books_in_the_end(show)


# SQL


@pytest.fixture
def locked(tmp_path: Path) -> Callable[[], contextlib.AbstractContextManager[None]]:
    """Somebody holds SQLite's file for as long as the block lasts."""

    @contextlib.contextmanager
    def lock() -> Iterator[None]:
        other = sqlite3.connect(tmp_path / "show.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()

    return lock


async def test_without_sql_stripe_is_told_to_send_again(
    engine: Engine, tmp_path: Path, shared_standin: StandIn
) -> None:
    """A database that can't take it: 503, the stand-in comes again as Stripe does, and the order is paid."""
    settings = settings_for(
        engine.server.url, f"sqlite+aiosqlite:///{tmp_path / 'show.db'}", tmp_path, shared_standin
    )
    async with running_show(settings, shared_standin) as show:
        sale = await begin(show)
        async with show.services.db.begin() as sql:
            await sql.exec_driver_sql("ALTER TABLE payment_events RENAME TO elsewhere")
        await sale.pay()
        async with asyncio.timeout(10):
            while True:
                events = await show.standin.events(sale.payment)
                if events and events[-1]["last_status"] == 503:
                    break
                await asyncio.sleep(0.05)
        async with show.services.db.begin() as sql:
            await sql.exec_driver_sql("ALTER TABLE elsewhere RENAME TO payment_events")
        await sale.buyer.until_order(sale.checkout, "paid", within_s=30)
        await books_in_the_end(show)


async def test_sql_that_is_locked_for_a_while(
    show: Show, locked: Callable[[], contextlib.AbstractContextManager[None]]
) -> None:
    """Another program sits on the file: what writes waits for it; watching and holding go on."""
    sale = await begin(show, stock=5)
    with locked():
        await sale.pay()
        hold = await sale.buyer.hold(sale.pin)
        assert hold["state"] == "held"
        assert (await sale.buyer.order(sale.checkout))["state"] == "pending"
    await sale.buyer.until_order(sale.checkout, "paid", within_s=30)
    await books_in_the_end(show)


# Web


async def test_web_restarted_and_the_client_comes_back_for_what_it_missed(
    engine: Engine, tmp_path: Path, shared_standin: StandIn
) -> None:
    settings = settings_for(
        engine.server.url, f"sqlite+aiosqlite:///{tmp_path / 'show.db'}", tmp_path, shared_standin
    )
    async with running_show(settings, shared_standin) as show:
        product, stream = await show.product(stock=5), await show.stream()
        viewer = await show.viewer(stream)
        pin = await show.pin(stream, product)
        shown = await viewer.socket.told("pin.shown")
        hold = await viewer.hold(pin)
        # A second node, as after a restart; the first one's viewers come there.
        second = build(settings)
        runner = web.AppRunner(second, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            await viewer.socket.close()
            other = await show.product(name="Wet Slate")
            missed_pin = await show.pin(stream, other)
            socket = await Socket(f"http://127.0.0.1:{runner.addresses[0][1]}").connect(viewer.token)
            show.sockets.append(socket)
            joined = await socket.ask(
                "room.join",
                {"stream": stream.id, "since": {"epoch": shown["epoch"], "seq": shown["seq"]}},
            )
            assert joined["snapshot"] is None
            assert [(one["event"], one["data"]["pin"]["id"]) for one in joined["missed"]] == [
                ("pin.shown", missed_pin.id)
            ]
            assert joined["stock"]["levels"][show.level(product)] == 4
            # The hold is his there too.
            longer = await socket.ask("hold.extend", {"hold": hold["id"], "key": fresh_key()})
            assert longer["hold"]["id"] == hold["id"]
            await show.pin(stream, product)
            await show.services.pins.hide(show.shop, stream.id, missed_pin.id)
            await socket.told("pin.hidden", pin=missed_pin.id)
            await socket.close()
        finally:
            await runner.cleanup()


async def test_sql_that_hangs_does_not_hang_the_probe(show: Show) -> None:
    """Every connection is taken: who wants one waits, but for the probe."""
    async with contextlib.AsyncExitStack() as taken:
        for _ in range(15):
            await taken.enter_async_context(show.services.db.read())
        async with asyncio.timeout(8):  # far below the pool's own patience
            await until_missing(show, {"sql"})
        assert await page(show, "/healthz") == 200
    assert await patient_page(show, "/readyz") == 200

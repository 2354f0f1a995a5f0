"""Who may read a process's figures, and what a probe is told."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDict, CIMultiDictProxy

from server.core import monitoring
from server.core.auth import Grant
from server.core.clock import Clock
from server.core.errors import Unauthorized
from server.core.health import Health
from server.core.http import error_middleware
from server.core.metrics import Metrics
from server.core.monitoring import MetricsPort
from server.core.realtime import Realtime
from server.core.realtime.errors import NodeDraining
from server.core.realtime.metrics import collect
from server.core.settings import Settings, SettingsError
from server.core.tasks import TaskSet
from tests.infra.show import Refused, Show, Socket

TOKEN = "a-token-of-sixteen-or-more"
Start = Callable[[str], Awaitable["TestClient[web.Request, web.Application]"]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    tasks, clients = TaskSet(), []

    async def begin(token: str) -> "TestClient[web.Request, web.Application]":
        app = web.Application(middlewares=[error_middleware(lambda _request, _error: None)])
        monitoring.setup(app, Metrics(), Health({}, tasks), token)
        clients.append(TestClient(TestServer(app)))
        await clients[-1].start_server()
        return clients[-1]

    yield begin
    for client in clients:
        await client.close()
    await tasks.close()


async def test_without_a_token_this_machine_may_read(start: Start) -> None:
    client = await start("")
    async with client.get("/metrics") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        assert "python_info" in await answer.text()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Host": "shop.example"},
        {"Host": "127.0.0.1.shop.example"},
    ],
)
async def test_without_a_token_nobody_by_way_of_a_proxy(start: Start, headers: dict[str, str]) -> None:
    client = await start("")
    async with client.get("/metrics", headers=headers) as answer:
        assert answer.status == 404
        assert (await answer.json())["error"]["code"] == "not_found"


@pytest.mark.parametrize("given", ["", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer", "Bearer \xff"])
async def test_with_a_token_nobody_without_it(start: Start, given: str) -> None:
    client = await start(TOKEN)
    async with client.get("/metrics", headers={"Authorization": given}) as answer:
        assert answer.status == 403
        text = await answer.text()
        assert "auth.forbidden" in text
        assert TOKEN not in text


async def test_with_a_token_whoever_has_it(start: Start) -> None:
    client = await start(TOKEN)
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.9"}
    async with client.get("/metrics", headers=headers) as answer:
        assert answer.status == 200


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def settings(port: int) -> Settings:
    return Settings(
        redis_url="x",
        secret_key="x" * 32,
        stripe_secret_key="x",
        stripe_publishable_key="x",
        stripe_webhook_secret="x",
        metrics_port=port,
    )


async def test_a_port_for_the_figures_alone() -> None:
    tasks, port = TaskSet(), free_port()
    first = MetricsPort(Metrics(), Health({}, tasks), settings(port))
    await first.listen()
    try:
        async with aiohttp.ClientSession() as http:
            for path, status in (("/metrics", 200), ("/healthz", 200), ("/readyz", 200), ("/host", 404)):
                async with http.get(f"http://127.0.0.1:{port}{path}") as answer:
                    assert answer.status == status, path
        with pytest.raises(SettingsError, match=f"METRICS_PORT can't be used .{port} of 127.0.0.1"):
            await MetricsPort(Metrics(), Health({}, tasks), settings(port)).listen()
    finally:
        await first.close()
    await MetricsPort(Metrics(), Health({}, tasks), settings(0)).listen()  # none is wanted
    await tasks.close()


async def test_a_running_show_counts(show: Show) -> None:
    """What the figures say is what happened."""
    stream = await show.stream()
    pin, viewer = await show.pin(stream, await show.product(stock=1)), await show.viewer(stream)
    await viewer.hold(pin)
    async with show.http.get(show.url + "/nowhere/at/all") as answer:
        assert answer.status == 404
    async with show.http.get(show.url + "/metrics") as answer:
        lines = set((await answer.text()).splitlines())
    for line in (
        "proofcast_viewers 1.0",
        "proofcast_connections 1.0",
        'proofcast_connects_total{outcome="ok"} 1.0',
        'proofcast_commands_total{command="room.join",outcome="ok"} 1.0',
        'proofcast_commands_total{command="hold.create",outcome="ok"} 1.0',
        'proofcast_command_seconds_count{command="hold.create"} 1.0',
        "proofcast_hold_batch_size_count 1.0",
        'proofcast_http_requests_total{method="GET",route="none",status="404"} 1.0',
    ):
        assert line in lines, line
    assert any('command="stock.reserve"' in line for line in lines)
    assert not any(viewer.id in line or show.shop.id in line or stream.id in line for line in lines)


async def test_who_is_sent_away_is_counted_by_the_reason(show: Show) -> None:
    with pytest.raises(Refused):
        await Socket(show.url).connect("no pass")
    async with show.http.ws_connect(show.url + "/socket.io/?EIO=4&transport=websocket") as stranger:
        await stranger.send_str("no packet")
        while not (await stranger.receive()).type.name.startswith("CLOS"):
            pass
    async with show.http.get(show.url + "/metrics") as answer:
        lines = (await answer.text()).splitlines()
    assert 'proofcast_connects_total{outcome="auth.required"} 1.0' in lines
    assert 'proofcast_connections_ended_total{reason="policy"} 1.0' in lines


async def test_a_handshake_that_is_refused_is_counted_among_those_who_came() -> None:
    async def nobody(_token: object, _origin: str) -> Grant:
        raise Unauthorized("no")

    realtime = Realtime(nobody, Clock())
    realtime.engine.door.draining = True
    headers = CIMultiDictProxy(CIMultiDict[str]())
    for _ in range(2):
        with pytest.raises(NodeDraining):
            realtime.engine.door.handshake(asyncio.Transport(), headers, counted=False)
    metrics = Metrics()
    metrics.add(lambda: collect(realtime))
    assert b'proofcast_connects_total{outcome="node.draining"} 2.0' in await metrics.text()

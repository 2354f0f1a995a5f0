"""Spans: off they are nothing, on they tell what a purchase was made of, and nothing about the buyer."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from server.core.settings import Settings, SettingsError
from server.core.tracing import OFF, note, start_tracing
from tests.infra.show import Show, running_show
from tests.infra.stripe import StandIn

KINDS = {1: "internal", 2: "server", 3: "client"}


class Span(msgspec.Struct, frozen=True):
    name: str
    kind: str
    trace: str
    id: str
    parent: str
    failed: bool
    attributes: dict[str, Any]


class Collector:
    """Takes what an OpenTelemetry collector takes."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.raw = b""
        app = web.Application()
        app.router.add_post("/v1/traces", self._take)
        self.server = TestServer(app, host="127.0.0.1")

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.raw += body
        message = ExportTraceServiceRequest.FromString(body)
        for resource in message.resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    found = {
                        each.key: each.value.string_value or each.value.int_value for each in span.attributes
                    }
                    ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
                    self.spans.append(Span(span.name, KINDS[span.kind], *ids, span.status.code == 2, found))
        return web.Response(content_type="application/x-protobuf")

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span.name == name]

    def of(self, root: Span) -> set[str]:
        """The names of all that is in its trace."""
        return {span.name for span in self.spans if span.trace == root.trace}


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    collector = Collector()
    await collector.server.start_server()
    yield collector
    await collector.server.close()


async def buy(show: Show) -> tuple[str, str, list[str]]:
    """Answers the hold, the order, and what nobody may learn."""
    stream = await show.stream()
    pin, viewer = await show.pin(stream, await show.product()), await show.viewer(stream)
    hold = await viewer.hold(pin)
    checkout = await viewer.checkout(hold, email="buyer@example.com")
    await viewer.pay(checkout)
    await viewer.until_order(checkout, "paid")
    headers = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
    async with show.http.get(show.url + "/api/v1/orders/none", headers=headers) as answer:
        assert answer.status == 401
    return hold["id"], checkout["order"]["id"], [viewer.token, checkout["client_secret"]]


async def test_a_purchase_is_traced(
    collector: Collector, settings: Settings, shared_standin: StandIn
) -> None:
    endpoint = f"http://127.0.0.1:{collector.server.port}"
    settings = msgspec.structs.replace(settings, otel_exporter_otlp_endpoint=endpoint)
    async with running_show(settings, shared_standin) as show:
        hold, order, secrets = await buy(show)
    # All is sent when the show is down.
    [tap] = collector.named("hold.create")
    assert (tap.kind, tap.parent, tap.attributes["proofcast.hold"]) == ("server", "", hold)
    assert "redis stock.reserve" in collector.of(tap)

    [opened] = collector.named("POST /api/v1/checkouts")
    assert opened.attributes["proofcast.hold"] == hold
    assert opened.attributes["proofcast.order"] == order
    assert opened.attributes["http.response.status_code"] == 201
    [made] = collector.named("stripe create_payment")
    assert (made.kind, made.parent, made.trace) == ("client", opened.id, opened.trace)

    webhooks = {
        span.attributes.get("proofcast.payment_event") for span in collector.named("POST /webhooks/stripe")
    }
    settled = collector.named("settle payment_intent.succeeded")[-1]
    assert settled.attributes["proofcast.order"] == order
    assert settled.attributes["proofcast.payment_event"] in webhooks
    assert {"worker settle", "redis stock.commit"} <= collector.of(settled)

    [asked] = [span for span in collector.spans if span.trace == "a" * 32]
    assert (asked.name, asked.parent) == ("GET /api/v1/orders/{order}", "b" * 16)
    assert (asked.failed, asked.attributes["http.response.status_code"]) == (False, 401)

    for secret in (*secrets, "buyer@example.com", "4242", settings.secret_key):
        assert secret.encode() not in collector.raw


async def test_what_fails_is_marked_and_its_text_is_not_sent(collector: Collector) -> None:
    tracing = start_tracing(f"http://127.0.0.1:{collector.server.port}")
    for error in (KeyError("somebody@example.com"), SettingsError("somebody@example.com")):
        with pytest.raises(type(error)), tracing.span("outer"):
            raise error
    with tracing.span("outer"), tracing.span("inner"):
        note({"proofcast.order": "ord_1"})
    note({"proofcast.order": "ord_2"})  # no span runs
    await tracing.close()
    failed = [span for span in collector.named("outer") if span.failed]
    assert [span.attributes for span in failed] == [
        {"error.type": "KeyError"},
        {"error.type": "SettingsError"},
    ]
    [inner] = collector.named("inner")
    assert inner.attributes == {"proofcast.order": "ord_1"}
    assert b"somebody" not in collector.raw
    assert b"ord_2" not in collector.raw


async def test_a_collector_that_is_away_holds_nothing_up() -> None:
    tracing = start_tracing("http://127.0.0.1:1")
    with tracing.span("lost"):
        await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await tracing.close()


def test_off_is_nothing() -> None:
    assert start_tracing("") is OFF
    work = asyncio.sleep
    assert OFF.around("x", work) is work


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_without_an_endpoint_nothing_of_it_is_imported_and_nothing_is_needed() -> None:
    """By us. redis-py looks for the API by itself, and does without: so do we."""
    start = "import server.app, server.worker, server.cli; from server.core.tracing import start_tracing"
    done = run(
        f"import sys; {start}; start_tracing('')\n"
        "print([name for name in ('server.core.otel', 'opentelemetry.sdk.trace', 'opentelemetry.exporter')"
        " if name in sys.modules])"
    )
    assert done.stdout == "[]\n", done.stderr
    done = run(f"import sys; sys.modules['opentelemetry'] = None; {start}; start_tracing(''); print('fine')")
    assert done.stdout == "fine\n", done.stderr


def test_without_the_libraries_the_start_says_how_to_install_them() -> None:
    done = run(
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from server.core.tracing import start_tracing; start_tracing('http://127.0.0.1:4318')"
    )
    last = done.stderr.splitlines()[-1]
    assert "SettingsError: OTEL_EXPORTER_OTLP_ENDPOINT is set" in last
    assert "pip install '.[otel]'" in last

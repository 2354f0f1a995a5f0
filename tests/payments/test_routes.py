"""The webhook over real HTTP: who may put something into the inbox, and what Stripe is told."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from server.core.db import Database
from server.core.errors import Unavailable
from server.core.http import error_middleware
from server.core.ids import new_id
from server.payments import setup_routes
from server.payments.gateway import StripeGateway
from server.payments.store import PaymentEventStore
from standin.delivery import sign
from tests.infra.clock import HeldClock
from tests.infra.stripe import WEBHOOK_SECRET, StandIn, until

BODY = json.dumps(
    {"id": "evt_1", "type": "payment_intent.succeeded", "created": 1, "data": {"object": {"id": "pi_é"}}}
)


@dataclass
class Shop:
    url: str
    woken: list[int] = field(default_factory=list)
    wake_fails: bool = False

    async def post(self, body: str | bytes, signature: str | None) -> tuple[int, str | None]:
        """The status, and the code of the error if there is one."""
        headers = {"Stripe-Signature": signature} if signature is not None else {}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=body, headers=headers) as response,
        ):
            answer = await response.json()
            return response.status, answer.get("error", {}).get("code")


@asynccontextmanager
async def serving(inbox: PaymentEventStore, gateway: StripeGateway) -> AsyncIterator[Shop]:
    shop = Shop("")

    async def wake() -> None:
        shop.woken.append(1)
        if shop.wake_fails:
            raise Unavailable("away")

    app = web.Application(middlewares=[error_middleware(lambda _request, _error: None)])
    setup_routes(app, inbox=inbox, gateway=gateway, wake=wake)
    async with TestServer(app, host="127.0.0.1") as server:
        shop.url = str(server.make_url("/webhooks/stripe"))
        yield shop


@pytest_asyncio.fixture
async def shop(inbox: PaymentEventStore, gateway: StripeGateway) -> AsyncIterator[Shop]:
    async with serving(inbox, gateway) as shop:
        yield shop


def signed(body: str = BODY, secret: str = WEBHOOK_SECRET, age: int = 0) -> str:
    return sign(body, secret, int(time.time()) - age)


async def test_a_signed_event_is_stored_and_wakes_the_workers(shop: Shop, inbox: PaymentEventStore) -> None:
    assert await shop.post(BODY.encode(), signed()) == (200, None)
    [event] = await inbox.claim(10, 1000)
    assert (event.id, event.type, event.payload) == ("evt_1", "payment_intent.succeeded", BODY)
    assert shop.woken == [1]


async def test_a_duplicate_is_welcome_and_changes_nothing(shop: Shop, inbox: PaymentEventStore) -> None:
    for _ in range(3):
        assert await shop.post(BODY.encode(), signed()) == (200, None)
    assert (await inbox.counts()).waiting == 1
    assert shop.woken == [1]


async def test_workers_that_can_not_be_woken_are_no_reason_to_refuse(
    shop: Shop, inbox: PaymentEventStore
) -> None:
    shop.wake_fails = True
    assert await shop.post(BODY.encode(), signed()) == (200, None)
    assert (await inbox.counts()).waiting == 1


async def test_an_almost_old_one_is_taken(shop: Shop) -> None:
    assert await shop.post(BODY.encode(), signed(age=290)) == (200, None)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "garbage",
        "t=,v1=",
        "t=abc,v1=def",
        "v1=5257a869e7",
        f"t={int(time.time())}",
        f"t={int(time.time())},v1=" + "0" * 64,
        f"t={int(time.time())},v1=é",
        f"t={int(time.time())},v0={'0' * 64}",
        "t=99999999999999999999999,v1=00",
        signed(secret="whsec_other"),
        signed(BODY + " "),
        signed(age=301),
    ],
    ids=lambda value: str(value)[:24] or "empty",
)
async def test_what_stripe_did_not_sign_is_refused(
    shop: Shop, inbox: PaymentEventStore, signature: str | None
) -> None:
    assert await shop.post(BODY.encode(), signature) == (400, "payments.bad_signature")
    assert (await inbox.counts()).waiting == 0
    assert shop.woken == []


@pytest.mark.parametrize("body", ["", "{}", "[]", "not json", '{"id": 5}', '{"id":"evt_1","type":"x"}'])
async def test_signed_rubbish_is_refused(shop: Shop, inbox: PaymentEventStore, body: str) -> None:
    assert await shop.post(body.encode(), signed(body)) == (400, "payments.bad_signature")
    assert (await inbox.counts()).waiting == 0


async def test_bytes_that_are_no_text(shop: Shop) -> None:
    assert await shop.post(b"\xff\xfe", signed()) == (400, "payments.bad_signature")


async def test_too_long(shop: Shop, inbox: PaymentEventStore) -> None:
    body = BODY[:-1] + " " * (512 * 1024) + "}"
    assert await shop.post(body.encode(), signed(body)) == (413, "request.too_large")
    assert (await inbox.counts()).waiting == 0


async def test_without_sql_stripe_has_to_come_again(
    gateway: StripeGateway, clock: HeldClock, tmp_path: Path
) -> None:
    away = Database(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/test.db")
    async with serving(PaymentEventStore(away, clock), gateway) as shop:
        assert await shop.post(BODY.encode(), signed()) == (503, "unavailable")
        assert shop.woken == []
    await away.close()


async def test_from_card_to_inbox(
    shop: Shop, standin: StandIn, gateway: StripeGateway, inbox: PaymentEventStore
) -> None:
    """The whole way: the gateway, a browser, the stand-in's webhook, twice over."""
    await standin.webhooks(url=shop.url, duplicates=1)
    payment = await gateway.create_payment("ord_1", 4800, "eur", "A bottle", {}, new_id("key"))
    assert payment.client_secret
    await standin.confirm(payment.client_secret)
    await until(lambda: shop.woken)
    [event] = await inbox.claim(10, 1000)
    assert payment.id in event.payload

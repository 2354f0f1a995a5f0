"""The stand-in for Stripe, as the process that it is: started, controlled over HTTP, ended by its pid."""

import asyncio
import contextlib
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from server.payments.gateway import StripeGateway

SECRET_KEY, PUBLISHABLE_KEY, WEBHOOK_SECRET = "sk_test_standin", "pk_test_standin", "whsec_standin"

GOOD, DECLINED, NO_FUNDS = "4242424242424242", "4000000000000002", "4000000000009995"
EXPIRED, WRONG_CVC, ASKS = "4000000000000069", "4000000000000127", "4000002500003155"

Json = dict[str, Any]


@dataclass
class Reply:
    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class StandIn:
    """One running stand-in. What a browser would do has a method; so has what a test may do to it."""

    url: str
    process: "subprocess.Popen[bytes]"
    data: Path
    secret_key: str = SECRET_KEY
    publishable_key: str = PUBLISHABLE_KEY
    webhook_secret: str = WEBHOOK_SECRET

    def gateway(self, **changed: str) -> StripeGateway:
        """To be closed by the caller."""
        settings: dict[str, Any] = {
            "secret_key": self.secret_key,
            "publishable_key": self.publishable_key,
            "webhook_secret": self.webhook_secret,
            "api_base": self.url,
            "script": f"{self.url}/js.stripe.com/v3/",
        }
        return StripeGateway(**{**settings, **changed})

    async def call(
        self, method: str, path: str, params: Json | None = None, *, key: str | None = None, **headers: str
    ) -> Reply:
        """A request as the SDK sends it, with the secret key unless another is given."""
        given = {"Authorization": f"Bearer {key or self.secret_key}", **headers}
        flat = dict(_flatten(params or {}))
        query, form = (flat, None) if method == "GET" else (None, flat)
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.url + path, params=query, data=form, headers=given) as response,
        ):
            return Reply(response.status, await response.json(), dict(response.headers))

    async def confirm(self, client_secret: str, number: str = GOOD, **card: str) -> Reply:
        """What Stripe.js sends when the buyer presses pay."""
        payment = client_secret.partition("_secret_")[0]
        data = {"number": number, "exp_month": "12", "exp_year": "34", "cvc": "123", **card}
        params = {"client_secret": client_secret, "payment_method_data": {"type": "card", "card": data}}
        path = f"/v1/payment_intents/{payment}/confirm"
        return await self.call("POST", path, params, key=self.publishable_key)

    async def authenticate(self, client_secret: str, *, success: bool) -> Reply:
        """What the 3-D Secure page reports."""
        payment = client_secret.partition("_secret_")[0]
        params = {"client_secret": client_secret, "success": str(success).lower()}
        path = f"/v1/payment_intents/{payment}/_authenticate"
        return await self.call("POST", path, params, key=self.publishable_key)

    async def fault(self, path: str, mode: str, **more: Any) -> None:
        """For the next requests whose path matches; see `standin.faults.Fault`."""
        await self._control("POST", "faults", {"path": path, "mode": mode, **more})

    async def faults(self) -> list[Json]:
        return list(await self._control("GET", "faults"))

    async def webhooks(self, **settings: Any) -> None:
        """`url`, `paused`, `order`, `delay_ms`, `duplicates`, `forget`; see `standin.control.Control`."""
        await self._control("POST", "webhooks", settings)

    async def events(self, payment: str | None = None) -> list[Json]:
        """All events of a payment so far, whether or not they were delivered."""
        events = list(await self._control("GET", "events"))
        return [event for event in events if payment is None or payment in event["body"]]

    async def send_again(self, event: str) -> None:
        await self._control("POST", f"events/{event}/send")

    async def mend(self) -> None:
        """Ends all faults."""
        await self._control("DELETE", "faults")

    async def reset(self) -> None:
        await self.mend()
        await self.webhooks(url=None, paused=False, delay_ms=0, duplicates=0, forget=True)

    async def _control(self, method: str, what: str, body: Json | None = None) -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"{self.url}/_standin/{what}", json=body) as response,
        ):
            assert response.status == 200, await response.text()
            return await response.json()


def _flatten(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flatten(inner, f"{name}[{key}]" if name else key)
    else:
        yield name, str(value)


@contextlib.contextmanager
def standin_process(data: Path, *options: str, control: bool = True) -> Iterator[StandIn]:
    """A stand-in that lives for the block, unless the test ends it before."""
    command = [sys.executable, "-m", "standin", "--port", "0", "--data", str(data), "--first-retry-ms", "50"]
    if control:
        command.append("--fault-control")
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        ready, _, _ = select.select([process.stdout], [], [], 60)
        line = process.stdout.readline().decode() if ready else ""
        assert line.startswith("ready http://"), f"the stand-in did not start: {line!r}"
        yield StandIn(line.removeprefix("ready ").strip(), process, data)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


@pytest.fixture(scope="session")
def shared_standin() -> Iterator[StandIn]:
    with tempfile.TemporaryDirectory() as folder, standin_process(Path(folder)) as standin:
        yield standin


@pytest_asyncio.fixture
async def standin(shared_standin: StandIn) -> AsyncIterator[StandIn]:
    """One process for the whole run; no fault and no webhook of an earlier test is left in it."""
    await shared_standin.reset()
    yield shared_standin
    await shared_standin.reset()


@pytest_asyncio.fixture
async def gateway(standin: StandIn) -> AsyncIterator[StripeGateway]:
    gateway = standin.gateway()
    yield gateway
    await gateway.close()


@dataclass
class Receiver:
    """Somebody who takes webhooks. `statuses` are answered one after the other, then 200."""

    url: str
    statuses: list[int] = field(default_factory=list)
    got: list[tuple[str, bytes]] = field(default_factory=list)

    async def wait_for(self, count: int) -> list[tuple[str, bytes]]:
        """The first `count` (signature, body), as soon as they are here."""
        await until(lambda: len(self.got) >= count)
        return self.got[:count]


async def until(condition: Any, seconds: float = 20) -> None:
    """Polls for what happens in another process. Fails loudly when it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.01)


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    taken = Receiver("")

    async def receive(request: web.Request) -> web.Response:
        taken.got.append((request.headers["Stripe-Signature"], await request.read()))
        return web.Response(status=taken.statuses.pop(0) if taken.statuses else 200)

    app = web.Application()
    app.router.add_post("/hook", receive)
    async with TestServer(app, host="127.0.0.1") as server:
        taken.url = str(server.make_url("/hook"))
        yield taken

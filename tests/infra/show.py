"""A shop that runs: web and worker in this process, on real servers and the Stripe stand-in."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest
import socketio

from server.accounts.messages import ShopView
from server.app import SERVICES, build
from server.catalog.messages import CreateProduct, CreateVariant, Policy, ProductView
from server.composition import WORKERS, Services
from server.core.news import News
from server.core.settings import Settings
from server.core.tasks import TaskSet
from server.pins.messages import PinView, ShowPin
from server.polls.messages import OptionDraft, PollDraft
from server.streams.messages import CreateStream, StreamView
from server.web import listen
from server.worker import Worker
from tests.infra.stripe import GOOD, StandIn

Json = dict[str, Any]
PASSWORD = "correct-horse-battery"
EMAIL = "host@example.com"
_counter = itertools.count(1)


def fresh_key() -> str:
    """An idempotency key that no test used before."""
    return f"test-key-{next(_counter):06d}"


class Refused(Exception):
    """A coded error, as a client sees it."""

    def __init__(self, body: Json, status: int = 0) -> None:
        super().__init__(f"{body['code']}: {body['message']}")
        self.code: str = body["code"]
        self.body = body
        self.status = status


class Socket:
    """One connected client: what it asks, and what it was told."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = socketio.AsyncClient(reconnection=False)
        self._client.on("*", self._heard)
        self.heard: list[tuple[str, Json]] = []
        self._news = asyncio.Event()

    async def _heard(self, event: str, data: Json) -> None:
        self.heard.append((event, data))
        self._news.set()

    async def connect(self, token: object, **headers: str) -> Self:
        """Raises `Refused` with the error that the server gave."""
        failure: list[Any] = []
        self._client.on("connect_error", failure.append)
        try:
            await self._client.connect(
                self._url, auth={"token": token}, headers=headers, transports=["websocket"], wait_timeout=5
            )
        except socketio.exceptions.ConnectionError as error:
            await self._client.disconnect()
            given = failure[0] if failure else None
            if isinstance(given, dict) and "data" in given:
                raise Refused(given["data"]) from None
            raise error from None
        return self

    async def ask(self, name: str, *body: Any) -> Any:
        """The answer's data. Raises `Refused`."""
        answer = await self._client.call(name, body if len(body) != 1 else body[0], timeout=10)
        if not answer["ok"]:
            raise Refused(answer["error"])
        return answer["data"]

    async def told(self, name: str, *, within_s: float = 5.0, **fields: Any) -> Json:
        """The first such event, heard already or within the time."""
        async with asyncio.timeout(within_s):
            while True:
                for event, data in self.heard:
                    if event == name and all(data.get(k) == v for k, v in fields.items()):
                        return data
                self._news.clear()
                await self._news.wait()

    async def close(self) -> None:
        await self._client.disconnect()


@dataclass
class Show:
    """A running shop. `services` reach behind its edges, for setting a scene."""

    url: str
    services: Services
    standin: StandIn
    shop: ShopView
    http: aiohttp.ClientSession
    """Signed in as the host."""
    tasks: TaskSet
    sockets: list[Socket] = field(default_factory=list)
    worker: Worker | None = None

    # As the host

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The answer's JSON. Raises `Refused`."""
        return await call(self.http, method, self.url + path, body, **more)

    async def product(
        self,
        *,
        stock: int = 10,
        price: int = 4800,
        limit: int = 5,
        name: str = "Pale Root",
        policy: Policy = "hold",
    ) -> ProductView:
        variant = CreateVariant(
            sku=f"SKU-{next(_counter)}", name="30 ml", price=price, stocked=stock, limit=limit
        )
        made = await self.services.catalog.create(
            self.shop.id, self.shop.currency, CreateProduct(name=name, variants=[variant], policy=policy)
        )
        await self.services.stock.set_stock(self.shop.id, {made.variants[0].id: stock})
        return made

    async def stream(self, *, live: bool = True) -> StreamView:
        made = await self.services.streams.create(
            self.shop, CreateStream(title="Three vetivers", source_url="/media/clip.mp4")
        )
        return await self.services.streams.start(self.shop, made.id) if live else made

    async def pin(self, stream: StreamView, product: ProductView) -> PinView:
        body = ShowPin(product=product.id, key=fresh_key())
        return (await self.services.pins.show(self.shop, stream.id, body))[0]

    async def poll(self, stream: StreamView, *, opened: bool = True, **more: Any) -> str:
        """Of two options, `o1` and `o2`. Answers its id."""
        options = [OptionDraft(text="Pale Root"), OptionDraft(text="Wet Slate")]
        draft = PollDraft(**{"question": "Which next?", "options": options, **more})
        made = (await self.services.polls.create(self.shop, stream.id, draft)).poll.id
        if opened:
            await self.services.polls.open(self.shop, stream.id, made)
        return made

    # As a viewer

    async def get_pass(self, stream: StreamView, **body: Any) -> Json:
        found: Json = await self.call("POST", f"/api/v1/streams/{stream.id}/pass", body)
        return found

    async def viewer(self, stream: StreamView, *, join: bool = True) -> "Viewer":
        issued = await self.get_pass(stream)
        viewer = Viewer(self, stream, issued)
        await viewer.socket.connect(issued["token"])
        self.sockets.append(viewer.socket)
        if join:
            viewer.joined = await viewer.socket.ask("room.join", {"stream": stream.id})
        return viewer

    async def host_socket(self) -> Socket:
        issued = await self.call("POST", "/api/v1/host/socket-pass")
        socket = await Socket(self.url).connect(issued["token"])
        self.sockets.append(socket)
        return socket

    def level(self, product: ProductView) -> str:
        return product.variants[0].id

    async def counts(self, product: ProductView) -> tuple[int, int, int]:
        """available, held, sold"""
        count = (await self.services.stock.book(self.shop.id))[product.variants[0].id]
        assert count.available + count.held + count.sold == count.stocked
        return count.available, count.held, count.sold


class Viewer:
    """One viewer of a stream, with a socket and a pass."""

    def __init__(self, show: Show, stream: StreamView, issued: Json) -> None:
        self.show = show
        self.stream = stream
        self.id: str = issued["viewer"]
        self.token: str = issued["token"]
        self.socket = Socket(show.url)
        self.joined: Json = {}

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {self.token}"}) as session:
            return await call(session, method, self.show.url + path, body)

    async def hold(self, pin: PinView, *, key: str | None = None, quantity: int = 1) -> Json:
        """Answers the hold."""
        answer = await self.socket.ask(
            "hold.create",
            {
                "key": key or fresh_key(),
                "stream": self.stream.id,
                "pin": pin.id,
                "variant": pin.product.variants[0].id,
                "quantity": quantity,
            },
        )
        found: Json = answer["hold"]
        return found

    async def take_name(self, name: str) -> Json:
        """What the chat knows of this viewer then."""
        body = {"stream": self.stream.id, "as_name": name}
        found: Json = await self.socket.ask("chat.choose_name", body)
        return found

    async def say(self, text: str, *, kind: str = "message", key: str | None = None) -> Json:
        """The message as the chat has it."""
        body = {"stream": self.stream.id, "key": key or fresh_key(), "text": text, "kind": kind}
        found: Json = (await self.socket.ask("chat.say", body))["message"]
        return found

    async def checkout(self, hold: Json, **more: Any) -> Json:
        found: Json = await self.call("POST", "/api/v1/checkouts", {"hold": hold["id"], **more})
        return found

    async def pay(self, checkout: Json, card: str = GOOD) -> Json:
        """What Stripe answers to the buyer's browser."""
        reply: Json = (await self.show.standin.confirm(checkout["client_secret"], card)).body
        return reply

    async def order(self, checkout: Json) -> Json:
        found: Json = await self.call("GET", f"/api/v1/orders/{checkout['order']['id']}")
        return found

    async def until_order(self, checkout: Json, state: str, within_s: float = 15.0) -> Json:
        async with asyncio.timeout(within_s):
            while (order := await self.order(checkout))["state"] != state:
                await asyncio.sleep(0.05)
            return order


async def call(session: aiohttp.ClientSession, method: str, url: str, body: Any = None, **more: Any) -> Any:
    if body is not None:
        more["json"] = body
    async with session.request(method, url, **more) as response:
        answer = await response.json(content_type=None)
        if response.status >= 400:
            raise Refused(answer["error"], response.status)
        return answer


def settings_for(redis_url: str, database_url: str, data: Path, standin: StandIn, **changed: Any) -> Settings:
    given = {
        "redis_url": redis_url,
        "database_url": database_url,
        "secret_key": "a-secret-that-is-only-for-tests-0123456789",
        "stripe_secret_key": standin.secret_key,
        "stripe_publishable_key": standin.publishable_key,
        "stripe_webhook_secret": standin.webhook_secret,
        "stripe_api_base": standin.url,
        "stripe_js_url": f"{standin.url}/js.stripe.com/v3/",
        "data_dir": data,
        "public_url": "http://localhost:1",
    }
    return Settings(**{**given, **changed})


@contextlib.asynccontextmanager
async def running_show(
    settings: Settings, standin: StandIn, *, worker: bool = True, allowed_origins: tuple[str, ...] = ()
) -> AsyncIterator[Show]:
    """A new shop in an empty database and an empty Redis."""
    app = build(settings)
    services = app[SERVICES]
    from server.core.db import metadata

    async with services.db.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    shop = await services.accounts.found_shop(
        slug="atelier", name="Atelier", currency="eur", allowed_origins=list(allowed_origins)
    )
    await services.accounts.add_staff(shop.id, email=EMAIL, name="Host", password=PASSWORD)
    listening = await listen(app, "127.0.0.1", 0, shutdown_timeout=1)
    url = f"http://127.0.0.1:{listening.port}"
    await standin.webhooks(url=f"{url}/webhooks/stripe", paused=False, forget=True)
    tasks = TaskSet()
    news = News(settings.redis_url)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        show = Show(url, services, standin, shop, http, tasks)
        await show.call("POST", "/api/v1/session", {"email": EMAIL, "password": PASSWORD})
        if worker:
            start_worker(show, news)
            while not await services.stock.is_open(shop.id):
                await asyncio.sleep(0.01)
        try:
            yield show
        finally:
            for socket in show.sockets:
                await socket.close()
            await tasks.close()
            await news.close()
            await standin.reset()
            await listening.close()


def start_worker(show: Show, news: News | None = None) -> None:
    """The worker's steps, in this process."""
    show.worker = Worker(show.services)
    wake = show.worker.start(show.tasks)
    if news is None:
        return

    async def nudge(_shop: str, _message: Json) -> None:
        wake()

    async def resumed(_shop: str) -> None:
        wake()

    show.tasks.spawn(news.run({"inbox": nudge}, resumed), name="news")
    show.tasks.spawn(news.follow(WORKERS), name="follow")


@pytest.fixture
async def settings(redis_url: str, redis: Any, tmp_path: Path, shared_standin: StandIn) -> Settings:
    """Of a shop of its own: an empty Redis, an empty SQLite file."""
    return settings_for(
        redis_url, f"sqlite+aiosqlite:///{tmp_path / 'proofcast.db'}", tmp_path, shared_standin
    )


@pytest.fixture
async def show(settings: Settings, shared_standin: StandIn) -> AsyncIterator[Show]:
    async with running_show(settings, shared_standin) as running:
        yield running

"""Invariant 3: the events since `seq`, applied to the state at `seq`, equal a fresh snapshot.

Two web nodes write at once, on a real Redis; clients that came at any moment catch up by what they missed,
one hears everything as it is told, and Redis may be wiped in between.
"""

import asyncio
import contextlib
import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.accounts.messages import ShopView
from server.catalog.messages import CreateProduct, CreateVariant, ProductView
from server.composition import Services
from server.core.db import metadata
from server.core.errors import ProofcastError
from server.core.redis import news_channel
from server.core.settings import Settings
from server.pins.messages import ShowPin
from server.polls.messages import OptionDraft, PollDraft
from server.rooms.kept import snapshot
from server.stock.opening import Facts
from server.streams.errors import TimelineBusy
from server.streams.messages import ChangeStream, CreateStream, Moment
from tests.infra.show import fresh_key
from tests.rooms.outsider import Client, Json

_titles = itertools.count()

places = st.integers(0, 2)
steps = st.one_of(
    st.tuples(st.just("pin"), st.integers(0, 4), places),
    st.tuples(st.just("pin"), st.integers(0, 4), places),
    st.tuples(st.just("unpin"), st.integers(0, 2)),
    st.tuples(st.just("reorder"), st.permutations(range(3))),
    st.tuples(st.just("poll"), st.integers(0, 2)),
    st.tuples(st.just("poll"), st.integers(0, 2)),
    st.tuples(st.just("close poll"), st.integers(0, 2)),
    st.tuples(st.just("hide poll"), st.integers(0, 2)),
    st.tuples(st.just("title")),
    st.tuples(st.just("start")),
    st.tuples(st.just("end")),
    st.tuples(st.just("wipe")),
)
plans = st.lists(st.tuples(steps, steps), min_size=1, max_size=12)
"""Of each pair, both are done at the same time, each by another node."""


@dataclass
class World:
    """Two nodes of one shop with five products."""

    nodes: list[Services]
    shop: ShopView
    products: list[ProductView]

    async def join(self, node: int, stream: str, client: Client) -> None:
        services = self.nodes[node]
        room, since = await services.streams.room(await services.streams.get(stream)), client.since()
        missed = None
        if since is not None:
            moment = msgspec.convert(since, Moment)
            missed = await services.timeline.missed(self.shop.id, stream, moment, room)
        told = [{**event, "data": msgspec.json.decode(event["data"])} for event in missed or ()]
        shown = msgspec.to_builtins(snapshot(room)) if missed is None else None
        client.join({"snapshot": shown, "missed": told})

    async def fresh(self, node: int, stream: str) -> Client:
        client = Client()
        await self.join(node, stream, client)
        return client

    async def do(self, node: int, stream: str, step: tuple[Any, ...]) -> None:
        services = self.nodes[node]
        with contextlib.suppress(ProofcastError):  # ended, not shown any more, others' order: all are fine
            try:
                await self._do(services, stream, step)
            except TimelineBusy as error:
                raise AssertionError("two writers are not too many") from error

    async def _do(self, services: Services, stream: str, step: tuple[Any, ...]) -> None:
        pins, shop = services.pins, self.shop
        match step:
            case ("pin", product, place):
                body = ShowPin(product=self.products[product].id, key=fresh_key(), place=place)
                await pins.show(shop, stream, body)
            case ("unpin", index):
                shown = await pins.shown(shop, stream)
                await pins.hide(shop, stream, shown[index].id if index < len(shown) else "pin_none")
            case ("reorder", order):
                shown = await pins.shown(shop, stream)
                await pins.order(shop, stream, [shown[n].id for n in order if n < len(shown)])
            case ("poll", number):
                await services.polls.open(shop, stream, await self._poll(services, stream, number))
            case ("close poll", number):
                await services.polls.close(shop, stream, await self._poll(services, stream, number))
            case ("hide poll", number):
                await services.polls.hide(shop, stream, await self._poll(services, stream, number))
            case ("title",):
                await services.streams.change(shop, stream, ChangeStream(title=f"Title {next(_titles)}"))
            case ("start",):
                await services.streams.start(shop, stream)
            case ("end",):
                await services.streams.end(shop, stream)
            case ("wipe",):
                await services.redis.flushdb()
                await services.stock.rebuild(shop.id, Facts({}))

    async def _poll(self, services: Services, stream: str, number: int) -> str:
        """One of three; the last of them closes by itself in an hour."""
        options = [OptionDraft(text="yes"), OptionDraft(text="no")]
        seconds = 3600 if number == 2 else None
        draft = PollDraft(question="?", options=options, seconds=seconds, key=f"poll-number-{number}")
        return (await services.polls.create(self.shop, stream, draft)).poll.id


@contextlib.asynccontextmanager
async def world(redis_url: str) -> AsyncIterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        given = Settings(
            redis_url=redis_url,
            database_url=f"sqlite+aiosqlite:///{Path(folder) / 'test.db'}",
            secret_key="s" * 32,
            stripe_secret_key="x",
            stripe_publishable_key="x",
            stripe_webhook_secret="x",
        )
        first, second = Services(given), Services(given)
        async with first.db.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await first.redis.flushdb()
        shop = await first.accounts.found_shop(slug="a", name="A", currency="eur", allowed_origins=[])
        products = [
            await first.catalog.create(
                shop.id,
                "eur",
                CreateProduct(name=name, variants=[CreateVariant(sku=name, name="x", price=100, stocked=1)]),
            )
            for name in "abcde"
        ]
        await first.stock.set_stock(shop.id, {product.variants[0].id: 1 for product in products})
        try:
            yield World([first, second], shop, products)
        finally:
            await first.close()
            await second.close()


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


async def follow(world: World, stream: str, plan: list[tuple[tuple[Any, ...], tuple[Any, ...]]]) -> None:
    clients = [await world.fresh(0, stream)]
    listener, truth = await world.fresh(1, stream), await world.fresh(0, stream)
    async with world.nodes[0].redis.pubsub() as news:
        await news.ssubscribe(news_channel(world.shop.id))
        assert (await news.get_message(timeout=5))["type"] == "ssubscribe"
        for turn, pair in enumerate(plan):
            await asyncio.gather(*(world.do(node, stream, step) for node, step in enumerate(pair)))
            clients.append(await world.fresh(turn % 2, stream))
            truth = await world.fresh((turn + 1) % 2, stream)
            await hear(news, listener)
            if listener.lost or listener.epoch != truth.epoch:
                await world.join(turn % 2, stream, listener)
            assert listener.shows() == truth.shows()
            assert clients[-1].shows() == truth.shows()
    for number, client in enumerate(clients):
        await world.join(number % 2, stream, client)
        assert client.shows() == truth.shows()
    known = await world.nodes[0].streams.of(world.shop, stream)
    assert truth.stream == msgspec.to_builtins(known), "the room says what SQL says"
    if truth.stream["state"] == "ended":
        assert truth.pins == []
        assert truth.poll is None
    assert len({pin["product"]["id"] for pin in truth.pins}) == len(truth.pins) <= 3


async def hear(news: Any, listener: Client) -> None:
    """All that was told so far."""
    while (told := await news.get_message(timeout=0.01)) is not None:
        message: Json = msgspec.json.decode(told["data"]) if told["type"] == "smessage" else {}
        if message.get("kind") == "timeline" and message["stream"] == listener.stream["id"]:
            listener.hear(message["event"], message["data"])


def test_who_missed_something_and_who_comes_fresh_see_the_same(
    runner: asyncio.Runner, redis_url: str
) -> None:
    opened = world(redis_url)
    one = runner.run(opened.__aenter__())

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(plans)
    def holds(plan: list[tuple[tuple[Any, ...], tuple[Any, ...]]]) -> None:
        async def example() -> None:
            services = one.nodes[0]
            await services.stock.rebuild(one.shop.id, Facts({}))
            made = await services.streams.create(one.shop, CreateStream(title="T", source_url="/x.mp4"))
            await follow(one, made.id, plan)

        runner.run(example())

    try:
        holds()
    finally:
        runner.run(opened.__aexit__(None, None, None))

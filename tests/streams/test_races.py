"""Two who change one stream at once, met at the very point where it hurts."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from server.accounts.messages import ShopView
from server.catalog.messages import CreateProduct, CreateVariant
from server.composition import Services
from server.core.db import metadata
from server.core.settings import Settings
from server.pins.messages import ShowPin
from server.pins.service import PinService
from server.pins.store import PinStore
from server.streams.errors import StreamOver
from server.streams.messages import ChangeStream, CreateStream
from server.streams.service import StreamService
from server.streams.store import StreamStore
from tests.infra.show import fresh_key


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    services = Services(settings)
    async with services.db.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield services
    await services.close()


@pytest.fixture
async def shop(services: Services) -> ShopView:
    return await services.accounts.found_shop(slug="a", name="A", currency="eur", allowed_origins=[])


class LateReader(StreamStore):
    """Has read what SQL says, and is then held up."""

    def __init__(self, services: Services, held_up: int) -> None:
        super().__init__(services.db)
        self._left = held_up
        self.has_read = asyncio.Event()
        self.go_on = asyncio.Event()

    async def get(self, stream: str) -> dict[str, Any] | None:
        row = await super().get(stream)
        self._left -= 1
        if self._left == 0:
            self.has_read.set()
            await self.go_on.wait()
        return row


async def test_who_is_late_does_not_bring_an_old_state_back(services: Services, shop: ShopView) -> None:
    """A title is changed while the stream goes live: the room must not fall back to `scheduled`."""
    streams = services.streams
    stream = (await streams.create(shop, CreateStream(title="T", source_url="/x.mp4"))).id
    await streams.room(await streams.get(stream))
    store = LateReader(services, held_up=2)
    late = StreamService(store, services.accounts, services.timeline, services.clock)
    changing = asyncio.create_task(late.change(shop, stream, ChangeStream(title="New")))
    await store.has_read.wait()
    started = await streams.start(shop, stream)
    store.go_on.set()
    assert await changing == started
    assert (await streams.room(await streams.get(stream))).stream == started
    assert (started.state, started.title) == ("live", "New")


async def test_nothing_is_pinned_to_a_stream_that_ended_meanwhile(services: Services, shop: ShopView) -> None:
    variant = CreateVariant(sku="s", name="x", price=100, stocked=1)
    product = await services.catalog.create(shop.id, "eur", CreateProduct(name="P", variants=[variant]))
    streams = services.streams
    stream = (await streams.create(shop, CreateStream(title="T", source_url="/x.mp4"))).id
    await streams.start(shop, stream)

    class EndsMeanwhile(PinStore):
        async def add(self, row: dict[str, Any]) -> dict[str, Any]:
            added = await super().add(row)
            await streams.end(shop, stream)
            await services.pins.stream_ended(stream)
            return added

    store = EndsMeanwhile(services.db)
    pins = PinService(store, streams, services.catalog, services.timeline, services.clock)
    with pytest.raises(StreamOver):
        await pins.show(shop, stream, ShowPin(product=product.id, key=fresh_key()))
    assert await pins.shown(shop, stream) == []
    assert all(row["hidden_at"] is not None for row in await pins.history(stream))


async def test_a_pin_that_came_just_before_the_end_is_taken_down_by_it(
    services: Services, shop: ShopView
) -> None:
    """The end is written to SQL, a pin is shown, and then the room learns of the end."""
    variant = CreateVariant(sku="s", name="x", price=100, stocked=1)
    product = await services.catalog.create(shop.id, "eur", CreateProduct(name="P", variants=[variant]))
    streams = services.streams
    stream = (await streams.create(shop, CreateStream(title="T", source_url="/x.mp4"))).id
    view = await streams.start(shop, stream)
    store = LateReader(services, held_up=2)
    late = StreamService(store, services.accounts, services.timeline, services.clock)
    pinning = PinService(
        PinStore(services.db), AsItWas(services, view), services.catalog, services.timeline, services.clock
    )
    ending = asyncio.create_task(late.end(shop, stream))
    await store.has_read.wait()
    assert len(await pinning.show(shop, stream, ShowPin(product=product.id, key=fresh_key()))) == 1
    store.go_on.set()
    await ending
    assert (await streams.room(await streams.get(stream))).sections["pins"] == []


class AsItWas(StreamService):
    """Answers what it read before the stream ended."""

    def __init__(self, services: Services, view: Any) -> None:
        super().__init__(StreamStore(services.db), services.accounts, services.timeline, services.clock)
        self._view = view

    async def of(self, shop: ShopView, stream: str) -> Any:
        return self._view

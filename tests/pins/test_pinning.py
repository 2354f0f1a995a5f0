"""Showing products on a stream, over HTTP, and who sees it."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from server.catalog.messages import ProductView
from server.catalog.store import variants
from server.pins.errors import NotShown
from server.pins.messages import MOST_PINS
from server.pins.service import GRACE_MS
from server.pins.store import pins
from server.streams.messages import StreamView
from tests.infra.show import Json, Refused, Show, fresh_key


class Panel:
    """The pins of one stream, as the host works with them."""

    def __init__(self, show: Show, stream: StreamView) -> None:
        self._show = show
        self.path = f"/api/v1/host/streams/{stream.id}/pins"

    async def show(self, product: ProductView, *, place: int = 0, key: str | None = None) -> list[Json]:
        body = {"product": product.id, "key": key or fresh_key(), "place": place}
        return await self._pins("POST", self.path, body)

    async def hide(self, pin: str) -> list[Json]:
        return await self._pins("DELETE", f"{self.path}/{pin}")

    async def order(self, *pins: str) -> list[Json]:
        return await self._pins("PUT", self.path, {"pins": list(pins)})

    async def now(self) -> list[Json]:
        return await self._pins("GET", self.path)

    async def _pins(self, method: str, path: str, body: Any = None) -> list[Json]:
        found: list[Json] = (await self._show.call(method, path, body))["pins"]
        return found


def names(shown: list[Json]) -> str:
    return "".join(pin["product"]["name"] for pin in shown)


@pytest.fixture
async def stream(show: Show) -> StreamView:
    return await show.stream()


@pytest.fixture
async def panel(show: Show, stream: StreamView) -> Panel:
    return Panel(show, stream)


async def test_the_newest_pin_is_in_front_unless_a_place_is_asked_for(show: Show, panel: Panel) -> None:
    a, b, c = [await show.product(name=name) for name in "abc"]
    assert names(await panel.show(a)) == "a"
    assert names(await panel.show(b)) == "ba"
    assert names(await panel.show(c, place=1)) == "bca"
    assert names(await panel.now()) == "bca"


async def test_a_product_that_is_pinned_already_moves(show: Show, panel: Panel) -> None:
    a, b = [await show.product(name=name) for name in "ab"]
    first = await panel.show(a)
    await panel.show(b)
    moved = await panel.show(a)
    assert names(moved) == "ab"
    assert moved[0]["id"] == first[0]["id"]
    assert names(await panel.show(a, place=2)) == "ba"


async def test_the_same_key_again_moves_nothing(show: Show, panel: Panel) -> None:
    a, b, c = [await show.product(name=name) for name in "abc"]
    for product in (a, b, c):
        await panel.show(product)
    key = fresh_key()
    assert names(await panel.show(a, key=key)) == "acb"
    assert names(await panel.show(b)) == "bac"
    assert names(await panel.show(a, key=key)) == "bac"
    assert names(await panel.now()) == "bac"


async def test_a_late_repetition_does_not_move_a_later_pin(show: Show, panel: Panel) -> None:
    a, b = [await show.product(name=name) for name in "ab"]
    key = fresh_key()
    await panel.hide((await panel.show(a, key=key))[0]["id"])
    await panel.show(a)
    await panel.show(b)
    assert names(await panel.show(a, key=key)) == "ba"


async def test_a_fourth_takes_the_last_ones_place(show: Show, panel: Panel) -> None:
    products = [await show.product(name=name) for name in "abcd"]
    for product in products[:MOST_PINS]:
        await panel.show(product)
    assert names(await panel.show(products[3])) == "dcb"
    assert names(await panel.show(products[0], place=2)) == "dca"


async def test_the_same_key_pins_once_however_often_it_comes(
    show: Show, panel: Panel, stream: StreamView
) -> None:
    product = await show.product(name="a")
    key = fresh_key()
    answers = await asyncio.gather(*(panel.show(product, key=key) for _ in range(6)))
    assert {answer[0]["id"] for answer in answers} == {answers[0][0]["id"]}
    await panel.hide(answers[0][0]["id"])
    assert await panel.show(product, key=key) == []  # a late copy of what was undone since
    assert names(await panel.show(product)) == "a"
    assert len(await show.services.pins.history(stream.id)) == 2


async def test_two_hosts_who_pin_the_same_product_at_once_pin_it_once(show: Show, panel: Panel) -> None:
    product = await show.product(name="a")
    await asyncio.gather(*(panel.show(product) for _ in range(6)))
    assert names(await panel.now()) == "a"


async def test_a_pin_is_taken_down_once(show: Show, panel: Panel, stream: StreamView) -> None:
    a, b = [await show.product(name=name) for name in "ab"]
    await panel.show(a)
    pin = (await panel.show(b))[0]["id"]
    viewer = await show.viewer(stream)
    answers = await asyncio.gather(*(panel.hide(pin) for _ in range(4)))
    assert [names(answer) for answer in answers] == ["a"] * 4
    await viewer.socket.told("pin.hidden", pin=pin)
    await panel.show(b)
    await viewer.socket.told("pin.shown")
    assert [name for name, _ in viewer.socket.heard if name == "pin.hidden"] == ["pin.hidden"]
    with pytest.raises(Refused) as refused:
        await panel.hide("pin_unknown")
    assert (refused.value.status, refused.value.code) == (404, "pins.not_shown")


async def test_a_pin_is_its_streams_alone(show: Show, panel: Panel) -> None:
    product = await show.product(name="a")
    pin = (await panel.show(product))[0]["id"]
    elsewhere = Panel(show, await show.stream())
    with pytest.raises(Refused, match=r"pins\.not_shown"):
        await elsewhere.hide(pin)
    with pytest.raises(Refused, match=r"pins\.changed"):
        await elsewhere.order(pin)
    key = fresh_key()
    here, there = await elsewhere.show(product, key=key), await panel.show(product, key=key)
    assert here[0]["id"] != there[0]["id"]  # a key is of one stream


async def test_an_order_names_exactly_what_is_shown(show: Show, panel: Panel, stream: StreamView) -> None:
    products = [await show.product(name=name) for name in "abc"]
    for product in products:
        await panel.show(product)
    c, b, a = [pin["id"] for pin in await panel.now()]
    viewer = await show.viewer(stream)
    assert names(await panel.order(a, b, c)) == "abc"
    assert (await viewer.socket.told("pins.ordered"))["pins"] == [a, b, c]
    await panel.order(a, b, c)  # no news
    for other in ([a, b], [a, b, "pin_unknown"], [a, b, b], []):
        with pytest.raises(Refused) as refused:
            await panel.order(*other)
        assert (refused.value.status, refused.value.code) == (409, "pins.changed")
        assert refused.value.body["details"]["shown"] == [a, b, c]
    assert names(await panel.now()) == "abc"
    assert [name for name, _ in viewer.socket.heard].count("pins.ordered") == 1


async def test_a_scheduled_stream_can_be_prepared(show: Show) -> None:
    stream = await show.stream(live=False)
    panel = Panel(show, stream)
    await panel.show(await show.product(name="a"))
    viewer = await show.viewer(stream)
    assert names(viewer.joined["snapshot"]["pins"]) == "a"
    with pytest.raises(Refused, match=r"stream\.not_live"):
        await viewer.hold((await show.services.pins.shown(show.shop, stream.id))[0])


async def test_who_sees_late_may_buy_from_a_pin_that_is_down(
    show: Show, panel: Panel, stream: StreamView
) -> None:
    """A viewer's picture may be behind: for a minute the pin is still good, then it is not."""
    await panel.show(await show.product(name="a"))
    [pin] = await show.services.pins.shown(show.shop, stream.id)
    viewer = await show.viewer(stream)
    await panel.hide(pin.id)
    await viewer.hold(pin)
    async with show.services.db.begin() as connection:
        long_ago = show.services.clock.now_ms() - GRACE_MS - 1
        await connection.execute(update(pins).values(hidden_at=long_ago))
    with pytest.raises(NotShown):
        await show.services.pins.on_sale(stream.id, pin.id)
    assert await show.services.pins.pin(stream.id, pin.id) == pin  # its prices, for what was held from it


async def test_a_pin_keeps_the_prices_that_it_was_shown_with(show: Show, panel: Panel) -> None:
    shown = (await panel.show(await show.product(name="a", price=4800)))[0]
    async with show.services.db.begin() as connection:
        await connection.execute(update(variants).values(price=9900))
    assert (await panel.now())[0] == shown
    kept = await show.services.pins.pin(panel.path.split("/")[-2], shown["id"])
    assert kept.product.variants[0].price == 4800

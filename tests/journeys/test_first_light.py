"""The path that everything hangs on: a viewer buys from a live stream, and everybody sees it."""

import asyncio

import pytest

from tests.infra.show import Refused, Show


async def test_a_viewer_buys_and_everybody_sees_it(show: Show) -> None:
    product = await show.product(stock=2, price=4800)
    stream = await show.stream()
    host = await show.host_socket()
    await host.ask("numbers.watch", {"stream": stream.id})
    buyer, other = await show.viewer(stream), await show.viewer(stream)
    pin = await show.pin(stream, product)
    shown = await buyer.socket.told("pin.shown")
    assert shown["pin"]["id"] == pin.id
    variant = product.variants[0].id

    hold = await buyer.hold(pin)
    await other.socket.told("stock.changed", levels={variant: 1})
    assert await show.counts(product) == (1, 1, 0)

    checkout = await buyer.checkout(hold)
    assert checkout["order"]["total"] == 4800
    paid = await buyer.pay(checkout)
    assert paid["status"] == "succeeded"
    changed = await buyer.socket.told("order.changed")
    assert changed["order"]["state"] == "paid"
    assert await show.counts(product) == (1, 0, 1)
    assert (await buyer.order(checkout))["state"] == "paid"

    while True:
        numbers = (await host.told("numbers.changed"))["numbers"]
        if numbers["units"] == 1:
            break
        host.heard.clear()
    assert (numbers["orders"], numbers["revenue"], numbers["held"]) == (1, 4800, 0)
    report = await show.call("GET", f"/api/v1/host/streams/{stream.id}/report")
    assert report["totals"]["orders"] == 1
    assert report["totals"]["revenue"] == 4800


async def test_a_hold_is_found_again_after_its_pin_is_down(show: Show) -> None:
    """A page that was reloaded asks with the same key; what it holds must not be lost to it."""
    product = await show.product(stock=2)
    stream = await show.stream()
    viewer = await show.viewer(stream)
    pin = await show.pin(stream, product)
    hold = await viewer.hold(pin, key="the-same-key")
    await show.services.streams.end(show.shop, stream.id)
    await asyncio.sleep(1.1)  # what one tap read of the stream, the taps of the next second go by
    assert (await viewer.hold(pin, key="the-same-key"))["id"] == hold["id"]
    with pytest.raises(Refused) as refused:
        await viewer.hold(pin, key="another-key")
    assert refused.value.code == "stream.not_live"


async def test_a_new_pin_comes_with_its_stock(show: Show) -> None:
    product = await show.product(stock=7)
    stream = await show.stream()
    viewer = await show.viewer(stream)
    await show.pin(stream, product)
    told = await viewer.socket.told("stock.changed")
    assert told["levels"] == {product.variants[0].id: 7}

"""The living numbers of a stream, for those who run it."""

import asyncio
from typing import Any

import pytest

from tests.infra.show import Json, Refused, Show, Socket


async def until(socket: Socket, **wanted: Any) -> Json:
    """The first numbers that say so."""
    async with asyncio.timeout(15):
        while True:
            for name, event in socket.heard:
                if name == "numbers.changed" and wanted.items() <= event["numbers"].items():
                    found: Json = event["numbers"]
                    return found
            await asyncio.sleep(0.01)


async def test_the_numbers_follow_what_happens(show: Show) -> None:
    product, stream = await show.product(stock=5, price=1000), await show.stream()
    first, second = await show.host_socket(), await show.host_socket()
    for host in (first, second):
        numbers = await host.ask("numbers.watch", {"stream": stream.id})
        assert (numbers["viewers"], numbers["held"], numbers["orders"]) == (0, 0, 0)
    pin = await show.pin(stream, product)
    viewer = await show.viewer(stream)
    for host in (first, second):
        await until(host, viewers=1)
    hold = await viewer.hold(pin, quantity=2)
    for host in (first, second):
        await until(host, viewers=1, held=2, orders=0)
    checkout = await viewer.checkout(hold)
    await viewer.pay(checkout)
    for host in (first, second):
        numbers = await until(host, held=0, orders=1, units=2, revenue=2000)
        assert numbers["currency"] == "eur"


async def test_only_the_shops_own_staff_watch(show: Show) -> None:
    stream = await show.stream()
    viewer = await show.viewer(stream)
    with pytest.raises(Refused, match=r"auth\.forbidden"):
        await viewer.socket.ask("numbers.watch", {"stream": stream.id})
    host = await show.host_socket()
    await host.ask("numbers.watch", {"stream": stream.id})
    await until(host, viewers=1)
    assert "numbers.changed" not in {name for name, _ in viewer.socket.heard}


async def test_who_comes_after_all_have_gone_is_served_again(show: Show) -> None:
    stream, product = await show.stream(), await show.product()
    pin = await show.pin(stream, product)
    for turn in range(1, 3):
        host = await show.host_socket()
        await host.ask("numbers.watch", {"stream": stream.id})
        viewer = await show.viewer(stream)
        await viewer.hold(pin)
        await until(host, held=turn)
        await host.close()

"""Waiting in line, as a viewer's page does it."""

import pytest

from server.accounts.messages import ChangeShop
from server.pins.messages import PinView
from tests.checkout.test_baskets import bundle, mine, pick
from tests.infra.show import Json, Refused, Show, Viewer, fresh_key


async def wait(viewer: Viewer, pin: PinView, quantity: int = 1) -> Json:
    body = {"key": fresh_key(), "stream": viewer.stream.id, **pick(pin, quantity)}
    found: Json = await viewer.socket.ask("hold.wait", body)
    return found


async def places(viewer: Viewer) -> list[Json]:
    found: list[Json] = (await viewer.socket.ask("hold.mine", {"stream": viewer.stream.id}))["places"]
    return found


async def test_the_next_in_line_is_told_and_buys(show: Show) -> None:
    await show.services.accounts.change_shop(show.shop.id, ChangeShop(offer_seconds=60))
    product, stream = await show.product(stock=1), await show.stream()
    pin = await show.pin(stream, product)
    holder, first, second = [await show.viewer(stream) for _ in range(3)]
    hold = await holder.hold(pin)
    one, two = await wait(first, pin), await wait(second, pin)
    assert (one["place"]["ahead"], two["place"]["ahead"]) == (0, 1)
    assert await places(second) == [two["place"]]
    told = await second.socket.told("wait.changed")
    assert told["variant"] == show.level(product)
    with pytest.raises(Refused) as refused:
        await holder.socket.ask("hold.extend", {"hold": hold["id"], "key": fresh_key()})
    assert refused.value.code == "stock.others_wait"
    await holder.socket.ask("hold.release", {"hold": hold["id"]})
    offer = (await first.socket.told("wait.offered"))["hold"]
    assert offer["picks"] == [pick(pin)]
    assert await mine(first) == [offer]
    checkout = await first.checkout(offer)
    await first.pay(checkout)
    await first.until_order(checkout, "paid")
    assert await show.counts(product) == (0, 0, 1)
    assert (await places(second))[0]["ahead"] == 0
    await second.socket.ask("hold.unwait", {"variant": show.level(product)})
    assert await places(second) == []


async def test_the_line_ends_with_its_stream(quiet: Show) -> None:
    product, stream, other = await quiet.product(stock=1), await quiet.stream(), await quiet.stream()
    pin, elsewhere = await quiet.pin(stream, product), await quiet.pin(other, product)
    holder, waiting, stays = [await quiet.viewer(where) for where in (stream, stream, other)]
    hold = await holder.hold(pin)
    await wait(waiting, pin)
    await wait(stays, elsewhere)
    await quiet.call("POST", f"/api/v1/host/streams/{stream.id}/end")
    told = await waiting.socket.told("wait.ended")
    assert told == {"variant": quiet.level(product), "reason": "stream_ended"}
    assert (await places(stays))[0]["ahead"] == 0
    await holder.socket.ask("hold.release", {"hold": hold["id"]})
    assert (await stays.socket.told("wait.offered"))["hold"]["state"] == "held"


async def test_what_nobody_can_wait_for(quiet: Show) -> None:
    bottle = await quiet.product(stock=1)
    first_paid = await quiet.product(stock=0, policy="first_paid")
    stream = await quiet.stream()
    for product in (await bundle(quiet, (bottle, 2)), first_paid):
        pin, viewer = await quiet.pin(stream, product), await quiet.viewer(stream)
        with pytest.raises(Refused) as refused:
            await wait(viewer, pin)
        assert refused.value.code == "checkout.no_line"


async def test_where_there_is_enough_it_is_a_hold(quiet: Show) -> None:
    product, stream = await quiet.product(stock=1), await quiet.stream()
    pin, viewer = await quiet.pin(stream, product), await quiet.viewer(stream)
    answer = await wait(viewer, pin)
    assert answer["place"] is None
    assert await mine(viewer) == [answer["hold"]]

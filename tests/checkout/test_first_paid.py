"""Products that nobody holds: who pays first has them. And payments that are under way at a deadline."""

import pytest

from server.catalog.messages import ProductView
from server.checkout.service import LEAD_MS, PAY_WITHIN_MS
from server.checkout.settlement import IN_FLIGHT_MOST_MS
from server.checkout.store import OrderStore
from server.payments.service import decode
from server.pins.messages import PinView
from server.streams.messages import StreamView
from tests.checkout.scene import (
    LaterClock,
    another,
    at_stripe,
    begin,
    check_books,
    credited,
    row,
    settlement,
)
from tests.infra.show import Json, Refused, Show, Viewer, fresh_key
from tests.infra.stripe import ASKS, DECLINED
from tests.stock import audit


async def shown(show: Show, *, stock: int = 1) -> tuple[ProductView, StreamView, PinView]:
    product, stream = await show.product(stock=stock, policy="first_paid"), await show.stream()
    return product, stream, await show.pin(stream, product)


async def buy(viewer: Viewer, pin: PinView, *, key: str | None = None, quantity: int = 1) -> Json:
    picks = [{"pin": pin.id, "variant": pin.product.variants[0].id, "quantity": quantity}]
    what = {"key": key or fresh_key(), "stream": viewer.stream.id, "picks": picks}
    found: Json = await viewer.call("POST", "/api/v1/checkouts", {"buy": what})
    return found


async def reserve(viewer: Viewer, checkout: Json) -> Json:
    found: Json = await viewer.call("POST", f"/api/v1/orders/{checkout['order']['id']}/reserve")
    return found


async def test_a_tap_takes_nothing_and_paying_does(quiet: Show) -> None:
    product, stream, pin = await shown(quiet)
    viewer = await quiet.viewer(stream)
    with pytest.raises(Refused) as refused:
        await viewer.hold(pin)
    assert refused.value.code == "checkout.first_paid"
    key = fresh_key()
    checkout = await buy(viewer, pin, key=key)
    assert checkout["reserve"]
    assert (await buy(viewer, pin, key=key)) == checkout
    assert await quiet.counts(product) == (1, 0, 0)
    first = await reserve(viewer, checkout)
    assert (await reserve(viewer, checkout))["deadline"] >= first["deadline"]
    assert await quiet.counts(product) == (0, 1, 0)
    await viewer.pay(checkout)
    events = await quiet.standin.events(checkout["client_secret"].partition("_secret_")[0])
    event = decode(next(e["body"] for e in events if e["type"] == "payment_intent.succeeded"))
    assert await settlement(quiet).succeeded(event) == "paid"
    assert await quiet.counts(product) == (0, 0, 1)
    assert await credited(quiet, checkout["order"]["id"]) == (1, 4800, 0)
    await check_books(quiet)


async def test_the_second_one_is_told_before_being_charged(quiet: Show) -> None:
    product, stream, pin = await shown(quiet)
    first, second = await quiet.viewer(stream), await quiet.viewer(stream)
    one, other = await buy(first, pin), await buy(second, pin)
    await reserve(first, one)
    with pytest.raises(Refused) as refused:
        await reserve(second, other)
    assert refused.value.code == "stock.sold_out"
    with pytest.raises(Refused) as refused:  # and nobody opens another checkout for what is gone
        await buy(await quiet.viewer(stream), pin)
    assert refused.value.code == "stock.sold_out"
    hold = (await row(quiet, one["order"]["id"]))["hold"]
    await audit.lapse(quiet.services.redis, hold, quiet.shop.id)  # the first one went away
    await reserve(second, other)
    assert await quiet.counts(product) == (0, 1, 0)
    with pytest.raises(Refused) as refused:
        await reserve(first, one)
    assert refused.value.code == "stock.sold_out"
    await check_books(quiet)


async def test_units_that_lapsed_are_taken_anew_when_the_buyer_tries_again(quiet: Show) -> None:
    product, stream, pin = await shown(quiet)
    viewer = await quiet.viewer(stream)
    checkout = await buy(viewer, pin)
    await reserve(viewer, checkout)
    await viewer.pay(checkout, DECLINED)
    hold = (await row(quiet, checkout["order"]["id"]))["hold"]
    await audit.lapse(quiet.services.redis, hold, quiet.shop.id)
    await quiet.services.stock.expire(quiet.shop.id)
    assert await quiet.counts(product) == (1, 0, 0)
    await reserve(viewer, checkout)
    await audit.forget(quiet.services.redis, quiet.shop.id)
    await quiet.services.stock.expire(quiet.shop.id)  # what ended is forgotten; what lives again is not
    assert await quiet.counts(product) == (0, 1, 0)
    await audit.check(quiet.services.redis, quiet.shop.id)


async def test_a_limit_counts_what_is_being_paid(quiet: Show) -> None:
    product, stream = await quiet.product(stock=9, limit=1, policy="first_paid"), await quiet.stream()
    pin, viewer = await quiet.pin(stream, product), await quiet.viewer(stream)
    one, other = await buy(viewer, pin), await buy(viewer, pin)
    await reserve(viewer, one)
    with pytest.raises(Refused) as refused:
        await reserve(viewer, other)
    assert refused.value.code == "stock.limit"
    assert await quiet.counts(product) == (8, 1, 0)


async def test_an_order_without_a_hold_ends_when_it_may_no_longer_be_paid(quiet: Show) -> None:
    _, stream, pin = await shown(quiet)
    viewer, clock = await quiet.viewer(stream), LaterClock()
    checkout = await buy(viewer, pin)
    order = checkout["order"]["id"]
    await reserve(viewer, checkout)
    settle = settlement(quiet, clock=clock)
    hold = (await row(quiet, order))["hold"]
    await audit.lapse(quiet.services.redis, hold, quiet.shop.id)
    clock.ahead_ms = 60_000
    assert await settle.check_due() == 1  # the units are free again, the order may still be paid
    assert (await row(quiet, order))["check_at"] == checkout["deadline"]
    clock.ahead_ms = PAY_WITHIN_MS + 1_000
    assert await settle.check_due() == 1
    assert (await row(quiet, order))["state"] == "cancelled"
    assert (await at_stripe(quiet, checkout["client_secret"].partition("_secret_")[0]))[0] == "canceled"
    with pytest.raises(Refused) as refused:
        await reserve(viewer, checkout)
    assert refused.value.code == "checkout.closed"
    await check_books(quiet)


async def test_a_hold_or_what_to_buy_and_never_both(quiet: Show) -> None:
    sale = await begin(quiet, stock=5)
    with pytest.raises(Refused) as refused:
        await buy(sale.buyer, sale.pin)
    assert refused.value.code == "checkout.hold_first"
    picks = [{"pin": sale.pin.id, "variant": quiet.level(sale.product), "quantity": 1}]
    what = {"key": fresh_key(), "stream": sale.stream.id, "picks": picks}
    for body in ({}, {"hold": sale.hold["id"], "buy": what}):
        with pytest.raises(Refused) as refused:
            await sale.buyer.call("POST", "/api/v1/checkouts", body)
        assert refused.value.code == "request.invalid"
    assert (await reserve(sale.buyer, sale.checkout))["deadline"] == sale.hold["deadline"]
    await sale.lapse()
    with pytest.raises(Refused) as refused:
        await reserve(sale.buyer, sale.checkout)
    assert refused.value.code == "stock.hold_ended"


async def test_a_payment_under_way_keeps_its_hold(quiet: Show) -> None:
    """The bank asks the buyer something while the deadline comes."""
    sale = await begin(quiet)
    assert (await sale.buyer.pay(sale.checkout, ASKS))["status"] == "requires_action"
    clock = LaterClock()
    settle = settlement(quiet, clock=clock)
    hold = await quiet.services.stock.hold(quiet.shop.id, sale.hold["id"], sale.buyer.id)
    clock.ahead_ms = hold.deadline - LEAD_MS + 1 - clock.now_ms()
    assert await settle.check_due() == 1
    found = await row(quiet, sale.order)
    assert found["in_flight_at"] is not None
    assert found["state"] == "pending"
    await sale.lapse()  # and when that ran out after all, as long as the units are there
    await quiet.services.stock.expire(quiet.shop.id)
    clock.ahead_ms = 300_000
    assert await settle.check_due() == 1
    assert await quiet.counts(sale.product) == (0, 1, 0)
    assert await sale.state() == ("pending", None)
    clock.ahead_ms = 300_000 + IN_FLIGHT_MOST_MS  # a bank that never asks again
    await sale.lapse()
    assert await settle.check_due() == 1
    assert await sale.state() == ("cancelled", "expired")
    assert await quiet.counts(sale.product) == (1, 0, 0)
    await check_books(quiet)


async def test_a_payment_under_way_whose_units_are_gone_waits_for_its_end(quiet: Show) -> None:
    sale = await begin(quiet)
    await sale.buyer.pay(sale.checkout, ASKS)
    await sale.lapse()
    other = await another(sale)
    await OrderStore(quiet.services.db).change(other.order, {"check_at": None})
    clock = LaterClock()
    clock.ahead_ms = 300_000
    await settlement(quiet, clock=clock).check_due()
    assert await sale.state() == ("pending", None)
    hold = await quiet.services.stock.hold(quiet.shop.id, other.hold["id"], other.buyer.id)
    assert hold.state == "held"
    await check_books(quiet)

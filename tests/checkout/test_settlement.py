"""What Stripe tells, in any order, twice, late or never: an order has one end, and it is the right one."""

import asyncio
import json
import time

import aiohttp
import msgspec
import pytest

from server.checkout.errors import AmountMismatch, OtherPayment
from server.core.errors import Conflict, Unavailable
from server.payments.messages import PaymentEvent
from server.worker import Worker
from standin.delivery import sign
from tests.checkout.scene import (
    CANCELED,
    REFUNDED,
    SUCCEEDED,
    At,
    LaterClock,
    Sale,
    another,
    begin,
    books_in_the_end,
    check_books,
    credited,
    settlement,
)
from tests.infra.show import Show


async def paid_late(show: Show) -> tuple[Sale, Sale]:
    """Somebody who paid after the hold had ended, and who has the last unit by then."""
    late = await begin(show, stock=1)
    await late.lapse()
    other = await another(late)
    await late.pay()
    return late, other


async def post_signed(show: Show, body: str) -> None:

    headers = {"Stripe-Signature": sign(body, show.standin.webhook_secret, int(time.time()))}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{show.url}/webhooks/stripe", data=body.encode(), headers=headers) as response,
    ):
        assert response.status == 200


# In order


async def test_a_payment_sells_the_held_unit(quiet: Show) -> None:
    sale = await begin(quiet, stock=3, quantity=2, price=4850)
    await sale.pay()
    assert await settlement(quiet).succeeded(await sale.event()) == "paid"
    assert await sale.state() == ("paid", None)
    assert await quiet.counts(sale.product) == (1, 0, 2)
    assert await credited(quiet, sale.order) == (2, 9700, 0)
    told = await sale.buyer.socket.told("order.changed")
    assert (told["order"]["id"], told["order"]["state"]) == (sale.order, "paid")
    await check_books(quiet)


async def test_only_the_buyer_is_told(quiet: Show) -> None:
    sale = await begin(quiet)
    other = await quiet.viewer(sale.stream)
    await sale.pay()
    await settlement(quiet).succeeded(await sale.event())
    await sale.buyer.socket.told("order.changed")
    await other.socket.told("stock.changed")
    assert "order.changed" not in [name for name, _ in other.socket.heard]


# Twice, late, out of order


async def test_succeeded_twice(quiet: Show) -> None:
    sale = await begin(quiet, stock=3)
    await sale.pay()
    event, settle = await sale.event(), settlement(quiet)
    for _ in range(3):
        assert await settle.succeeded(event) == "paid"
    assert await quiet.counts(sale.product) == (2, 0, 1)
    assert await credited(quiet, sale.order) == (1, 4800, 0)
    await check_books(quiet)


async def test_succeeded_at_two_workers_at_once(quiet: Show) -> None:
    sale = await begin(quiet, stock=3)
    await sale.pay()
    event = await sale.event()
    answers = await asyncio.gather(
        *(settlement(quiet).succeeded(event) for _ in range(8)), return_exceptions=True
    )
    # Who comes second may be sent away to come again.
    assert all(answer == "paid" or isinstance(answer, Conflict) for answer in answers)
    assert await settlement(quiet).succeeded(event) == "paid"
    assert await quiet.counts(sale.product) == (2, 0, 1)
    assert await credited(quiet, sale.order) == (1, 4800, 0)
    await check_books(quiet)


async def test_succeeded_again_after_the_stock_forgot_the_order(quiet: Show) -> None:
    """Somebody at Stripe sends an old webhook again, a month later: no other unit is sold for it."""
    sale = await begin(quiet, stock=3)
    await sale.pay()
    event = await sale.event()
    await settlement(quiet).succeeded(event)
    await quiet.services.redis.delete(f"pc:{{{quiet.shop.id}}}:stock:orders")
    await quiet.services.redis.delete(f"pc:{{{quiet.shop.id}}}:stock:holds")
    clock = LaterClock()
    clock.ahead_ms = 31 * 24 * 3600 * 1000
    assert await settlement(quiet, clock=clock).succeeded(event) == "already_paid"
    assert await quiet.counts(sale.product) == (2, 0, 1)


@pytest.mark.parametrize("status", ["canceled", "requires_payment_method"])
async def test_cancelled_or_failed_after_succeeded(quiet: Show, status: str) -> None:
    sale = await begin(quiet)
    await sale.pay()
    paid, settle = await sale.event(), settlement(quiet)
    await settle.succeeded(paid)
    stale = msgspec.structs.replace(paid, id="evt_stale", type=CANCELED, status=status, received=0)
    assert await settle.cancelled(stale) == "cancelled"
    assert await sale.state() == ("paid", None)
    assert await quiet.counts(sale.product) == (0, 0, 1)
    await check_books(quiet)


async def test_failures_are_no_business_of_settlement(quiet: Show) -> None:
    """`payment_intent.payment_failed`: the buyer may try another card, so nothing happens to the order."""
    handled = Worker(quiet.services)._handlers
    assert set(handled) == {SUCCEEDED, CANCELED, REFUNDED}


async def test_cancelled_then_succeeded_with_stock_left(quiet: Show) -> None:
    sale = await begin(quiet, stock=1)
    await sale.pay()
    paid, settle = await sale.event(), settlement(quiet)
    await settle.cancelled(paid)
    assert await sale.state() == ("cancelled", "let_go")
    assert await quiet.counts(sale.product) == (1, 0, 0)
    assert await settle.succeeded(paid) == "paid"
    assert await sale.state() == ("paid", None)
    assert await quiet.counts(sale.product) == (0, 0, 1)
    await check_books(quiet)


async def test_paid_after_the_deadline_while_nobody_needs_the_unit(quiet: Show) -> None:
    sale = await begin(quiet)
    await sale.lapse()
    await sale.pay()
    assert await settlement(quiet).succeeded(await sale.event()) == "paid"
    assert await quiet.counts(sale.product) == (0, 0, 1)
    await check_books(quiet)


async def test_paid_after_the_hold_was_taken_back_with_stock_left(quiet: Show) -> None:
    sale = await begin(quiet, stock=2)
    await sale.lapse()
    await Worker(quiet.services).holds()
    ended = await sale.buyer.socket.told("hold.ended")
    assert (ended["hold"], ended["reason"]) == (sale.hold["id"], "expired")
    await sale.pay()
    assert await settlement(quiet).succeeded(await sale.event()) == "paid"
    assert await quiet.counts(sale.product) == (1, 0, 1)
    await check_books(quiet)


async def test_paid_when_nothing_is_left_is_given_back_by_itself(quiet: Show) -> None:
    late, other = await paid_late(quiet)
    settle, event = settlement(quiet), await late.event()
    assert await settle.succeeded(event) == "refunded_sold_out"
    assert await late.state() == ("refunded", "sold_out")
    assert await late.at_stripe() == ("succeeded", 4800)
    told = await late.buyer.socket.told("order.changed")
    assert (told["order"]["state"], told["order"]["reason"]) == ("refunded", "sold_out")
    # Nothing that comes later changes that: again, the refund's own webhook, stock that comes back.
    await quiet.services.stock.set_stock(quiet.shop.id, {quiet.level(late.product): 5})
    assert await settle.succeeded(event) == "already_refunded"
    assert await settle.refunded(await late.event(REFUNDED)) == "refunded"
    assert await late.at_stripe() == ("succeeded", 4800)
    assert await quiet.counts(late.product) == (4, 1, 0)
    await other.pay()
    await settle.succeeded(await other.event())
    await check_books(quiet)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_refund_that_stripe_was_away_for_is_made_once(quiet: Show, when: str) -> None:
    late, _ = await paid_late(quiet)
    # The SDK tries three times by itself.
    await quiet.standin.fault("/v1/refunds", "drop", when=when, times=3, method="POST")
    settle, event = settlement(quiet), await late.event()
    with pytest.raises(Unavailable):
        await settle.succeeded(event)
    assert (await late.state())[0] == "pending"
    assert await settle.succeeded(event) == "refunded_sold_out"
    assert await late.at_stripe() == ("succeeded", 4800)
    await check_books(quiet)


async def test_what_was_sold_out_once_is_refunded_even_if_stock_comes_back(quiet: Show) -> None:
    """Died after the stock had said no: the retry must not sell what another answer was given for."""
    late, _ = await paid_late(quiet)
    await quiet.standin.fault("/v1/refunds", "status", times=3, method="POST")
    settle, event = settlement(quiet), await late.event()
    with pytest.raises(Unavailable):
        await settle.succeeded(event)
    await quiet.services.stock.set_stock(quiet.shop.id, {quiet.level(late.product): 5})
    assert await settle.succeeded(event) == "refunded_sold_out"
    assert await quiet.counts(late.product) == (4, 1, 0)
    await check_books(quiet)


# What does not fit


@pytest.mark.parametrize("wrong", [{"received": 4799}, {"received": 9600}, {"currency": "usd"}])
async def test_another_sum_than_asked_for_settles_nothing(quiet: Show, wrong: dict[str, object]) -> None:
    sale = await begin(quiet)
    await sale.pay()
    event = msgspec.structs.replace(await sale.event(), **wrong)
    with pytest.raises(AmountMismatch):
        await settlement(quiet).succeeded(event)
    assert await sale.state() == ("pending", None)
    assert await quiet.counts(sale.product) == (0, 1, 0)


async def test_another_sum_is_set_aside_for_a_person(show: Show) -> None:
    """The whole way, by a webhook with another sum in it, signed as Stripe's."""
    sale = await begin(show)
    await show.standin.webhooks(paused=True)
    await sale.pay()
    [event] = [e for e in await show.standin.events(sale.payment) if e["type"] == SUCCEEDED]
    body = json.loads(event["body"])
    body["data"]["object"]["amount_received"] = 4700
    await post_signed(show, json.dumps(body))
    async with asyncio.timeout(10):
        while not (aside := await show.services.inbox.list_set_aside()):
            await asyncio.sleep(0.05)
    assert [(one.id, one.reason) for one in aside] == [(event["id"], "checkout.amount_mismatch")]
    assert await sale.state() == ("pending", None)


async def test_an_order_that_nobody_knows(quiet: Show) -> None:
    sale = await begin(quiet)
    await sale.pay()
    settle = settlement(quiet)
    for order in ("order_unheard-of", None):
        event: PaymentEvent = msgspec.structs.replace(await sale.event(), order=order)
        for handler in (settle.succeeded, settle.cancelled, settle.refunded):
            assert await handler(event) == "no_order"
    assert await sale.state() == ("pending", None)


async def test_a_payment_that_is_not_the_orders_own(quiet: Show) -> None:
    """Money came, and not by the payment of this order: a person has to look, nothing is settled."""
    mine, other = await begin(quiet), await begin(quiet)
    await other.pay()
    settle = settlement(quiet)
    event = msgspec.structs.replace(await other.event(), order=mine.order)
    with pytest.raises(OtherPayment):
        await settle.succeeded(event)
    assert await settle.cancelled(event) == "no_order"
    assert await settle.refunded(msgspec.structs.replace(event, refunded=4800)) == "no_order"
    assert await mine.state() == ("pending", None)
    assert await quiet.counts(mine.product) == (0, 1, 0)


# Given back at Stripe, by hand


async def test_refunded_at_stripe_in_whole(quiet: Show) -> None:
    sale = await begin(quiet)
    await sale.pay()
    settle = settlement(quiet)
    await settle.succeeded(await sale.event())
    await quiet.standin.call("POST", "/v1/refunds", {"payment_intent": sale.payment})
    for _ in range(2):
        assert await settle.refunded(await sale.event(REFUNDED)) == "refunded"
    assert await sale.state() == ("refunded", "host")
    assert await credited(quiet, sale.order) == (1, 4800, 4800)
    view = await sale.buyer.order(sale.checkout)
    assert await sale.buyer.socket.told("order.changed", order=view)
    # The unit went out of the shop all the same: it is not for sale again.
    assert await quiet.counts(sale.product) == (0, 0, 1)
    await check_books(quiet)


async def test_refunded_at_stripe_in_parts(quiet: Show) -> None:
    sale = await begin(quiet)
    await sale.pay()
    settle = settlement(quiet)
    await settle.succeeded(await sale.event())
    await quiet.standin.call("POST", "/v1/refunds", {"payment_intent": sale.payment, "amount": 1000})
    part = await sale.event(REFUNDED)
    assert await settle.refunded(part) == "partial"
    assert await sale.state() == ("paid", None)
    await quiet.standin.call("POST", "/v1/refunds", {"payment_intent": sale.payment, "amount": 3800})
    assert await settle.refunded(await sale.event(REFUNDED)) == "refunded"
    assert await settle.refunded(part) == "partial"  # late
    assert await sale.state() == ("refunded", "host")
    await check_books(quiet)


async def test_a_refund_that_comes_before_its_payment_waits_for_it(quiet: Show) -> None:
    """Both webhooks waited, and the refund is first: the order must not end up paid."""
    sale = await begin(quiet)
    await sale.pay()
    await quiet.standin.call("POST", "/v1/refunds", {"payment_intent": sale.payment})
    settle, refund = settlement(quiet), await sale.event(REFUNDED)
    with pytest.raises(Conflict) as conflict:
        await settle.refunded(refund)
    assert conflict.value.retryable
    assert await settle.succeeded(await sale.event()) == "paid"
    assert await settle.refunded(refund) == "refunded"
    assert await sale.state() == ("refunded", "host")
    assert await credited(quiet, sale.order) == (1, 4800, 4800)
    await check_books(quiet)


# The whole way, as Stripe delivers


@pytest.mark.parametrize("order", ["first", "last", "random"])
async def test_webhooks_in_any_order_and_twice(show: Show, order: str) -> None:
    sales = [await begin(show, stock=2)]
    sales += [await another(sales[0])]
    await show.standin.webhooks(paused=True, duplicates=2)
    for sale in sales:
        await sale.pay()
    await show.standin.call("POST", "/v1/refunds", {"payment_intent": sales[0].payment})
    await show.standin.webhooks(paused=False, order=order)
    await sales[0].buyer.until_order(sales[0].checkout, "refunded")
    await sales[1].buyer.until_order(sales[1].checkout, "paid")
    await books_in_the_end(show)


async def test_a_webhook_that_waited_is_settled_when_a_worker_comes(quiet: Show) -> None:
    sale = await begin(quiet)
    await sale.pay()
    inbox = quiet.services.inbox
    async with asyncio.timeout(10):
        while (await inbox.counts()).waiting < 1:
            await asyncio.sleep(0.02)
    assert await sale.state() == ("pending", None)
    assert await Worker(quiet.services).settle()
    assert await sale.state() == ("paid", None)
    await check_books(quiet)


async def test_two_workers_share_the_work(quiet: Show) -> None:
    first = await begin(quiet, stock=6)
    sales = [first, *[await another(first) for _ in range(5)]]
    for sale in sales:
        await sale.pay()
    inbox = quiet.services.inbox
    async with asyncio.timeout(10):
        while (await inbox.counts()).waiting < 6:
            await asyncio.sleep(0.02)
    workers = [Worker(quiet.services) for _ in range(3)]
    while any(await asyncio.gather(*(worker.settle() for worker in workers))):
        pass
    for sale in sales:
        assert await sale.state() == ("paid", None)
    assert await quiet.counts(first.product) == (0, 0, 6)
    await check_books(quiet)


async def test_a_stuck_stock_brings_the_event_back(quiet: Show) -> None:
    """Redis goes away under the worker: the webhook comes back, and ends right."""
    sale = await begin(quiet)
    await sale.pay()

    async def away() -> None:
        raise Unavailable("away")

    settle = settlement(quiet, stock=At(quiet.services.stock, "commit", away, before=True))
    with pytest.raises(Unavailable):
        await settle.succeeded(await sale.event())
    assert await sale.state() == ("pending", None)
    assert await settle.succeeded(await sale.event()) == "paid"
    await check_books(quiet)


async def test_money_that_somebody_gave_back_first(quiet: Show) -> None:
    """Paid too late for a unit, and the host refunded it by hand before the worker came to it."""
    late, _ = await paid_late(quiet)
    await quiet.standin.call("POST", "/v1/refunds", {"payment_intent": late.payment})
    assert await settlement(quiet).succeeded(await late.event()) == "refunded_sold_out"
    assert await late.state() == ("refunded", "sold_out")
    assert await late.at_stripe() == ("succeeded", 4800)
    await check_books(quiet)

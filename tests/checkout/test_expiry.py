"""The worker's look at orders whose hold may have ended."""

import pytest

from server.checkout.service import LEAD_MS
from server.checkout.settlement import AGAIN_MS, STUCK_MS
from server.checkout.store import OrderStore
from server.core.auth import Grant
from tests.checkout.scene import (
    At,
    LaterClock,
    another,
    begin,
    check_books,
    checkout_service,
    row,
    settlement,
)
from tests.infra.logs import Logs
from tests.infra.show import Show, fresh_key


@pytest.fixture
def later() -> LaterClock:
    """An hour later: after the deadline of any hold."""
    clock = LaterClock()
    clock.ahead_ms = 3_600_000
    return clock


async def test_nothing_is_looked_at_before_its_time(quiet: Show) -> None:
    sale = await begin(quiet)
    assert await settlement(quiet).check_due() == 0
    assert (await row(quiet, sale.order))["check_at"] == sale.hold["deadline"] - LEAD_MS


async def test_a_hold_that_ran_out_cancels_payment_and_order(quiet: Show, later: LaterClock) -> None:
    sale = await begin(quiet)
    await sale.lapse()
    settle = settlement(quiet, clock=later)
    assert await settle.check_due() == 1
    assert await sale.state() == ("cancelled", "expired")
    assert await sale.at_stripe() == ("canceled", 0)
    told = await sale.buyer.socket.told("order.changed")
    assert (told["order"]["state"], told["order"]["reason"]) == ("cancelled", "expired")
    assert await quiet.counts(sale.product) == (1, 0, 0)
    assert await settle.check_due() == 0
    await check_books(quiet)


async def test_by_itself(show: Show) -> None:
    """The worker as it runs."""
    sale = await begin(show)
    await sale.lapse()
    ended = await sale.buyer.socket.told("hold.ended")
    assert (ended["hold"], ended["reason"]) == (sale.hold["id"], "expired")
    await OrderStore(show.services.db).change(sale.order, {"check_at": 1})
    told = await sale.buyer.socket.told("order.changed")
    assert (told["order"]["state"], told["order"]["reason"]) == ("cancelled", "expired")
    assert await show.counts(sale.product) == (1, 0, 0)


async def test_an_extended_hold_is_looked_at_again_later(quiet: Show) -> None:
    sale = await begin(quiet)
    await OrderStore(quiet.services.db).change(sale.order, {"check_at": 1})
    longer = await sale.buyer.socket.ask("hold.extend", {"hold": sale.hold["id"], "key": fresh_key()})
    assert await settlement(quiet).check_due() == 1
    assert await sale.state() == ("pending", None)
    assert await sale.at_stripe() == ("requires_payment_method", 0)
    assert (await row(quiet, sale.order))["check_at"] == longer["hold"]["deadline"] - LEAD_MS


async def test_a_webhook_that_never_came(quiet: Show, later: LaterClock) -> None:
    sale = await begin(quiet)
    await quiet.standin.webhooks(url=None)
    await sale.pay()
    settle = settlement(quiet, clock=later)
    assert await settle.check_due() == 1
    assert await sale.state() == ("paid", None)
    assert await quiet.counts(sale.product) == (0, 0, 1)
    assert (await sale.buyer.socket.told("order.changed"))["order"]["state"] == "paid"
    assert await settle.check_due() == 0
    await check_books(quiet)


async def test_a_webhook_that_never_came_when_nothing_is_left(quiet: Show, later: LaterClock) -> None:
    sale = await begin(quiet)
    await quiet.standin.webhooks(url=None)
    await sale.lapse()
    other = await another(sale)
    await sale.pay()
    await OrderStore(quiet.services.db).change(other.order, {"check_at": None})
    await settlement(quiet, clock=later).check_due()
    assert await sale.state() == ("refunded", "sold_out")
    assert await sale.at_stripe() == ("succeeded", 4800)
    await check_books(quiet)


async def test_an_order_without_a_payment(quiet: Show, later: LaterClock) -> None:
    """Web died before Stripe was asked."""
    sale = await begin(quiet)
    await sale.lapse()
    await OrderStore(quiet.services.db).change(sale.order, {"payment": None})
    await settlement(quiet, clock=later).check_due()
    assert await sale.state() == ("cancelled", "expired")


async def test_an_order_that_gets_its_payment_while_it_is_looked_at(quiet: Show, later: LaterClock) -> None:
    """The buyer's browser has that payment's secret: an order that is cancelled leaves no payment open."""
    sale = await begin(quiet)
    await sale.lapse()
    store = OrderStore(quiet.services.db)
    await store.change(sale.order, {"payment": None})

    async def given() -> None:
        await store.change(sale.order, {"payment": sale.payment})

    late = At(store, "cancel", given, before=True)
    await settlement(quiet, clock=later, store=late).check_due()
    assert await sale.state() == ("pending", None)
    await settlement(quiet, clock=later).check_due()
    assert await sale.state() == ("cancelled", "expired")
    assert (await sale.at_stripe())[0] == "canceled"
    await check_books(quiet)


async def test_an_order_that_gets_its_payment_while_its_buyer_lets_go(quiet: Show) -> None:
    sale = await begin(quiet)
    store = OrderStore(quiet.services.db)
    await store.change(sale.order, {"payment": None})

    async def given() -> None:
        await store.change(sale.order, {"payment": sale.payment})

    late = At(store, "cancel", given, before=True)
    grant = Grant(kind="viewer", shop=quiet.shop.id, viewer=sale.buyer.id, expires_at=0)
    assert (await checkout_service(quiet, store=late).cancel(grant, sale.order)).state == "cancelled"
    assert (await sale.at_stripe())[0] == "canceled"
    await check_books(quiet)


async def test_a_payment_that_stripe_forgot(quiet: Show, later: LaterClock) -> None:
    sale = await begin(quiet)
    await sale.lapse()
    await OrderStore(quiet.services.db).change(sale.order, {"payment": "pi_unheard"})
    await settlement(quiet, clock=later).check_due()
    assert await sale.state() == ("cancelled", "expired")
    assert await quiet.counts(sale.product) == (1, 0, 0)


async def test_a_hold_that_nobody_remembers(quiet: Show, later: LaterClock) -> None:
    sale = await begin(quiet)
    await sale.buyer.socket.ask("hold.release", {"hold": sale.hold["id"]})
    await quiet.services.redis.hdel(f"pc:{{{quiet.shop.id}}}:stock:holds", sale.hold["id"])
    await settlement(quiet, clock=later).check_due()
    assert await sale.state() == ("cancelled", "expired")
    assert await sale.at_stripe() == ("canceled", 0)


async def test_with_stripe_away_it_waits(quiet: Show, later: LaterClock) -> None:
    sale = await begin(quiet)
    await sale.lapse()
    await quiet.standin.fault("/cancel$", "drop", times=3)
    settle = settlement(quiet, clock=later)
    assert await settle.check_due() == 1
    assert await sale.state() == ("pending", None)
    assert await settle.check_due() == 0
    later.ahead_ms += AGAIN_MS
    assert await settle.check_due() == 1
    assert await sale.state() == ("cancelled", "expired")


async def test_another_sum_waits_for_a_person_and_is_not_asked_again(quiet: Show, later: LaterClock) -> None:
    sale = await begin(quiet)
    await quiet.standin.webhooks(url=None)
    await sale.pay()
    await OrderStore(quiet.services.db).change(sale.order, {"total": 4799})
    settle = settlement(quiet, clock=later)
    assert await settle.check_due() == 1
    assert await sale.state() == ("pending", None)
    assert await settle.check_due() == 0
    later.ahead_ms += 24 * 3_600_000
    assert await settle.check_due() == 0


async def test_one_that_is_stuck_does_not_hold_up_the_others(quiet: Show, later: LaterClock) -> None:
    """A part of the first one's money was given back by hand, so it can't be refunded in whole: a person must
    look. It is asked for again all the same, now and then."""
    stuck = await begin(quiet)
    await stuck.lapse()
    other = await another(stuck)
    await quiet.standin.webhooks(url=None)
    await stuck.pay()
    await quiet.standin.call("POST", "/v1/refunds", {"payment_intent": stuck.payment, "amount": 100})
    await OrderStore(quiet.services.db).change(stuck.order, {"check_at": 1})
    settle = settlement(quiet, clock=later)
    assert await settle.check_due() == 2
    assert await stuck.state() == ("pending", None)
    assert await other.state() == ("cancelled", "expired")
    assert await settle.check_due() == 0
    later.ahead_ms += STUCK_MS
    assert await settle.check_due() == 1


async def test_an_order_that_was_settled_meanwhile_is_left_alone(quiet: Show, later: LaterClock) -> None:
    """Read as due, then paid by its webhook, then Stripe was away for the look: it is not due ever again."""
    sale = await begin(quiet)
    await sale.pay()
    event = await sale.event()

    async def settled() -> None:
        await settlement(quiet).succeeded(event)

    await quiet.standin.fault("/cancel$", "drop", times=3)
    gateway = At(quiet.services.gateway, "cancel_payment", settled, before=True)
    assert await settlement(quiet, clock=later, gateway=gateway).check_due() == 1
    assert await sale.state() == ("paid", None)
    assert (await row(quiet, sale.order))["check_at"] is None
    later.ahead_ms += AGAIN_MS
    assert await settlement(quiet, clock=later).check_due() == 0


async def test_one_that_another_worker_ended_meanwhile_is_no_trouble(
    quiet: Show, later: LaterClock, logs: Logs
) -> None:
    sale = await begin(quiet)
    await sale.lapse()

    async def ended() -> None:
        await settlement(quiet, clock=later).check_due()

    gateway = At(quiet.services.gateway, "cancel_payment", ended, before=False)
    assert await settlement(quiet, clock=later, gateway=gateway).check_due() == 1
    assert await sale.state() == ("cancelled", "expired")
    assert logs.errors() == []

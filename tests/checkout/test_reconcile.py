"""What was lost between Redis, SQL and Stripe is found; what is safe is mended, the rest is said."""

import asyncio

import pytest
from sqlalchemy import update

from server.checkout.reconcile import Finding
from server.checkout.store import orders
from server.payments.messages import IncomingEvent
from server.worker import Worker
from tests.checkout.scene import another, begin, row, settlement
from tests.infra.auditor import auditor_of
from tests.infra.show import Show
from tests.stock import audit


async def reconcile(show: Show, *, fix: bool = True) -> list[Finding]:
    return await show.services.reconciliation.run(show.shop.id, days=1, fix=fix)


def states(found: list[Finding]) -> list[str]:
    return [finding.state for finding in found]


async def all_is_well(show: Show) -> None:
    await Worker(show.services).ledger()
    assert await asyncio.to_thread(auditor_of(show).audit) == []


async def set_order(show: Show, order: str, **values: object) -> None:
    async with show.services.db.begin() as sql:
        await sql.execute(update(orders).where(orders.c.id == order).values(values))


async def test_a_shop_in_the_middle_of_trade_is_left_alone(quiet: Show) -> None:
    """One held, one paid, one let go: nothing to say, and the book stays the same."""
    held = await begin(quiet, stock=5)
    paid, gone = await another(held), await another(held)
    await paid.pay()
    await settlement(quiet).succeeded(await paid.event())
    await gone.buyer.call("POST", f"/api/v1/orders/{gone.order}/cancel")
    before = await quiet.services.stock.levels(quiet.shop.id)
    assert await reconcile(quiet) == []
    assert await quiet.services.stock.levels(quiet.shop.id) == before
    await all_is_well(quiet)


async def test_paid_at_stripe_and_pending_here(quiet: Show) -> None:
    sale = await begin(quiet, stock=1)
    await sale.pay()
    assert states(await reconcile(quiet, fix=False)) == ["open"]
    assert (await sale.state())[0] == "pending"
    assert states(await reconcile(quiet)) == ["mended"]
    assert (await sale.state())[0] == "paid"
    assert await reconcile(quiet) == []
    await all_is_well(quiet)


async def test_cancelled_here_and_open_at_stripe(quiet: Show) -> None:
    sale = await begin(quiet, stock=1)
    await quiet.services.stock.release(quiet.shop.id, sale.hold["id"], sale.buyer.id)
    await set_order(quiet, sale.order, state="cancelled", reason="let_go", check_at=None)
    assert states(await reconcile(quiet)) == ["mended"]
    assert await sale.at_stripe() == ("canceled", 0)
    await all_is_well(quiet)


async def test_an_open_payment_without_a_hold_is_cancelled(quiet: Show) -> None:
    """Nobody was going to look at it again."""
    sale = await begin(quiet, stock=1)
    await quiet.services.stock.release(quiet.shop.id, sale.hold["id"], sale.buyer.id)
    await set_order(quiet, sale.order, check_at=None)
    assert states(await reconcile(quiet)) == ["mended"]
    assert ((await sale.state())[0], await sale.at_stripe()) == ("cancelled", ("canceled", 0))
    await all_is_well(quiet)


async def test_cancelled_at_stripe_and_pending_here(quiet: Show) -> None:
    sale = await begin(quiet, stock=1)
    await quiet.standin.call("POST", f"/v1/payment_intents/{sale.payment}/cancel")
    assert states(await reconcile(quiet)) == ["mended"]
    assert (await sale.state())[0] == "cancelled"
    assert await quiet.counts(sale.product) == (1, 0, 0)
    await all_is_well(quiet)


async def test_refunded_at_stripe_and_paid_here(quiet: Show) -> None:
    sale = await begin(quiet, stock=1)
    await sale.pay()
    await settlement(quiet).succeeded(await sale.event())
    await quiet.standin.call("POST", "/v1/refunds", {"payment_intent": sale.payment})
    assert states(await reconcile(quiet)) == ["mended"]
    assert await sale.state() == ("refunded", "host")
    assert await reconcile(quiet) == []
    await all_is_well(quiet)


@pytest.mark.parametrize("counter", ["sold", "available"])
async def test_counters_that_differ_are_made_anew(quiet: Show, counter: str) -> None:
    sale = await begin(quiet, stock=3)
    await sale.pay()
    await settlement(quiet).succeeded(await sale.event())
    other = await another(sale)
    variant = quiet.level(sale.product)
    await quiet.services.redis.hincrby(audit.key(quiet.shop.id, counter), variant, 1)
    assert await asyncio.to_thread(auditor_of(quiet).audit) != []
    assert states(await reconcile(quiet, fix=False)) == ["open"]
    assert states(await reconcile(quiet)) == ["mended"]
    assert await quiet.counts(sale.product) == (1, 1, 1)
    await other.pay()  # its hold stayed
    await settlement(quiet).succeeded(await other.event())
    await all_is_well(quiet)


async def test_a_person_decides_where_another_sum_was_paid(quiet: Show) -> None:
    sale = await begin(quiet, stock=1)
    await sale.pay()
    await set_order(quiet, sale.order, total=4700)
    found = await reconcile(quiet)
    assert states(found) == ["person"]
    assert "4700" in found[0].text
    assert "4800" in found[0].text
    assert (await sale.state())[0] == "pending"


async def test_a_person_decides_where_a_payment_is_of_no_order(quiet: Show) -> None:
    sale = await begin(quiet, stock=1)
    made = await quiet.standin.call(
        "POST",
        "/v1/payment_intents",
        {"amount": 500, "currency": "eur", "metadata": {"shop": quiet.shop.id, "order": "order_gone"}},
    )
    assert states(await reconcile(quiet)) == ["mended"]  # open: nobody shall pay it
    paid = await quiet.standin.call(
        "POST",
        "/v1/payment_intents",
        {"amount": 500, "currency": "eur", "metadata": {"shop": quiet.shop.id, "order": "order_gone"}},
    )
    await quiet.standin.confirm(paid.body["client_secret"])
    found = await reconcile(quiet)
    assert states(found) == ["person"]
    assert paid.body["id"] in found[0].text
    assert made.body["id"] != paid.body["id"]
    assert (await sale.state())[0] == "pending"


async def test_more_sold_than_stocked_and_what_was_set_aside_are_said(quiet: Show) -> None:
    sale = await begin(quiet, stock=2)
    for one in (sale, await another(sale)):
        await one.pay()
        await settlement(quiet).succeeded(await one.event())
    variant = quiet.level(sale.product)
    await quiet.services.stock._ledger.set_stocked(quiet.shop.id, {variant: (1, 1 << 40)})
    payload = '{"id":"evt_1","type":"charge.refunded","created":1,"data":{"object":{}}}'
    inbox = quiet.services.payment_events
    await inbox.put(IncomingEvent(id="evt_1", type="charge.refunded", payload=payload))
    await inbox.set_aside("evt_1", "checkout.amount_mismatch")
    found = await reconcile(quiet, fix=False)
    said = [finding.text for finding in found if finding.state == "person"]
    assert len(said) == 2
    assert "2 units are sold, and only 1" in said[0]
    assert "checkout.amount_mismatch" in said[1]


async def test_a_worker_reconciles_when_it_begins(quiet: Show) -> None:
    sale = await begin(quiet, stock=1)
    await sale.pay()
    worker = Worker(quiet.services)
    await worker.reconcile()
    assert (await sale.state())[0] == "paid"
    other = await begin(quiet, stock=1)
    await other.pay()
    await worker.reconcile()  # once is enough, until Redis is another one
    assert (await other.state())[0] == "pending"
    await quiet.services.redis.flushall()
    await worker.stock()
    await worker.reconcile()
    assert (await other.state())[0] == "paid"
    await all_is_well(quiet)


async def test_the_auditor_sees_what_is_wrong(quiet: Show) -> None:
    sale = await begin(quiet, stock=1)
    await sale.pay()
    await settlement(quiet).succeeded(await sale.event())
    await all_is_well(quiet)
    found = await row(quiet, sale.order)
    await set_order(quiet, sale.order, state="cancelled")
    # A unit for nothing, money for nothing, and a credit for nothing.
    assert len(await asyncio.to_thread(auditor_of(quiet).audit)) == 3
    await set_order(quiet, sale.order, state=found["state"])
    async with quiet.services.db.begin() as sql:
        await sql.exec_driver_sql("DELETE FROM stock_movements WHERE kind = 'committed'")
    assert len(await asyncio.to_thread(auditor_of(quiet).audit)) == 1

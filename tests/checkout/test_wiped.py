"""Redis is wiped in the middle of a show. Stock comes back from SQL, and nothing is sold twice."""

import asyncio

import pytest

from server.checkout.store import OrderStore
from server.core.errors import Unavailable
from server.payments.messages import Payment
from server.stock.errors import StockNotLoaded
from server.worker import Worker
from tests.checkout.scene import (
    At,
    LaterClock,
    Sale,
    another,
    begin,
    books_in_the_end,
    check_books,
    patiently,
    recovery,
    row,
    settlement,
)
from tests.infra.show import Refused, Show


async def wipe(show: Show) -> None:
    await show.services.redis.flushall()


async def rebuild(show: Show) -> None:
    await Worker(show.services).stock()


async def test_held_paid_and_undrained(quiet: Show) -> None:
    """One order paid and drained, one paid and not drained, one held, one paid at Stripe and not settled."""
    drained = await begin(quiet, stock=10)
    await drained.pay()
    settle = settlement(quiet)
    await settle.succeeded(await drained.event())
    await Worker(quiet.services).ledger()
    fresh, held, unsettled = [await another(drained) for _ in range(3)]
    await fresh.pay()
    await settle.succeeded(await fresh.event())
    await unsettled.pay()
    assert await quiet.counts(drained.product) == (6, 2, 2)

    await wipe(quiet)
    with pytest.raises(StockNotLoaded):
        await quiet.counts(drained.product)
    with pytest.raises(StockNotLoaded):
        await settle.succeeded(await unsettled.event())
    with pytest.raises(Refused) as refused:
        await held.buyer.hold(held.pin)
    assert (refused.value.code, refused.value.body["retryable"]) == ("unavailable", True)

    await rebuild(quiet)
    assert await quiet.counts(drained.product) == (7, 1, 2)  # what is paid is kept, what is held is not
    for sale in (drained, fresh):  # their webhooks come once more
        assert await settle.succeeded(await sale.event()) == "paid"
    assert await quiet.counts(drained.product) == (7, 1, 2)
    assert await settle.succeeded(await unsettled.event()) == "paid"
    await held.pay()
    assert await settle.succeeded(await held.event()) == "paid"
    assert await quiet.counts(drained.product) == (6, 0, 4)
    await check_books(quiet)


async def test_payments_that_land_after_the_wipe_get_what_is_left(quiet: Show) -> None:
    first = await begin(quiet, stock=2)
    second = await another(first)
    await wipe(quiet)
    await rebuild(quiet)
    newcomer = await another(first)  # the holds are forgotten, so the units are free
    settle = settlement(quiet)
    for sale in (first, second):
        await sale.pay()
    assert await settle.succeeded(await first.event()) == "paid"
    assert await settle.succeeded(await second.event()) == "refunded_sold_out"
    assert await second.at_stripe() == ("succeeded", 4800)
    await newcomer.pay()
    assert await settle.succeeded(await newcomer.event()) == "paid"
    assert await quiet.counts(first.product) == (0, 0, 2)
    await check_books(quiet)


async def test_a_forgotten_hold_cancels_its_order(quiet: Show) -> None:
    sale = await begin(quiet, stock=2)
    await wipe(quiet)
    await rebuild(quiet)
    clock = LaterClock()
    clock.ahead_ms = 3_600_000
    await settlement(quiet, clock=clock).check_due()
    assert await sale.state() == ("cancelled", "expired")
    assert await sale.at_stripe() == ("canceled", 0)
    assert await quiet.counts(sale.product) == (2, 0, 0)
    await check_books(quiet)


async def test_two_workers_rebuild_once(quiet: Show) -> None:
    sale = await begin(quiet, stock=3)
    await sale.pay()
    await settlement(quiet).succeeded(await sale.event())
    await wipe(quiet)
    made = await asyncio.gather(*(quiet.services.recovery.open_stock(quiet.shop.id) for _ in range(4)))
    assert sorted(made) == [False, False, False, True]
    assert await quiet.counts(sale.product) == (2, 0, 1)


async def test_a_refunded_unit_is_not_for_sale_again(quiet: Show) -> None:
    """The host gave the money back; the bottle is with the buyer. A wipe does not bring it back either."""
    sale = await begin(quiet, stock=1)
    await sale.pay()
    settle = settlement(quiet)
    await settle.succeeded(await sale.event())
    await quiet.standin.call("POST", "/v1/refunds", {"payment_intent": sale.payment})
    await settle.refunded(await sale.event("charge.refunded"))
    assert await quiet.counts(sale.product) == (0, 0, 1)
    await wipe(quiet)
    await rebuild(quiet)
    assert await quiet.counts(sale.product) == (0, 0, 1)
    await check_books(quiet)


async def test_an_order_that_was_refunded_for_want_of_stock_took_none(quiet: Show) -> None:
    late = await begin(quiet, stock=1)
    await late.lapse()
    other = await another(late)
    await late.pay()
    await settlement(quiet).succeeded(await late.event())
    await other.buyer.call("POST", f"/api/v1/orders/{other.order}/cancel")
    await wipe(quiet)
    await rebuild(quiet)
    assert await quiet.counts(late.product) == (1, 0, 0)


@pytest.mark.parametrize("settings_moved", [False, True])
async def test_what_was_stocked_last_is_what_comes_back(quiet: Show, settings_moved: bool) -> None:
    sale = await begin(quiet, stock=3)
    if settings_moved:
        await quiet.services.stock.set_stock(quiet.shop.id, {quiet.level(sale.product): 7})
    await wipe(quiet)
    await rebuild(quiet)
    assert await quiet.counts(sale.product) == ((7, 0, 0) if settings_moved else (3, 0, 0))


# In the middle of a sale


class StripeAway:
    async def payments_since(self, since_ms: int) -> list[Payment]:
        raise Unavailable("Stripe can't be reached.")


async def last_unit_goes_elsewhere(sale: Sale) -> None:
    """Stripe was away when the stock was opened, so nobody knew that the unit was paid."""
    await wipe(sale.show)
    assert await recovery(sale.show, payments=StripeAway()).open_stock(sale.show.shop.id)
    other = await another(sale)
    await other.pay()
    assert await settlement(sale.show).succeeded(await other.event()) == "paid"


async def test_wiped_between_the_stock_and_the_order(quiet: Show) -> None:
    """The unit was sold, Redis was wiped and filled before SQL knew: the sale is asked for once more."""
    sale = await begin(quiet, stock=2)
    await sale.pay()

    async def wiped() -> None:
        await wipe(quiet)
        await rebuild(quiet)

    stock = At(quiet.services.stock, "commit", wiped, before=False)
    assert await settlement(quiet, stock=stock).succeeded(await sale.event()) == "paid"
    assert await quiet.counts(sale.product) == (1, 0, 1)
    await check_books(quiet)


async def test_wiped_between_the_stock_and_the_order_and_the_last_unit_gone(quiet: Show) -> None:
    """The same, and somebody else bought the last unit meanwhile: the money goes back, nobody was told."""
    sale = await begin(quiet, stock=1)
    await sale.pay()
    stock = At(quiet.services.stock, "commit", lambda: last_unit_goes_elsewhere(sale), before=False)
    answer = await settlement(quiet, stock=stock).succeeded(await sale.event())
    assert answer == "refunded_sold_out"
    assert await sale.state() == ("refunded", "sold_out")
    assert await quiet.counts(sale.product) == (0, 0, 1)
    await check_books(quiet)


async def test_a_unit_that_is_paid_and_not_sold_yet_is_kept_for_its_buyer(quiet: Show) -> None:
    sale = await begin(quiet, stock=1)
    await sale.pay()
    await wipe(quiet)
    await rebuild(quiet)
    other = await quiet.viewer(sale.stream)
    with pytest.raises(Refused) as refused:
        await other.hold(sale.pin)
    assert refused.value.code == "stock.sold_out"
    assert await settlement(quiet).succeeded(await sale.event()) == "paid"
    assert await quiet.counts(sale.product) == (0, 0, 1)
    await check_books(quiet)


async def test_two_wipes_and_a_slow_worker_between_them(quiet: Show) -> None:
    """It has read SQL after the first wipe; the last unit was sold since, and Redis was wiped again."""
    sale = await begin(quiet, stock=1)
    await wipe(quiet)

    async def meanwhile() -> None:
        await rebuild(quiet)
        other = await another(sale)
        await other.pay()
        assert await settlement(quiet).succeeded(await other.event()) == "paid"
        await wipe(quiet)

    stock = At(quiet.services.stock, "rebuild", meanwhile, before=True)
    assert not await recovery(quiet, stock=stock).open_stock(quiet.shop.id)
    await rebuild(quiet)
    assert await quiet.counts(sale.product) == (0, 0, 1)
    await check_books(quiet)


async def test_wiped_and_not_yet_rebuilt_when_the_order_is_paid(quiet: Show) -> None:
    sale = await begin(quiet, stock=2)
    await sale.pay()
    stock = At(quiet.services.stock, "commit", lambda: wipe(quiet), before=False)
    with pytest.raises(StockNotLoaded):
        await settlement(quiet, stock=stock).succeeded(await sale.event())
    assert (await sale.state())[0] == "paid"
    await rebuild(quiet)
    assert await settlement(quiet).succeeded(await sale.event()) == "paid"
    assert await quiet.counts(sale.product) == (1, 0, 1)
    await check_books(quiet)


async def test_an_order_paid_while_the_stock_is_rebuilt(quiet: Show) -> None:
    """It becomes paid after the rebuild has read SQL, and before the book is open."""
    sale = await begin(quiet, stock=2)
    await sale.pay()
    event = await sale.event()
    await wipe(quiet)

    async def paid() -> None:
        with pytest.raises(StockNotLoaded):  # as long as the book is not open nothing is sold
            await settlement(quiet).succeeded(event)

    stock = At(quiet.services.stock, "rebuild", paid, before=True)
    assert await recovery(quiet, stock=stock).open_stock(quiet.shop.id)
    assert await settlement(quiet).succeeded(event) == "paid"
    assert await quiet.counts(sale.product) == (1, 0, 1)
    await check_books(quiet)


async def test_units_and_orders_are_read_in_one_step(quiet: Show) -> None:
    """An order that the rebuild knows of is counted, and one that it counts is known."""
    sale = await begin(quiet, stock=3, quantity=2)
    store = OrderStore(quiet.services.db)
    assert not any(await store.sold(quiet.shop.id, 0))
    await sale.pay()
    await settlement(quiet).succeeded(await sale.event())
    variant = quiet.level(sale.product)
    found = await store.sold(quiet.shop.id, 0)
    paid_at = (await row(quiet, sale.order))["paid_at"]
    bought = found.bought
    assert found == ({variant: 2}, {sale.order: sale.hold["id"]}, [(sale.buyer.id, variant, 2, paid_at)])
    assert await store.sold(quiet.shop.id, 1 << 50) == ({variant: 2}, {}, bought)
    assert await store.sold("shop_other", 0) == ({}, {}, [])


async def test_limits_count_what_was_bought_before_the_wipe(quiet: Show) -> None:
    sale = await begin(quiet, stock=20, quantity=4)  # of five that a buyer may have
    await sale.pay()
    await settlement(quiet).succeeded(await sale.event())
    await wipe(quiet)
    await rebuild(quiet)
    with pytest.raises(Refused) as refused:
        await sale.buyer.hold(sale.pin, quantity=2)
    assert (refused.value.code, refused.value.body["details"]["taken"]) == ("stock.limit", 4)
    await sale.buyer.hold(sale.pin)
    assert await quiet.counts(sale.product) == (15, 1, 4)
    await check_books(quiet)


async def test_the_worker_finds_the_wipe_by_itself(show: Show) -> None:
    sale = await begin(show, stock=4)
    await sale.pay()
    await sale.buyer.until_order(sale.checkout, "paid")
    await wipe(show)
    other = await show.viewer(sale.stream, join=False)
    hold = await patiently(lambda: other.hold(sale.pin))
    assert hold["state"] == "held"
    assert await show.counts(sale.product) == (2, 1, 1)
    await books_in_the_end(show)

"""The worker dies between any two steps. Whoever comes next ends it right, and does nothing twice."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from server.checkout.settlement import SettlementService
from server.checkout.store import OrderStore
from server.worker import Worker
from tests.checkout.scene import (
    CANCELED,
    REFUNDED,
    At,
    Crash,
    LaterClock,
    Sale,
    another,
    begin,
    check_books,
    credited,
    die,
    settlement,
)
from tests.infra.show import Show


def part_of(show: Show, name: str) -> Any:
    services = show.services
    return {
        "store": OrderStore(services.db),
        "gateway": services.gateway,
        "stock": services.stock,
        "conversions": services.conversions,
        "announcer": services.announcer,
    }[name]


async def dies_then_ends(
    show: Show,
    work: Callable[[SettlementService], Awaitable[Any]],
    part: str,
    method: str,
    *,
    before: bool,
    call: int = 1,
) -> None:
    """A worker that dies at that point of `work`, then another one that does `work` again, twice."""
    broken: Any = At(part_of(show, part), method, die, before=before, call=call)
    with pytest.raises(Crash):
        await work(settlement(show, **{part: broken}))
    for _ in range(2):
        await work(settlement(show))


SALE = [
    ("store", "get", 1),
    ("stock", "commit", 1),
    ("store", "move", 1),
    ("stock", "commit", 2),
    ("conversions", "credit", 1),
    ("announcer", "announce", 1),
]


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(("part", "method", "call"), SALE)
async def test_while_it_sells(quiet: Show, part: str, method: str, call: int, before: bool) -> None:
    sale = await begin(quiet, stock=3)
    await sale.pay()
    event = await sale.event()
    await dies_then_ends(quiet, lambda s: s.succeeded(event), part, method, before=before, call=call)
    assert await sale.state() == ("paid", None)
    assert await quiet.counts(sale.product) == (2, 0, 1)
    assert await credited(quiet, sale.order) == (1, 4800, 0)
    assert (await sale.buyer.socket.told("order.changed"))["order"]["state"] == "paid"
    await check_books(quiet)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(
    ("part", "method"),
    [
        ("stock", "commit"),
        ("gateway", "refund"),
        ("conversions", "refund"),
        ("store", "move"),
        ("announcer", "announce"),
    ],
)
async def test_while_it_gives_back(quiet: Show, part: str, method: str, before: bool) -> None:
    late = await begin(quiet, stock=1)
    await late.lapse()
    await another(late)
    await late.pay()
    event = await late.event()
    await dies_then_ends(quiet, lambda s: s.succeeded(event), part, method, before=before)
    assert await late.state() == ("refunded", "sold_out")
    assert await late.at_stripe() == ("succeeded", 4800)
    assert (await late.buyer.socket.told("order.changed"))["order"]["state"] == "refunded"
    await check_books(quiet)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(
    ("part", "method"),
    [("conversions", "refund"), ("store", "move"), ("announcer", "announce")],
)
async def test_while_it_notes_a_refund(quiet: Show, part: str, method: str, before: bool) -> None:
    sale = await begin(quiet, stock=1)
    await sale.pay()
    await settlement(quiet).succeeded(await sale.event())
    await quiet.standin.call("POST", "/v1/refunds", {"payment_intent": sale.payment})
    event = await sale.event(REFUNDED)
    await dies_then_ends(quiet, lambda s: s.refunded(event), part, method, before=before)
    assert await sale.state() == ("refunded", "host")
    assert await credited(quiet, sale.order) == (1, 4800, 4800)
    await check_books(quiet)


async def test_a_sale_that_was_cut_short_and_refunded_is_in_the_report(quiet: Show) -> None:
    """Died after the order was paid and before it was credited; then somebody gave the money back."""
    sale = await begin(quiet, stock=1)
    await sale.pay()
    dying = At(quiet.services.conversions, "credit", die, before=True)
    with pytest.raises(Crash):
        await settlement(quiet, conversions=dying).succeeded(await sale.event())
    await quiet.standin.call("POST", "/v1/refunds", {"payment_intent": sale.payment})
    settle = settlement(quiet)
    assert await settle.refunded(await sale.event(REFUNDED)) == "refunded"
    assert await settle.succeeded(await sale.event()) == "already_refunded"
    assert await credited(quiet, sale.order) == (1, 4800, 4800)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(
    ("part", "method"), [("store", "cancel"), ("announcer", "announce"), ("stock", "release")]
)
async def test_while_it_cancels(quiet: Show, part: str, method: str, before: bool) -> None:
    sale = await begin(quiet, stock=1)
    await quiet.standin.call("POST", f"/v1/payment_intents/{sale.payment}/cancel")
    event = await sale.event(CANCELED)
    await dies_then_ends(quiet, lambda s: s.cancelled(event), part, method, before=before)
    assert await sale.state() == ("cancelled", "let_go")
    assert await quiet.counts(sale.product) == (1, 0, 0)
    await check_books(quiet)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(
    ("part", "method"),
    [("store", "due"), ("stock", "hold"), ("gateway", "cancel_payment"), ("store", "cancel")],
)
async def test_while_it_ends_what_ran_out(quiet: Show, part: str, method: str, before: bool) -> None:
    sale = await begin(quiet, stock=1)
    await sale.lapse()
    clock = LaterClock()
    clock.ahead_ms = 3_600_000
    broken = At(part_of(quiet, part), method, die, before=before)
    with pytest.raises(Crash):
        await settlement(quiet, clock=clock, **{part: broken}).check_due()
    for _ in range(2):
        await settlement(quiet, clock=clock).check_due()
    await Worker(quiet.services).holds()  # the unit is the sweeper's, where the order was cancelled already
    assert await sale.state() == ("cancelled", "expired")
    assert await sale.at_stripe() == ("canceled", 0)
    assert await quiet.counts(sale.product) == (1, 0, 0)
    await check_books(quiet)


async def test_it_is_paid_while_the_worker_ends_it(quiet: Show) -> None:
    """The buyer's payment goes through at the very moment when the worker wants to cancel it."""
    sale = await begin(quiet, stock=1)
    await sale.lapse()
    clock = LaterClock()
    clock.ahead_ms = 3_600_000
    gateway = At(quiet.services.gateway, "cancel_payment", sale.pay, before=True)
    await settlement(quiet, clock=clock, gateway=gateway).check_due()
    assert await sale.state() == ("paid", None)
    await check_books(quiet)


async def test_two_workers_end_what_ran_out(quiet: Show) -> None:
    first = await begin(quiet, stock=4)
    sales: list[Sale] = [first, *[await another(first) for _ in range(3)]]
    for sale in sales:
        await sale.lapse()
    await sales[0].pay()
    clock = LaterClock()
    clock.ahead_ms = 3_600_000
    for _ in range(2):
        await asyncio.gather(*(settlement(quiet, clock=clock).check_due() for _ in range(3)))
    assert [await sale.state() for sale in sales] == [("paid", None), *[("cancelled", "expired")] * 3]
    assert await quiet.counts(first.product) == (3, 0, 1)
    await check_books(quiet)

"""What the tests of checkout share: a sale in the making, its books, and parts that break."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select

from server.catalog.messages import ProductView
from server.checkout.recovery import Recovery
from server.checkout.service import CheckoutService
from server.checkout.settlement import SettlementService
from server.checkout.store import OrderStore, order_units, orders
from server.conversions.store import conversions
from server.core.clock import Clock
from server.payments.messages import PaymentEvent
from server.payments.service import decode
from server.pins.messages import PinView
from server.stock.records import hold_id
from server.streams.messages import StreamView
from tests.infra.show import Json, Refused, Show, Viewer, fresh_key
from tests.infra.stripe import GOOD
from tests.stock import audit

T = TypeVar("T")
SUCCEEDED, CANCELED, REFUNDED = "payment_intent.succeeded", "payment_intent.canceled", "charge.refunded"


class LaterClock(Clock):
    """The machine's clock, and as much later as the test says."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self.ahead_ms


class Crash(Exception):
    """The process died here."""


async def die() -> None:
    raise Crash


class At:
    """Stands before a part, and does something at the n-th call of one of its methods: before it is carried
    out, or after, whatever came of it. `At(part, "move", die)` is a process that dies there."""

    def __init__(
        self, part: Any, method: str, what: Callable[[], Awaitable[Any]], *, before: bool, call: int = 1
    ) -> None:
        self._part, self._method, self._what, self._before, self._call = part, method, what, before, call
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        carry_out: Callable[..., Awaitable[Any]] = getattr(self._part, name)
        if name != self._method:
            return carry_out

        async def call(*arguments: Any, **named: Any) -> Any:
            self.calls += 1
            now = self.calls == self._call
            if now and self._before:
                await self._what()
            try:
                return await carry_out(*arguments, **named)
            finally:
                if now and not self._before:
                    await self._what()

        return call


async def patiently(ask: Callable[[], Awaitable[T]], *, tries: int = 200, pause_s: float = 0.05) -> T:
    """As a client does: asks again while the answer is a retryable error. Raises what the last one did."""
    for _ in range(tries):
        try:
            return await ask()
        except Refused as refused:
            if not refused.body["retryable"]:
                raise
            await asyncio.sleep(pause_s)
    return await ask()


def settlement(show: Show, *, clock: Clock | None = None, **parts: Any) -> SettlementService:
    """One more worker's settlement on the same shop. `parts` replace its own, by the constructor's names."""
    services = show.services
    own: dict[str, Any] = {
        "store": OrderStore(services.db),
        "gateway": services.gateway,
        "stock": services.stock,
        "conversions": services.conversions,
        "receipts": services.receipts,
        "announcer": services.announcer,
        "clock": clock or services.clock,
    }
    return SettlementService(**{**own, **parts})


def recovery(show: Show, **parts: Any) -> Recovery:
    """One more worker that opens the stock. `parts` as above."""
    services = show.services
    own: dict[str, Any] = {
        "store": OrderStore(services.db),
        "payments": services.gateway,
        "stock": services.stock,
        "clock": services.clock,
    }
    return Recovery(**{**own, **parts})


def checkout_service(show: Show, **parts: Any) -> CheckoutService:
    """One more web node's checkout on the same shop. `parts` replace its own, as above."""
    services = show.services
    own: dict[str, Any] = {
        "store": OrderStore(services.db),
        "gateway": services.gateway,
        "stock": services.stock,
        "shelf": services.shelf,
        "announcer": services.announcer,
        "clock": services.clock,
        "browser": services.browser_stripe,
        "delivery": services.delivery,
        "confirmations": services.confirmations,
    }
    return CheckoutService(**{**own, **parts})


@dataclass
class Sale:
    """One buyer with a hold and an order, at a live stream that shows one product."""

    show: Show
    product: ProductView
    stream: StreamView
    pin: PinView
    buyer: Viewer
    hold: Json
    checkout: Json

    @property
    def order(self) -> str:
        found: str = self.checkout["order"]["id"]
        return found

    @property
    def payment(self) -> str:
        secret: str = self.checkout["client_secret"]
        return secret.partition("_secret_")[0]

    async def pay(self, card: str = GOOD) -> None:
        assert (await self.buyer.pay(self.checkout, card))["status"] == "succeeded"

    async def event(self, kind: str = SUCCEEDED) -> PaymentEvent:
        """What Stripe says of this payment, as a handler gets it; the newest of its kind."""
        found = [event for event in await self.show.standin.events(self.payment) if event["type"] == kind]
        return decode(found[-1]["body"])

    async def state(self) -> tuple[str, str | None]:
        found = await row(self.show, self.order)
        return found["state"], found["reason"]

    async def lapse(self) -> None:
        """The hold's deadline has passed; nobody has taken it back yet."""
        await audit.lapse(self.show.services.redis, self.hold["id"], self.show.shop.id)

    async def at_stripe(self) -> tuple[str, int]:
        """The payment's status and what of it was given back."""
        return await at_stripe(self.show, self.payment)


async def begin(show: Show, *, stock: int = 1, quantity: int = 1, price: int = 4800, **more: Any) -> Sale:
    product = await show.product(stock=stock, price=price)
    stream = await show.stream()
    pin = await show.pin(stream, product)
    buyer = await show.viewer(stream)
    hold = await buyer.hold(pin, quantity=quantity)
    return Sale(show, product, stream, pin, buyer, hold, await buyer.checkout(hold, **more))


async def another(sale: Sale, *, quantity: int = 1) -> Sale:
    """Somebody else who wants the same."""
    buyer = await sale.show.viewer(sale.stream)
    hold = await buyer.hold(sale.pin, quantity=quantity)
    checkout = await buyer.checkout(hold)
    return Sale(sale.show, sale.product, sale.stream, sale.pin, buyer, hold, checkout)


def unknown_hold(show: Show, buyer: Viewer) -> str:
    return hold_id(show.shop.id, buyer.id, fresh_key())


async def row(show: Show, order: str) -> Json:
    found = await OrderStore(show.services.db).get(order)
    assert found is not None
    return found


async def at_stripe(show: Show, payment: str) -> tuple[str, int]:
    intent = (await show.standin.call("GET", f"/v1/payment_intents/{payment}")).body
    refunds = (await show.standin.call("GET", "/v1/refunds", {"payment_intent": payment})).body["data"]
    return intent["status"], sum(refund["amount"] for refund in refunds)


async def credited(show: Show, order: str) -> tuple[int, int, int]:
    """units, revenue and refunded of an order in the log of conversions"""
    async with show.services.db.read() as sql:
        rows = (await sql.execute(select(conversions).where(conversions.c.order_id == order))).all()
    return sum(r.units for r in rows), sum(r.revenue for r in rows), sum(r.refunded for r in rows)


async def books_in_the_end(show: Show, within_s: float = 20.0) -> None:
    """`check_books`, where a worker is at work: an order is paid before its sale is credited."""
    end = asyncio.get_running_loop().time() + within_s
    while True:
        try:
            await check_books(show)
            return
        except AssertionError:
            if asyncio.get_running_loop().time() > end:
                raise
            await asyncio.sleep(0.1)


async def check_books(show: Show) -> None:
    """Invariants 1 and 2, from Redis, SQL and Stripe, without the code under test: the stock adds up; what
    it says was sold is what paid orders bought; every payment that was made is an order's, or given back."""
    await audit.check(show.services.redis, show.shop.id)
    async with show.services.db.read() as sql:
        lines = (
            await sql.execute(
                select(order_units.c.variant, order_units.c.quantity, orders.c.state, orders.c.reason).join(
                    orders, orders.c.id == order_units.c.order_id
                )
            )
        ).all()
        known = (await sql.execute(select(orders))).all()
        credits = (await sql.execute(select(conversions))).all()
    bought: Counter[str] = Counter()
    for line in lines:
        if line.state == "paid" or line.reason == "host":
            bought[line.variant] += line.quantity
    sold = await audit.counters(show.services.redis, show.shop.id, "sold")
    assert {variant: n for variant, n in sold.items() if n} == dict(bought)
    for order in known:
        revenue = [line for line in credits if line.order_id == order.id]
        if order.payment is None:
            assert order.state in ("pending", "cancelled")
            continue
        status, refunded = await at_stripe(show, order.payment)
        if order.state == "paid":
            assert (status, refunded) == ("succeeded", 0), order.id
            assert sum(line.revenue for line in revenue) == order.total
        elif order.state == "refunded":
            assert (status, refunded) == ("succeeded", order.total), order.id
            assert sum(line.revenue - line.refunded for line in revenue) == 0
        else:
            assert status != "succeeded", (order.id, order.state)
            assert not revenue

"""From a hold to a payment, and back when the buyer lets go."""

import contextlib
import secrets
from collections.abc import Mapping
from typing import Any, Protocol

from server.checkout.errors import NoSuchOrder, OrderClosed, PreviewBuysNothing
from server.checkout.messages import BrowserStripe, Checkout, OpenCheckout, OrderView
from server.checkout.orders import Announcer, Origin, Store, tell_buyer, view
from server.checkout.states import require
from server.core.auth import Grant
from server.core.clock import Clock
from server.core.errors import Unavailable
from server.core.ids import new_id
from server.payments.errors import PaymentUnknown
from server.payments.messages import Payment
from server.pins.service import PinService
from server.stock.errors import HoldIsOver, HoldNotFound
from server.stock.records import HoldRecord
from server.stock.service import StockService
from server.streams.service import StreamService

CHECK_AFTER_MS = 1_000
"""How long after a hold's deadline the worker looks at its order."""
_NUMBER = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class Gateway(Protocol):
    async def create_payment(
        self,
        order: str,
        amount: int,
        currency: str,
        description: str,
        metadata: Mapping[str, str],
        idempotency_key: str,
    ) -> Payment: ...
    async def get_payment(self, payment: str) -> Payment: ...
    async def cancel_payment(self, payment: str, idempotency_key: str) -> Payment: ...


class CheckoutService:
    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        stock: StockService,
        streams: StreamService,
        pins: PinService,
        announcer: Announcer,
        clock: Clock,
        browser: BrowserStripe,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._stock = stock
        self._streams = streams
        self._pins = pins
        self._announcer = announcer
        self._clock = clock
        self._browser = browser

    async def open(self, grant: Grant, body: OpenCheckout) -> Checkout:
        """The order and the payment of a living hold. Asking again answers the same two.

        Raises `HoldNotFound`, `HoldIsOver`, `OrderClosed`; `Unavailable` when Stripe is away: the hold stays.
        """
        if grant.preview:
            raise PreviewBuysNothing("A preview buys nothing.")
        hold = await self._stock.hold(grant.shop, body.hold, grant.viewer)
        row = await self._store.by_hold(grant.shop, body.hold)
        if row is not None and row["state"] != "pending":
            raise OrderClosed("This order is closed.", order=row["id"], state=row["state"])
        if hold.state != "held" or hold.deadline <= self._clock.now_ms():
            state = "expired" if hold.state == "held" else hold.state
            raise HoldIsOver("This hold has ended.", hold=hold.id, state=state)
        if row is None:
            row = await self._open(grant, hold)
        if body.email is not None and body.email != row["email"]:
            await self._store.change(row["id"], {"email": body.email})
        payment = await self._payment(row)
        if row["payment"] != payment.id:
            await self._store.change(row["id"], {"payment": payment.id})
        return Checkout(
            order=view(row),
            client_secret=payment.client_secret or "",
            deadline=hold.deadline,
            stripe=self._browser,
        )

    async def _payment(self, row: dict[str, Any]) -> Payment:
        if row["payment"] is not None:
            with contextlib.suppress(PaymentUnknown):
                return await self._gateway.get_payment(row["payment"])
        return await self._gateway.create_payment(
            row["id"],
            row["total"],
            row["currency"],
            f"Order {row['number']}",
            {"shop": row["shop"], "number": row["number"]},
            f"pay:{row['id']}",
        )

    async def _open(self, grant: Grant, hold: HoldRecord) -> dict[str, Any]:
        origin = Origin.decode(hold.context)
        owned = await self._streams.get(origin.stream)
        pin = await self._pins.pin(origin.stream, origin.pin)
        offers = {variant.id: variant for variant in pin.product.variants}
        lines: list[dict[str, Any]] = [
            {
                "line": number,
                "product": pin.product.id,
                "variant": units.variant,
                "sku": offers[units.variant].sku,
                "name": pin.product.name,
                "variant_name": offers[units.variant].name,
                "image_url": pin.product.image_url,
                "quantity": units.quantity,
                "unit_price": offers[units.variant].price,
            }
            for number, units in enumerate(hold.lines)
        ]
        return await self._store.open(
            {
                "id": new_id("order"),
                "number": "".join(secrets.choice(_NUMBER) for _ in range(8)),
                "shop": grant.shop,
                "stream": origin.stream,
                "viewer": grant.viewer,
                "hold": hold.id,
                "pin": origin.pin,
                "channel": origin.channel,
                "state": "pending",
                "reason": None,
                "currency": owned.shop.currency,
                "total": sum(line["quantity"] * line["unit_price"] for line in lines),
                "email": None,
                "payment": None,
                "created_at": self._clock.now_ms(),
                "paid_at": None,
                "check_at": hold.deadline + CHECK_AFTER_MS,
            },
            lines,
        )

    async def order(self, grant: Grant, order: str) -> OrderView:
        return view(await self._row(grant, order))

    async def _row(self, grant: Grant, order: str) -> dict[str, Any]:
        row = await self._store.get(order)
        if row is None or row["shop"] != grant.shop or row["viewer"] != grant.viewer:
            raise NoSuchOrder("There is no such order.", order=order[:64])
        return row

    async def cancel(self, grant: Grant, order: str) -> OrderView:
        """Lets go: cancels the payment at Stripe, then gives the units back.

        In that order, so that nobody pays for what was given away; when Stripe is away the hold stays until
        its deadline. An order that was paid meanwhile, or is being paid, stays as it is and is answered so.
        """
        row = await self._row(grant, order)
        if row["state"] != "pending":
            return view(row)
        if row["payment"] is not None:
            with contextlib.suppress(PaymentUnknown):  # then nobody can pay it
                payment = await self._gateway.cancel_payment(
                    row["payment"], cancel_key(row["id"], self._clock)
                )
                if payment.status != "canceled":
                    return view(row)
        changes = {"state": "cancelled", "reason": "let_go", "check_at": None}
        require("pending", "cancelled")
        if await self._store.move(order, "pending", changes):
            with contextlib.suppress(HoldIsOver, HoldNotFound, Unavailable):
                await self._stock.release(row["shop"], row["hold"], row["viewer"])
            await tell_buyer(self._announcer, row | changes)
        return view(await self._row(grant, order))


def cancel_key(order: str, clock: Clock) -> str:
    """A new key a minute: Stripe answers a used key as it did before, though the payment moved on."""
    return f"cancel:{order}:{clock.now_ms() // 60_000}"

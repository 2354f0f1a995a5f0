"""From a hold to a payment, and back when the buyer lets go."""

import contextlib
import secrets
from collections.abc import Sequence
from typing import Any

from server.checkout.confirmation import Confirmations
from server.checkout.delivery import DeliveryService, options, ships, totals
from server.checkout.errors import HoldFirst, NoSuchOrder, OrderClosed, PreviewBuysNothing
from server.checkout.messages import BrowserStripe, Buy, Checkout, OpenCheckout, OrderView, Reserved
from server.checkout.offers import Offer, Shelf, order_lines, origin, together, wants
from server.checkout.orders import Announcer, Origin, Store, tell_buyer, view
from server.checkout.paying import Gateway, Payer
from server.checkout.states import IN_FLIGHT, require
from server.core.auth import Grant
from server.core.clock import Clock
from server.core.errors import BadRequest, Unavailable
from server.core.ids import new_id
from server.payments.errors import PaymentUnknown
from server.stock.errors import HoldIsOver, HoldNotFound, SoldOut
from server.stock.messages import Pick
from server.stock.records import Units, hold_id
from server.stock.service import StockService

CHECK_AFTER_MS = 1_000
"""How long after a hold's deadline the worker looks at its order."""
LEAD_MS = 10_000
"""How long before a hold's deadline the worker looks whether its payment is under way."""
PAYING_MS = 60_000
"""How long units are set aside for a payment that is being confirmed: longer than Stripe takes for a card."""
PAY_WITHIN_MS = 30 * 60_000
"""How long an order without a hold can be paid."""
_NUMBER = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


MOST_CHANGED = 5000
"""Orders that one node tells again after a break; a change that is older is seen when its buyer asks."""


class CheckoutService:
    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        stock: StockService,
        shelf: Shelf,
        announcer: Announcer,
        clock: Clock,
        browser: BrowserStripe,
        delivery: DeliveryService,
        confirmations: Confirmations,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._stock = stock
        self._shelf = shelf
        self._announcer = announcer
        self._clock = clock
        self._browser = browser
        self._delivery = delivery
        self._payer = Payer(store, gateway)
        self._confirmations = confirmations

    async def open(self, grant: Grant, body: OpenCheckout) -> Checkout:
        """The order and the payment of a living hold, or of what is not held. Asking again answers the same.

        Raises `HoldNotFound`, `HoldIsOver`, `OrderClosed`; `Unavailable` when Stripe is away: the hold stays.
        For what is not held also `NotLive`, `NotShown`, `HoldFirst`, `SoldOut`.
        """
        if grant.preview:
            raise PreviewBuysNothing("A preview buys nothing.")
        if body.buy is not None and body.hold is None:
            row, deadline = await self._open_buy(grant, body.buy)
        elif body.hold is not None and body.buy is None:
            row, deadline = await self._open_hold(grant, body.hold)
        else:
            raise BadRequest("Name a hold, or what to buy without one.", at="$")
        if body.email is not None and body.email != row["email"]:
            await self._store.change(row["id"], {"email": body.email})
        payment = await self._payer.payment(row)
        return Checkout(
            order=view(row),
            client_secret=payment.client_secret if payment else None,
            delivery=options(await self._delivery.of(row["shop"])) if row["ships"] else None,
            deadline=deadline,
            reserve=row["pay_until"] is not None,
            stripe=self._browser,
            page=self._confirmations.path(row["id"]),
        )

    async def _open_hold(self, grant: Grant, name: str) -> tuple[dict[str, Any], int]:
        """The order, and until when it can be paid."""
        hold = await self._stock.hold(grant.shop, name, grant.viewer)
        row = _pending(await self._store.by_hold(grant.shop, name))
        if hold.state != "held" or hold.deadline <= self._clock.now_ms():
            state = "expired" if hold.state == "held" else hold.state
            raise HoldIsOver("This hold has ended.", hold=hold.id, state=state)
        if row is None:
            where = Origin.decode(hold.context)
            offers = await self._shelf.as_shown(where.stream, where.picks(hold.lines))
            at = max(hold.deadline - LEAD_MS, self._clock.now_ms())
            row = await self._insert(grant, hold.id, where, offers, hold.lines, check_at=at, pay_until=None)
        return row, hold.deadline

    async def _open_buy(self, grant: Grant, buy: Buy) -> tuple[dict[str, Any], int]:
        name = hold_id(grant.shop, grant.viewer, buy.key)
        row = _pending(await self._store.by_hold(grant.shop, name))
        if row is None:
            _, offers = await self._shelf.on_sale(grant, buy.stream, together(buy.picks))
            if any(offer.product.policy != "first_paid" for offer in offers):
                raise HoldFirst("It is held first, then paid.")
            lines = wants(offers)
            levels = (await self._stock.levels(grant.shop, [line.variant for line in lines])).levels
            for line in lines:  # nobody fills in a card for what is gone; who gets it is decided at payment
                if (left := levels.get(line.variant, 0)) < line.quantity:
                    raise SoldOut("Not enough of it is left.", variant=line.variant, left=left)
            until = self._clock.now_ms() + PAY_WITHIN_MS
            units = [Units(line.variant, line.quantity) for line in lines]
            where = origin(buy.stream, offers)
            row = await self._insert(grant, name, where, offers, units, check_at=until, pay_until=until)
        return row, row["pay_until"]

    async def _insert(
        self,
        grant: Grant,
        hold: str,
        where: Origin,
        offers: Sequence[Offer],
        units: Sequence[Units],
        *,
        check_at: int,
        pay_until: int | None,
    ) -> dict[str, Any]:
        lines = order_lines(offers)
        delivery = await self._delivery.of(grant.shop)
        cost = totals(delivery, lines, 0, None)
        name = new_id("order")
        return await self._store.open(
            {
                "id": name,
                "page": self._confirmations.digest(name),
                "number": "".join(secrets.choice(_NUMBER) for _ in range(8)),
                "shop": grant.shop,
                "stream": where.stream,
                "viewer": grant.viewer,
                "hold": hold,
                "pin": where.pin,
                "channel": where.channel,
                "state": "pending",
                "reason": None,
                "currency": (await self._shelf.stream(where.stream)).shop.currency,
                "total": cost.total,
                "email": None,
                "payment": None,
                "created_at": self._clock.now_ms(),
                "paid_at": None,
                "check_at": check_at,
                "pay_until": pay_until,
                "in_flight_at": None,
                "ships": ships(delivery, [offer.product.digital for offer in offers]),
                "tax": cost.tax,
                "tax_inclusive": delivery.tax_inclusive,
            },
            lines,
            units,
        )

    async def reserve(self, grant: Grant, order: str) -> Reserved:
        """Sees to it, just before the payment is confirmed, that the order's units are set aside.

        Raises `OrderClosed`, `HoldIsOver`; for what is not held `SoldOut` and `LimitReached`.
        """
        row = await self._row(grant, order)
        _pending(row)
        if row["pay_until"] is None:
            hold = await self._stock.hold(row["shop"], row["hold"], row["viewer"])
            if hold.state != "held" or hold.deadline <= self._clock.now_ms():
                state = "expired" if hold.state == "held" else hold.state
                raise HoldIsOver("This hold has ended.", hold=hold.id, state=state)
            return Reserved(deadline=hold.deadline)
        picks = [
            Pick(pin=line["pin"] or row["pin"], variant=line["variant"], quantity=line["quantity"])
            for line in row["lines"]
        ]
        offers = await self._shelf.as_shown(row["stream"], picks)
        answer = await self._stock.retake(
            row["shop"],
            row["hold"],
            row["viewer"],
            wants(offers),
            ttl_ms=PAYING_MS,
            context=origin(row["stream"], offers).encode(),
        )
        # The worker looks before these units are given back: the payment may be on its way by then.
        await self._store.move(row["id"], "pending", {"check_at": answer.hold.deadline - LEAD_MS})
        return Reserved(deadline=answer.hold.deadline)

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
        changes: dict[str, Any] = {"state": "cancelled", "reason": "let_go", "check_at": None}
        changes["changed_at"] = self._clock.now_ms()
        require("pending", "cancelled")
        if await self._store.cancel(order, row["payment"], changes):
            with contextlib.suppress(HoldIsOver, HoldNotFound, Unavailable):
                await self._stock.release(row["shop"], row["hold"], row["viewer"])
            await tell_buyer(self._announcer, row | changes)
        elif (now := await self._row(grant, order))["state"] == "pending" and now["payment"] != row[
            "payment"
        ]:
            return await self.cancel(grant, order)  # it was given a payment meanwhile
        return view(await self._row(grant, order))

    # What holding asks

    async def has_order(self, shop: str, hold: str) -> bool:
        return await self._store.by_hold(shop, hold) is not None

    async def open_order(self, shop: str, hold: str) -> dict[str, Any] | None:
        """The order of a hold that is to be changed. Raises `OrderClosed` when it is paid or being paid."""
        row = await self._store.by_hold(shop, hold)
        if row is None or row["state"] == "cancelled":
            return None
        if row["state"] == "pending" and row["payment"] is not None:
            with contextlib.suppress(PaymentUnknown):
                payment = await self._gateway.get_payment(row["payment"])
                if payment.status in (*IN_FLIGHT, "succeeded"):
                    raise OrderClosed("This order is being paid.", order=row["id"], state=row["state"])
        return _pending(row)

    async def close_soon(self, row: dict[str, Any]) -> None:
        """The order's hold is gone: the worker cancels its payment at once."""
        await self._store.move(row["id"], "pending", {"check_at": self._clock.now_ms()})

    async def changed_since(self, shop: str, since_ms: int) -> list[tuple[str, OrderView]]:
        """Orders whose state changed then or later, each with its viewer."""
        rows = await self._store.changed_since(shop, since_ms, MOST_CHANGED)
        return [(row["viewer"], view(row)) for row in rows]


def _pending(row: dict[str, Any] | None) -> dict[str, Any] | None:
    """Raises `OrderClosed` for an order that is not to be paid any more."""
    if row is not None and row["state"] != "pending":
        raise OrderClosed("This order is closed.", order=row["id"], state=row["state"])
    return row


def cancel_key(order: str, clock: Clock) -> str:
    """A new key a minute: Stripe answers a used key as it did before, though the payment moved on."""
    return f"cancel:{order}:{clock.now_ms() // 60_000}"

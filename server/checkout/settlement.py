"""From a payment to a sale. Runs in the worker; every step may be repeated, late, or out of order."""

import contextlib
from typing import Any, Protocol

from server.checkout.errors import AmountMismatch
from server.checkout.messages import OrderState
from server.checkout.orders import Announcer, Store, tell_buyer
from server.checkout.service import CHECK_AFTER_MS, cancel_key
from server.checkout.states import require
from server.conversions.service import ConversionService, CreditedLine
from server.core.clock import Clock
from server.core.errors import Conflict, Unavailable
from server.core.log import logger
from server.payments.errors import AlreadyRefunded, PaymentUnknown
from server.payments.messages import Payment, PaymentEvent, Refund
from server.stock.errors import HoldIsOver, HoldNotFound, SoldOut
from server.stock.records import Units
from server.stock.service import StockService

AGAIN_MS = 5_000
"""How long to wait when Stripe or Redis was away."""
COMMITS_KEPT_MS = 30 * 24 * 3600 * 1000

_log = logger("checkout")


class Gateway(Protocol):
    async def cancel_payment(self, payment: str, idempotency_key: str) -> Payment: ...
    async def refund(self, payment: str, amount: int, reason: str, idempotency_key: str) -> Refund: ...


class SettlementService:
    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        stock: StockService,
        conversions: ConversionService,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._stock = stock
        self._conversions = conversions
        self._announcer = announcer
        self._clock = clock

    # What Stripe tells

    async def succeeded(self, event: PaymentEvent) -> str:
        """Raises `AmountMismatch` when another sum was paid than the order asks for: a person must look."""
        row = await self._order(event)
        if row is None:
            return "no_order"
        return await self._settle(row, event.payment, event.received, event.currency)

    async def cancelled(self, event: PaymentEvent) -> str:
        row = await self._order(event)
        if row is None:
            return "no_order"
        await self._cancel(row, "let_go")
        return "cancelled"

    async def refunded(self, event: PaymentEvent) -> str:
        """A refund that was made at Stripe, in whole. A part of one leaves the order as it is."""
        row = await self._order(event)
        if row is None:
            return "no_order"
        if row["state"] != "paid":
            return f"already_{row['state']}"
        if event.refunded < row["total"]:
            return "partial"
        await self._move(row, "refunded", {"reason": "host", "check_at": None})
        await self._conversions.refund(row["id"])
        return "refunded"

    async def _order(self, event: PaymentEvent) -> dict[str, Any] | None:
        row = await self._store.get(event.order) if event.order else None
        if row is None or (row["payment"] is not None and row["payment"] != event.payment):
            return None
        return row

    # The sale

    async def _settle(self, row: dict[str, Any], payment: str, received: int, currency: str) -> str:
        if row["state"] == "refunded":
            return "already_refunded"
        if received != row["total"] or currency != row["currency"]:
            raise AmountMismatch("Another sum was paid than the order asks for.", order=row["id"])
        try:
            # The same order again answers as the first time, for thirty days.
            await self._stock.commit(
                row["shop"],
                row["id"],
                row["hold"],
                row["viewer"],
                [Units(line["variant"], line["quantity"]) for line in row["lines"]],
            )
        except SoldOut:
            return await self._give_back(row, payment)
        if row["state"] != "paid":
            now = self._clock.now_ms()
            changes = {"payment": payment, "reason": None, "paid_at": now, "check_at": None}
            row = await self._move(row, "paid", changes, tell=False)
        await self._conversions.credit(_credited(row))
        await tell_buyer(self._announcer, row)
        return "paid"

    async def _give_back(self, row: dict[str, Any], payment: str) -> str:
        """The payment came when nothing was left: it is refunded, and the buyer is told."""
        with contextlib.suppress(AlreadyRefunded):
            await self._gateway.refund(payment, row["total"], "sold_out", f"refund:{row['id']}")
        changes = {"payment": payment, "reason": "sold_out", "check_at": None}
        await self._move(row, "refunded", changes)
        return "refunded_sold_out"

    # Holds that ran out

    async def check_due(self, most: int = 50) -> int:
        """Looks at the pending orders whose hold may have ended. Answers how many it looked at."""
        due = await self._store.due(self._clock.now_ms(), most)
        for row in due:
            try:
                await self._check(row)
            except Unavailable as error:
                _log.info("order will be looked at again", order=row["id"], code=error.code)
                await self._store.change(row["id"], {"check_at": self._clock.now_ms() + AGAIN_MS})
        return len(due)

    async def _check(self, row: dict[str, Any]) -> None:
        try:
            hold = await self._stock.hold(row["shop"], row["hold"], row["viewer"])
            if hold.state == "held" and hold.deadline > self._clock.now_ms():
                await self._store.change(row["id"], {"check_at": hold.deadline + CHECK_AFTER_MS})
                return
        except HoldNotFound:
            pass  # ended long ago, or Redis was wiped
        if row["payment"] is None:
            await self._cancel(row, "expired")
            return
        try:
            payment = await self._gateway.cancel_payment(row["payment"], cancel_key(row["id"], self._clock))
        except PaymentUnknown:
            await self._cancel(row, "expired")
            return
        if payment.status == "canceled":
            await self._cancel(row, "expired")
        elif payment.status == "succeeded":
            # Its webhook is on its way, or was lost: the money is there either way.
            try:
                await self._settle(row, payment.id, payment.received, payment.currency)
            except AmountMismatch:
                _log.error("another sum was paid than the order asks for", order=row["id"])
                await self._store.change(row["id"], {"check_at": None})
        else:
            await self._store.change(row["id"], {"check_at": self._clock.now_ms() + AGAIN_MS})

    async def _cancel(self, row: dict[str, Any], reason: str) -> None:
        if row["state"] != "pending":
            return
        await self._move(row, "cancelled", {"reason": reason, "check_at": None})
        with contextlib.suppress(HoldIsOver, HoldNotFound):
            await self._stock.release(row["shop"], row["hold"], row["viewer"])

    async def _move(
        self, row: dict[str, Any], state: OrderState, changes: dict[str, Any], *, tell: bool = True
    ) -> dict[str, Any]:
        require(row["state"], state)
        changes = {**changes, "state": state}
        if not await self._store.move(row["id"], row["state"], changes):
            raise Conflict("The order moved on meanwhile.", order=row["id"])
        if tell:
            await tell_buyer(self._announcer, row | changes)
        return row | changes

    # After Redis was wiped

    async def rebuild_stock(self, shop: str) -> bool:
        """Fills an empty Redis from SQL: what was stocked, less what paid orders took. True when it did."""
        since = self._clock.now_ms() - COMMITS_KEPT_MS
        return await self._stock.rebuild(
            shop, await self._store.sold(shop), orders=await self._store.paid_since(shop, since)
        )


def _credited(row: dict[str, Any]) -> list[CreditedLine]:
    return [
        CreditedLine(
            order=row["id"],
            line=line["line"],
            shop=row["shop"],
            stream=row["stream"],
            pin=row["pin"],
            product=line["product"],
            variant=line["variant"],
            viewer=row["viewer"],
            channel=row["channel"],
            hold=row["hold"],
            units=line["quantity"],
            revenue=line["quantity"] * line["unit_price"],
            at=row["paid_at"],
        )
        for line in row["lines"]
    ]

"""From a payment to a sale. Runs in the worker; every step may be repeated, late, or out of order."""

import contextlib
from typing import Any, Protocol

from server.checkout.errors import AmountMismatch, OtherPayment
from server.checkout.messages import OrderState
from server.checkout.orders import BY_HOST, Announcer, Origin, Store, tell_buyer
from server.checkout.receipts import ReceiptService
from server.checkout.service import CHECK_AFTER_MS, LEAD_MS, PAYING_MS, cancel_key
from server.checkout.states import IN_FLIGHT, require
from server.conversions.service import ConversionService, CreditedLine
from server.core.clock import Clock
from server.core.errors import Conflict, ProofcastError, Unavailable
from server.core.log import logger
from server.payments.errors import AlreadyRefunded, PaymentUnknown
from server.payments.messages import Payment, PaymentEvent, Refund
from server.stock.errors import HoldIsOver, HoldNotFound, SoldOut
from server.stock.records import HoldRecord, Want
from server.stock.service import StockService

AGAIN_MS = 5_000
"""How long to wait when Stripe or Redis was away."""
STUCK_MS = 60_000
"""How long to wait when a person has to mend something first."""
_SETTLED_MS = 24 * 3600 * 1000
"""A sale is asked of the stock again only while it may have been cut short. The stock forgets an order's
outcome after thirty days; a webhook that somebody sends again then must not sell another unit."""

_log = logger("checkout")


IN_FLIGHT_MOST_MS = 15 * 60_000
"""How long a payment under way keeps its units: a bank's question is answered in minutes, or never."""


class Gateway(Protocol):
    async def get_payment(self, payment: str) -> Payment: ...
    async def cancel_payment(self, payment: str, idempotency_key: str) -> Payment: ...
    async def refund(self, payment: str, amount: int, reason: str, idempotency_key: str) -> Refund: ...


class SettlementService:
    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        stock: StockService,
        conversions: ConversionService,
        receipts: ReceiptService,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._stock = stock
        self._conversions = conversions
        self._receipts = receipts
        self._announcer = announcer
        self._clock = clock

    # What Stripe tells

    async def succeeded(self, event: PaymentEvent) -> str:
        """Raises `AmountMismatch` when another sum was paid than the order asks for, and `OtherPayment` when
        it was paid by a payment that is not its own: a person must look."""
        row = await self._store.get(event.order) if event.order else None
        if row is None:
            return "no_order"
        if not _own(row, event):
            raise OtherPayment("This is not the payment of that order.", order=row["id"])
        return await self._settle(row, event.payment, event.received, event.currency)

    async def cancelled(self, event: PaymentEvent) -> str:
        row = await self._order(event)
        if row is None:
            return "no_order"
        # The worker cancels payments too, once the hold has ended: its own note of that may come later.
        await self.cancel_found(row)
        return "cancelled"

    async def refunded(self, event: PaymentEvent) -> str:
        """A refund that was made at Stripe, in whole. A part of one leaves the order as it is.

        Raises `Conflict`, to be tried again, while the payment that was given back is not settled: to settle
        it later would sell what nobody pays for."""
        row = await self._order(event)
        if row is None:
            return "no_order"
        if event.refunded < row["total"]:
            return "partial"
        if row["state"] not in ("paid", "refunded"):
            raise Conflict("The refund is here before its payment.", order=row["id"])
        if row["paid_at"] is not None:  # where the settling was cut short, its sale is not credited yet
            await self._conversions.credit(_credited(row))
            await self._conversions.refund(row["id"])
        if row["state"] == "paid":
            await self._move(row, "refunded", {"reason": BY_HOST, "check_at": None})
        return "refunded"

    async def _order(self, event: PaymentEvent) -> dict[str, Any] | None:
        row = await self._store.get(event.order) if event.order else None
        return row if row is not None and _own(row, event) else None

    # The sale

    async def _settle(self, row: dict[str, Any], payment: str, received: int, currency: str) -> str:
        if row["state"] == "refunded":
            await tell_buyer(self._announcer, row)  # the telling may have been cut short
            return "already_refunded"
        if received != row["total"] or currency != row["currency"]:
            raise AmountMismatch("Another sum was paid than the order asks for.", order=row["id"])
        now = self._clock.now_ms()
        if row["state"] == "paid" and row["paid_at"] < now - _SETTLED_MS:
            return "already_paid"
        try:
            if row["state"] != "paid":
                await self._sell(row)
                changes = {"payment": payment, "reason": None, "paid_at": now, "check_at": None}
                row = await self._move(row, "paid", changes, tell=False)
            # Again, now that SQL has it: Redis may have been wiped, and filled from SQL, between the two.
            await self._sell(row)
        except SoldOut:
            return await self._give_back(row, payment)
        await self._conversions.credit(_credited(row))
        await self._receipts.queue(row)
        await tell_buyer(self._announcer, row)
        return "paid"

    async def _sell(self, row: dict[str, Any]) -> None:
        """Takes the order's units. The same order again answers as the first time. Raises `SoldOut`."""
        await self._stock.commit(row["shop"], row["id"], row["hold"], row["viewer"], row["units"])

    async def _give_back(self, row: dict[str, Any], payment: str) -> str:
        """The payment came when nothing was left: it is refunded, and the buyer is told."""
        with contextlib.suppress(AlreadyRefunded):
            await self._gateway.refund(payment, row["total"], "sold_out", f"refund:{row['id']}")
        await self._conversions.refund(row["id"])
        changes = {"payment": payment, "reason": "sold_out", "check_at": None}
        await self._move(row, "refunded", changes)
        return "refunded_sold_out"

    # Holds that ran out

    async def check_due(self, most: int = 50) -> int:
        """Looks at the pending orders whose hold may have ended. Answers how many it looked at."""
        due = await self._store.due(self._clock.now_ms(), most)
        for row in due:
            try:
                await self.check(row)
            except Conflict:
                pass  # settled or cancelled meanwhile; if not, it is due still
            except Unavailable as error:
                _log.info("order will be looked at again", order=row["id"], code=error.code)
                await self._look_again(row, self._clock.now_ms() + AGAIN_MS)
            except ProofcastError as error:  # one that is stuck must not hold up the others
                _log.error("order is stuck", order=row["id"], code=error.code)
                await self._look_again(row, self._clock.now_ms() + STUCK_MS)
        return len(due)

    async def check(self, row: dict[str, Any]) -> None:
        """Of a pending order: it stays while it may be paid, else it is settled or cancelled."""
        hold, now = await self._hold(row), self._clock.now_ms()
        if hold is not None and self._lives(hold):
            if hold.deadline - LEAD_MS > now:
                await self._look_again(row, hold.deadline - LEAD_MS)
            elif not await self._keep(row, await self._payment_now(row)):
                await self._look_again(row, hold.deadline + CHECK_AFTER_MS)
            return
        if row["pay_until"] is not None and now < row["pay_until"]:
            if not await self._keep(row, await self._payment_now(row)):
                await self._look_again(row, row["pay_until"])
            return
        if row["payment"] is None:
            await self._cancel(row, self._why(hold))
            return
        if await self._keep(row, await self._payment_now(row)):
            return
        try:
            payment = await self._gateway.cancel_payment(row["payment"], cancel_key(row["id"], self._clock))
        except PaymentUnknown:
            await self._cancel(row, self._why(hold))
            return
        if payment.status == "canceled":
            await self._cancel(row, self._why(hold))
        elif payment.status == "succeeded":
            await self.settle_found(row, payment)
        else:
            await self._look_again(row, self._clock.now_ms() + AGAIN_MS)

    async def settle_found(self, row: dict[str, Any], payment: Payment) -> str:
        """Its webhook is on its way, or was lost: the money is there either way."""
        try:
            return await self._settle(row, payment.id, payment.received, payment.currency)
        except AmountMismatch:
            _log.error("another sum was paid than the order asks for", order=row["id"])
            await self._look_again(row, None)
            return "another_sum"

    async def cancel_found(self, row: dict[str, Any]) -> None:
        """Its payment was cancelled at Stripe."""
        await self._cancel(row, self._why(await self._hold(row)))

    async def _payment_now(self, row: dict[str, Any]) -> Payment | None:
        with contextlib.suppress(PaymentUnknown):
            return await self._gateway.get_payment(row["payment"]) if row["payment"] else None
        return None

    async def _keep(self, row: dict[str, Any], payment: Payment | None) -> bool:
        """Keeps the units of a payment that is under way, for a while; takes them again where the hold has
        ended and some are left. Settles one that has succeeded. False when neither is so."""
        if payment is not None and payment.status == "succeeded":
            await self.settle_found(row, payment)
            return True
        now = self._clock.now_ms()
        since = row["in_flight_at"] or now
        if payment is None or payment.status not in IN_FLIGHT or now - since >= IN_FLIGHT_MOST_MS:
            return False
        lines = [Want(units.variant, units.quantity) for units in row["units"]]
        context = Origin(stream=row["stream"], pin=row["pin"], channel=row["channel"]).encode()
        try:
            answer = await self._stock.retake(
                row["shop"], row["hold"], row["viewer"], lines, ttl_ms=PAYING_MS, context=context
            )
            again = answer.hold.deadline - LEAD_MS
        except (SoldOut, HoldIsOver, HoldNotFound):
            again = now + AGAIN_MS  # it takes its chance when it succeeds
        await self._store.move(row["id"], "pending", {"check_at": again, "in_flight_at": since})
        return True

    async def _look_again(self, row: dict[str, Any], at: int | None) -> None:
        await self._store.move(row["id"], "pending", {"check_at": at})

    async def _hold(self, row: dict[str, Any]) -> HoldRecord | None:
        """None when it ended long ago, or Redis was wiped."""
        try:
            return await self._stock.hold(row["shop"], row["hold"], row["viewer"])
        except HoldNotFound:
            return None

    def _lives(self, hold: HoldRecord) -> bool:
        return hold.state == "held" and hold.deadline > self._clock.now_ms()

    def _why(self, hold: HoldRecord | None) -> str:
        """Why an order is cancelled: somebody let go, or its hold ran out."""
        return "let_go" if hold and (hold.state == "released" or self._lives(hold)) else "expired"

    async def _cancel(self, row: dict[str, Any], reason: str) -> None:
        if row["state"] == "pending":
            now = self._clock.now_ms()
            changes = {"state": "cancelled", "reason": reason, "check_at": None, "changed_at": now}
            require("pending", "cancelled")
            if not await self._store.cancel(row["id"], row["payment"], changes):
                raise Conflict("The order moved on meanwhile.", order=row["id"])
            await tell_buyer(self._announcer, row | changes)
        elif row["state"] != "cancelled":
            return
        with contextlib.suppress(HoldIsOver, HoldNotFound):
            await self._stock.release(row["shop"], row["hold"], row["viewer"])

    async def _move(
        self, row: dict[str, Any], state: OrderState, changes: dict[str, Any], *, tell: bool = True
    ) -> dict[str, Any]:
        require(row["state"], state)
        changes = {**changes, "state": state, "changed_at": self._clock.now_ms()}
        if not await self._store.move(row["id"], row["state"], changes):
            raise Conflict("The order moved on meanwhile.", order=row["id"])
        if tell:
            await tell_buyer(self._announcer, row | changes)
        return row | changes


def _own(row: dict[str, Any], event: PaymentEvent) -> bool:
    return row["payment"] in (None, event.payment)


def _credited(row: dict[str, Any]) -> list[CreditedLine]:
    return [
        CreditedLine(
            order=row["id"],
            line=line["line"],
            shop=row["shop"],
            stream=row["stream"],
            pin=line["pin"] or row["pin"],
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

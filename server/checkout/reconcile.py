"""Redis, SQL and Stripe compared: what is safe to mend is mended, the rest is said for a person to decide."""

import asyncio
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import msgspec

from server.checkout.orders import Store
from server.checkout.recovery import COMMITS_KEPT_MS, Recovery
from server.checkout.service import cancel_key
from server.checkout.settlement import SettlementService
from server.checkout.states import UNENDED
from server.core.clock import Clock
from server.core.errors import ProofcastError
from server.payments.messages import EventSetAside, Payment, PaymentEvent, StripeEvent
from server.stock.errors import HoldNotFound
from server.stock.ledger import StockLedger
from server.stock.service import StockService

DAY_MS = 24 * 3600 * 1000
LOOKS, BETWEEN_S = 3, 0.5
"""A difference counts when it is there each time: a sale under way is in one place before the other."""
LATE_MS = 60_000
_UNPAID = ("pending", "cancelled")


@dataclass(frozen=True, slots=True)
class Finding:
    """`open`: it can be mended, and was not asked to be. `person`: somebody has to decide."""

    state: Literal["mended", "open", "person"]
    text: str


class Gateway(Protocol):
    async def payments_since(self, since_ms: int) -> list[Payment]: ...
    async def cancel_payment(self, payment: str, idempotency_key: str) -> Payment: ...


class Inbox(Protocol):
    async def list_set_aside(self, most: int = 100) -> list[EventSetAside]: ...


class Reconciliation:
    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        stock: StockService,
        ledger: StockLedger,
        recovery: Recovery,
        settlement: SettlementService,
        inbox: Inbox,
        clock: Clock,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._stock = stock
        self._ledger = ledger
        self._recovery = recovery
        self._settlement = settlement
        self._inbox = inbox
        self._clock = clock

    async def run(self, shop: str, *, days: int, fix: bool) -> list[Finding]:
        """Of one shop; payments that were made in the last `days`. May be repeated, and run beside workers.
        Raises `Unavailable` where one of the three is away: what was mended before stays so."""
        found = await self._payments(shop, self._clock.now_ms() - days * DAY_MS, fix)
        found += await self._book(shop, fix)  # last: what was settled has moved units
        return found + await self._set_aside(shop)

    # The stock

    async def _book(self, shop: str, fix: bool) -> list[Finding]:
        found: list[Finding] = []
        waiting, since = await self._stock.backlog([shop])
        if since is not None and since < self._clock.now_ms() - LATE_MS:
            found.append(_mended(fix, f"{waiting} entries of the stock's ledger were not in SQL."))
            while fix and await self._stock.drain(shop, most=500) == 500:
                pass
        sold = (await self._store.sold(shop, self._clock.now_ms())).units
        for variant, units in sorted((await self._ledger.stocked(shop))[0].items()):
            if sold.get(variant, 0) > units:
                text = f"{variant}: {sold[variant]} units are sold, and only {units} were stocked."
                found.append(Finding("person", text))
        if not await self._stock.is_open(shop):
            found.append(_mended(fix, "The stock was closed: Redis was wiped or started again."))
        elif differences := await self._differences(shop):
            found += [_mended(fix, text) for text in differences]
            if fix:
                await self._stock.opening.close(shop)
        if fix and not await self._stock.is_open(shop):
            await self._recovery.open_stock(shop)
        return found

    async def _differences(self, shop: str) -> list[str]:
        """Those that are there at each of a few looks."""
        lasting: list[str] = []
        for number in range(LOOKS):
            seen = await self._compare(shop)
            lasting = [text for text in seen if number == 0 or text in lasting]
            if not lasting:
                break
            await asyncio.sleep(BETWEEN_S)
        return lasting

    async def _compare(self, shop: str) -> list[str]:
        since = self._clock.now_ms() - COMMITS_KEPT_MS
        left = await self._stock.opening.left(shop)
        counts = await self._stock.book(shop)
        orders = await self._store.sold(shop, since)
        stocked, _ = await self._ledger.stocked(shop)
        expected = dict(orders.units)
        # Sold in Redis, on the way to SQL.
        for row in await self._store.by_ids(sorted(set(left.sold) - orders.orders.keys())):
            for variant, units in row["units"] if row["state"] in _UNPAID else ():
                expected[variant] = expected.get(variant, 0) + units
        found = []
        for variant in sorted({*counts, *expected}):
            known, want = counts.get(variant), expected.get(variant, 0)
            if known is None or known.sold != want:
                text = f"{variant}: Redis has {known.sold if known else 'no'} units sold, the orders {want}."
                found.append(text)
            elif known.available + known.held + known.sold != known.stocked:
                found.append(f"{variant}: the counters in Redis don't add up.")
            elif known.stocked != stocked.get(variant, 0):
                found.append(f"{variant}: Redis has {known.stocked} stocked, SQL {stocked.get(variant, 0)}.")
        return found

    # The payments

    async def _payments(self, shop: str, since: int, fix: bool) -> list[Finding]:
        payments = [p for p in await self._gateway.payments_since(since) if p.shop == shop]
        named = sorted({payment.order for payment in payments if payment.order is not None})
        rows: dict[str, dict[str, Any]] = {}
        for start in range(0, len(named), 500):
            for row in await self._store.by_ids(named[start : start + 500]):
                rows[row["id"]] = row
        found: list[Finding] = []
        for payment in payments:
            order = rows.get(payment.order or "")
            finding = await self._one(order, payment, fix)
            if finding is not None:
                found.append(finding)
        known = {payment.id for payment in payments}
        for row in await self._store.paid_since(shop, since):
            if row["payment"] not in known:
                text = f"Order {row['number']} is paid here, and Stripe knows no payment of it."
                found.append(Finding("person", text))
        return found

    async def _one(self, row: dict[str, Any] | None, payment: Payment, fix: bool) -> Finding | None:
        if row is None or row["payment"] not in (None, payment.id):
            whose = "no order here" if row is None else f"order {row['number']}, which has another payment"
            return await self._stranger(payment, whose, fix)
        try:
            if payment.status == "succeeded":
                return await self._paid(row, payment, fix)
            return await self._not_paid(row, payment, fix)
        except ProofcastError as error:
            if error.retryable:
                raise
            return Finding("person", f"Order {row['number']}: it could not be mended ({error.code}).")

    async def _stranger(self, payment: Payment, whose: str, fix: bool) -> Finding | None:
        left = payment.received - (payment.refunded or 0)
        if payment.status == "succeeded" and left > 0:
            text = f"Payment {payment.id} of {left} {payment.currency} (minor units) is of {whose}."
            return Finding("person", text)
        if payment.status in UNENDED:
            if fix:
                await self._gateway.cancel_payment(payment.id, cancel_key(payment.id, self._clock))
            return _mended(fix, f"Payment {payment.id} was open, of {whose}: cancelled.")
        return None

    async def _paid(self, row: dict[str, Any], payment: Payment, fix: bool) -> Finding | None:
        number, back = row["number"], payment.refunded or 0
        if row["state"] in _UNPAID:
            if back > 0:
                return Finding("person", f"Order {number}: it was paid and given back before it was settled.")
            if (payment.received, payment.currency) != (row["total"], row["currency"]):
                return Finding(
                    "person",
                    f"Order {number} asks for {row['total']} {row['currency']} (minor units), and "
                    f"{payment.received} {payment.currency} were paid.",
                )
            outcome = await self._settlement.settle_found(row, payment) if fix else ""
            return _mended(fix, f"Order {number} was paid at Stripe and {row['state']} here: {outcome}.")
        if row["state"] == "paid" and back >= row["total"]:
            if fix:
                await self._settlement.refunded(_refund_of(row, payment, self._clock.now_ms()))
            return _mended(fix, f"Order {number} was refunded at Stripe and paid here: refunded.")
        if row["state"] == "refunded" and back < payment.received:
            text = f"Order {number} is refunded here; Stripe gave back {back} of {payment.received}."
            return Finding("person", text)
        return None

    async def _not_paid(self, row: dict[str, Any], payment: Payment, fix: bool) -> Finding | None:
        number = row["number"]
        if row["state"] == "paid":
            return Finding("person", f"Order {number} is paid here, and {payment.status} at Stripe.")
        if payment.status == "canceled":
            if row["state"] != "pending":
                return None
            if fix:
                await self._settlement.cancel_found(row)
            return _mended(fix, f"Order {number} was cancelled at Stripe and pending here: cancelled.")
        if row["state"] == "pending":
            if await self._may_be_paid(row):
                return None
            if fix:
                await self._settlement.check(row)
            return _mended(fix, f"Order {number} was open without a hold: its payment was looked after.")
        if fix:
            await self._gateway.cancel_payment(payment.id, cancel_key(row["id"], self._clock))
        return _mended(fix, f"Order {number} is {row['state']} here and was open at Stripe: cancelled.")

    async def _may_be_paid(self, row: dict[str, Any]) -> bool:
        late = self._clock.now_ms() - LATE_MS  # before that, the worker is about to look
        if row["pay_until"] is not None and row["pay_until"] > late:
            return True
        if row["check_at"] is not None and row["check_at"] > late:
            return True
        try:
            hold = await self._stock.hold(row["shop"], row["hold"], row["viewer"])
        except HoldNotFound:
            return False
        return hold.state == "held" and hold.deadline > late

    async def _set_aside(self, shop: str) -> list[Finding]:
        found = []
        for event in await self._inbox.list_set_aside():
            metadata = msgspec.json.decode(event.payload, type=StripeEvent).data.object.get("metadata") or {}
            if metadata.get("shop", shop) == shop:
                order = metadata.get("order", "no order")
                text = f"Webhook {event.id} ({event.type}, {order}) is set aside: {event.reason}."
                found.append(Finding("person", text))
        return found


def _mended(fix: bool, text: str) -> Finding:
    return Finding("mended" if fix else "open", text)


def _refund_of(row: dict[str, Any], payment: Payment, now: int) -> PaymentEvent:
    """What Stripe's own event of it says."""
    return PaymentEvent(
        id="", type="charge.refunded", created=now, payment=payment.id, order=row["id"],
        status=payment.status, amount=payment.amount, received=payment.received,
        refunded=payment.refunded or 0, currency=payment.currency, error_code=None, metadata={},
    )  # fmt: skip

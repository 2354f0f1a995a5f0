"""A shop's stock in Redis, opened from what SQL and Stripe know."""

import asyncio
from typing import Any, Protocol

from server.checkout.orders import Origin, Store
from server.core.clock import Clock
from server.core.errors import ProofcastError
from server.core.log import logger
from server.payments.messages import Payment
from server.stock.opening import Facts, InFlight
from server.stock.service import StockService

COMMITS_KEPT_MS = 30 * 24 * 3600 * 1000
"""As long as the stock remembers an order's outcome."""
UNPAID_MS = 2 * 3600 * 1000
"""An order that was opened longer ago is not about to be settled: its hold is over."""
ASK_STRIPE_S = 8.0
"""Nobody can buy while the stock is closed, so Stripe is not waited for longer. What is paid and was not
asked about is sold out of what is left when it is settled, or given back."""
_DRAINED = 500

_log = logger("checkout")


class Payments(Protocol):
    async def payments_since(self, since_ms: int) -> list[Payment]: ...


class Recovery:
    def __init__(self, store: Store, payments: Payments, stock: StockService, clock: Clock) -> None:
        self._store = store
        self._payments = payments
        self._stock = stock
        self._clock = clock

    async def open_stock(self, shop: str) -> bool:
        """Opens a book that is not open: stocked units less sold ones less those of what is paid and not sold
        yet; living holds that Redis still has stay as far as there are units. True when it did."""
        epoch = await self._stock.claim(shop)
        while await self._stock.drain(shop, most=_DRAINED) == _DRAINED:
            pass
        left = await self._stock.opening.left(shop)
        unpaid = await self._store.unpaid(shop, self._clock.now_ms() - UNPAID_MS)
        in_flight = await self._in_flight(unpaid, set(left.sold))
        sold = await self._store.sold(shop, self._clock.now_ms() - COMMITS_KEPT_MS)
        holds = set(left.holds)
        facts = Facts(
            sold.units,
            orders=sorted(sold.orders),
            holds=sorted(hold for hold in sold.orders.values() if hold in holds),
            bought=sold.bought,
            in_flight=[_flight(row) for row in in_flight if row["id"] not in sold.orders],
        )
        return await self._stock.rebuild(shop, facts, epoch=epoch)

    async def _in_flight(self, unpaid: list[dict[str, Any]], taken: set[str]) -> list[dict[str, Any]]:
        """Of these orders, those that are paid at Stripe, or that Redis had sold and SQL does not know of."""
        with_payment = [row for row in unpaid if row["payment"] is not None]
        paid: set[str] = set()
        if with_payment:
            since = min(row["created_at"] for row in with_payment)
            try:
                async with asyncio.timeout(ASK_STRIPE_S):
                    payments = await self._payments.payments_since(since)
                paid = {payment.id for payment in payments if payment.status == "succeeded"}
            except (ProofcastError, TimeoutError):
                _log.warning("stock is opened without Stripe: what is paid takes its chance")
        return [row for row in unpaid if row["id"] in taken or row["payment"] in paid]


def _flight(row: dict[str, Any]) -> InFlight:
    context = Origin(stream=row["stream"], pin=row["pin"], channel=row["channel"]).encode()
    return InFlight(row["hold"], row["viewer"], row["units"], context)

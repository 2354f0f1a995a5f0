"""An order's one payment at Stripe: made once, and kept at the order's total."""

import contextlib
from collections.abc import Mapping
from typing import Any, Protocol

from server.checkout.errors import BeingPaid, OrderClosed
from server.checkout.orders import Store
from server.checkout.states import IN_FLIGHT
from server.core.errors import Conflict
from server.payments.errors import PaymentRefused, PaymentUnknown
from server.payments.messages import Payment


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
    async def change_amount(self, payment: str, amount: int, idempotency_key: str) -> Payment: ...
    async def cancel_payment(self, payment: str, idempotency_key: str) -> Payment: ...


class Payer:
    def __init__(self, store: Store, gateway: Gateway) -> None:
        self._store = store
        self._gateway = gateway

    async def payment(self, row: dict[str, Any]) -> Payment | None:
        """None for an order that ships, before it is known where to: nobody can pay it without its shipping.

        Raises `OrderClosed` when the order was closed meanwhile, `PaymentRefused`, `Unavailable`."""
        if row["ships"] and row["details"] is None:
            return None
        if row["payment"] is not None:
            with contextlib.suppress(PaymentUnknown):
                payment = await self._gateway.get_payment(row["payment"])
                if payment.status in ("succeeded", "canceled", *IN_FLIGHT):
                    return payment
                return await self._at(row, payment, row["total"])
        revision = row["details_revision"]
        payment = await self._gateway.create_payment(
            row["id"],
            row["total"],
            row["currency"],
            f"Order {row['number']}",
            {"shop": row["shop"], "number": row["number"]},
            f"pay:{row['id']}" if not revision else f"pay:{row['id']}:{revision}:{row['total']}",
        )
        if payment.id == row["payment"] or await self._store.take_payment(
            row["id"], row["payment"], payment.id
        ):
            return payment
        now = await self._store.get(row["id"])  # another tab's is the order's; nobody ever sees this one
        if now is None or now["state"] != "pending" or now["payment"] is None:
            raise OrderClosed("This order is closed.", order=row["id"], state=now["state"] if now else "")
        return await self.payment(now)

    async def require_changeable(self, row: dict[str, Any]) -> Payment | None:
        """The payment, if there is one. Raises `BeingPaid` once somebody confirmed it."""
        if row["payment"] is None:
            return None
        with contextlib.suppress(PaymentUnknown):
            payment = await self._gateway.get_payment(row["payment"])
            if payment.status in ("succeeded", *IN_FLIGHT):
                raise BeingPaid("This order is being paid.", order=row["id"])
            return payment
        return None

    async def change(self, row: dict[str, Any], payment: Payment, total: int) -> None:
        """Before the order itself is changed: what Stripe refuses has then changed nothing. Should the order
        not follow, `payment` puts the amount back before anybody is asked to confirm it."""
        await self._at(row, payment, total)

    async def _at(self, row: dict[str, Any], payment: Payment, total: int) -> Payment:
        if payment.amount == total:
            return payment
        # Stripe answers a used key as it did before. This one names what is changed into what.
        key = f"amount:{row['id']}:{row['details_revision']}:{payment.amount}:{total}"
        try:
            changed = await self._gateway.change_amount(payment.id, total, key)
        except PaymentRefused as error:
            if error.details.get("reason") == "payment_intent_unexpected_state":
                raise BeingPaid("This order is being paid.", order=row["id"]) from None
            raise
        if changed.amount != total:
            raise Conflict("The order's total moved on meanwhile.", order=row["id"])
        return changed

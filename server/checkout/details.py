"""Who buys, where it goes to, and how: from that follows what is paid."""

from typing import Any, Protocol

import msgspec

from server.checkout import delivery as rules
from server.checkout.countries import require_address
from server.checkout.delivery import DeliveryService
from server.checkout.errors import BadAddress, NoSuchOrder, OrderClosed
from server.checkout.messages import OrderDetails, Priced, RateView, SetDetails
from server.checkout.orders import view
from server.checkout.paying import Payer
from server.core.auth import Grant
from server.core.errors import Conflict


class Store(Protocol):
    async def get(self, order: str) -> dict[str, Any] | None: ...
    async def set_details(self, order: str, revision: int, changes: dict[str, Any]) -> bool: ...


class DetailsService:
    def __init__(self, store: Store, payer: Payer, delivery: DeliveryService) -> None:
        self._store = store
        self._payer = payer
        self._delivery = delivery

    async def set(self, grant: Grant, order: str, body: SetDetails) -> Priced:
        """The order with its new total, and the payment at that amount. The same again changes nothing.

        Raises `NoSuchOrder`, `OrderClosed`, `BeingPaid`, `BadAddress`, `NotDelivered`, `NoSuchRate`;
        `Conflict` when another tab changed it at the same time."""
        row = await self._store.get(order)
        if row is None or row["shop"] != grant.shop or row["viewer"] != grant.viewer:
            raise NoSuchOrder("There is no such order.", order=order[:64])
        if row["state"] != "pending":
            raise OrderClosed("This order is closed.", order=row["id"], state=row["state"])
        rates, changes = await self._priced(row, body)
        if any(row[name] != value for name, value in changes.items()):
            payment = await self._payer.require_changeable(row)
            if payment is not None and payment.status != "canceled":
                await self._payer.change(row, payment, changes["total"])
            if not await self._store.set_details(row["id"], row["details_revision"], changes):
                raise Conflict("The order moved on meanwhile.", order=row["id"])
            row |= {**changes, "details_revision": row["details_revision"] + 1}
        paying = await self._payer.payment(row)
        details = msgspec.json.decode(row["details"], type=OrderDetails)
        return Priced(
            order=view(row),
            client_secret=paying.client_secret if paying else None,
            rates=rates,
            rate=details.rate.id if details.rate else None,
        )

    async def _priced(self, row: dict[str, Any], body: SetDetails) -> tuple[list[RateView], dict[str, Any]]:
        settings = await self._delivery.of(row["shop"])
        rates: list[RateView] = []
        rate = None
        address = body.address if row["ships"] else None
        if row["ships"]:
            if address is None:
                raise BadAddress("Where does it go to?", field="address")
            require_address(address)
            zone = rules.zone_of(settings, address.country)
            rates = rules.rates_for(zone, rules.subtotal_of(row["lines"]))
            rate = rules.chosen(rates, body.rate)
        country = address.country if address else None
        cost = rules.totals(settings, row["lines"], rate.price if rate else 0, country)
        details = OrderDetails(name=body.name, address=address, rate=rate)
        return rates, {
            "email": body.email,
            "details": msgspec.json.encode(details).decode(),
            "shipping": cost.shipping,
            "tax": cost.tax,
            "tax_inclusive": settings.tax_inclusive,
            "total": cost.total,
        }

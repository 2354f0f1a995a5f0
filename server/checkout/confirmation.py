"""The page of an order, at an address that only its buyer was given."""

import base64
import hashlib
import hmac
from typing import Any, Protocol

import msgspec

from server.checkout.errors import NoSuchOrder
from server.checkout.messages import OrderDetails, OrderView
from server.checkout.orders import view


class Store(Protocol):
    async def by_page(self, digest: str) -> dict[str, Any] | None: ...


class OrderPage(msgspec.Struct, frozen=True):
    """What the page shows. Its holder knows the address, so the buyer's own words may be on it."""

    shop: str
    stream: str
    order: OrderView
    email: str | None
    details: OrderDetails | None


class Confirmations:
    """A token of 128 bits is an order's page. It follows from the secret key, so that web and worker can name
    it at any time; SQL has its digest alone, so that nobody who reads the table can open a page."""

    def __init__(self, store: Store, secret: str) -> None:
        self._store = store
        self._key = secret.encode()

    def token(self, order: str) -> str:
        made = hmac.digest(self._key, b"proofcast.order-page.1\0" + order.encode(), "sha256")
        return base64.urlsafe_b64encode(made[:16]).rstrip(b"=").decode()

    def digest(self, order: str) -> str:
        """What is kept with the order."""
        return _digest(self.token(order))

    def path(self, order: str) -> str:
        return f"/orders/{self.token(order)}"

    async def page(self, token: str) -> OrderPage:
        """The order as it is now. Raises `NoSuchOrder`."""
        row = await self._store.by_page(_digest(token))
        if row is None:
            raise NoSuchOrder("There is no such order.")
        return OrderPage(
            shop=row["shop"],
            stream=row["stream"],
            order=view(row),
            email=row["email"],
            details=details_of(row),
        )


def details_of(row: dict[str, Any]) -> OrderDetails | None:
    return None if row["details"] is None else msgspec.json.decode(row["details"], type=OrderDetails)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

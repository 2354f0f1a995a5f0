"""What the use cases of checkout share: the ports, and the order as its buyer sees it."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from server.checkout.messages import OrderChanged, OrderLine, OrderView
from server.core.messages import Id, Message
from server.stock.messages import Pick
from server.stock.records import Purchase, Units

BY_HOST = "host"
"""The reason of an order that was refunded at Stripe. Its units were sold, and do not come back by that."""


class Sold(NamedTuple):
    """What a shop's paid orders took: units per variant; those of the orders that are asked about, with the
    hold of each; and who bought what when."""

    units: dict[str, int]
    orders: dict[str, str]
    bought: list[Purchase]


class Store(Protocol):
    async def open(
        self, order: dict[str, Any], lines: Sequence[dict[str, Any]], units: Sequence[Units]
    ) -> dict[str, Any]: ...
    async def get(self, order: str) -> dict[str, Any] | None: ...
    async def by_hold(self, shop: str, hold: str) -> dict[str, Any] | None: ...
    async def due(self, now_ms: int, most: int) -> list[dict[str, Any]]: ...
    async def changed_since(self, shop: str, since_ms: int, most: int) -> list[dict[str, Any]]: ...
    async def change(self, order: str, changes: dict[str, Any]) -> None: ...
    async def take_payment(self, order: str, before: str | None, payment: str) -> bool: ...
    async def set_details(self, order: str, revision: int, changes: dict[str, Any]) -> bool: ...
    async def move(self, order: str, before: str, changes: dict[str, Any]) -> bool: ...
    async def cancel(self, order: str, payment: str | None, changes: dict[str, Any]) -> bool: ...
    async def sold(self, shop: str, since_ms: int) -> Sold: ...
    async def by_ids(self, ids: Sequence[str]) -> list[dict[str, Any]]: ...
    async def paid_since(self, shop: str, since_ms: int) -> list[dict[str, Any]]: ...
    async def unpaid(self, shop: str, since_ms: int) -> list[dict[str, Any]]: ...


class Announcer(Protocol):
    async def announce(self, shop: str, message: dict[str, Any]) -> None: ...


class Item(msgspec.Struct, frozen=True, array_like=True):
    """A pick, in short."""

    pin: Id
    variant: Id
    quantity: int


class Origin(Message, frozen=True, omit_defaults=True):
    """Where a hold was taken, and what was chosen: goes with it as its context, and comes back with it.
    Without `items`, what was chosen is what the hold's lines say, all of one pin."""

    stream: Id
    pin: Id
    channel: str
    items: list[Item] = msgspec.field(default_factory=list)

    def encode(self) -> str:
        return msgspec.json.encode(self).decode()

    @staticmethod
    def decode(context: str) -> "Origin":
        return msgspec.json.decode(context, type=Origin)

    def picks(self, lines: Sequence[Units]) -> list[Pick]:
        items = self.items or [Item(self.pin, line.variant, line.quantity) for line in lines]
        return [Pick(pin=item.pin, variant=item.variant, quantity=item.quantity) for item in items]


def picks_of(context: str, lines: Sequence[Units]) -> list[Pick]:
    return Origin.decode(context).picks(lines)


def view(row: dict[str, Any]) -> OrderView:
    return OrderView(
        id=row["id"],
        number=row["number"],
        state=row["state"],
        reason=row["reason"],
        currency=row["currency"],
        total=row["total"],
        lines=[
            OrderLine(
                product=line["product"],
                variant=line["variant"],
                name=line["name"],
                variant_name=line["variant_name"],
                image_url=line["image_url"],
                quantity=line["quantity"],
                unit_price=line["unit_price"],
            )
            for line in row["lines"]
        ],
        created_at=row["created_at"],
        paid_at=row["paid_at"],
        subtotal=sum(line["quantity"] * line["unit_price"] for line in row["lines"]),
        shipping=row["shipping"],
        tax=row["tax"],
        tax_inclusive=row["tax_inclusive"],
    )


async def tell_buyer(announcer: Announcer, row: dict[str, Any]) -> None:
    """`order.changed`, to all connections of the order's viewer."""
    event = OrderChanged(order=view(row))
    await announcer.announce(
        row["shop"],
        {"kind": "viewer", "viewer": row["viewer"], "event": event.name, "data": msgspec.to_builtins(event)},
    )

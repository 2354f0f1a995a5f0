"""Holding, paying, and the order as its buyer sees it."""

from typing import ClassVar, Literal

from server.core.messages import Email, Event, Id, Key, Message
from server.stock.messages import Picks

OrderState = Literal["pending", "paid", "cancelled", "refunded"]


class OrderLine(Message, frozen=True):
    product: Id
    variant: Id
    name: str
    variant_name: str
    image_url: str | None
    quantity: int
    unit_price: int


class OrderView(Message, frozen=True):
    """`reason` says why an order was cancelled or refunded: `let_go`, `expired`, `sold_out`, `host`.
    `total`: minor units."""

    id: Id
    number: str
    state: OrderState
    reason: str | None
    currency: str
    total: int
    lines: list[OrderLine]
    created_at: int
    paid_at: int | None


class Buy(Message, frozen=True):
    """What to buy of products that are not held: who pays first has them."""

    key: Key
    stream: Id
    picks: Picks


class OpenCheckout(Message, frozen=True):
    """Either a hold, or what to buy without one. Asking twice for the same hold, or with the same key,
    answers the same order and payment."""

    hold: Id | None = None
    buy: Buy | None = None
    email: Email | None = None


class BrowserStripe(Message, frozen=True):
    """What the pay page hands to Stripe.js. `stand_in` is true when no real Stripe is behind it."""

    publishable_key: str
    script_url: str
    stand_in: bool


class Checkout(Message, frozen=True):
    order: OrderView
    client_secret: str
    deadline: int
    reserve: bool
    stripe: BrowserStripe


class Reserved(Message, frozen=True):
    """The order's units are set aside until `deadline`, ms."""

    deadline: int


class OrderChanged(Event, frozen=True):
    """To the buyer alone."""

    name: ClassVar[str] = "order.changed"
    order: OrderView

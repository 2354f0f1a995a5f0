"""Holding, paying, and the order as its buyer sees it."""

from typing import ClassVar, Literal

from server.core.messages import Email, Event, Id, Message

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


class OpenCheckout(Message, frozen=True):
    """Asking twice for the same hold answers the same order and payment."""

    hold: Id
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
    stripe: BrowserStripe


class OrderChanged(Event, frozen=True):
    """To the buyer alone."""

    name: ClassVar[str] = "order.changed"
    order: OrderView

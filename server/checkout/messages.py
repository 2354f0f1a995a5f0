"""Holding, paying, and the order as its buyer sees it."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, field

from server.core.messages import Email, Event, Id, Key, Line, Message, Minor
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
    Money in minor units: `total` is what is paid; with `tax_inclusive` the tax is in the other parts, else it
    comes on top. An order that ships has no shipping before its details are known."""

    id: Id
    number: str
    state: OrderState
    reason: str | None
    currency: str
    total: int
    lines: list[OrderLine]
    created_at: int
    paid_at: int | None
    subtotal: int
    shipping: int
    tax: int
    tax_inclusive: bool


Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")]
"""ISO 3166-1 alpha-2."""
Postcode = Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
Days = Annotated[int, Meta(ge=0, le=365)]
TaxRate = Annotated[int, Meta(ge=0, le=10_000)]
"""Basis points: 2,000 of these are 20 %."""


class DeliveryRate(Message, frozen=True):
    """A way of delivery. An order whose goods come to `free_from` or more pays nothing for it."""

    id: Id
    label: Line
    price: Minor
    free_from: Minor | None = None
    min_days: Days = 0
    max_days: Days = 365


class DeliveryZone(Message, frozen=True):
    """Countries that cost the same. `elsewhere`: all that no other zone names, too."""

    name: Line
    rates: Annotated[list[DeliveryRate], Meta(min_length=1, max_length=10)]
    countries: Annotated[list[Country], Meta(max_length=249)] = field(default_factory=list)
    elsewhere: bool = False


class CountryTax(Message, frozen=True):
    country: Country
    rate: TaxRate


class ShopDelivery(Message, frozen=True):
    """Where a shop delivers to, and its tax. Without a zone nothing ships, and no address is asked for.
    `tax_inclusive`: prices have the tax in them. What does not ship is taxed as at `home`."""

    zones: Annotated[list[DeliveryZone], Meta(max_length=20)] = field(default_factory=list)
    home: Country | None = None
    tax_inclusive: bool = True
    taxes: Annotated[list[CountryTax], Meta(max_length=249)] = field(default_factory=list)


class DeliveryOptions(Message, frozen=True):
    """The countries that a shop delivers to; `home` is its own."""

    countries: list[str]
    home: str | None


class RateView(Message, frozen=True):
    """A way of delivery, with what this order pays for it."""

    id: Id
    label: str
    price: int
    min_days: int
    max_days: int


class PostalAddress(Message, frozen=True):
    """Some countries need a postcode of their pattern, or a state."""

    country: Country
    line1: Line
    city: Line
    line2: Line | None = None
    postcode: Postcode | None = None
    region: Line | None = None


class SetDetails(Message, frozen=True):
    """`address` where the order ships. Without `rate` the zone's first is taken."""

    email: Email
    name: Line
    address: PostalAddress | None = None
    rate: Id | None = None


class OrderDetails(Message, frozen=True):
    """What is kept of it with the order. Never in a log, never to another viewer."""

    name: str
    address: PostalAddress | None
    rate: RateView | None


class Priced(Message, frozen=True):
    """`rate` is the one that was taken of `rates`."""

    order: OrderView
    client_secret: str | None
    rates: list[RateView]
    rate: str | None


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
    """With `delivery` the order ships: there is no `client_secret` before its details are set."""

    order: OrderView
    client_secret: str | None
    delivery: DeliveryOptions | None
    deadline: int
    reserve: bool
    stripe: BrowserStripe
    page: str


class Reserved(Message, frozen=True):
    """The order's units are set aside until `deadline`, ms."""

    deadline: int


class OrderChanged(Event, frozen=True):
    """To the buyer alone."""

    name: ClassVar[str] = "order.changed"
    order: OrderView

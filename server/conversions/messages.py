"""Touches coming in, numbers and reports going out."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from server.core.messages import Command, Event, Id, Message, Millis, Token
from server.rooms.messages import Audience

TouchKind = Literal["view", "impression", "click"]
"""view: at least 3 s playing and half of it visible. impression: a pin visible for at least 1 s.
click: a tap on a pin. The server itself writes `hold`."""
Channel = Literal["live", "replay", "clip", "popup", "hub"]


class Touch(Message, frozen=True):
    """`id` is made by the client, once per touch: a touch that arrives twice counts once.
    `at`: when it happened, ms UTC by the server's clock as the client knows it."""

    id: Id
    kind: TouchKind
    channel: Channel
    at: Millis
    pin: Id | None = None
    product: Id | None = None
    media_time: Millis | None = None


class Accepted(Message, frozen=True):
    accepted: int


Touches = Annotated[list[Touch], Meta(min_length=1, max_length=50)]


class ReportTouches(Command, frozen=True):
    name: ClassVar[str] = "touches.report"
    answer: ClassVar[type[Any]] = Accepted
    stream: Id
    touches: Touches


class BeaconTouches(Message, frozen=True):
    """The same by `navigator.sendBeacon`, which can send no header: the pass travels in the body."""

    token: Token
    stream: Id
    touches: Touches


class Numbers(Message, frozen=True):
    """The living numbers of a stream. `held`: units in living holds; `revenue`: minor units, paid orders."""

    stream: Id
    at: int
    viewers: int
    audience: Audience
    held: int
    orders: int
    units: int
    revenue: int
    currency: str


class NumbersChanged(Event, frozen=True):
    name: ClassVar[str] = "numbers.changed"
    numbers: Numbers


class WatchNumbers(Command, frozen=True):
    """For staff: answers the numbers now, then sends `numbers.changed` as they move."""

    name: ClassVar[str] = "numbers.watch"
    answer: ClassVar[type[Any]] = Numbers
    stream: Id


class Figures(Message, frozen=True):
    """`viewers`: distinct viewers with a view. `revenue`: minor units of paid orders, refunds not taken off;
    `refunded`: minor units given back."""

    viewers: int
    views: int
    impressions: int
    clicks: int
    holds: int
    orders: int
    units: int
    revenue: int
    refunded: int


class ProductFigures(Message, frozen=True):
    """Figures of one pinned product over all its pins on the stream."""

    product: Id
    product_name: str
    image_url: str | None
    pinned_ms: int
    figures: Figures


class CurvePoint(Message, frozen=True):
    """Sales in one minute of the show, counted from its start."""

    minute: int
    units: int
    revenue: int


class Report(Message, frozen=True):
    stream: Id
    title: str
    currency: str
    generated_at: int
    sentence: str
    totals: Figures
    products: list[ProductFigures]
    curve: list[CurvePoint]

"""What Stripe tells us, as far as we use it, and what we tell the browser about Stripe."""

from typing import Any, Literal

import msgspec

from server.core.messages import Message

PaymentStatus = Literal[
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "requires_capture",
    "processing",
    "succeeded",
    "canceled",
]


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """One payment (Stripe's PaymentIntent). `amount` and `received` are minor units."""

    id: str
    status: PaymentStatus
    client_secret: str | None
    amount: int
    received: int
    currency: str
    order: str | None
    error_code: str | None
    """Why the last try failed: the decline code if there is one, else the code."""
    shop: str | None = None
    refunded: int | None = None
    """What was given back; None where Stripe was not asked."""


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """`status` is `pending`, `requires_action`, `succeeded`, `failed` or `canceled`."""

    id: str
    payment: str
    amount: int
    currency: str
    status: str


class BrowserConfig(Message, frozen=True):
    """What a page needs to take a card. `api` is the stand-in's origin, and None on real Stripe."""

    publishable_key: str
    script: str
    api: str | None


class IncomingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook whose signature was right. `payload` is its body, as it came."""

    id: str
    type: str
    payload: str


class PaymentEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A payment event for a handler. `received`: what was paid so far, in minor units; `refunded`: what of
    it was given back. `created` is ms since the epoch. `order` is None when the payment is not of our making.
    """

    id: str
    type: str
    created: int
    payment: str
    order: str | None
    status: str
    amount: int
    received: int
    refunded: int
    currency: str
    error_code: str | None
    metadata: dict[str, str]


class StripeFailure(msgspec.Struct, frozen=True):
    code: str | None = None
    decline_code: str | None = None


class StripeIntent(msgspec.Struct, frozen=True):
    """The part of a PaymentIntent that we read. Stripe adds fields at will, so others are let be."""

    id: str
    amount: int
    currency: str
    status: str
    amount_received: int = 0
    metadata: dict[str, str] = {}
    last_payment_error: StripeFailure | None = None


class StripeCharge(msgspec.Struct, frozen=True):
    """The part of a charge that we read. Its metadata is that of its payment."""

    payment_intent: str
    amount: int
    amount_refunded: int
    currency: str
    status: str
    amount_captured: int = 0
    metadata: dict[str, str] = {}
    failure_code: str | None = None


class StripeEventData(msgspec.Struct, frozen=True):
    object: dict[str, Any]


class StripeEvent(msgspec.Struct, frozen=True):
    """The envelope of every event. `created` is seconds since the epoch."""

    id: str
    type: str
    created: int
    data: StripeEventData


class EventSetAside(msgspec.Struct, frozen=True, kw_only=True):
    """One event that was not settled, and the code of the reason."""

    id: str
    type: str
    payload: str
    received_at: int
    reason: str

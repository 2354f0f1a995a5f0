"""Every state of a hold, an order and a payment, and every way from one to another.

Orders are moved by `require`, which refuses anything else. Holds are moved by the scripts in
`server/stock/lua`, and payments by Stripe: their tables say what they may do, and what follows here.
`docs/checkout.md` is drawn from this.
"""

from typing import Literal

from server.checkout.errors import WrongTransition
from server.checkout.messages import OrderState
from server.payments.messages import PaymentStatus
from server.stock.messages import HoldState

TRANSITIONS: dict[tuple[OrderState, OrderState], str] = {
    ("pending", "paid"): "the payment succeeded and its units were sold",
    ("pending", "cancelled"): "the buyer let go, or the hold ran out, and the payment was cancelled",
    ("pending", "refunded"): "the payment succeeded after the hold had ended, and nothing was left",
    ("cancelled", "paid"): "the payment succeeded all the same, and there were units left",
    ("cancelled", "refunded"): "the payment succeeded all the same, and nothing was left",
    ("paid", "refunded"): "the whole payment was given back",
}
FINAL: frozenset[OrderState] = frozenset({"refunded"})

HOLDS: dict[tuple[HoldState, HoldState], str] = {
    ("held", "held"): "extended by the buyer, or kept while a payment is under way",
    ("held", "released"): "the buyer let go, or another hold took its place",
    ("held", "expired"): "it was overdue; or the book was opened anew, and no units were left for it",
    ("held", "committed"): "its order was paid, and sold out of it",
    ("released", "held"): "a payment is under way, and units are left",
    ("expired", "held"): "a payment is under way, and units are left",
    ("committed", "held"): "the book was opened anew before SQL knew of the sale: the units are kept",
}

Meaning = Literal["open", "under way", "paid", "ended"]
"""Of a payment for its order: it may still be confirmed; it was, and keeps units; it sells; it is over."""

PAYMENTS: dict[PaymentStatus, Meaning] = {
    "requires_payment_method": "open",
    "requires_confirmation": "open",
    "requires_action": "under way",
    "processing": "under way",
    "requires_capture": "under way",
    "succeeded": "paid",
    "canceled": "ended",
}
IN_FLIGHT = tuple(status for status, meaning in PAYMENTS.items() if meaning == "under way")
"""A payment that was confirmed, and has neither succeeded nor failed."""
UNENDED = tuple(status for status, meaning in PAYMENTS.items() if meaning in ("open", "under way"))


def require(before: OrderState, after: OrderState) -> None:
    """Raises `WrongTransition`."""
    if (before, after) not in TRANSITIONS:
        raise WrongTransition("An order can't go that way.", before=before, after=after)

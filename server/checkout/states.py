"""Every state of an order, and every way from one to another. Anything else is refused."""

from server.checkout.errors import WrongTransition
from server.checkout.messages import OrderState

TRANSITIONS: dict[tuple[OrderState, OrderState], str] = {
    ("pending", "paid"): "the payment succeeded and its units were sold",
    ("pending", "cancelled"): "the buyer let go, or the hold ran out, and the payment was cancelled",
    ("pending", "refunded"): "the payment succeeded after the hold had ended, and nothing was left",
    ("cancelled", "paid"): "the payment succeeded all the same, and there were units left",
    ("cancelled", "refunded"): "the payment succeeded all the same, and nothing was left",
    ("paid", "refunded"): "the whole payment was given back",
}
FINAL: frozenset[OrderState] = frozenset({"refunded"})


def require(before: OrderState, after: OrderState) -> None:
    """Raises `WrongTransition`."""
    if (before, after) not in TRANSITIONS:
        raise WrongTransition("An order can't go that way.", before=before, after=after)

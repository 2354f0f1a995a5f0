"""`docs/checkout.md` is drawn from the tables of states. `DRAW=1` writes it anew."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from server.checkout.messages import OrderState
from server.checkout.states import FINAL, HOLDS, PAYMENTS, TRANSITIONS
from server.payments.messages import PaymentStatus
from server.stock.messages import HoldState

PAGE = Path(__file__).parents[2] / "docs" / "checkout.md"
HEAD = """# States of a purchase

Drawn from `server/checkout/states.py` by `tests/docs/test_checkout.py` (`DRAW=1` writes it). The units
are the hold's, the promise is the order's, the money is the payment's. An order has no state of its own
for a payment that is processing or waits for the bank: it is pending, and its payment says the rest, so
that the two can't contradict each other.
"""
FOOT = """`under way` keeps the hold alive for up to 15 minutes. A part of a payment that is given back, and a
payment that is disputed, move no order: they are seen at Stripe.
"""


def page() -> str:
    orders = chart("Order", TRANSITIONS, first="pending")
    holds = chart("Hold", HOLDS, first="held")
    rows = "".join(f"| `{status}` | {meaning} |\n" for status, meaning in PAYMENTS.items())
    payments = (
        f"## Payment\n\nStripe moves it; for its order it means:\n\n| at Stripe | here |\n|---|---|\n{rows}"
    )
    note = "`under way` keeps the hold alive for up to 15 minutes.\n"
    return "\n".join((HEAD, orders, holds, payments, note, FOOT))


def chart(name: str, table: Mapping[Any, str], *, first: str) -> str:
    lines = [f"## {name}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {first}"]
    lines += [f"    {before} --> {after}" for before, after in table]
    lines += ["```", "", "| from | to | when |", "|---|---|---|"]
    lines += [f"| {before} | {after} | {why} |" for (before, after), why in table.items()]
    return "\n".join(lines) + "\n"


def test_the_page_is_as_the_tables_are() -> None:
    if os.environ.get("DRAW"):
        PAGE.write_text(page())
    assert PAGE.read_text() == page()


def test_the_tables_know_every_state() -> None:
    assert {state for pair in TRANSITIONS for state in pair} == set(get_args(OrderState))
    assert {state for pair in HOLDS for state in pair} == set(get_args(HoldState))
    assert set(PAYMENTS) == set(get_args(PaymentStatus))
    assert set(get_args(OrderState)) >= FINAL

"""The table of an order's states: what it lists can be reached, and nothing else."""

import itertools

import pytest

from server.checkout.errors import WrongTransition
from server.checkout.messages import OrderState
from server.checkout.states import FINAL, TRANSITIONS, require
from tests.checkout.scene import CANCELED, REFUNDED, Sale, another, begin, check_books, settlement
from tests.infra.show import Show

STATES: tuple[OrderState, ...] = ("pending", "paid", "cancelled", "refunded")


@pytest.mark.parametrize(("before", "after"), list(itertools.product(STATES, STATES)))
def test_what_the_table_does_not_list_is_refused(before: OrderState, after: OrderState) -> None:
    if (before, after) in TRANSITIONS:
        require(before, after)
    else:
        with pytest.raises(WrongTransition):
            require(before, after)


def test_nothing_leaves_a_final_state() -> None:
    assert {state for state in STATES if not any(before == state for before, _ in TRANSITIONS)} == FINAL


async def test_every_transition_of_the_table_happens(quiet: Show) -> None:
    seen: set[tuple[str, str]] = set()

    async def step(sale: Sale, expected: str) -> None:
        after = (await sale.state())[0]
        assert after == expected
        seen.add((before, after))

    settle = settlement(quiet)

    # pending -> paid -> refunded
    before, sale = "pending", await begin(quiet, stock=2)
    await sale.pay()
    await settle.succeeded(await sale.event())
    await step(sale, "paid")
    before = "paid"
    await quiet.standin.call("POST", "/v1/refunds", {"payment_intent": sale.payment})
    await settle.refunded(await sale.event(REFUNDED))
    await step(sale, "refunded")

    # pending -> cancelled
    before, sale = "pending", await another(sale)
    await quiet.standin.call("POST", f"/v1/payment_intents/{sale.payment}/cancel")
    await settle.cancelled(await sale.event(CANCELED))
    await step(sale, "cancelled")

    # pending -> refunded: paid after the hold had ended, and nothing was left
    before, late = "pending", await another(sale)
    await late.lapse()
    await another(sale)
    await late.pay()
    await settle.succeeded(await late.event())
    await step(late, "refunded")

    # cancelled -> paid, cancelled -> refunded: paid all the same
    for stock, after in ((2, "paid"), (1, "refunded")):
        before, odd = "cancelled", await begin(quiet, stock=stock)
        await odd.pay()
        paid = await odd.event()
        await settle.cancelled(paid)
        if stock == 1:
            await another(odd)
        await settle.succeeded(paid)
        await step(odd, after)

    assert seen == set(TRANSITIONS)
    await check_books(quiet)

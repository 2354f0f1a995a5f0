import asyncio
from typing import Any

import pytest

from server.core.errors import Unavailable
from server.payments.errors import (
    AlreadyRefunded,
    KeyReused,
    Misconfigured,
    PaymentRefused,
    PaymentUnknown,
)
from server.payments.gateway import STRIPE_SCRIPT, StripeGateway
from server.payments.messages import Payment
from tests.infra.stripe import DECLINED, StandIn

PI = "/v1/payment_intents"


async def make(gateway: StripeGateway, key: str, amount: int = 4800) -> Payment:
    return await gateway.create_payment("ord_1", amount, "eur", "A bottle", {"shop": "s"}, f"gateway-{key}")


async def paid(standin: StandIn, gateway: StripeGateway, key: str) -> Payment:
    payment = await make(gateway, key)
    assert payment.client_secret
    await standin.confirm(payment.client_secret)
    return payment


async def test_a_payment_is_made_once_per_key(gateway: StripeGateway) -> None:
    first = await make(gateway, "once")
    assert (first.status, first.amount, first.currency, first.order) == (
        "requires_payment_method",
        4800,
        "eur",
        "ord_1",
    )
    assert first.client_secret
    assert await make(gateway, "once") == first
    assert await gateway.get_payment(first.id) == first


async def test_the_same_key_for_another_amount(gateway: StripeGateway) -> None:
    await make(gateway, "reused")
    with pytest.raises(KeyReused):
        await make(gateway, "reused", amount=4801)


async def test_why_a_payment_failed(standin: StandIn, gateway: StripeGateway) -> None:
    payment = await make(gateway, "declined")
    assert payment.client_secret
    await standin.confirm(payment.client_secret, DECLINED)
    assert (await gateway.get_payment(payment.id)).error_code == "generic_decline"


async def test_cancel(gateway: StripeGateway) -> None:
    payment = await make(gateway, "cancel")
    assert (await gateway.cancel_payment(payment.id, "gateway-cancel-1")).status == "canceled"
    assert (await gateway.cancel_payment(payment.id, "gateway-cancel-1")).status == "canceled"
    assert (await gateway.cancel_payment(payment.id, "gateway-cancel-2")).status == "canceled"


async def test_cancel_that_comes_too_late(standin: StandIn, gateway: StripeGateway) -> None:
    payment = await paid(standin, gateway, "late-cancel")
    late = await gateway.cancel_payment(payment.id, "gateway-late-cancel-1")
    assert (late.status, late.received) == ("succeeded", 4800)


async def test_refund(standin: StandIn, gateway: StripeGateway) -> None:
    payment = await paid(standin, gateway, "refund")
    first = await gateway.refund(payment.id, 4800, "sold_out", "gateway-refund-1")
    assert (first.payment, first.amount, first.currency, first.status) == (
        payment.id,
        4800,
        "eur",
        "succeeded",
    )
    assert await gateway.refund(payment.id, 4800, "sold_out", "gateway-refund-1") == first
    with pytest.raises(AlreadyRefunded):
        await gateway.refund(payment.id, 4800, "sold_out", "gateway-refund-2")


async def test_refund_of_what_was_not_paid_or_is_too_much(standin: StandIn, gateway: StripeGateway) -> None:
    open_payment = await make(gateway, "unpaid")
    with pytest.raises(PaymentRefused):
        await gateway.refund(open_payment.id, 100, "sold_out", "gateway-unpaid-1")
    payment = await paid(standin, gateway, "too-much")
    with pytest.raises(PaymentRefused):
        await gateway.refund(payment.id, 4801, "sold_out", "gateway-too-much-1")


async def test_unknown(gateway: StripeGateway) -> None:
    with pytest.raises(PaymentUnknown):
        await gateway.get_payment("pi_nope")
    with pytest.raises(PaymentUnknown):
        await gateway.cancel_payment("pi_nope", "gateway-nope-1")


async def test_too_small(gateway: StripeGateway) -> None:
    with pytest.raises(PaymentRefused) as caught:
        await make(gateway, "small", amount=10)
    assert caught.value.details == {"reason": "amount_too_small"}


async def test_a_wrong_key_is_not_repeated_in_the_error(standin: StandIn) -> None:
    gateway = standin.gateway(secret_key="sk_test_very_secret")
    try:
        with pytest.raises(Misconfigured) as caught:
            await make(gateway, "wrong-key")
    finally:
        await gateway.close()
    error = caught.value
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert "sk_" not in f"{error}{error.details}{error.body()}"


@pytest.mark.parametrize("status", [409, 429, 500, 503])
async def test_stripe_that_is_ill(standin: StandIn, gateway: StripeGateway, status: int) -> None:
    await standin.fault(PI, "status", status=status, times=10)
    with pytest.raises(Unavailable):
        await make(gateway, f"ill-{status}")


@pytest.mark.parametrize("mode", ["status", "drop"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_one_lost_answer_is_made_good(
    standin: StandIn, gateway: StripeGateway, mode: str, when: str
) -> None:
    payment = await paid(standin, gateway, f"lost-{mode}-{when}")
    await standin.fault("/v1/refunds", mode, when=when)
    refund = await gateway.refund(payment.id, 4800, "sold_out", f"gateway-refund-{mode}-{when}")
    assert refund.amount == 4800
    types = [event["type"] for event in await standin.events(payment.id)]
    assert types == ["payment_intent.succeeded", "charge.refunded"]


async def test_stripe_that_stays_away_after_it_refunded(standin: StandIn, gateway: StripeGateway) -> None:
    """The caller gets Unavailable, asks again with the same key, and money moves once."""
    payment = await paid(standin, gateway, "gone")
    await standin.fault("/v1/refunds", "drop", when="after", times=3)
    with pytest.raises(Unavailable):
        await gateway.refund(payment.id, 1000, "sold_out", "gateway-gone-1")
    assert (await gateway.refund(payment.id, 1000, "sold_out", "gateway-gone-1")).amount == 1000
    refunds = await standin.call("GET", "/v1/refunds", {"payment_intent": payment.id})
    assert [one["amount"] for one in refunds.body["data"]] == [1000]


async def test_nobody_listens(standin: StandIn) -> None:
    gateway = standin.gateway(api_base="http://127.0.0.1:9")
    try:
        with pytest.raises(Unavailable):
            await make(gateway, "nobody")
    finally:
        await gateway.close()


async def test_many_with_one_key_at_once(gateway: StripeGateway) -> None:
    made = await asyncio.gather(*(make(gateway, "at-once") for _ in range(10)), return_exceptions=True)
    payments = {one.id for one in made if isinstance(one, Payment)}
    assert len(payments) == 1
    assert all(isinstance(one, (Payment, Unavailable)) for one in made)


def test_what_a_page_is_told() -> None:
    keys: dict[str, Any] = {
        "secret_key": "sk_live_1",
        "publishable_key": "pk_live_1",
        "webhook_secret": "whsec_1",
    }
    real = StripeGateway(**keys).browser_config()
    assert (real.publishable_key, real.script, real.api) == ("pk_live_1", STRIPE_SCRIPT, None)
    script = "http://127.0.0.1:8420/js.stripe.com/v3/"
    local = StripeGateway(**keys, api_base="http://127.0.0.1:8420", script=script).browser_config()
    assert (local.script, local.api) == (script, "http://127.0.0.1:8420")

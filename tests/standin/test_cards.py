"""Every documented test card, as a browser sends it."""

import pytest

from server.payments.gateway import StripeGateway
from server.payments.messages import Payment
from tests.infra.stripe import ASKS, GOOD, StandIn


async def pending(gateway: StripeGateway, key: str) -> Payment:
    return await gateway.create_payment("ord_1", 4800, "eur", "A sample set", {}, f"card-test-{key}")


@pytest.mark.parametrize("number", [GOOD, "5555555555554444", "378282246310005"])
async def test_a_good_card_pays(standin: StandIn, gateway: StripeGateway, number: str) -> None:
    payment = await pending(gateway, number)
    assert payment.status == "requires_payment_method"
    assert payment.client_secret
    reply = await standin.confirm(payment.client_secret, number)
    assert (reply.status, reply.body["status"]) == (200, "succeeded")
    paid = await gateway.get_payment(payment.id)
    assert (paid.status, paid.received, paid.error_code) == ("succeeded", 4800, None)


@pytest.mark.parametrize(
    ("number", "code", "decline_code"),
    [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000009987", "card_declined", "lost_card"),
        ("4000000000000341", "card_declined", "generic_decline"),
        ("4000000000000069", "expired_card", None),
        ("4000000000000127", "incorrect_cvc", None),
        ("4000000000000119", "processing_error", None),
        ("4111111111111111", "card_declined", "test_mode_live_card"),
    ],
)
async def test_a_bad_card_is_declined_and_a_good_one_may_follow(
    standin: StandIn, gateway: StripeGateway, number: str, code: str, decline_code: str | None
) -> None:
    payment = await pending(gateway, number)
    assert payment.client_secret
    reply = await standin.confirm(payment.client_secret, number)
    error = reply.body["error"]
    assert (reply.status, error["type"], error["code"]) == (402, "card_error", code)
    assert error.get("decline_code") == decline_code
    assert error["payment_method"]["card"]["last4"] == number[-4:]
    assert error["payment_intent"]["status"] == "requires_payment_method"
    assert "metadata" not in error["payment_intent"]

    declined = await gateway.get_payment(payment.id)
    assert (declined.status, declined.error_code) == ("requires_payment_method", decline_code or code)
    [event] = await standin.events(payment.id)
    assert event["type"] == "payment_intent.payment_failed"

    reply = await standin.confirm(payment.client_secret, GOOD)
    assert (reply.status, reply.body["status"], reply.body["last_payment_error"]) == (200, "succeeded", None)


async def test_each_refusal_is_an_event_of_its_own(standin: StandIn, gateway: StripeGateway) -> None:
    payment = await pending(gateway, "twice")
    assert payment.client_secret
    for _ in range(2):
        assert (await standin.confirm(payment.client_secret, "4000000000000002")).status == 402
    events = await standin.events(payment.id)
    assert len({event["id"] for event in events}) == 2


@pytest.mark.parametrize("number", [ASKS, "4000002760003184", "4000000000003220"])
async def test_three_d_secure_completed(standin: StandIn, gateway: StripeGateway, number: str) -> None:
    payment = await pending(gateway, f"{number}-yes")
    assert payment.client_secret
    reply = await standin.confirm(payment.client_secret, number)
    assert (reply.body["status"], reply.body["next_action"]["type"]) == ("requires_action", "use_stripe_sdk")
    assert await standin.events(payment.id) == []
    reply = await standin.authenticate(payment.client_secret, success=True)
    assert (reply.status, reply.body["status"]) == (200, "succeeded")


async def test_three_d_secure_failed_then_another_card(standin: StandIn, gateway: StripeGateway) -> None:
    payment = await pending(gateway, "asks-no")
    assert payment.client_secret
    await standin.confirm(payment.client_secret, ASKS)
    reply = await standin.authenticate(payment.client_secret, success=False)
    assert (reply.status, reply.body["status"]) == (200, "requires_payment_method")
    failed = await gateway.get_payment(payment.id)
    assert failed.error_code == "payment_intent_authentication_failure"
    [event] = await standin.events(payment.id)
    assert event["type"] == "payment_intent.payment_failed"
    assert (await standin.confirm(payment.client_secret, GOOD)).body["status"] == "succeeded"


async def test_three_d_secure_completed_but_declined(standin: StandIn, gateway: StripeGateway) -> None:
    payment = await pending(gateway, "asks-declined")
    assert payment.client_secret
    await standin.confirm(payment.client_secret, "4000008260003178")
    reply = await standin.authenticate(payment.client_secret, success=True)
    assert (reply.status, reply.body["error"]["decline_code"]) == (402, "insufficient_funds")


async def test_another_card_in_place_of_three_d_secure(standin: StandIn, gateway: StripeGateway) -> None:
    payment = await pending(gateway, "asks-left")
    assert payment.client_secret
    await standin.confirm(payment.client_secret, ASKS)
    assert (await standin.confirm(payment.client_secret, GOOD)).body["status"] == "succeeded"


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"number": "42"}, "incorrect_number"),
        ({"exp_month": "13"}, "invalid_expiry_month"),
        ({"exp_year": "19"}, "invalid_expiry_year"),
        ({"cvc": "1"}, "invalid_cvc"),
    ],
)
async def test_a_card_that_can_not_be(
    standin: StandIn, gateway: StripeGateway, card: dict[str, str], code: str
) -> None:
    payment = await pending(gateway, f"impossible-{code}")
    assert payment.client_secret
    reply = await standin.confirm(payment.client_secret, **{"number": GOOD, **card})
    assert (reply.status, reply.body["error"]["code"]) == (402, code)
    assert (await gateway.get_payment(payment.id)).status == "requires_payment_method"


async def test_paying_twice_is_refused(standin: StandIn, gateway: StripeGateway) -> None:
    payment = await pending(gateway, "paid-twice")
    assert payment.client_secret
    await standin.confirm(payment.client_secret)
    reply = await standin.confirm(payment.client_secret)
    assert (reply.status, reply.body["error"]["code"]) == (400, "payment_intent_unexpected_state")
    events = await standin.events(payment.id)
    assert [event["type"] for event in events] == ["payment_intent.succeeded"]

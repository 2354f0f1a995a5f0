"""Events: signed, sent again until they are taken, with an id that stays."""

import json

import pytest

from server.payments.gateway import StripeGateway
from tests.infra.stripe import Receiver, StandIn


async def paid(standin: StandIn, gateway: StripeGateway, key: str) -> str:
    payment = await gateway.create_payment("ord_1", 4800, "eur", "A bottle", {"shop": "s"}, f"hook-{key}")
    assert payment.client_secret
    assert (await standin.confirm(payment.client_secret)).status == 200
    return payment.id


async def test_signed_as_stripe_signs(standin: StandIn, gateway: StripeGateway, receiver: Receiver) -> None:
    await standin.webhooks(url=receiver.url)
    payment = await paid(standin, gateway, "signed")
    [(signature, body)] = await receiver.wait_for(1)
    event = gateway.verified(body, signature)
    subject = json.loads(body)["data"]["object"]
    assert event.type == "payment_intent.succeeded"
    assert (subject["id"], subject["amount_received"]) == (payment, 4800)
    assert subject["metadata"] == {"shop": "s", "order": "ord_1"}


async def test_refund_and_cancel_are_told(
    standin: StandIn, gateway: StripeGateway, receiver: Receiver
) -> None:
    await standin.webhooks(url=receiver.url)
    payment = await paid(standin, gateway, "refunded")
    await gateway.refund(payment, 1000, "sold_out", "hook-refund")
    other = await gateway.create_payment("ord_2", 500, "eur", "", {}, "hook-cancelled")
    await gateway.cancel_payment(other.id, "hook-cancel")
    events = [json.loads(body) for _, body in await receiver.wait_for(3)]
    by_type = {event["type"]: event["data"]["object"] for event in events}
    assert by_type["charge.refunded"]["payment_intent"] == payment
    assert by_type["charge.refunded"]["amount_refunded"] == 1000
    assert by_type["charge.refunded"]["metadata"]["order"] == "ord_1"
    assert by_type["payment_intent.canceled"]["id"] == other.id


async def test_sent_again_until_taken(standin: StandIn, gateway: StripeGateway, receiver: Receiver) -> None:
    receiver.statuses = [500, 503, 302]
    await standin.webhooks(url=receiver.url)
    payment = await paid(standin, gateway, "again")
    tries = await receiver.wait_for(4)
    assert len({body for _, body in tries}) == 1
    for signature, body in tries:
        gateway.verified(body, signature)
    [event] = await standin.events(payment)
    while not event["delivered"]:
        [event] = await standin.events(payment)
    assert (event["attempts"], event["last_status"]) == (4, 200)


@pytest.mark.parametrize("order", ["first", "last"])
async def test_held_back_and_reordered(
    standin: StandIn, gateway: StripeGateway, receiver: Receiver, order: str
) -> None:
    await standin.webhooks(url=receiver.url, paused=True)
    payment = await paid(standin, gateway, f"held-{order}")
    await gateway.refund(payment, 4800, "sold_out", f"hook-refund-{order}")
    assert receiver.got == []
    await standin.webhooks(paused=False, order=order)
    types = [json.loads(body)["type"] for _, body in await receiver.wait_for(2)]
    expected = ["payment_intent.succeeded", "charge.refunded"]
    assert types == (expected if order == "first" else expected[::-1])


async def test_duplicated(standin: StandIn, gateway: StripeGateway, receiver: Receiver) -> None:
    await standin.webhooks(url=receiver.url, duplicates=2, delay_ms=20)
    payment = await paid(standin, gateway, "duplicated")
    tries = await receiver.wait_for(3)
    assert len({json.loads(body)["id"] for _, body in tries}) == 1
    [event] = await standin.events(payment)
    await standin.webhooks(duplicates=0)
    await standin.send_again(event["id"])
    await receiver.wait_for(4)

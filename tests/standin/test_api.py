"""What Stripe accepts and what it refuses, beyond cards and keys."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.infra.stripe import ASKS, Reply, StandIn

PI = "/v1/payment_intents"


async def make(standin: StandIn, **params: Any) -> Reply:
    return await standin.call("POST", PI, {"amount": 1200, "currency": "eur", **params})


async def test_what_stripe_knows_and_localstripe_does_not(standin: StandIn) -> None:
    made = await make(
        standin,
        automatic_payment_methods={"enabled": "true", "allow_redirects": "never"},
        description="A refill",
        receipt_email="buyer@example.com",
        metadata={"order": "ord_9"},
        statement_descriptor_suffix="REFILL",
    )
    assert made.status == 200
    assert made.body["description"] == "A refill"
    assert made.body["receipt_email"] == "buyer@example.com"
    assert made.body["metadata"] == {"order": "ord_9"}
    assert made.body["automatic_payment_methods"]["enabled"] == "true"


async def test_metadata_grows_and_keeps(standin: StandIn) -> None:
    made = (await make(standin, metadata={"order": "ord_9"}, description="A refill")).body
    changed = await standin.call("POST", f"{PI}/{made['id']}", {"metadata": {"note": "gift"}, "amount": 1300})
    assert changed.body["metadata"] == {"order": "ord_9", "note": "gift"}
    assert (changed.body["amount"], changed.body["description"]) == (1300, "A refill")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"amuont": 3}, "parameter_unknown"),
        ({"amount": 49}, "amount_too_small"),
        ({"amount": -5}, "amount_too_small"),
        ({"amount": "12.5"}, "parameter_invalid_integer"),
        ({"amount": 10**9}, "amount_too_large"),
        ({"currency": ""}, "parameter_missing"),
    ],
)
async def test_bad_parameters(standin: StandIn, params: dict[str, Any], code: str) -> None:
    reply = await make(standin, **params)
    assert (reply.status, reply.body["error"]["code"]) == (400, code)


async def test_keys(standin: StandIn) -> None:
    made = (await make(standin)).body
    path = f"{PI}/{made['id']}"
    assert (await standin.call("GET", path, key="sk_test_wrong")).status == 401
    assert (
        await standin.call("POST", PI, {"amount": 500, "currency": "eur"}, key="pk_test_standin")
    ).status == 401
    assert (await standin.call("POST", f"{path}/cancel", key="pk_test_standin")).status == 401
    secret = made["client_secret"]
    wrong = await standin.call("GET", path, {"client_secret": secret + "x"}, key="pk_test_standin")
    assert wrong.status == 404
    seen = await standin.call("GET", path, {"client_secret": secret}, key="pk_test_standin")
    assert seen.body["status"] == "requires_payment_method"
    assert "metadata" not in seen.body


async def test_cancel(standin: StandIn) -> None:
    made = (await make(standin)).body
    cancelled = await standin.call("POST", f"{PI}/{made['id']}/cancel", {"cancellation_reason": "abandoned"})
    assert (cancelled.body["status"], cancelled.body["cancellation_reason"]) == ("canceled", "abandoned")
    assert cancelled.body["canceled_at"]
    again = await standin.call("POST", f"{PI}/{made['id']}/cancel")
    assert again.body["error"]["code"] == "payment_intent_unexpected_state"
    assert (await standin.confirm(made["client_secret"])).status == 400
    assert [event["type"] for event in await standin.events(made["id"])] == ["payment_intent.canceled"]


async def test_cancel_while_the_bank_is_asked(standin: StandIn) -> None:
    made = (await make(standin)).body
    await standin.confirm(made["client_secret"], ASKS)
    assert (await standin.call("POST", f"{PI}/{made['id']}/cancel")).body["status"] == "canceled"
    assert (await standin.authenticate(made["client_secret"], success=True)).status == 400


async def test_cancel_and_confirm_at_once_end_in_one_way(standin: StandIn) -> None:
    for _ in range(5):
        made = (await make(standin)).body
        await asyncio.gather(
            standin.confirm(made["client_secret"]), standin.call("POST", f"{PI}/{made['id']}/cancel")
        )
        events = await standin.events(made["id"])
        assert len(events) == 1
        now = (await standin.call("GET", f"{PI}/{made['id']}")).body["status"]
        assert events[0]["type"] == f"payment_intent.{now}"


async def test_refunds_never_exceed_what_was_paid(standin: StandIn) -> None:
    made = (await make(standin, metadata={"order": "ord_7"})).body
    refund = {"payment_intent": made["id"]}
    assert (await standin.call("POST", "/v1/refunds", refund)).status == 400
    await standin.confirm(made["client_secret"])
    part = await standin.call("POST", "/v1/refunds", {**refund, "amount": 200, "reason": "duplicate"})
    assert (part.body["amount"], part.body["reason"], part.body["payment_intent"]) == (
        200,
        "duplicate",
        made["id"],
    )
    assert (await standin.call("POST", "/v1/refunds", {**refund, "amount": 1001})).status == 400
    rest = await standin.call("POST", "/v1/refunds", refund)
    assert (rest.status, rest.body["amount"]) == (200, 1000)
    none = await standin.call("POST", "/v1/refunds", refund)
    assert none.body["error"]["code"] == "charge_already_refunded"
    listed = await standin.call("GET", "/v1/refunds", refund)
    assert sum(one["amount"] for one in listed.body["data"]) == 1200
    types = [event["type"] for event in await standin.events(made["id"])]
    assert types == ["payment_intent.succeeded", "charge.refunded", "charge.refunded"]
    charge = (await standin.call("GET", f"/v1/charges/{part.body['charge']}")).body
    assert (charge["amount_refunded"], charge["refunded"], charge["metadata"]) == (
        1200,
        True,
        {"order": "ord_7"},
    )


async def test_refunds_at_once(standin: StandIn) -> None:
    made = (await make(standin)).body
    await standin.confirm(made["client_secret"])
    params = {"payment_intent": made["id"], "amount": 700}
    replies = await asyncio.gather(*(standin.call("POST", "/v1/refunds", params) for _ in range(4)))
    assert sorted(reply.status for reply in replies) == [200, 400, 400, 400]


@pytest.mark.parametrize(
    "path", ["/v1/payment_intents/pi_nope", "/v1/refunds/re_nope", "/v1/charges/ch_nope", "/v1/nothing", "/x"]
)
async def test_what_is_not_there(standin: StandIn, path: str) -> None:
    reply = await standin.call("GET", path)
    assert reply.status == 404
    assert reply.body["error"]["type"] == "invalid_request_error"


async def test_an_id_is_never_a_path(standin: StandIn) -> None:
    reply = await standin.call("POST", "/v1/refunds", {"payment_intent": "../../_config/data"})
    assert reply.status == 404


async def test_the_rest_is_localstripe_s(standin: StandIn) -> None:
    made = await standin.call("POST", "/v1/customers", {"email": "fan@example.com"})
    assert made.body["id"].startswith("cus_")
    found = await standin.call("GET", f"/v1/customers/{made.body['id']}")
    assert found.body["email"] == "fan@example.com"


async def test_any_page_may_call_with_a_publishable_key(standin: StandIn) -> None:
    asks = {"Origin": "http://shop.example", "Access-Control-Request-Method": "POST"}
    async with aiohttp.ClientSession() as session:
        async with session.options(f"{standin.url}{PI}/pi_1/confirm", headers=asks) as response:
            assert response.status == 204
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert "POST" in response.headers["Access-Control-Allow-Methods"]
        async with session.get(f"{standin.url}/js.stripe.com/v3/") as response:
            assert response.content_type == "text/javascript"
            assert "window.Stripe" in await response.text()

"""`Idempotency-Key`, as Stripe documents it."""

import asyncio
from typing import Any

from tests.infra.stripe import GOOD, Reply, StandIn

PI = "/v1/payment_intents"


async def create(standin: StandIn, key: str, amount: int = 500, **more: Any) -> Reply:
    params = {"amount": amount, "currency": "eur", **more}
    return await standin.call("POST", PI, params, **{"Idempotency-Key": key})


async def test_the_same_key_and_request_give_the_same_answer(standin: StandIn) -> None:
    first = await create(standin, "idem-same")
    again = await create(standin, "idem-same")
    assert first.status == again.status == 200
    assert first.body == again.body
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_the_same_key_with_other_parameters_is_an_error(standin: StandIn) -> None:
    await create(standin, "idem-other")
    reply = await create(standin, "idem-other", amount=501)
    assert (reply.status, reply.body["error"]["type"]) == (400, "idempotency_error")


async def test_a_key_is_for_one_path(standin: StandIn) -> None:
    made = await create(standin, "idem-path")
    path = f"{PI}/{made.body['id']}/cancel"
    reply = await standin.call("POST", path, {}, **{"Idempotency-Key": "idem-path"})
    assert (reply.status, reply.body["error"]["type"]) == (400, "idempotency_error")


async def test_while_the_first_is_under_way_the_second_is_told_so(standin: StandIn) -> None:
    """Many at once: one is carried out; the others are told to wait, or get its answer."""
    replies = await asyncio.gather(*(create(standin, "idem-at-once") for _ in range(20)))
    made = [reply for reply in replies if reply.status == 200]
    waiting = [reply for reply in replies if reply.status == 409]
    assert len({reply.body["id"] for reply in made}) == 1
    assert len(made) + len(waiting) == 20
    assert {reply.body["error"]["code"] for reply in waiting} <= {"idempotency_key_in_use"}


async def test_bad_parameters_are_not_kept(standin: StandIn) -> None:
    assert (await create(standin, "idem-bad", amount=1)).status == 400
    assert (await create(standin, "idem-bad", amount=500)).status == 200


async def test_a_declined_card_is_kept(standin: StandIn) -> None:
    made = (await create(standin, "idem-decline-1")).body
    card = {"number": "4000000000000002", "exp_month": "12", "exp_year": "34", "cvc": "123"}
    params = {"payment_method_data": {"type": "card", "card": card}}
    path = f"{PI}/{made['id']}/confirm"
    first = await standin.call("POST", path, params, **{"Idempotency-Key": "idem-decline-2"})
    again = await standin.call("POST", path, params, **{"Idempotency-Key": "idem-decline-2"})
    assert first.status == again.status == 402
    assert first.body == again.body
    assert len(await standin.events(made["id"])) == 1


async def test_a_retry_after_the_answer_was_lost_pays_once(standin: StandIn) -> None:
    await standin.fault(r"/v1/payment_intents$", "status", when="after")
    assert (await create(standin, "idem-lost")).status == 500
    again = await create(standin, "idem-lost")
    assert again.status == 200
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_without_a_key_each_request_counts(standin: StandIn) -> None:
    params = {"amount": 500, "currency": "eur"}
    first = await standin.call("POST", PI, params)
    second = await standin.call("POST", PI, params)
    assert first.body["id"] != second.body["id"]
    assert (await standin.confirm(first.body["client_secret"], GOOD)).status == 200

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from server.core.db import Database
from server.core.errors import ProofcastError, Unavailable
from server.payments.errors import UnreadableEvent
from server.payments.messages import IncomingEvent, PaymentEvent
from server.payments.service import IGNORED, Handler, PaymentInbox, decode
from server.payments.store import SET_ASIDE, PaymentEventStore, payment_events
from tests.infra.clock import HeldClock

SUCCEEDED, REFUNDED = "payment_intent.succeeded", "charge.refunded"
INTENT = {
    "id": "pi_1",
    "amount": 4800,
    "amount_received": 4800,
    "currency": "eur",
    "status": "succeeded",
    "metadata": {"order": "ord_1", "shop": "s"},
    "a_field_of_tomorrow": {"x": 1},
}
CHARGE = {
    "id": "ch_1",
    "payment_intent": "pi_1",
    "amount": 4800,
    "amount_captured": 4800,
    "amount_refunded": 1000,
    "currency": "eur",
    "status": "succeeded",
    "metadata": {"order": "ord_1"},
}


class AmountDiffers(ProofcastError):
    code = "test.amount_differs"
    status = 409


def incoming(kind: str, subject: Any, name: str = "evt_1") -> IncomingEvent:
    payload = {"id": name, "type": kind, "created": 1_800_000_000, "data": {"object": subject}}
    return IncomingEvent(id=name, type=kind, payload=json.dumps(payload))


async def row(database: Database, name: str = "evt_1") -> Any:
    async with database.read() as sql:
        return (await sql.execute(select(payment_events).where(payment_events.c.id == name))).one()


def raising(error: Exception) -> Handler:
    async def handler(_event: PaymentEvent) -> str:
        raise error

    return handler


async def test_a_payment_reaches_its_handler(inbox: PaymentEventStore, database: Database) -> None:
    got: list[PaymentEvent] = []

    async def settle(event: PaymentEvent) -> str:
        got.append(event)
        return "paid"

    await inbox.put(incoming(SUCCEEDED, INTENT))
    service = PaymentInbox(inbox)
    assert await service.run_once({SUCCEEDED: settle}) == 1
    assert await service.run_once({SUCCEEDED: settle}) == 0
    [event] = got
    assert (event.payment, event.order, event.received, event.currency) == ("pi_1", "ord_1", 4800, "eur")
    assert (event.created, event.status, event.metadata["shop"]) == (1_800_000_000_000, "succeeded", "s")
    assert (await row(database)).outcome == "paid"


def test_a_refund_names_its_payment() -> None:
    event = decode(incoming(REFUNDED, CHARGE).payload)
    assert (event.payment, event.order, event.refunded, event.received) == ("pi_1", "ord_1", 1000, 4800)


def test_a_failure_says_why() -> None:
    error = {"code": "card_declined", "decline_code": "insufficient_funds", "message": "…"}
    subject = {**INTENT, "status": "requires_payment_method", "last_payment_error": error}
    assert (
        decode(incoming("payment_intent.payment_failed", subject).payload).error_code == "insufficient_funds"
    )


def test_a_payment_that_is_not_ours_has_no_order() -> None:
    assert decode(incoming(SUCCEEDED, {**INTENT, "metadata": {}}).payload).order is None


@pytest.mark.parametrize(
    "subject",
    [
        {},
        {**INTENT, "amount": "4800"},
        {**INTENT, "amount_received": None},
        {**INTENT, "metadata": {"order": 5}},
        {**INTENT, "currency": None},
    ],
)
async def test_what_can_not_be_read_is_set_aside(
    inbox: PaymentEventStore, database: Database, subject: Any
) -> None:
    with pytest.raises(UnreadableEvent):
        decode(incoming(SUCCEEDED, subject).payload)
    await inbox.put(incoming(SUCCEEDED, subject))
    await PaymentInbox(inbox).run_once({SUCCEEDED: raising(AssertionError("not to be called"))})
    stored = await row(database)
    assert (stored.outcome, stored.error) == (SET_ASIDE, "payments.unreadable_event")


async def test_a_type_nobody_handles_is_ignored(inbox: PaymentEventStore, database: Database) -> None:
    await inbox.put(incoming("customer.created", {"id": "cus_1"}))
    await PaymentInbox(inbox).run_once({SUCCEEDED: raising(AssertionError())})
    assert (await row(database)).outcome == IGNORED


async def test_a_refusal_of_ours_is_set_aside(inbox: PaymentEventStore, database: Database) -> None:
    await inbox.put(incoming(SUCCEEDED, INTENT))
    await PaymentInbox(inbox).run_once({SUCCEEDED: raising(AmountDiffers("no"))})
    stored = await row(database)
    assert (stored.outcome, stored.error) == (SET_ASIDE, "test.amount_differs")


@pytest.mark.parametrize(
    ("error", "noted"),
    [
        (Unavailable("away"), "unavailable"),
        (OperationalError("SELECT 1", {}, Exception("away")), "unavailable"),
        (KeyError("a bug"), "KeyError"),
    ],
)
async def test_what_may_pass_is_tried_again(
    inbox: PaymentEventStore, database: Database, clock: HeldClock, error: Exception, noted: str
) -> None:
    async def settle(_event: PaymentEvent) -> str:
        return "paid"

    await inbox.put(incoming(SUCCEEDED, INTENT))
    service = PaymentInbox(inbox)
    assert await service.run_once({SUCCEEDED: raising(error)}) == 1
    assert (await row(database)).error == noted
    assert await service.run_once({SUCCEEDED: settle}) == 0
    clock.at += 1_000
    assert await service.run_once({SUCCEEDED: settle}) == 1
    assert (await row(database)).outcome == "paid"


async def test_one_that_fails_does_not_hold_up_the_others(
    inbox: PaymentEventStore, database: Database
) -> None:
    async def settle(event: PaymentEvent) -> str:
        if event.payment == "pi_bad":
            raise Unavailable("away")
        return "paid"

    for name in ("pi_bad", "pi_good"):
        await inbox.put(incoming(SUCCEEDED, {**INTENT, "id": name}, f"evt_{name}"))
    assert await PaymentInbox(inbox).run_once({SUCCEEDED: settle}) == 2
    assert (await row(database, "evt_pi_good")).outcome == "paid"
    assert (await row(database, "evt_pi_bad")).outcome is None


async def test_a_handler_may_not_outlast_its_lease(inbox: PaymentEventStore, database: Database) -> None:
    async def stuck(_event: PaymentEvent) -> str:
        await asyncio.Event().wait()
        raise AssertionError

    await inbox.put(incoming(SUCCEEDED, INTENT))
    await PaymentInbox(inbox, lease_ms=50).run_once({SUCCEEDED: stuck})
    stored = await row(database)
    assert (stored.outcome, stored.error, stored.claimed_until) == (None, "unavailable", 0)


async def test_many_workers_settle_each_event_once(
    inbox: PaymentEventStore, database: Database, clock: HeldClock
) -> None:
    seen: list[str] = []

    async def settle(event: PaymentEvent) -> str:
        await asyncio.sleep(0)
        seen.append(event.payment)
        return "paid"

    for number in range(30):
        await inbox.put(incoming(SUCCEEDED, {**INTENT, "id": f"pi_{number}"}, f"evt_{number}"))
    workers = [PaymentInbox(PaymentEventStore(database, clock)) for _ in range(4)]

    async def drain(worker: PaymentInbox) -> None:
        while await worker.run_once({SUCCEEDED: settle}, most=3):
            pass

    await asyncio.gather(*(drain(worker) for worker in workers))
    assert sorted(seen) == sorted(f"pi_{number}" for number in range(30))


class LosesSql(PaymentEventStore):
    """SQL goes away after the handler, before the outcome is written."""

    async def done(self, identifier: str, outcome: str) -> None:
        raise OperationalError("UPDATE payment_events", {}, Exception("away"))


async def test_an_outcome_that_can_not_be_written_comes_again(
    inbox: PaymentEventStore, database: Database, clock: HeldClock
) -> None:
    async def settle(_event: PaymentEvent) -> str:
        return "paid"

    await inbox.put(incoming(SUCCEEDED, INTENT))
    assert await PaymentInbox(LosesSql(database, clock)).run_once({SUCCEEDED: settle}) == 1
    assert await PaymentInbox(inbox).run_once({SUCCEEDED: settle}) == 0
    clock.at += 60_000
    assert await PaymentInbox(inbox).run_once({SUCCEEDED: settle}) == 1
    assert (await row(database)).outcome == "paid"

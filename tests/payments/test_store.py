import asyncio

import pytest

from server.core.db import Database
from server.payments.messages import IncomingEvent
from server.payments.store import SET_ASIDE, InboxCounts, PaymentEventStore, backoff_ms
from tests.infra.clock import HeldClock

LEASE = 60_000


def event(name: str) -> IncomingEvent:
    return IncomingEvent(id=f"evt_{name}", type="payment_intent.succeeded", payload=f'{{"id":"evt_{name}"}}')


async def test_an_event_is_stored_once(inbox: PaymentEventStore) -> None:
    assert await inbox.put(event("a"))
    assert not await inbox.put(event("a"))
    assert [one.id for one in await inbox.claim(10, LEASE)] == ["evt_a"]


async def test_a_duplicate_of_a_handled_event_stays_handled(inbox: PaymentEventStore) -> None:
    await inbox.put(event("a"))
    await inbox.done("evt_a", "paid")
    assert not await inbox.put(event("a"))
    assert await inbox.claim(10, LEASE) == []


async def test_many_copies_at_once_are_one(inbox: PaymentEventStore) -> None:
    new = await asyncio.gather(*(inbox.put(event("a")) for _ in range(10)))
    assert sorted(new) == [False] * 9 + [True]


async def test_no_two_workers_get_the_same_event(
    inbox: PaymentEventStore, database: Database, clock: HeldClock
) -> None:
    for number in range(40):
        await inbox.put(event(f"{number:02}"))
    workers = [PaymentEventStore(database, clock) for _ in range(8)]
    taken = await asyncio.gather(*(worker.claim(7, LEASE) for worker in workers))
    ids = [one.id for share in taken for one in share]
    assert len(ids) == len(set(ids)) == 40


async def test_a_lease_ends(inbox: PaymentEventStore, clock: HeldClock) -> None:
    await inbox.put(event("a"))
    [first] = await inbox.claim(1, LEASE)
    clock.at += LEASE - 1
    assert await inbox.claim(1, LEASE) == []
    assert await inbox.next_due() == clock.at + 1
    clock.at += 1
    [second] = await inbox.claim(1, LEASE)
    assert (first.attempts, second.attempts) == (1, 2)


async def test_a_failure_comes_back_after_a_growing_pause(inbox: PaymentEventStore, clock: HeldClock) -> None:
    await inbox.put(event("a"))
    for pause in (1_000, 2_000, 4_000):
        assert len(await inbox.claim(1, LEASE)) == 1
        await inbox.retry_later("evt_a", "unavailable")
        clock.at += pause - 1
        assert await inbox.claim(1, LEASE) == []
        clock.at += 1


@pytest.mark.parametrize(
    ("attempts", "pause"), [(1, 1_000), (2, 2_000), (9, 256_000), (10, 300_000), (999, 300_000)]
)
def test_the_pause_has_a_bound(attempts: int, pause: int) -> None:
    assert backoff_ms(attempts) == pause


async def test_the_first_outcome_stays(inbox: PaymentEventStore) -> None:
    await inbox.put(event("a"))
    await inbox.done("evt_a", "paid")
    await inbox.set_aside("evt_a", "late")
    await inbox.retry_later("evt_a", "later still")
    assert await inbox.counts() == InboxCounts(waiting=0, failing=0, handled=1, set_aside=0)
    assert await inbox.next_due() is None


async def test_counts(inbox: PaymentEventStore) -> None:
    for name in ("new", "failing", "done", "aside"):
        await inbox.put(event(name))
    await inbox.retry_later("evt_failing", "unavailable")
    await inbox.done("evt_done", "paid")
    await inbox.set_aside("evt_aside", "payments.unreadable_event")
    assert await inbox.counts() == InboxCounts(waiting=2, failing=1, handled=1, set_aside=1)
    [aside] = await inbox.list_set_aside(10)
    assert (aside.id, aside.reason) == ("evt_aside", "payments.unreadable_event")
    assert SET_ASIDE == "set_aside"


async def test_oldest_first(inbox: PaymentEventStore, clock: HeldClock) -> None:
    for name in ("c", "a", "b"):
        await inbox.put(event(name))
        clock.at += 1
    assert [one.id for one in await inbox.claim(2, LEASE)] == ["evt_c", "evt_a"]

"""Whatever happens to Redis, a node or the line between them: what every viewer knows in the end is what a
newcomer is told. Checked for every event that there is.

`make chaos` has each trouble last for 15 s; here it lasts until everybody concerned has noticed.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server import wire
from tests.faults.mirror import EVENTS
from tests.faults.theatre import HURT, SAFE, SEATS, VIEWERS, Theatre, keep_every_write, theatre
from tests.infra.stripe import StandIn

LASTS_S = float(os.environ.get("CHAOS_SECONDS", "0"))
OWN_TROUBLES = {"room.stale"}
AT_THE_END = {"wait.ended"}
BY_ITSELF = {"viewers.changed", "numbers.changed"}
"""Told as time goes by, also after newcomers looked in."""


@pytest.fixture
async def evening(tmp_path: Path, shared_standin: StandIn) -> AsyncIterator[Theatre]:
    async with theatre(tmp_path, shared_standin) as made:
        yield made


def test_every_event_there_is_changes_what_a_client_knows() -> None:
    """A new event has to be given a place in the mirror, and in what happens in the theatre."""
    assert set(EVENTS) == {event.name for event in wire.events()}


async def everything_is_told(evening: Theatre, viewers: int) -> None:
    """And nobody is left out: every event there is reaches some of the people of each node."""
    evening.deaf()
    await evening.everything()
    await evening.same_in_the_end(viewers)
    for node in (SAFE, HURT):
        assert evening.heard(node) >= set(EVENTS) - OWN_TROUBLES - AT_THE_END - {"viewers.changed"}


async def the_end(evening: Theatre, viewers: int) -> None:
    await everything_is_told(evening, viewers)
    await evening.the_end()
    await evening.until([evening.people["eve"]], "wait.ended")
    await evening.same_in_the_end(viewers)


async def test_redis_dies_and_comes_back(evening: Theatre) -> None:
    await keep_every_write(evening.engine)
    await everything_is_told(evening, VIEWERS)
    deals = await evening.intents()
    evening.deaf()
    people = list(evening.people.values())
    async with asyncio.TaskGroup() as group:
        group.create_task(evening.story())
        await evening.until(people, "pin.shown")
        assert evening.engine.pid is not None
        os.kill(evening.engine.pid, signal.SIGKILL)
        await evening.engine.stop()
        group.create_task(evening.eve())
        await evening.until(people, "room.stale")
        await asyncio.sleep(LASTS_S)
        await evening.engine.start()
        await keep_every_write(evening.engine)
    await evening.deals(*deals)
    await evening.same_in_the_end(VIEWERS)
    await the_end(evening, VIEWERS)


async def test_a_node_dies(evening: Theatre) -> None:
    await everything_is_told(evening, VIEWERS)
    deals = await evening.intents()
    [victim] = evening.nodes[HURT].pids()
    evening.deaf()
    async with asyncio.TaskGroup() as group:
        group.create_task(evening.story())
        await evening.until(evening.on(HURT), "pin.shown")
        os.kill(victim, signal.SIGKILL)
        group.create_task(evening.eve())
        await evening.deals(*deals)
    await evening.talk()
    await evening.same_in_the_end(len(SEATS))
    assert all(living.closed for living in evening.on(HURT))
    assert not any(living.closed for living in evening.on(SAFE))
    await the_end(evening, len(SEATS))


async def test_a_node_is_cut_off_from_redis(evening: Theatre) -> None:
    """Nobody closes a connection: what is sent is swallowed."""
    await everything_is_told(evening, VIEWERS)
    deals = await evening.intents()
    await evening.same_in_the_end(VIEWERS)  # nothing is on its way any more
    hurt, safe = evening.on(HURT), evening.on(SAFE)
    evening.deaf()
    evening.line.cut()
    async with asyncio.TaskGroup() as group:
        await evening.story()
        await evening.deals(*deals)
        await evening.talk()
        assert evening.heard(HURT) <= BY_ITSELF | OWN_TROUBLES
        group.create_task(evening.eve())
        await evening.until(hurt, "room.stale")
        await asyncio.sleep(LASTS_S)
        evening.line.mend()
    await evening.same_in_the_end(VIEWERS)
    assert not any(living.closed for living in (*hurt, *safe)), "they were told all on the line that they had"
    await the_end(evening, VIEWERS)

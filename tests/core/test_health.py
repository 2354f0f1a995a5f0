"""A probe learns what is away, soon, and costs little."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from server.core.errors import NotFound, Unavailable
from server.core.health import Health
from server.core.tasks import TaskSet


class Part:
    """Something that is there, away, or hangs."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails = False
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def check(self) -> None:
        self.asked += 1
        await self.goes_on.wait()
        if self.fails:
            raise OSError("away")


@pytest.fixture
async def tasks() -> AsyncIterator[TaskSet]:
    tasks = TaskSet()
    yield tasks
    await tasks.close()


async def away(require: Callable[[], Awaitable[None]]) -> object:
    try:
        await require()
    except Unavailable as error:
        return error.details["away"]
    return []


async def test_what_is_away_is_named(tasks: TaskSet) -> None:
    redis, sql = Part(), Part()
    sql.fails = True
    assert await away(Health({"redis": redis.check, "sql": sql.check}, tasks).require) == ["sql"]


async def test_what_hangs_is_away_and_is_not_asked_again_beside_itself(tasks: TaskSet) -> None:
    redis, sql = Part(), Part()
    sql.goes_on.clear()
    health = Health({"redis": redis.check, "sql": sql.check}, tasks, patience_s=0.05, fresh_s=0)
    assert await away(health.require) == ["sql"]
    assert await away(health.require) == ["sql"]
    assert (redis.asked, sql.asked) == (2, 1)
    sql.goes_on.set()
    await asyncio.sleep(0)
    assert await away(health.require) == []


async def test_a_storm_of_probes_is_one_look(tasks: TaskSet) -> None:
    part = Part()
    part.goes_on.clear()
    health = Health({"sql": part.check}, tasks)
    storm = [asyncio.create_task(away(health.require)) for _ in range(50)]
    await asyncio.sleep(0)
    part.goes_on.set()
    assert await asyncio.gather(*storm) == [[]] * 50
    assert await away(health.require) == []
    assert part.asked == 1


async def test_a_probe_that_gives_up_disturbs_no_other(tasks: TaskSet) -> None:
    part = Part()
    part.goes_on.clear()
    health = Health({"sql": part.check}, tasks)
    first = asyncio.create_task(away(health.require))
    second = asyncio.create_task(away(health.require))
    await asyncio.sleep(0)
    first.cancel()
    part.goes_on.set()
    assert await second == []


async def test_a_process_that_leaves_is_not_ready_whatever_is_there(tasks: TaskSet) -> None:
    part, leaving = Part(), [NotFound("gone")]
    health = Health({"sql": part.check}, tasks, lambda: leaving[0] if leaving else None)
    with pytest.raises(NotFound):
        await health.require()
    assert part.asked == 0
    leaving.clear()
    await health.require()

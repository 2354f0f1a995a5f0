import asyncio
import contextlib

import pytest

from server.core.tasks import Stop, TaskSet, Wake, repeat
from tests.infra.clock import in_held_time
from tests.infra.logs import Logs


async def test_closing_ends_and_awaits_all() -> None:
    ended: list[str] = []

    async def work(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(name)

    tasks = TaskSet()
    for name in "ab":
        tasks.spawn(work(name), name=name)
    await asyncio.sleep(0)
    await tasks.close()
    assert sorted(ended) == ["a", "b"]
    await tasks.close()


def test_who_swallows_the_cancellation_is_cancelled_again() -> None:
    async def stubborn() -> None:
        for _ in range(2):
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
        await asyncio.Event().wait()

    async def scenario() -> None:
        tasks = TaskSet()
        task = tasks.spawn(stubborn(), name="stubborn")
        await asyncio.sleep(0)
        await tasks.close()
        assert task.cancelled()

    in_held_time(scenario())


async def test_a_task_that_fails_says_so_and_the_others_go_on(logs: Logs) -> None:
    async def fail() -> None:
        raise LookupError("gone")

    async def work() -> int:
        return 1

    tasks = TaskSet()
    failed = tasks.spawn(fail(), name="failing")
    assert await tasks.spawn(work(), name="working") == 1
    with pytest.raises(LookupError):
        await failed
    await tasks.close()
    [error] = logs.errors()
    assert "'failing'" in error


async def test_a_cancelled_task_is_no_failure(logs: Logs) -> None:
    tasks = TaskSet()
    tasks.spawn(asyncio.sleep(60), name="sleeping")
    await tasks.close()
    assert logs.errors() == []


async def test_a_nudge_during_the_work_is_not_lost() -> None:
    wake = Wake()
    runs: list[int] = []

    async def step() -> bool:
        runs.append(len(runs))
        if len(runs) == 3:
            raise Stop
        wake()  # while it works
        return False

    async with asyncio.timeout(10):
        await repeat(step, wake, name="step", idle_s=3600)
    assert runs == [0, 1, 2]


async def test_it_goes_on_at_once_while_there_is_more() -> None:
    left = [True, True, True]

    async def step() -> bool:
        if not left:
            raise Stop
        return left.pop()

    async with asyncio.timeout(10):
        await repeat(step, Wake(), name="step", idle_s=3600)


async def test_without_a_nudge_it_looks_by_itself() -> None:
    runs: list[int] = []

    async def step() -> bool:
        runs.append(1)
        if len(runs) == 3:
            raise Stop
        return False

    async with asyncio.timeout(10):
        await repeat(step, Wake(), name="step", idle_s=0.001)


async def test_failures_in_a_row_are_said_once_per_kind_and_the_recovery_too(logs: Logs) -> None:
    outcomes: list[Exception | bool] = [OSError("a"), OSError("b"), LookupError("c"), True, OSError("d")]

    async def step() -> bool:
        if not outcomes:
            raise Stop
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async with asyncio.timeout(10):
        await repeat(step, Wake(), name="step", idle_s=0, away_s=0)
    text = logs.text()
    assert text.count("will be tried again") == 3  # OSError, LookupError, and OSError after the recovery
    assert text.count("works again") == 1
    assert logs.errors() == []


async def test_a_wake_waits_for_its_time_when_nobody_nudges() -> None:
    await Wake().wait(0)
    wake = Wake()
    wake()
    async with asyncio.timeout(10):
        await wake.wait(3600)

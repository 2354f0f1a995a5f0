"""Coroutines that begin at once: what they see is what any task sees."""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from server.core.realtime.eager import Eager
from tests.infra.logs import Logs

VAR: contextvars.ContextVar[str] = contextvars.ContextVar("VAR", default="outside")


@pytest.fixture
async def eager() -> AsyncIterator[Eager]:
    made = Eager()
    yield made
    await made.close()


async def from_callback(call: Callable[[], Any]) -> Any:
    """As a protocol does: not within a task."""
    done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(lambda: done.set_result(call()))
    return await done


async def run(eager: Eager, work: Awaitable[Any]) -> list[Any]:
    """What the work did: its result or its exception."""
    found: list[Any] = []

    async def watched() -> None:
        try:
            found.append(await work)
        except BaseException as error:
            found.append(error)
            raise

    task = await from_callback(lambda: eager.start(watched(), name="work"))
    if task is not None:
        await asyncio.wait([task])
    return found


async def test_what_does_not_wait_is_done_at_once(eager: Eager) -> None:
    seen = []

    async def work() -> None:
        seen.append(asyncio.current_task())
        VAR.set("inside")

    assert await from_callback(lambda: eager.start(work(), name="work")) is None
    assert seen[0] is not None
    assert VAR.get() == "outside"


async def test_what_waits_goes_on_as_the_same_task_in_the_same_context(eager: Eager) -> None:
    async def work() -> tuple[bool, str]:
        task = asyncio.current_task()
        VAR.set("inside")
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0))
        return asyncio.current_task() is task, VAR.get()

    assert await run(eager, work()) == [(True, "inside")]


@pytest.mark.parametrize("seconds", [0, 0.001])
async def test_timeouts_work_from_the_first_step_on(eager: Eager, seconds: float) -> None:
    async def work() -> str:
        try:
            async with asyncio.timeout(seconds):
                await asyncio.Event().wait()
        except TimeoutError:
            return "late"
        return "never"

    assert await run(eager, work()) == ["late"]


async def test_a_future_that_is_done_before_the_task_begins(eager: Eager) -> None:
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def work() -> int:
        asyncio.get_running_loop().call_soon(future.set_result, 7)
        return await future

    assert await run(eager, work()) == [7]


async def test_failures_are_written_down(eager: Eager, logs: Logs) -> None:
    async def at_once() -> None:
        raise KeyError("at once")

    async def later() -> None:
        await asyncio.sleep(0)
        raise KeyError("later")

    assert isinstance((await run(eager, at_once()))[0], KeyError)
    assert isinstance((await run(eager, later()))[0], KeyError)
    assert len(logs.errors()) == 2


async def test_closing_cancels_and_lets_clean_up(eager: Eager) -> None:
    cleaned = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append(asyncio.current_task())

    task = await from_callback(lambda: eager.start(work(), name="work"))
    await eager.close()  # before the task has had a step of its own
    assert cleaned == [task]
    assert task.cancelled()


async def test_within_a_task_it_is_an_ordinary_one(eager: Eager) -> None:
    async def work() -> None:
        await asyncio.sleep(0)

    task = eager.start(work(), name="work")
    assert task is not None
    await task


async def test_many_at_a_time(eager: Eager) -> None:
    lock, order = asyncio.Lock(), list[int]()

    async def work(number: int) -> None:
        async with lock:
            await asyncio.sleep(0)
            order.append(number)

    tasks = [await from_callback(lambda n=number: eager.start(work(n), name="work")) for number in range(50)]  # type: ignore[misc]
    await asyncio.wait([task for task in tasks if task is not None])
    assert order == list(range(50))

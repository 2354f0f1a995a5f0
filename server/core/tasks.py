"""Background work that nobody forgets: held in a set, ended and awaited with its owner."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from server.core.log import logger

_log = logger("tasks")


class TaskSet:
    """Tasks of one owner. A task that fails says so in the log; `close` cancels and awaits all."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, coroutine: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("task failed", task=task.get_name(), exc_info=error)

    async def close(self) -> None:
        # Below redis-py, `asyncio.wait_for` of Python 3.11 may swallow a cancellation: ask again.
        while tasks := [task for task in self._tasks if not task.done()]:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=0.1)


class Wake:
    """A nudge that is not lost when it comes while the work is being done."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def __call__(self) -> None:
        self._event.set()

    async def wait(self, timeout_s: float) -> None:
        """Returns at the nudge, or after `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()


class Stop(Exception):
    """Raised by a step that has nothing to do any more."""


async def repeat(
    step: Callable[[], Awaitable[bool]], wake: Wake, *, name: str, idle_s: float, away_s: float = 1.0
) -> None:
    """Runs `step` again and again: at once while it answers True (there is more), else at the next nudge or
    after `idle_s`; until it raises `Stop`. A step that fails is logged, once per kind of failure in a
    row, and tried again after `away_s`."""
    failing: str | None = None
    while True:
        try:
            more = await step()
        except Stop:
            return
        except Exception as error:
            kind = type(error).__name__
            if kind != failing:
                _log.warning("step failed, will be tried again", step=name, error=kind, text=str(error)[:200])
            failing = kind
            await asyncio.sleep(away_s)
            continue
        if failing is not None:
            _log.info("step works again", step=name)
            failing = None
        if not more:
            await wake.wait(idle_s)

"""Coroutines that mostly end without waiting, run without the cost of a task where they do.

Python 3.12 has this as `asyncio.Task(…, eager_start=True)`. Before, it is done by hand: the first step runs
at once, as the current task, and only what has to wait becomes a task, the same one that the first step saw.
So `asyncio.timeout` and `TaskGroup` work in it as they do in any task.
"""

import asyncio
import contextvars
import sys
from collections.abc import Coroutine, Generator
from typing import Any

from server.core.log import logger

_log = logger("realtime")


class Eager:
    """Starts coroutines, and holds those that have to wait until they end. A failure goes to the log."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, coroutine: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any] | None:
        """None when it is done; else the task that does the rest."""
        loop = asyncio.get_running_loop()
        task: asyncio.Task[Any] | None
        try:
            if asyncio.current_task() is not None:  # one task can't run within another
                task = loop.create_task(coroutine, name=name)
            elif sys.version_info >= (3, 12):
                task = asyncio.Task(coroutine, loop=loop, name=name, eager_start=True)
            else:
                task = _first_step(coroutine, loop, name)
        except Exception as error:
            _log.error("task failed", task=name, exc_info=error)
            return None
        if task is None:
            return None
        if task.done():
            self._done(task)
            return None
        return self._hold(task)

    def spawn(self, coroutine: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """As a task from the start."""
        return self._hold(asyncio.get_running_loop().create_task(coroutine, name=name))

    def _hold(self, task: asyncio.Task[Any]) -> asyncio.Task[Any]:
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def close(self) -> None:
        """Cancels and awaits what still waits."""
        tasks = self._tasks - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def finish(self, seconds: float) -> None:
        """Awaits what still waits, for so long at most."""
        if tasks := self._tasks - {asyncio.current_task()}:
            await asyncio.wait(tasks, timeout=seconds)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("task failed", task=task.get_name(), exc_info=error)


def _first_step(
    coroutine: Coroutine[Any, Any, Any], loop: asyncio.AbstractEventLoop, name: str
) -> asyncio.Task[Any] | None:
    """Raises what the coroutine raises."""
    context = contextvars.copy_context()
    # A task that has not begun: the coroutine may look at it and keep it, and it schedules nothing. It begins
    # (its `__init__` is called) when there is something to wait for.
    task: asyncio.Task[Any] = asyncio.Task.__new__(asyncio.Task)
    asyncio.tasks._enter_task(loop, task)
    try:
        waits_for = context.run(coroutine.send, None)
    except StopIteration:
        return None
    except asyncio.CancelledError:
        return None
    finally:
        asyncio.tasks._leave_task(loop, task)
    task.__init__(_Rest(coroutine, waits_for), loop=loop, name=name, context=context)  # type: ignore[misc]
    return task


class _Rest(Coroutine[Any, Any, Any]):
    """The coroutine from its first pause on. No generator: one that has not begun would keep a cancellation
    from what it wraps."""

    __slots__ = ("_begun", "_coroutine", "_waits_for")

    def __init__(self, coroutine: Coroutine[Any, Any, Any], waits_for: Any) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for
        self._begun = False

    def send(self, value: Any) -> Any:
        if self._begun:
            return self._coroutine.send(value)
        self._begun = True
        waits_for, self._waits_for = self._waits_for, None
        return waits_for

    def throw(self, error: Any, *more: Any) -> Any:
        self._begun = True
        return self._coroutine.throw(error, *more)

    def close(self) -> None:
        self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        raise TypeError("only a task runs this")

"""A parent of equal processes: starts them, replaces those that die, ends them all."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from server.core.log import logger
from server.core.processes import Child
from server.core.signals import Ending
from server.core.tasks import TaskSet

_log = logger("serve")

READY = "ready"
"""The line on standard output by which a child says that it works."""
READY_S = 60.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
LIVED_S = 30.0
"""Who lived so long did not die of what the one before died of: the pause begins anew."""
HURRY_S = 10.0

Start = Callable[[int], Awaitable[Child]]
"""Starts the process for a place; it says `READY` when it works."""


class StartFailed(Exception):
    """`status`: with which it ended, None when it never got ready."""

    def __init__(self, status: int | None) -> None:
        super().__init__(f"ended with status {status}" if status is not None else "did not get ready in time")
        self.status = status


class Supervisor:
    """`end_s`: what a child may take to end well."""

    def __init__(self, count: int, start: Start, *, end_s: float) -> None:
        self._start = start
        self._end_s = end_s
        self._places: list[Child | None] = [None] * count
        self._locks = [asyncio.Lock() for _ in range(count)]
        self._living: set[Child] = set()
        self._leaving: set[Child] = set()
        self.anew = asyncio.Event()
        """Set, it has every child replaced, one at a time: a new one works before the old one ends."""

    async def run(self, ending: Ending, ready: Callable[[], None]) -> int:
        """Until `ending`. Answers the exit status: 0, or 1 when a child had to be killed. Raises
        `StartFailed` when not all get ready at first."""
        tasks = TaskSet()
        asked = tasks.spawn(ending.asked.wait(), name="asked")
        try:
            first = tasks.spawn(self._first(), name="first")
            await asyncio.wait({first, asked}, return_when=asyncio.FIRST_COMPLETED)
            if first.done() and (failure := first.result()) is not None:
                raise failure
            if not ending.asked.is_set():
                ready()
                for place in range(len(self._places)):
                    tasks.spawn(self._keep(place), name=f"keep {place}")
                tasks.spawn(self._replace(), name="replace")
            await asked
        finally:
            await tasks.close()
            killed = await self._end(ending)
        return 1 if killed else 0

    async def _first(self) -> StartFailed | None:
        places = range(len(self._places))
        results = await asyncio.gather(*(self._begin(place) for place in places), return_exceptions=True)
        for result in results:
            if isinstance(result, StartFailed):
                return result
            if isinstance(result, BaseException):
                raise result
        return None

    async def _begin(self, place: int) -> None:
        """A new child takes the place, once it works. Raises `StartFailed`."""
        child = await self._start(place)
        self._living.add(child)
        said = ""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_S):
                said = await child.line()
                if not said:
                    await child.ended()
        if said != READY:
            status = None if child.running else await child.ended()
            await child.stop(0)
            self._living.discard(child)
            raise StartFailed(status)
        self._places[place] = child

    async def _keep(self, place: int) -> None:
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE_S
        while (child := self._places[place]) is not None:
            began = loop.time()
            status = await child.ended()
            self._living.discard(child)
            async with self._locks[place]:
                if self._places[place] is not child:
                    pause = FIRST_PAUSE_S  # it was replaced
                    continue
                if loop.time() - began >= LIVED_S:
                    pause = FIRST_PAUSE_S
                while self._places[place] is child:
                    _log.error("a process ended by itself", pid=child.pid, status=status, again_in_s=pause)
                    await asyncio.sleep(pause)
                    pause = min(LONGEST_PAUSE_S, 2 * pause)
                    with contextlib.suppress(StartFailed):
                        await self._begin(place)

    async def _replace(self) -> None:
        while True:
            await self.anew.wait()
            self.anew.clear()
            _log.info("all processes are replaced, one at a time")
            for place, lock in enumerate(self._locks):
                async with lock:
                    old = self._places[place]
                    try:
                        await self._begin(place)
                    except StartFailed as error:
                        _log.error("a new process did not start, the old ones stay", error=str(error))
                        break
                    if old is not None:
                        self._leaving.add(old)
                        await old.stop(self._end_s)
                        self._leaving.discard(old)
                        self._living.discard(old)
            else:
                _log.info("all processes are replaced")

    async def _end(self, ending: Ending) -> bool:
        """Whether one had to be killed."""
        living = [child for child in self._living if child.running]
        for child in living:
            if child not in self._leaving:  # who is asked twice does not let its viewers go one by one
                child.terminate()
        tasks = TaskSet()
        over = tasks.spawn(_all_ended(living), name="over")
        hurry = tasks.spawn(ending.hurry.wait(), name="hurry")
        await asyncio.wait({over, hurry}, timeout=self._end_s, return_when=asyncio.FIRST_COMPLETED)
        if hurry.done() and not over.done():
            for child in living:
                child.terminate()
            await asyncio.wait({over}, timeout=HURRY_S)
        killed = [child for child in living if child.running]
        for child in killed:
            _log.error("a process did not end and is killed", pid=child.pid)
            child.kill()
        await over
        await tasks.close()
        return bool(killed)


async def _all_ended(children: list[Child]) -> None:
    for child in children:
        await child.ended()

"""Whether a process can do its work, and which part is away when it can't."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from server.core.errors import ProofcastError, Unavailable
from server.core.tasks import TaskSet

Check = Callable[[], Awaitable[object]]
"""Raises, or does not come back, when its part is away."""

FRESH_S = 1.0
"""A storm of probes costs one look at each part in this time."""
PATIENCE_S = 2.0


class Health:
    """`leaving`: why this process takes nobody in though all is there, if so."""

    def __init__(
        self,
        checks: Mapping[str, Check],
        tasks: TaskSet,
        leaving: Callable[[], ProofcastError | None] = lambda: None,
        *,
        patience_s: float = PATIENCE_S,
        fresh_s: float = FRESH_S,
    ) -> None:
        self._leaving = leaving
        self._checks = checks
        self._tasks = tasks
        self._patience_s = patience_s
        self._fresh_s = fresh_s
        self._asked: dict[str, asyncio.Task[object]] = {}
        self._away: list[str] = []
        self._looked_at = float("-inf")
        self._looking: asyncio.Task[None] | None = None

    async def require(self) -> None:
        """Returns, within `patience_s`, when all is there. Raises `Unavailable`, which says what is not,
        or why it is leaving."""
        if (why := self._leaving()) is not None:
            raise why
        if time.monotonic() - self._looked_at >= self._fresh_s:
            if self._looking is None or self._looking.done():
                self._looking = self._tasks.spawn(self._look(), name="health")
            await asyncio.wait([self._looking])
        if self._away:
            raise Unavailable("Something that this server needs is away.", away=self._away)

    async def _look(self) -> None:
        for name, check in self._checks.items():
            if name not in self._asked:  # one that hangs is not asked again beside itself
                self._asked[name] = self._tasks.spawn(_carried_out(check), name=f"health.{name}")
        await asyncio.wait(self._asked.values(), timeout=self._patience_s)
        away = []
        for name, task in list(self._asked.items()):
            if not task.done() or task.cancelled() or task.result() is not None:
                away.append(name)
            if task.done():
                del self._asked[name]
        self._away = away
        self._looked_at = time.monotonic()


async def _carried_out(check: Check) -> Exception | None:
    try:
        await check()
    except Exception as error:
        return error
    return None

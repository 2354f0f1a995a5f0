"""Time that a test holds."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from server.core.clock import Clock

T = TypeVar("T")


class HeldClock(Clock):
    """Stands still until the test moves it."""

    def __init__(self, at: int = 1_800_000_000_000) -> None:
        self.at = at

    def now_ms(self) -> int:
        return self.at


START_S = 1_000.0


class HeldLoop(asyncio.SelectorEventLoop):
    """A loop whose time stands still while there is something to do, and leaps to the next timer when there
    is nothing: a test of timers takes no time, and no machine is too slow for it. Not for sockets."""

    def __init__(self) -> None:
        self._held = START_S
        super().__init__()

    def time(self) -> float:
        return self._held

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._held = max(self._held, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def in_held_time(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=HeldLoop) as runner:
        return runner.run(work)

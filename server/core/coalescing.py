"""The last value of each thing, told a few times a second and not each time that it moves."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

GAP_S = 0.25
"""Four times a second: faster than that nobody reads a number."""


def last(_before: V, now: V) -> V:
    return now


class Coalescer(Generic[K, V]):
    """`tell(key, value)` is called at most once per key and gap. The first value of a quiet key goes at once,
    the last one always goes, and those between are lost, or joined by `merge(before, now)`.

    Costs one timer per key that moves, and no task.
    """

    def __init__(
        self,
        tell: Callable[[K, V], None],
        *,
        merge: Callable[[V, V], V] = last,
        gap_s: float = GAP_S,
    ) -> None:
        self._tell = tell
        self._merge = merge
        self._gap_s = gap_s
        self._pending: dict[K, V] = {}
        self._quiet: dict[K, asyncio.TimerHandle] = {}

    def offer(self, key: K, value: V, *, urgent: bool = False) -> None:
        """`urgent` goes at once, with what was pending."""
        if key in self._pending:
            value = self._merge(self._pending.pop(key), value)
        if key not in self._quiet:
            self._quiet[key] = asyncio.get_running_loop().call_later(self._gap_s, self._gap_over, key)
            self._tell(key, value)
        elif urgent:
            self._tell(key, value)
        else:
            self._pending[key] = value

    def close(self) -> None:
        """Tells nothing more."""
        for handle in self._quiet.values():
            handle.cancel()
        self._quiet.clear()
        self._pending.clear()

    def _gap_over(self, key: K) -> None:
        if key not in self._pending:
            del self._quiet[key]
            return
        self._quiet[key] = asyncio.get_running_loop().call_later(self._gap_s, self._gap_over, key)
        self._tell(key, self._pending.pop(key))

"""Answers kept for a moment, so that a rush asks SQL once and not once per viewer."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST = 10_000


class Fresh(Generic[K, V]):
    """`await fresh(key)` loads at most once per key and `ttl_s`; those who come meanwhile wait for that load.
    A load that fails is not kept."""

    def __init__(self, load: Callable[[K], Awaitable[V]], ttl_s: float) -> None:
        self._load = load
        self._ttl_s = ttl_s
        self._kept: dict[K, tuple[float, asyncio.Future[V]]] = {}

    async def __call__(self, key: K) -> V:
        now = asyncio.get_running_loop().time()
        kept = self._kept.get(key)
        if kept is None or kept[0] <= now:
            self._kept.pop(key, None)  # what is loaded later comes later, so the oldest is first
            self._forget_old(now)
            future = asyncio.ensure_future(self._load(key))
            kept = self._kept[key] = (now + self._ttl_s, future)
            future.add_done_callback(lambda done: self._settle(key, done))
        return await asyncio.shield(kept[1])

    def _forget_old(self, now: float) -> None:
        while self._kept:
            key = next(iter(self._kept))
            if self._kept[key][0] > now and len(self._kept) < MOST:
                return
            del self._kept[key]

    def _settle(self, key: K, future: "asyncio.Future[V]") -> None:
        if future.cancelled() or future.exception() is not None:
            kept = self._kept.get(key)
            if kept is not None and kept[1] is future:
                del self._kept[key]

    def forget(self, key: K) -> None:
        self._kept.pop(key, None)

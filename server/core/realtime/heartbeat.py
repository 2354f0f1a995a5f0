"""One timer for all connections: who is to be pinged, whose time is up."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Deadlines(Generic[T]):
    """Things that all have the same time, from when they were added."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due: dict[T, float] = {}

    def __len__(self) -> int:
        return len(self._due)

    def __iter__(self) -> Iterator[T]:
        return iter(list(self._due))

    def add(self, thing: T, now: float) -> None:
        self._due.pop(thing, None)  # the order of a dict is that of the deadlines
        self._due[thing] = now + self._seconds

    def discard(self, thing: T) -> bool:
        """Whether it was there."""
        return self._due.pop(thing, None) is not None

    def overdue(self, now: float) -> list[T]:
        """Takes out and answers those whose time is up."""
        found = []
        for thing, due in self._due.items():
            if due > now:
                break
            found.append(thing)
        for thing in found:
            del self._due[thing]
        return found


class Buckets(Generic[T]):
    """Each thing comes up once in `count` ticks, and first after `count` of them."""

    def __init__(self, count: int) -> None:
        self._buckets: list[set[T]] = [set() for _ in range(count)]
        self._at = 0

    def add(self, thing: T) -> int:
        """Answers the bucket's number, which `discard` wants."""
        self._buckets[self._at].add(thing)
        return self._at

    def discard(self, thing: T, bucket: int) -> None:
        self._buckets[bucket].discard(thing)

    def next(self) -> list[T]:
        self._at = (self._at + 1) % len(self._buckets)
        return list(self._buckets[self._at])


class Ticker:
    """Calls `step` every `seconds`, from `start` to `stop`. Costs no task."""

    def __init__(self, seconds: float, step: Callable[[float], None]) -> None:
        self._seconds = seconds
        self._step = step
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Does nothing when it runs already."""
        if self._handle is None:
            self._handle = asyncio.get_running_loop().call_later(self._seconds, self._tick)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        self._handle = loop.call_later(self._seconds, self._tick)
        self._step(loop.time())

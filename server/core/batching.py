"""What arrives in one turn of the event loop travels as one call."""

import asyncio
import functools
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

from server.core.errors import Unavailable
from server.core.metrics import Histogram

Key = TypeVar("Key", bound=Hashable)
Request = TypeVar("Request")
Answer = TypeVar("Answer")

SIZES = (1, 2, 4, 8, 16, 32, 64, 128)
"""Bounds for a histogram of sizes."""


class Batcher(Generic[Request, Answer]):
    """Gathers single requests into calls that take a list and answer a list, in the same order.

    A lone request goes at once: no timer, no added delay. While `in_flight` calls are under way, requests
    gather, so under a rush the lists grow by themselves, up to `size`. A call that fails fails its own
    requests only; a caller who gives up disturbs nobody, though his request may be carried out.
    """

    def __init__(
        self,
        call: Callable[[Sequence[Request]], Awaitable[Sequence[Answer]]],
        *,
        size: int = 64,
        in_flight: int = 4,
        sizes: Histogram | None = None,
        idle: Callable[[], None] = lambda: None,
    ) -> None:
        """`sizes`: where to count how long the lists are. `idle` is called when nothing waits or is under way
        any more."""
        if size < 1 or in_flight < 1:
            raise ValueError("a batch and the calls in flight are at least one")
        self._call = call
        self._size = size
        self._in_flight = in_flight
        self._sizes = sizes
        self._idle = idle
        self._waiting: deque[tuple[Request, asyncio.Future[Answer]]] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._flush_due = False
        self._closed = False

    async def ask(self, request: Request) -> Answer:
        """Raises what the call raised; Unavailable after `close`."""
        if self._closed:
            raise _stopping()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((request, answer))
        if not self._flush_due and len(self._running) < self._in_flight:
            self._flush_due = True
            loop.call_soon(self._flush)
        return await answer

    async def close(self) -> None:
        """Takes no more requests; returns when all that were taken are answered."""
        self._closed = True
        while self._running or self._waiting:
            self._flush()
            if self._running:
                await asyncio.wait(self._running)

    def _flush(self) -> None:
        self._flush_due = False
        while self._waiting and len(self._running) < self._in_flight:
            batch: list[tuple[Request, asyncio.Future[Answer]]] = []
            while self._waiting and len(batch) < self._size:
                request, answer = self._waiting.popleft()
                if not answer.done():  # its caller gave up meanwhile
                    batch.append((request, answer))
            if batch:
                if self._sizes is not None:
                    self._sizes.observe(len(batch))
                task = asyncio.get_running_loop().create_task(self._carry_out(batch), name="batch")
                self._running.add(task)
                task.add_done_callback(self._done)
        if not self._running and not self._waiting:
            self._idle()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._flush()

    async def _carry_out(self, batch: Sequence[tuple[Request, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._call([request for request, _ in batch])
            if len(answers) != len(batch):
                raise RuntimeError(f"{len(answers)} answers to {len(batch)} requests")
        except asyncio.CancelledError:
            for _, future in batch:
                future.cancel()
            raise
        except Exception as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
        else:
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)


class Batchers(Generic[Key, Request, Answer]):
    """A batcher for each key, where requests for different ones can't share a call. None is kept that has
    nothing to do: there may be many keys in the life of a process."""

    def __init__(
        self, call: Callable[[Key, Sequence[Request]], Awaitable[Sequence[Answer]]], *, size: int = 64
    ) -> None:
        self._call = call
        self._size = size
        self._busy: dict[Key, Batcher[Request, Answer]] = {}
        self._closed = False

    def __len__(self) -> int:
        return len(self._busy)

    async def ask(self, key: Key, request: Request) -> Answer:
        """As `Batcher.ask`."""
        if self._closed:
            raise _stopping()
        batcher = self._busy.get(key)
        if batcher is None:

            def idle() -> None:
                if self._busy.get(key) is made:
                    del self._busy[key]

            made = Batcher(functools.partial(self._call, key), size=self._size, idle=idle)
            batcher = self._busy[key] = made
        return await batcher.ask(request)

    async def close(self) -> None:
        """As `Batcher.close`."""
        self._closed = True
        for batcher in list(self._busy.values()):
            await batcher.close()


def _stopping() -> Unavailable:
    return Unavailable("The server is stopping. Try again in a moment.")

"""Webhooks: signed as Stripe signs them, sent again until they are taken."""

import asyncio
import hashlib
import hmac
import random
import time
from collections.abc import Sequence

from aiohttp import ClientError, ClientSession, ClientTimeout

from standin.events import Outbox, StoredEvent

_LONGEST_WAIT = 60.0
_AT_ONCE = 8


def sign(body: str, secret: str, at: int) -> str:
    """The `Stripe-Signature` header for a body sent at `at` (seconds since the epoch)."""
    mac = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


class Delivery:
    """Each event is a task of its own: at least once, in no promised order. `first_wait` is the pause
    after the first refusal, in seconds; it doubles up to a minute."""

    def __init__(
        self, session: ClientSession, outbox: Outbox, url: str | None, secret: str, first_wait: float
    ) -> None:
        self._session = session
        self._outbox = outbox
        self._secret = secret
        self._first_wait = first_wait
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._held: list[StoredEvent] = []
        self.url = url
        self.paused = False
        self.delay = 0.0
        """Seconds that an event waits before it is first sent."""
        self.duplicates = 0
        """How many times more an event is sent after it was taken."""

    def start(self) -> None:
        """Send what an earlier run left over."""
        self.send_all(self._outbox.all(undelivered=True))

    def send(self, event: StoredEvent) -> None:
        if self.paused or self.url is None:
            self._held.append(event)
        else:
            self._spawn([event])

    def send_all(self, events: Sequence[StoredEvent]) -> None:
        for event in events:
            self.send(event)

    def resume(self, order: str = "first") -> None:
        """Send what was held back: `first` to last, `last` to first, or in `random` order, one by one."""
        self.paused = False
        if self.url is None:
            return
        events, self._held = self._held, []
        if order == "last":
            events.reverse()
        elif order == "random":
            random.shuffle(events)
        if events:
            self._spawn(events)

    def _spawn(self, events: Sequence[StoredEvent]) -> None:
        task = asyncio.create_task(self._one_by_one(events))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _one_by_one(self, events: Sequence[StoredEvent]) -> None:
        await asyncio.sleep(self.delay)
        for event in events:
            wait = self._first_wait
            while not await self._try(event):
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
                if self.paused:
                    self._held.append(event)
                    break
            else:
                for _ in range(self.duplicates):
                    await self._try(event)

    async def _try(self, event: StoredEvent) -> bool:
        if self.url is None:
            return False
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(event.body, self._secret, int(time.time())),
            "User-Agent": "Stripe/1.0 (stand-in)",
        }
        status = 0
        async with self._places:
            try:
                async with self._session.post(
                    self.url,
                    data=event.body.encode(),
                    headers=headers,
                    allow_redirects=False,
                    timeout=ClientTimeout(total=10),
                ) as response:
                    status = response.status
            except (ClientError, TimeoutError, OSError, ValueError):
                pass
        taken = 200 <= status < 300
        self._outbox.tried(event.id, status, taken)
        return taken

    def forget(self) -> None:
        """Send nothing of what has not been taken yet."""
        self._held.clear()
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        self.forget()
        await asyncio.gather(*self._tasks, return_exceptions=True)

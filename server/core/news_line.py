"""One connection on which news are heard: what it follows, when it breaks, how it comes back."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.exceptions import ConnectionError as RedisConnectionError

from server.core.clock import Clock
from server.core.log import logger
from server.core.redis import news_channel

_log = logger("news")

T = TypeVar("T")
Open = Callable[[], Awaitable[Redis]]
"""A client for one connection to the server that tells these news now."""
Heard = Callable[[str, str], Awaitable[None]]
"""Called with the shop and what was told. Raises where it can't be carried out for now."""
Resumed = Callable[[str], Awaitable[None]]
Lost = Callable[[str, int], None]
"""Called with the shop, and when this node last heard from Redis, ms UTC."""


class Once(Retry):
    """redis-py would connect and subscribe anew by itself, in silence, and while another task reads. Here a
    break must be seen, and `run` alone mends it."""

    async def call_with_retry(self, do: Callable[[], Awaitable[T]], *_others: object, **_more: object) -> T:
        return await do()


class NewsLine:
    """Its `Redis` must not connect anew by itself: see `Once`."""

    def __init__(self, open_: Open, *, quiet_s: float, clock: Clock) -> None:
        """After `quiet_s` without a word Redis is asked for one, and after as long again given up."""
        self._open = open_
        self._redis: Redis | None = None
        self._pubsub: PubSub | None = None
        self._shops: dict[str, str] = {}
        self._ready: dict[str, asyncio.Event] = {}
        self._stale: set[str] = set()
        self._quiet_s = quiet_s
        self.away = True
        """Nothing is heard for now."""
        self._clock = clock
        self._heard_ms = self._clock.now_ms()
        self.breaks = 0
        """How often news were lost. What was read before the last break may be out of date."""

    def hears(self, shop: str) -> bool:
        """Whether the shop's news reach this node, as far as it knows."""
        ready = self._ready.get(news_channel(shop))
        return ready is not None and ready.is_set()

    async def follow(self, shop: str) -> None:
        """Returns when the shop's news reach this node. Raises `TimeoutError` when they can't for now."""
        channel = news_channel(shop)
        ready = self._ready.get(channel)
        if ready is None:
            ready = self._ready[channel] = asyncio.Event()
            self._shops[channel] = shop
        if not ready.is_set():
            async with asyncio.timeout(5):
                connection: Any = self._pubsub.connection if self._pubsub is not None else None
                if self._pubsub is not None and connection is not None and connection.is_connected:
                    # Where it breaks just now, redis-py stumbles in many ways; `run` sees the break, connects
                    # anew and subscribes to all that are followed.
                    with contextlib.suppress(Exception):
                        await self._pubsub.ssubscribe(channel)
                await ready.wait()

    async def run(self, heard: Heard, resumed: Resumed, lost: Lost) -> None:
        """Forever: listens, hands on, and reconnects."""
        broken = False
        while True:
            try:
                pubsub = await self._connect()
                if broken:
                    _log.info("news are back")
                broken = self.away = False
                await self._listen(pubsub, heard, resumed)
            except Exception as error:  # Unavailable, or what redis-py says of a broken connection
                if not broken:
                    _log.warning("news are away", error=type(error).__name__)
                broken = self.away = True
                self._break(lost)
                await self.close()
                await asyncio.sleep(0.25)

    async def _connect(self) -> PubSub:
        self._redis = await self._open()
        pubsub = self._redis.pubsub()
        await pubsub.connect()  # type: ignore[no-untyped-call]
        self._pubsub = pubsub
        if self._shops:
            await pubsub.ssubscribe(*self._shops)
        return pubsub

    def _break(self, lost: Lost) -> None:
        self.breaks += 1
        for event in self._ready.values():
            event.clear()
        for channel in self._shops.keys() - self._stale:
            self._stale.add(channel)
            lost(self._shops[channel], self._heard_ms)

    async def _listen(self, pubsub: PubSub, heard: Heard, resumed: Resumed) -> None:
        asked = False
        while True:
            message = await pubsub.get_message(timeout=self._quiet_s)
            if message is None:
                if not self._shops:
                    continue
                if asked:
                    raise RedisConnectionError("no answer")
                asked = True
                await pubsub.ping()
                continue
            asked = False
            if not self._stale:
                self._heard_ms = self._clock.now_ms()
            if message["type"] == "ssubscribe":
                channel = message["channel"]
                self._ready[channel].set()
                if channel in self._stale:
                    await resumed(self._shops[channel])
                    self._stale.discard(channel)
            elif message["type"] == "smessage":
                await heard(self._shops[message["channel"]], message["data"])
            elif message["type"] == "sunsubscribe":
                raise RedisConnectionError("another server tells this shop's news now")

    async def close(self) -> None:
        pubsub, self._pubsub = self._pubsub, None
        redis, self._redis = self._redis, None
        if pubsub is not None:
            await pubsub.aclose()  # type: ignore[no-untyped-call]
        if redis is not None:
            await redis.aclose()

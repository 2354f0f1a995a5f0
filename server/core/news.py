"""News between processes over Redis pub/sub, one channel per shop.

Pub/sub may lose messages when a connection breaks. So no message is the only copy of its fact, and after
every break `resumed` is called for each followed shop: it reads the facts again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from server.core.log import logger
from server.core.redis import news_channel

_log = logger("news")

Handler = Callable[[str, dict[str, Any]], Awaitable[None]]
"""Called with the shop and the message; `message["kind"]` chose the handler."""


class News:
    """Listens on the channels of the shops that have somebody on this node."""

    def __init__(self, url: str) -> None:
        # A retry inside redis-py would subscribe anew in silence; here a break must be seen.
        self._redis: Redis = Redis.from_url(
            url, decode_responses=True, retry=Retry(NoBackoff(), 0), socket_connect_timeout=2
        )
        self._pubsub = self._redis.pubsub()
        self._shops: dict[str, str] = {}
        self._ready: dict[str, asyncio.Event] = {}
        self._connected = asyncio.Event()
        self._stale: set[str] = set()

    async def follow(self, shop: str) -> None:
        """Returns when the shop's news reach this node. Raises a Redis error when they can't for now."""
        channel = news_channel(shop)
        ready = self._ready.get(channel)
        if ready is None:
            ready = self._ready[channel] = asyncio.Event()
            self._shops[channel] = shop
        if not ready.is_set():
            async with asyncio.timeout(5):
                await self._connected.wait()
                if not ready.is_set():
                    await self._pubsub.subscribe(channel)
                await ready.wait()

    async def run(self, handlers: Mapping[str, Handler], resumed: Callable[[str], Awaitable[None]]) -> None:
        """Forever: listens, hands on, and reconnects."""
        broken = False
        while True:
            try:
                await self._pubsub.connect()  # type: ignore[no-untyped-call]
                if self._shops:
                    await self._pubsub.subscribe(*self._shops)
                self._connected.set()
                if broken:
                    _log.info("news are back")
                broken = False
                await self._listen(handlers, resumed)
            except (RedisError, OSError) as error:
                if not broken:
                    _log.warning("news are away", error=type(error).__name__)
                broken = True
                self._connected.clear()
                for event in self._ready.values():
                    event.clear()
                self._stale.update(self._shops)
                await self._pubsub.aclose()  # type: ignore[no-untyped-call]
                self._pubsub = self._redis.pubsub()
                await asyncio.sleep(0.25)

    async def _listen(
        self, handlers: Mapping[str, Handler], resumed: Callable[[str], Awaitable[None]]
    ) -> None:
        while True:
            message = await self._pubsub.get_message(timeout=10)
            if message is None:
                await self._pubsub.ping()
                continue
            if message["type"] == "subscribe":
                channel = message["channel"]
                self._ready[channel].set()
                if channel in self._stale:
                    await resumed(self._shops[channel])
                    self._stale.discard(channel)
                continue
            if message["type"] != "message":
                continue
            shop = self._shops[message["channel"]]
            try:
                body = msgspec.json.decode(message["data"])
                handler = handlers.get(body["kind"])
                if handler is not None:
                    await handler(shop, body)
            except RedisError:
                raise
            except Exception as error:
                _log.error("news not understood", exc_info=error)

    async def close(self) -> None:
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]
        await self._redis.aclose()


class Announcer:
    """Tells all processes what changed. Nobody depends on it: the fact is written down before it is told."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def announce(self, shop: str, message: dict[str, Any]) -> None:
        try:
            await self._redis.publish(news_channel(shop), msgspec.json.encode(message))
        except (RedisError, OSError) as error:
            _log.warning("not announced", kind=message.get("kind"), error=type(error).__name__)

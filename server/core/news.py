"""News between processes over Redis pub/sub, one channel per shop.

Pub/sub may lose messages when a connection breaks. So no message is the only copy of its fact. At a break
`lost` is called for each followed shop, and after it `resumed`, which reads the facts again.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import msgspec
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from server.core.clock import Clock
from server.core.errors import Unavailable
from server.core.http import as_error
from server.core.log import logger
from server.core.redis import news_channel

_log = logger("news")

T = TypeVar("T")
Handler = Callable[[str, dict[str, Any]], Awaitable[None]]
"""Called with the shop and the message; `message["kind"]` chose the handler."""


Resumed = Callable[[str], Awaitable[None]]
Lost = Callable[[str, int], None]
"""Called with the shop, and when this node last heard from Redis, ms UTC."""


class _Once(Retry):
    """redis-py would connect and subscribe anew by itself, in silence, and while another task reads. Here a
    break must be seen, and `run` alone mends it."""

    async def call_with_retry(self, do: Callable[[], Awaitable[T]], *_others: object, **_more: object) -> T:
        return await do()


class News:
    """Listens on the channels of the shops that have somebody on this node."""

    def __init__(self, url: str, *, quiet_s: float = 5.0, clock: Clock | None = None) -> None:
        """After `quiet_s` without a word Redis is asked for one, and after as long again given up."""
        self._redis: Redis = Redis.from_url(
            url, decode_responses=True, retry=_Once(NoBackoff(), 0), socket_connect_timeout=2
        )
        self._pubsub = self._redis.pubsub()
        self._shops: dict[str, str] = {}
        self._ready: dict[str, asyncio.Event] = {}
        self._stale: set[str] = set()
        self._quiet_s = quiet_s
        self.away = True
        """Nothing is heard for now."""
        self._clock = clock or Clock()
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
                connection: Any = self._pubsub.connection
                if connection is not None and connection.is_connected:
                    # Where it breaks just now, redis-py stumbles in many ways; `run` sees the break, connects
                    # anew and subscribes to all that are followed.
                    with contextlib.suppress(Exception):
                        await self._pubsub.subscribe(channel)
                await ready.wait()

    async def run(
        self, handlers: Mapping[str, Handler], resumed: Resumed, lost: Lost = lambda _shop, _since: None
    ) -> None:
        """Forever: listens, hands on, and reconnects."""
        broken = False
        while True:
            try:
                await self._pubsub.connect()  # type: ignore[no-untyped-call]
                if self._shops:
                    await self._pubsub.subscribe(*self._shops)
                if broken:
                    _log.info("news are back")
                broken = self.away = False
                await self._listen(handlers, resumed)
            except Exception as error:  # Unavailable, or what redis-py says of a broken connection
                if not broken:
                    _log.warning("news are away", error=type(error).__name__)
                broken = self.away = True
                self._break(lost)
                await self._pubsub.aclose()  # type: ignore[no-untyped-call]
                self._pubsub = self._redis.pubsub()
                await asyncio.sleep(0.25)

    def _break(self, lost: Lost) -> None:
        self.breaks += 1
        for event in self._ready.values():
            event.clear()
        for channel in self._shops.keys() - self._stale:
            self._stale.add(channel)
            lost(self._shops[channel], self._heard_ms)

    async def _listen(self, handlers: Mapping[str, Handler], resumed: Resumed) -> None:
        asked = False
        while True:
            message = await self._pubsub.get_message(timeout=self._quiet_s)
            if message is None:
                if not self._shops:
                    continue
                if asked:
                    raise RedisConnectionError("no answer")
                asked = True
                await self._pubsub.ping()
                continue
            asked = False
            if not self._stale:
                self._heard_ms = self._clock.now_ms()
            if message["type"] == "subscribe":
                channel = message["channel"]
                self._ready[channel].set()
                if channel in self._stale:
                    await _carry_out(resumed(self._shops[channel]))
                    self._stale.discard(channel)
            elif message["type"] == "message":
                await _carry_out(_hand_on(handlers, self._shops[message["channel"]], message["data"]))

    async def close(self) -> None:
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]
        await self._redis.aclose()


async def _hand_on(handlers: Mapping[str, Handler], shop: str, data: str) -> None:
    message = msgspec.json.decode(data)
    handler = handlers.get(message["kind"])
    if handler is not None:
        await handler(shop, message)


async def _carry_out(work: Awaitable[None]) -> None:
    """Raises `Unavailable` where something that the work needs is away: these news are then lost as by a
    broken connection, and the facts are read again when all is back."""
    try:
        await work
    except Exception as error:
        failure = as_error(error)
        if isinstance(failure, Unavailable):
            raise failure from None
        _log.error("news not carried out", exc_info=error)


class Announcer:
    """Tells all processes what changed. Nobody depends on it: the fact is written down before it is told."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def announce(self, shop: str, message: dict[str, Any]) -> None:
        try:
            await self._redis.publish(news_channel(shop), msgspec.json.encode(message))
        except (RedisError, OSError) as error:
            _log.warning("not announced", kind=message.get("kind"), error=type(error).__name__)

"""News between processes over Redis's sharded pub/sub, one channel per shop.

Pub/sub may lose messages when a connection breaks. So no message is the only copy of its fact. At a break
`lost` is called for each followed shop, and after it `resumed`, which reads the facts again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from redis.exceptions import RedisError

from server.core.clock import Clock
from server.core.errors import Unavailable
from server.core.http import as_error
from server.core.log import logger
from server.core.news_line import Lost, NewsLine, Resumed
from server.core.redis import RedisClient, news_channel
from server.core.redis_listen import Listeners
from server.core.tasks import TaskSet

_log = logger("news")

Handler = Callable[[str, dict[str, Any]], Awaitable[None]]
"""Called with the shop and the message; `message["kind"]` chose the handler."""


class News:
    """Listens on the channels of the shops that have somebody on this node: on one connection for all, or,
    where Redis is a cluster, on one to each shop's server."""

    def __init__(self, url: str, *, quiet_s: float = 5.0, clock: Clock | None = None) -> None:
        """After `quiet_s` without a word Redis is asked for one, and after as long again given up."""
        self._listeners = Listeners(url)
        self._quiet_s = quiet_s
        self._clock = clock or Clock()
        self._lines: dict[str, NewsLine] = {}
        self._tasks = TaskSet()
        self._start: Callable[[NewsLine], Awaitable[None]] | None = None
        if not self._listeners.per_channel:
            self._line("")

    @property
    def away(self) -> bool:
        """Nothing is heard for now, of some shop at least."""
        return self._start is None or any(line.away for line in self._lines.values())

    @property
    def breaks(self) -> int:
        """How often news were lost. What was read before the last break may be out of date."""
        return sum(line.breaks for line in self._lines.values())

    def hears(self, shop: str) -> bool:
        """Whether the shop's news reach this node, as far as it knows."""
        line = self._lines.get(self._key(shop))
        return line is not None and line.hears(shop)

    async def follow(self, shop: str) -> None:
        """Returns when the shop's news reach this node. Raises `TimeoutError` when they can't for now."""
        await self._line(self._key(shop)).follow(shop)

    async def run(
        self, handlers: Mapping[str, Handler], resumed: Resumed, lost: Lost = lambda _shop, _since: None
    ) -> None:
        """Forever: listens, hands on, and reconnects."""

        async def heard(shop: str, data: str) -> None:
            await _carry_out(_hand_on(handlers, shop, data))

        async def again(shop: str) -> None:
            await _carry_out(resumed(shop))

        def start(line: NewsLine) -> Awaitable[None]:
            return self._tasks.spawn(line.run(heard, again, lost), name="news line")

        self._start = start
        try:
            for line in self._lines.values():
                start(line)
            await asyncio.Event().wait()
        finally:
            await self._tasks.close()

    def _key(self, shop: str) -> str:
        return news_channel(shop) if self._listeners.per_channel else ""

    def _line(self, key: str) -> NewsLine:
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = NewsLine(
                lambda: self._listeners.open(key), quiet_s=self._quiet_s, clock=self._clock
            )
            if self._start is not None:
                self._start(line)
        return line

    async def close(self) -> None:
        for line in self._lines.values():
            await line.close()


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

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    async def announce(self, shop: str, message: dict[str, Any]) -> None:
        try:
            await self._redis.spublish(news_channel(shop), msgspec.json.encode(message))
        except (RedisError, OSError) as error:
            _log.warning("not announced", kind=message.get("kind"), error=type(error).__name__)

"""The connection, the names of keys, and the loading of scripts."""

import time
from collections import defaultdict
from collections.abc import Sequence
from importlib import resources
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.commands.core import AsyncScript
from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    ReadOnlyError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from server.core.metrics import Histogram
from server.core.tracing import OFF, Tracing

AWAY = (RedisConnectionError, RedisTimeoutError, BusyLoadingError, ReadOnlyError, ClusterDownError)
"""What redis-py raises when the server can't be reached or can't serve for now."""


class RedisClient(Redis):
    """`times`: how long a command took that was sent alone, with the wait for a connection, by its name; a
    script's by the script's. A script that runs within a span is a span too."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.times: defaultdict[str, Histogram] = defaultdict(Histogram)
        self.tracing: Tracing = OFF
        self._names: dict[str, str] = {}

    def script(self, name: str, text: str) -> AsyncScript:
        """A script that is known by its hash to Redis, and by `name` to people."""
        script = self.register_script(text)
        self._names[script.sha] = name
        return script

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        if args[0] != "EVALSHA":
            return await self._timed(str(args[0]), args, options)
        name = self._names.get(args[1], "script")
        if not self.tracing.on:
            return await self._timed(name, args, options)
        with self.tracing.span(f"redis {name}", {"db.system.name": "redis"}, kind="client"):
            return await self._timed(name, args, options)

    async def _timed(self, name: str, args: Sequence[Any], options: dict[str, Any]) -> Any:
        began = time.perf_counter()
        try:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        finally:
            self.times[name].observe(time.perf_counter() - began)


def connect(url: str, *, max_connections: int = 64, tracing: Tracing = OFF) -> RedisClient:
    """A client whose callers wait for a free connection: redis-py's default pool raises instead."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=max_connections,
        timeout=5,
        decode_responses=True,
        socket_connect_timeout=2,
        socket_timeout=5,
        health_check_interval=15,
        driver_info=None,  # it would be looked up on the disk for each new connection
    )
    client = RedisClient(connection_pool=pool)
    client.auto_close_connection_pool = True  # the client owns the pool: closing it closes the connections
    client.tracing = tracing
    return client


def shop_key(shop: str, *parts: str) -> str:
    """All keys of a shop share one hash tag, so one script may touch them all on Redis Cluster."""
    return ":".join((f"pc:{{{shop}}}", *parts))


def news_channel(shop: str) -> str:
    """Where scripts and processes announce what changed in a shop. An announcement is never the only copy."""
    return shop_key(shop, "news")


class Script:
    """A Lua script shipped as package data. Sent by hash; sent whole when the server does not know it."""

    def __init__(self, redis: RedisClient, package: str, name: str) -> None:
        text = resources.files(package).joinpath("lua", f"{name}.lua").read_text()
        self._script = redis.script(f"{package.rpartition('.')[2]}.{name}", text)

    async def __call__(self, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        return await self._script(keys=list(keys), args=list(args))


async def backlog(redis: RedisClient, keys: Sequence[str]) -> tuple[int, int | None]:
    """Of streams that are drained: how many entries wait in all, and since when (ms) the oldest does."""
    async with redis.pipeline(transaction=False) as pipeline:
        for key in keys:
            pipeline.xlen(key)
            pipeline.xrange(key, count=1)
        answers = await pipeline.execute()
    since = [int(entries[0][0].partition("-")[0]) for entries in answers[1::2] if entries]
    return sum(answers[::2]), min(since, default=None)

"""The connection, the names of keys, and the loading of scripts."""

import time
from collections import defaultdict
from collections.abc import Sequence
from importlib import resources
from typing import Any, cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.commands.core import AsyncScript
from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    NoScriptError,
    ReadOnlyError,
    RedisClusterException,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from server.core.errors import Unavailable
from server.core.metrics import Histogram
from server.core.redis_address import address
from server.core.tracing import OFF, Tracing

AWAY = (
    RedisConnectionError, RedisTimeoutError, BusyLoadingError, ReadOnlyError, ClusterDownError, TryAgainError,
    RedisClusterException,
)  # fmt: skip
"""What redis-py raises when the server can't be reached or can't serve for now."""


WAIT_MS = 1_000

_OPTIONS: dict[str, Any] = {
    "decode_responses": True,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "health_check_interval": 15,
    "driver_info": None,  # it would be looked up on the disk for each new connection
}


class _Observed:
    """`times`: how long a command took that was sent alone, with the wait for a connection, by its name; a
    script's by the script's. A script that runs within a span is a span too."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.times: defaultdict[str, Histogram] = defaultdict(Histogram)
        self.tracing: Tracing = OFF
        self._names: dict[str, str] = {}

    def script(self, name: str, text: str) -> AsyncScript:
        """A script that is known by its hash to Redis, and by `name` to people."""
        script: AsyncScript = cast(Any, self).register_script(text)
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
            return await cast(Any, super()).execute_command(*args, **options)
        finally:
            self.times[name].observe(time.perf_counter() - began)


class RedisClient(_Observed, Redis):  # type: ignore[misc]  # two of its own bases disagree
    """Also stands for a cluster's client: all keys of one call are of one shop, so of one node."""


class _Cluster(_Observed, RedisCluster):  # type: ignore[misc]  # two of its own bases disagree
    pass


class _SentinelPool(SentinelConnectionPool, BlockingConnectionPool):
    """Connections to the primary. Who wants one waits for it."""


class _UnderSentinels(RedisClient):
    """Closes the connections to the Sentinels, too."""

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        await super().aclose(close_connection_pool)
        pool: Any = self.connection_pool
        for each in pool.sentinel_manager.sentinels:
            await each.aclose()


def connect(url: str, *, max_connections: int = 64, tracing: Tracing = OFF) -> RedisClient:
    """A client whose callers wait for a free connection: redis-py's default pool raises instead."""
    at = address(url)
    waiting: dict[str, Any] = {"max_connections": max_connections, "timeout": 5}
    if at.kind == "cluster":
        nodes = [ClusterNode(host, port) for host, port in at.nodes]
        # Of one node. They are made as they are needed, and nobody waits for one.
        cluster = _Cluster(startup_nodes=nodes, max_connections=1024, **_OPTIONS, **at.options)
        client = cast(RedisClient, cluster)
    elif at.kind == "sentinel":
        quick = {"socket_connect_timeout": 2, "socket_timeout": 2}
        known: Any = Sentinel(list(at.nodes), sentinel_kwargs=quick)  # type: ignore[no-untyped-call]
        options = {**_OPTIONS, **at.options, **waiting}
        pool: Any = _SentinelPool(at.service, known, **options)  # type: ignore[no-untyped-call]
        client = _owning(_UnderSentinels, pool)
    else:
        client = _owning(RedisClient, BlockingConnectionPool.from_url(url, **waiting, **_OPTIONS))
    client.tracing = tracing
    return client


def _owning(made: type[RedisClient], pool: Any) -> RedisClient:
    """Closing the client closes the connections."""
    client = made(connection_pool=pool)
    client.auto_close_connection_pool = True
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


async def run_and_wait(
    redis: RedisClient, script: AsyncScript, keys: Sequence[str], args: Sequence[Any], replicas: int
) -> Any:
    """The script's answer, once that many replicas have what it wrote. Raises `Unavailable` when they don't
    within a second: it is written all the same, and may be lost if the primary dies now."""
    while True:
        async with redis.pipeline(transaction=False) as pipeline:
            pipeline.evalsha(script.sha, len(keys), *keys, *args)
            pipeline.execute_command("WAIT", replicas, WAIT_MS)
            try:
                answer, reached = await pipeline.execute()
            except NoScriptError:
                await redis.script_load(script.script)
                continue
        if reached < replicas:
            raise Unavailable("This is not safe yet on enough servers. Ask again in a moment.")
        return answer


async def backlog(redis: RedisClient, keys: Sequence[str]) -> tuple[int, int | None]:
    """Of streams that are drained: how many entries wait in all, and since when (ms) the oldest does."""
    async with redis.pipeline(transaction=False) as pipeline:
        for key in keys:
            pipeline.xlen(key)
            pipeline.xrange(key, count=1)
        answers = await pipeline.execute()
    since = [int(entries[0][0].partition("-")[0]) for entries in answers[1::2] if entries]
    return sum(answers[::2]), min(since, default=None)

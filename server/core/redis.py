"""The connection, the names of keys, and the loading of scripts."""

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

RedisClient = Redis

AWAY = (RedisConnectionError, RedisTimeoutError, BusyLoadingError, ReadOnlyError, ClusterDownError)
"""What redis-py raises when the server can't be reached or can't serve for now."""


def connect(url: str, *, max_connections: int = 64) -> RedisClient:
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
    return Redis.from_pool(pool)  # the client owns the pool: closing it closes the connections


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
        self._script: AsyncScript = redis.register_script(text)

    async def __call__(self, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        return await self._script(keys=list(keys), args=list(args))

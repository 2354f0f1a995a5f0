"""How many watch a stream, over all nodes.

Each node writes its own count under its own name and adds up what the others wrote; a node that has not
written for ten seconds is gone.
"""

from collections import Counter
from collections.abc import Awaitable, Callable

from server.core.clock import Clock
from server.core.ids import new_id
from server.core.redis import RedisClient, shop_key

STALE_MS = 10_000
EVERY_S = 1.0


class Presence:
    """`changed(stream, viewers)` is called when the total of a stream with somebody on this node moved."""

    def __init__(
        self, redis: RedisClient, clock: Clock, changed: Callable[[str, int], Awaitable[None]]
    ) -> None:
        self._redis = redis
        self._clock = clock
        self._changed = changed
        self._node = new_id("node")
        self._shops: dict[str, str] = {}
        self._here: Counter[str] = Counter()
        self._totals: dict[str, int] = {}

    def arrived(self, shop: str, stream: str) -> None:
        self._shops[stream] = shop
        self._here[stream] += 1

    def watch(self, shop: str, stream: str) -> None:
        """Keeps the total known on this node though nobody watches here."""
        self._shops[stream] = shop

    def left(self, stream: str) -> None:
        self._here[stream] -= 1

    def count(self, stream: str) -> int:
        """The last known total; at least those on this node."""
        return max(self._totals.get(stream, 0), self._here[stream])

    async def step(self) -> bool:
        """Once a second: one round trip for all streams of the node."""
        now = self._clock.now_ms()
        streams = list(self._shops.items())
        if not streams:
            return False
        async with self._redis.pipeline(transaction=False) as pipe:
            for stream, shop in streams:
                key = shop_key(shop, "viewers", stream)
                pipe.hset(key, self._node, f"{self._here[stream]}:{now}")
                pipe.expire(key, 60)
                pipe.hgetall(key)
            answers = await pipe.execute()
        for (stream, _shop), written in zip(streams, answers[2::3], strict=True):
            total = 0
            for value in written.values():
                count, _, at = value.partition(":")
                total += int(count) if int(at) > now - STALE_MS else 0
            before = self._totals.get(stream)
            self._totals[stream] = total
            if total != before:
                await self._changed(stream, total)
        return False

    async def close(self) -> None:
        """Takes this node's counts back."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for stream, shop in self._shops.items():
                pipe.hdel(shop_key(shop, "viewers", stream), self._node)
            await pipe.execute()

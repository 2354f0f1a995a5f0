"""Who watches a stream: exact on a node, and added up over all nodes.

Each node writes its own count under its own name and adds up what the others wrote; a node that has not
written for ten seconds is gone. A viewer with several connections on one node is one viewer.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import msgspec

from server.core.clock import Clock
from server.core.ids import new_id
from server.core.redis import RedisClient, Script, shop_key
from server.rooms.messages import Audience
from server.streams.messages import StreamState

STALE_MS = 10_000
EVERY_S = 1.0
KEEP_MS = 7 * 24 * 3600 * 1000
"""The peak is in SQL when the stream has ended. A show that nobody has looked at for a week is over."""
EXACT = 1000
"""A sum over several nodes says that it is approximate above this: a node that died counts for 10 s more, and
a viewer on two nodes is two."""
NOBODY = Audience(viewers=0, approximate=False, peak=0, channels={}, origins={})


class Store(Protocol):
    async def keep_peak(self, stream: str, peak: int) -> None: ...
    async def peak(self, stream: str) -> int: ...


class _Here:
    """One stream's viewers on this node: each with the number of its connections, and whence it came."""

    __slots__ = ("audience", "origins", "shop", "viewers", "watched")

    def __init__(self, shop: str) -> None:
        self.shop = shop
        self.viewers: dict[str, tuple[int, str]] = {}
        self.origins: Counter[str] = Counter()
        self.watched = False
        self.audience = NOBODY


class Presence:
    """`changed(stream, audience)` is called when the total of a stream that somebody watches here moved.
    `state(shop, stream)`: None where this node does not know."""

    def __init__(
        self,
        redis: RedisClient,
        store: Store,
        clock: Clock,
        changed: Callable[[str, Audience], Awaitable[None]],
        state: Callable[[str, str], StreamState | None],
    ) -> None:
        self._redis = redis
        self._store = store
        self._clock = clock
        self._changed = changed
        self._state = state
        self._node = new_id("node")
        self._watch = Script(redis, "server.rooms", "watch")
        self._here: dict[str, _Here] = {}

    def arrived(self, shop: str, stream: str, viewer: str, origin: str) -> None:
        here = self._of(shop, stream)
        connections, first = here.viewers.get(viewer, (0, origin))
        here.viewers[viewer] = (connections + 1, first)
        if not connections:
            here.origins[first] += 1

    def left(self, stream: str, viewer: str) -> None:
        here = self._here[stream]
        connections, origin = here.viewers.pop(viewer)
        if connections > 1:
            here.viewers[viewer] = (connections - 1, origin)
        else:
            here.origins[origin] -= 1

    async def watch(self, shop: str, stream: str) -> None:
        """Keeps the total known on this node though nobody watches here. It is known afterwards."""
        here = self._of(shop, stream)
        here.watched = True
        for moved in await self._write({stream: here}):
            await self._changed(moved, here.audience)
        kept = await self._store.peak(stream)
        if kept > here.audience.peak:
            here.audience = msgspec.structs.replace(here.audience, peak=kept)

    def unwatch(self, stream: str) -> None:
        if here := self._here.get(stream):
            here.watched = False

    def count(self, stream: str) -> int:
        """The last known total; at least those on this node."""
        here = self._here.get(stream)
        return max(here.audience.viewers, len(here.viewers)) if here else 0

    def audience(self, stream: str) -> Audience:
        """As of the last second."""
        here = self._here.get(stream)
        return here.audience if here else NOBODY

    async def ended(self, shop: str, stream: str) -> None:
        """Keeps the peak for good. A second time changes nothing."""
        peak = await self._redis.get(self._keys(shop, stream)[1])
        await self._store.keep_peak(stream, int(peak or 0))

    async def step(self) -> bool:
        """Once a second: one script call per shop, for all of its streams that are watched on this node."""
        streams = dict(self._here)
        if not streams:
            return False
        for stream in await self._write(streams):
            await self._changed(stream, self._here[stream].audience)
        for stream, here in streams.items():
            if not here.viewers and not here.watched and self._here.get(stream) is here:
                del self._here[stream]
        return False

    async def close(self) -> None:
        """Takes this node's counts back."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for stream, here in self._here.items():
                pipe.hdel(self._keys(here.shop, stream)[0], self._node)
            await pipe.execute()

    async def _write(self, streams: dict[str, _Here]) -> list[str]:
        """Returns the streams whose total moved."""
        shops: dict[str, dict[str, _Here]] = {}
        for stream, here in streams.items():
            shops.setdefault(here.shop, {})[stream] = here
        moved = await asyncio.gather(*(self._write_shop(shop, its) for shop, its in shops.items()))
        return [stream for each in moved for stream in each]

    async def _write_shop(self, shop: str, streams: dict[str, _Here]) -> list[str]:
        keys: list[str] = []
        arguments: list[str | int] = [self._node, self._clock.now_ms(), STALE_MS, KEEP_MS]
        for stream, here in streams.items():
            state = self._state(shop, stream)
            parts = {"channel": "replay" if state == "ended" else "live", "origins": +here.origins}
            keys += self._keys(shop, stream)
            arguments += [len(here.viewers), msgspec.json.encode(parts).decode(), int(state == "live")]
        moved = []
        answers = await self._watch(keys, arguments)
        for (stream, here), answer in zip(streams.items(), answers, strict=True):
            before, here.audience = here.audience, _audience(*answer, at_least=here.audience.peak)
            if here.audience.viewers != before.viewers:
                moved.append(stream)
        return moved

    def _of(self, shop: str, stream: str) -> _Here:
        here = self._here.get(stream)
        if here is None:
            here = self._here[stream] = _Here(shop)
        return here

    @staticmethod
    def _keys(shop: str, stream: str) -> list[str]:
        return [shop_key(shop, "audience", stream), shop_key(shop, "peak", stream)]


def _audience(total: int, peak: int, nodes: list[str], *, at_least: int) -> Audience:
    channels: Counter[str] = Counter()
    origins: Counter[str] = Counter()
    for node in nodes:
        parts: dict[str, Any] = msgspec.json.decode(node)
        origins.update(parts["origins"])
        channels[parts["channel"]] += sum(parts["origins"].values())
    return Audience(
        viewers=total,
        approximate=total > EXACT and len(nodes) > 1,
        peak=max(peak, at_least),
        channels=dict(channels),
        origins=dict(origins),
    )

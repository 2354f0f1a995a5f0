"""Touches over the socket, and the living numbers of a stream for those who run it."""

import asyncio

from server.conversions.messages import Accepted, Numbers, NumbersChanged, ReportTouches, WatchNumbers
from server.conversions.service import ConversionService
from server.core.errors import Forbidden
from server.core.news import News
from server.core.realtime import Peer, Realtime
from server.core.tasks import Stop, TaskSet, Wake, repeat
from server.rooms.names import host_room
from server.rooms.presence import Presence
from server.streams.service import StreamService

GAP_S = 0.25
"""At most four times a second per stream, however fast things move."""
IDLE_S = 1.0


class NumbersFeed:
    """Computes a stream's numbers once per node, for all hosts who watch them there."""

    def __init__(
        self,
        realtime: Realtime,
        streams: StreamService,
        conversions: ConversionService,
        presence: Presence,
        tasks: TaskSet,
    ) -> None:
        self._realtime = realtime
        self._streams = streams
        self._conversions = conversions
        self._presence = presence
        self._tasks = tasks
        self._wakes: dict[str, dict[str, Wake]] = {}
        self._watchers: dict[str, set[str]] = {}

    def moved(self, shop: str) -> None:
        """Something of the shop's stock or orders moved."""
        for wake in self._wakes.get(shop, {}).values():
            wake()

    async def watch(self, peer: Peer, stream: str) -> Numbers:
        owned = await self._streams.get(stream)
        if peer.grant.kind != "staff" or peer.grant.shop != owned.shop.id:
            raise Forbidden("These numbers are for those who run the shop.")
        await self._presence.watch(owned.shop.id, stream)
        await self._realtime.enter(peer, host_room(stream))
        self._watchers.setdefault(stream, set()).add(peer.sid)
        shop = self._wakes.setdefault(owned.shop.id, {})
        if stream not in shop:
            shop[stream] = Wake()
            self._tasks.spawn(self._run(owned.shop.id, stream, shop[stream]), name="numbers")
        return await self._numbers(stream)

    def left(self, peer: Peer) -> None:
        for watchers in self._watchers.values():  # one per stream that a host watches here
            watchers.discard(peer.sid)

    async def _numbers(self, stream: str) -> Numbers:
        owned = await self._streams.get(stream)
        presence = self._presence
        return await self._conversions.numbers(owned, presence.count(stream), presence.audience(stream))

    async def _run(self, shop: str, stream: str, wake: Wake) -> None:
        async def step() -> bool:
            if not self._watchers[stream]:
                raise Stop
            self._realtime.tell(host_room(stream), NumbersChanged(numbers=await self._numbers(stream)))
            await asyncio.sleep(GAP_S)
            return False

        try:
            await repeat(step, wake, name="numbers", idle_s=IDLE_S)
        finally:
            del self._wakes[shop][stream], self._watchers[stream]
            if not self._wakes[shop]:
                del self._wakes[shop]
            self._presence.unwatch(stream)


def setup(
    realtime: Realtime,
    conversions: ConversionService,
    streams: StreamService,
    news: News,
    feed: NumbersFeed,
) -> None:
    async def report(peer: Peer, message: ReportTouches) -> Accepted:
        owned = await streams.get(message.stream)
        return Accepted(accepted=await conversions.accept(peer.grant, owned, message.touches))

    async def watch(peer: Peer, message: WatchNumbers) -> Numbers:
        await news.follow(peer.grant.shop)
        return await feed.watch(peer, message.stream)

    async def leave(peer: Peer) -> None:
        feed.left(peer)

    realtime.command(ReportTouches, report)
    realtime.command(WatchNumbers, watch)
    realtime.on_leave(leave)

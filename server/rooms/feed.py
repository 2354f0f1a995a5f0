"""News of the shops, to the rooms of this node: the timeline in order, the stock as it is now."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from server.catalog.messages import VariantView
from server.core.coalescing import Coalescer
from server.core.errors import Unavailable
from server.core.realtime import Realtime
from server.pins.messages import PinShown
from server.rooms.followed import Followed
from server.rooms.levels import Levels
from server.rooms.messages import Audience, RoomStale, ViewersChanged
from server.rooms.names import shop_room, stream_room, viewer_room
from server.stock.errors import StockNotLoaded
from server.stock.messages import HoldEnded, StockChanged
from server.streams.messages import Moment, StreamState
from server.streams.service import StreamService
from server.streams.timeline import Room, Timeline

UNWANTED_S = 60.0
"""A stream whose room has been empty for so long is not followed any more."""


class Feed:
    def __init__(
        self, realtime: Realtime, streams: StreamService, timeline: Timeline, levels: Levels
    ) -> None:
        self._realtime = realtime
        self._streams = streams
        self._timeline = timeline
        self._levels = levels
        self._followed: dict[str, dict[str, Followed]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._stock = Coalescer(self._tell_stock, merge=_both)
        self._away: dict[str, int] = {}
        self.moved: Callable[[str], None] = lambda _shop: None
        """Called when a shop's stock or orders moved."""

    def handlers(self) -> dict[str, Callable[[str, dict[str, Any]], Awaitable[None]]]:
        return {
            "timeline": self._on_timeline,
            "stock": self._on_stock,
            "hold_ended": self._on_hold_ended,
            "viewer": self._on_viewer,
        }

    # Which streams

    def follow(self, shop: str, stream: str) -> Followed:
        """From now on the timeline of `stream` goes to its room. Call it before a state is read, so that no
        event falls between the two."""
        now = asyncio.get_running_loop().time()
        followed = self._followed.setdefault(shop, {}).setdefault(stream, Followed(now))
        followed.used_s = now
        return followed

    def followed(self, shop: str, stream: str) -> Followed | None:
        return self._followed.get(shop, {}).get(stream)

    def forget_unwanted(self) -> list[str]:
        """Streams that nobody watches here leave memory, and so does the stock of their shops. Returns which
        were forgotten."""
        forgotten = []
        now = asyncio.get_running_loop().time()
        for shop, streams in list(self._followed.items()):
            for stream, followed in list(streams.items()):
                if self._realtime.anybody_in(stream_room(stream)):
                    followed.used_s = now
                elif now - followed.used_s > UNWANTED_S:
                    del streams[stream]
                    forgotten.append(stream)
            if not streams:
                del self._followed[shop]
                self._levels.forget(shop)
        return forgotten

    def state(self, shop: str, stream: str) -> StreamState | None:
        """None when it is not followed here."""
        followed = self.followed(shop, stream)
        return followed.state if followed else None

    async def viewers(self, stream: str, audience: Audience) -> None:
        told = ViewersChanged(stream=stream, viewers=audience.viewers, approximate=audience.approximate)
        self._realtime.tell(stream_room(stream), told)

    async def joined(self, shop: str, followed: Followed, room: Room) -> bool:
        """Somebody has read `room`: it goes on from there, or from where it was. True when it begins."""
        async with self._one_at_a_time:
            at, told = Moment(epoch=room.epoch, seq=room.seq), followed.told
            if told is None or (told.epoch == at.epoch and told.seq > at.seq):  # or Redis lost what it told
                followed.begin(at, room.stream.state)
                return True
            if told.epoch != at.epoch:  # the timeline began anew, and nothing has happened in it yet
                await self._catch_up(shop, room.stream.id, followed)
            return False

    # News

    def lost(self, shop: str, since_ms: int) -> None:
        """News may be lost from now on. The viewers are told since when."""
        self._levels.forget(shop)
        self._away[shop] = since_ms
        self._say_stale(shop, since_ms)

    async def resumed(self, shop: str) -> None:
        """News are back: reads the facts again, and tells them."""
        async with self._one_at_a_time:
            for stream, followed in list(self._followed.get(shop, {}).items()):
                await self._catch_up(shop, stream, followed)
        with contextlib.suppress(StockNotLoaded):  # when it is loaded, that is told
            self._realtime.tell_raw(shop_room(shop), StockChanged.name, await self._levels.of(shop))
        self.moved(shop)

    def away_since(self, shop: str) -> int | None:
        """Since when news may have been lost that were not made up for yet, ms UTC."""
        return self._away.get(shop)

    def caught_up(self, shop: str) -> None:
        """All that may have been missed was told, by whoever tells of this shop."""
        if self._away.pop(shop, None) is not None:
            self._say_stale(shop, None)

    def _say_stale(self, shop: str, since_ms: int | None) -> None:
        self._realtime.tell(shop_room(shop), RoomStale(since=since_ms))

    async def _on_timeline(self, shop: str, news: dict[str, Any]) -> None:
        stream, data = news["stream"], news["data"]
        followed = self.followed(shop, stream)
        if followed is None:
            return
        async with self._one_at_a_time:
            known, at = followed.told, Moment(epoch=data["epoch"], seq=news["seq"])
            if known is None or (known.epoch == at.epoch and at.seq == known.seq + 1):
                self._tell(stream, followed, at, news["event"], data)
                if news["event"] == PinShown.name:
                    await self._tell_stock_of(shop, stream, data["pin"]["product"]["variants"])
            elif known.epoch != at.epoch or at.seq > known.seq:
                await self._catch_up(shop, stream, followed)

    def _tell(self, stream: str, followed: Followed, at: Moment, event: str, data: Any) -> None:
        followed.tell(at, event, data)
        self._realtime.tell_raw(stream_room(stream), event, data)

    async def _tell_stock_of(self, shop: str, stream: str, variants: list[dict[str, Any]]) -> None:
        """What is left of a new pin, told once to the whole room; else each client would have to ask."""
        with contextlib.suppress(Unavailable):
            names = [name for v in msgspec.convert(variants, list[VariantView]) for name in v.stock()]
            levels = await self._levels.of(shop, names)
            self._realtime.tell_raw(stream_room(stream), StockChanged.name, levels)

    async def _catch_up(self, shop: str, stream: str, followed: Followed) -> None:
        room = await self._streams.room(await self._streams.get(stream))
        known = followed.told
        missed = await self._timeline.missed(shop, stream, known, room) if known is not None else None
        if known is None or missed is None:
            # The timeline began anew. Any event tells the clients: the epoch is not theirs, so they join.
            at = Moment(epoch=room.epoch, seq=room.seq)
            self._realtime.tell_raw(stream_room(stream), "stream.changed", _changed(room))
            followed.begin(at, room.stream.state)
            return
        for event in missed:
            at = Moment(epoch=known.epoch, seq=event["seq"])
            self._tell(stream, followed, at, event["event"], msgspec.Raw(event["data"].encode()))

    async def _on_stock(self, shop: str, news: dict[str, Any]) -> None:
        change = StockChanged(epoch=news["epoch"], seq=news["seq"], levels=news["levels"])
        self._levels.heard(shop, change)
        self.moved(shop)
        self._stock.offer(shop, change, urgent=0 in change.levels.values())

    def _tell_stock(self, shop: str, change: StockChanged) -> None:
        self._realtime.tell(shop_room(shop), change)

    async def _on_hold_ended(self, _shop: str, news: dict[str, Any]) -> None:
        ended = HoldEnded(hold=news["hold"], reason=news["reason"])
        self._realtime.tell(viewer_room(news["buyer"]), ended)

    async def _on_viewer(self, shop: str, news: dict[str, Any]) -> None:
        self._realtime.tell_raw(viewer_room(news["viewer"]), news["event"], news["data"])
        self.moved(shop)

    def close(self) -> None:
        self._stock.close()


def _both(before: StockChanged, now: StockChanged) -> StockChanged:
    if before.epoch != now.epoch:
        return now
    return StockChanged(epoch=now.epoch, seq=now.seq, levels={**before.levels, **now.levels})


def _changed(room: Room) -> dict[str, Any]:
    return {
        "stream": room.stream.id,
        "epoch": room.epoch,
        "seq": room.seq,
        "at": 0,
        "view": msgspec.to_builtins(room.stream),
    }

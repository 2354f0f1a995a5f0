"""News of the shops, to the rooms of this node: the timeline in order, the stock as it is now."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from server.core.realtime import Realtime
from server.core.tasks import TaskSet
from server.rooms.names import shop_room, stream_room, viewer_room
from server.stock.messages import HoldEnded, StockChanged
from server.stock.service import StockService
from server.streams.messages import Moment
from server.streams.service import StreamService
from server.streams.timeline import Timeline

COALESCE_S = 0.25
"""Stock moves are told at most four times a second, the last one always; a sold-out at once."""


class Feed:
    def __init__(
        self,
        realtime: Realtime,
        streams: StreamService,
        timeline: Timeline,
        stock: StockService,
        tasks: TaskSet,
    ) -> None:
        self._realtime = realtime
        self._streams = streams
        self._timeline = timeline
        self._stock = stock
        self._tasks = tasks
        self._told: dict[str, dict[str, Moment]] = {}
        self._shops: dict[str, str] = {}
        self._pending: dict[str, StockChanged] = {}
        self._last: dict[str, float] = {}
        self.moved: Callable[[str], None] = lambda _shop: None
        """Called when a shop's stock or orders moved."""

    def handlers(self) -> dict[str, Callable[[str, dict[str, Any]], Awaitable[None]]]:
        return {
            "timeline": self._on_timeline,
            "stock": self._on_stock,
            "hold_ended": self._on_hold_ended,
            "viewer": self._on_viewer,
        }

    def follow(self, shop: str, stream: str, at: Moment) -> None:
        """From `at` on, the timeline of `stream` goes to its room; where it does already, nothing changes."""
        self._told.setdefault(shop, {}).setdefault(stream, at)
        self._shops[stream] = shop

    def ahead_of(self, stream: str, at: Moment) -> bool:
        """Whether the room was told of events that a state read at `at` does not hold."""
        told = self._told.get(self._shops.get(stream, ""), {}).get(stream)
        return told is not None and told.epoch == at.epoch and told.seq > at.seq

    async def resumed(self, shop: str) -> None:
        """News may have been lost: reads the facts again."""
        for stream in list(self._told.get(shop, {})):
            await self._catch_up(shop, stream)
        levels = await self._stock.levels(shop)
        await self._realtime.emit(
            shop_room(shop), StockChanged(epoch=levels.epoch, seq=levels.seq, levels=levels.levels)
        )
        self.moved(shop)

    async def _on_timeline(self, shop: str, news: dict[str, Any]) -> None:
        stream, data = news["stream"], news["data"]
        known = self._told.get(shop, {}).get(stream)
        if known is None:
            return
        if known.epoch == data["epoch"] and news["seq"] == known.seq + 1:
            await self._tell(shop, stream, Moment(epoch=known.epoch, seq=news["seq"]), news["event"], data)
        elif known.epoch != data["epoch"] or news["seq"] > known.seq:
            await self._catch_up(shop, stream)

    async def _tell(self, shop: str, stream: str, at: Moment, event: str, data: object) -> None:
        self._told[shop][stream] = at
        await self._realtime.emit_raw(stream_room(stream), event, data)

    async def _catch_up(self, shop: str, stream: str) -> None:
        known = self._told[shop][stream]
        room = await self._streams.room(await self._streams.get(stream))
        missed = await self._timeline.missed(shop, stream, known, room)
        if missed is None:
            # The timeline began anew. Any event tells the clients: the epoch is not theirs, so they join.
            at = Moment(epoch=room.epoch, seq=room.seq)
            await self._tell(shop, stream, at, "stream.changed", _changed(room))
            return
        for event in missed:
            at = Moment(epoch=known.epoch, seq=event["seq"])
            await self._tell(shop, stream, at, event["event"], msgspec.Raw(event["data"].encode()))

    async def _on_stock(self, shop: str, news: dict[str, Any]) -> None:
        change = StockChanged(epoch=news["epoch"], seq=news["seq"], levels=news["levels"])
        pending = self._pending.get(shop)
        if pending is not None and pending.epoch == change.epoch:
            change = StockChanged(
                epoch=change.epoch, seq=change.seq, levels={**pending.levels, **change.levels}
            )
        self._pending[shop] = change
        self.moved(shop)
        wait = self._last.get(shop, 0.0) + COALESCE_S - asyncio.get_running_loop().time()
        if wait <= 0 or 0 in news["levels"].values():
            await self._flush(shop)
        elif pending is None:
            self._tasks.spawn(self._flush_later(shop, wait), name="stock.flush")

    async def _flush_later(self, shop: str, wait: float) -> None:
        await asyncio.sleep(wait)
        await self._flush(shop)

    async def _flush(self, shop: str) -> None:
        change = self._pending.pop(shop, None)
        if change is not None:
            self._last[shop] = asyncio.get_running_loop().time()
            await self._realtime.emit(shop_room(shop), change)

    async def _on_hold_ended(self, _shop: str, news: dict[str, Any]) -> None:
        ended = HoldEnded(hold=news["hold"], reason=news["reason"])
        await self._realtime.emit(viewer_room(news["buyer"]), ended)

    async def _on_viewer(self, shop: str, news: dict[str, Any]) -> None:
        await self._realtime.emit_raw(viewer_room(news["viewer"]), news["event"], news["data"])
        self.moved(shop)


def _changed(room: Any) -> dict[str, Any]:
    return {
        "stream": room.stream.id,
        "epoch": room.epoch,
        "seq": room.seq,
        "at": 0,
        "view": msgspec.to_builtins(room.stream),
    }

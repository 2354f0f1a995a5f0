"""News of the shops, to the rooms of this node: the timeline in order, the stock as it is now."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from server.core.errors import Unavailable
from server.core.realtime import Realtime
from server.core.tasks import TaskSet
from server.pins.messages import PinShown
from server.rooms.names import shop_room, stream_room, viewer_room
from server.stock.errors import StockNotLoaded
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
        self._told: dict[str, dict[str, Moment | None]] = {}
        self._one_at_a_time = asyncio.Lock()
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

    def follow(self, shop: str, stream: str) -> None:
        """From now on the timeline of `stream` goes to its room. Call it before a state is read, so that no
        event falls between the two."""
        self._told.setdefault(shop, {}).setdefault(stream, None)

    def ahead_of(self, shop: str, stream: str, at: Moment) -> bool:
        """Whether the room was told of something that a state read at `at` may not hold."""
        told = self._told[shop][stream]
        return told is not None and (told.epoch != at.epoch or told.seq > at.seq)

    async def joined(self, shop: str, stream: str, at: Moment) -> None:
        """Somebody joined with the state at `at`: the room goes on from there, or from where it was."""
        async with self._one_at_a_time:
            told = self._told[shop][stream]
            if told is None:
                self._told[shop][stream] = at
            elif told.epoch != at.epoch:  # the timeline began anew, and nothing has happened in it yet
                await self._catch_up(shop, stream, told)

    async def resumed(self, shop: str) -> None:
        """News may have been lost: reads the facts again."""
        async with self._one_at_a_time:
            for stream, known in list(self._told.get(shop, {}).items()):
                await self._catch_up(shop, stream, known)
        with contextlib.suppress(StockNotLoaded):  # when it is loaded, that is told
            levels = await self._stock.levels(shop)
            await self._realtime.emit(
                shop_room(shop), StockChanged(epoch=levels.epoch, seq=levels.seq, levels=levels.levels)
            )
        self.moved(shop)

    async def _on_timeline(self, shop: str, news: dict[str, Any]) -> None:
        stream, data = news["stream"], news["data"]
        if stream not in self._told.get(shop, {}):
            return
        async with self._one_at_a_time:
            known, at = self._told[shop][stream], Moment(epoch=data["epoch"], seq=news["seq"])
            if known is None or (known.epoch == at.epoch and at.seq == known.seq + 1):
                await self._tell(shop, stream, at, news["event"], data)
                if news["event"] == PinShown.name:
                    await self._tell_stock_of(shop, stream, data["pin"]["product"]["variants"])
            elif known.epoch != at.epoch or at.seq > known.seq:
                await self._catch_up(shop, stream, known)

    async def _tell(self, shop: str, stream: str, at: Moment, event: str, data: object) -> None:
        self._told[shop][stream] = at
        await self._realtime.emit_raw(stream_room(stream), event, data)

    async def _tell_stock_of(self, shop: str, stream: str, variants: list[dict[str, Any]]) -> None:
        """What is left of a new pin, read once for the whole room; else each client would have to ask."""
        with contextlib.suppress(Unavailable):
            levels = await self._stock.levels(shop, [variant["id"] for variant in variants])
            change = StockChanged(epoch=levels.epoch, seq=levels.seq, levels=levels.levels)
            await self._realtime.emit(stream_room(stream), change)

    async def _catch_up(self, shop: str, stream: str, known: Moment | None) -> None:
        room = await self._streams.room(await self._streams.get(stream))
        missed = await self._timeline.missed(shop, stream, known, room) if known is not None else None
        if known is None or missed is None:
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

"""Joining a room."""

from typing import Protocol

import msgspec

from server.core.clock import Clock
from server.pins.messages import PinView
from server.rooms.messages import Joined, Missed, Room, Snapshot
from server.stock.messages import StockLevels
from server.stock.service import StockService
from server.streams.messages import Moment
from server.streams.service import Owned, StreamService
from server.streams.timeline import Room as TimelineRoom
from server.streams.timeline import Timeline


class Viewers(Protocol):
    def count(self, stream: str) -> int: ...


class RoomService:
    def __init__(
        self,
        streams: StreamService,
        timeline: Timeline,
        stock: StockService,
        viewers: Viewers,
        clock: Clock,
    ) -> None:
        self._streams = streams
        self._timeline = timeline
        self._stock = stock
        self._viewers = viewers
        self._clock = clock

    async def join(self, owned: Owned, since: Moment | None) -> Joined:
        """What was missed since `since`; a snapshot when there is no `since`, or its gap can't be filled.

        The stock is read after the room, so it is never older than the pins.
        """
        room = await self._streams.room(owned)
        missed = None
        if since is not None:
            missed = await self._timeline.missed(owned.shop.id, owned.view.id, since, room)
        stock = await self._levels(owned.shop.id, room)
        return Joined(
            now=self._clock.now_ms(),
            snapshot=_snapshot(room) if missed is None else None,
            missed=[
                Missed(event=event["event"], data=msgspec.Raw(event["data"].encode()))
                for event in missed or ()
            ],
            stock=stock,
            viewers=self._viewers.count(owned.view.id),
        )

    async def look(self, owned: Owned) -> Room:
        room = await self._streams.room(owned)
        return Room(
            snapshot=_snapshot(room),
            stock=await self._levels(owned.shop.id, room),
            viewers=self._viewers.count(owned.view.id),
            now=self._clock.now_ms(),
        )

    async def _levels(self, shop: str, room: TimelineRoom) -> StockLevels:
        pins: list[PinView] = room.sections["pins"]
        return await self._stock.levels(shop, [v.id for pin in pins for v in pin.product.variants])


def _snapshot(room: TimelineRoom) -> Snapshot:
    return Snapshot(epoch=room.epoch, seq=room.seq, stream=room.stream, **room.sections)

"""Joining a room."""

from typing import Protocol

import msgspec

from server.core.clock import Clock
from server.core.errors import Forbidden, Unavailable
from server.core.messages import Message
from server.rooms.kept import TRIES, Kept, KeptRooms
from server.rooms.levels import Levels
from server.streams.messages import Moment
from server.streams.timeline import Timeline


class Viewers(Protocol):
    def count(self, stream: str) -> int: ...


class SharedJoined(Message, frozen=True):
    """`Joined`, of parts that were encoded once for all."""

    now: int
    snapshot: msgspec.Raw | None
    missed: list[msgspec.Raw]
    stock: msgspec.Raw
    viewers: int


class SharedRoom(Message, frozen=True):
    """`Room`, the same way."""

    snapshot: msgspec.Raw
    stock: msgspec.Raw
    viewers: int
    now: int


class Ready(msgspec.Struct, frozen=True):
    """What somebody is answered who enters the room now, without waiting. `missed` None: the snapshot."""

    kept: Kept
    stock: msgspec.Raw
    missed: list[msgspec.Raw] | None


class RoomService:
    def __init__(
        self, kept: KeptRooms, levels: Levels, timeline: Timeline, viewers: Viewers, clock: Clock
    ) -> None:
        self._kept = kept
        self._levels = levels
        self._timeline = timeline
        self._viewers = viewers
        self._clock = clock

    async def ready(self, stream: str, since: Moment | None, *, shop: str | None = None) -> Ready:
        """What was missed since `since`; a snapshot when there is no `since`, or its gap can't be filled.

        Does not wait where this node knows all of it. Raises `Forbidden` when it is not `shop`'s stream.
        """
        older: list[msgspec.Raw] = []
        start, read_again = since, False
        for _ in range(TRIES):
            kept = await self._kept.get(stream)
            if shop is not None and kept.owned.shop.id != shop:
                raise Forbidden("This pass is for another shop.")
            stock = await self._levels.of(kept.owned.shop.id, kept.variants)
            if not self._kept.stands(kept):
                continue
            if start is None:
                return Ready(kept, stock, None)
            if start.epoch != kept.at.epoch or start.seq > kept.at.seq:
                if read_again:
                    return Ready(kept, stock, None)
                # The client may have heard of it elsewhere, before this node.
                self._kept.forget(stream)
                read_again = True
                continue
            missed = kept.followed.missed(start)
            if missed is not None:
                return Ready(kept, stock, older + missed)
            # Longer ago than is kept here. What comes meanwhile is kept.
            events = await self._timeline.since(kept.owned.shop.id, stream, start)
            if not events:
                return await self.ready(stream, None)
            older += [_missed(event) for event in events]
            start = Moment(epoch=start.epoch, seq=events[-1]["seq"])
        raise Unavailable("This room changes too fast for the moment. Try again.")

    def joined(self, ready: Ready) -> SharedJoined:
        return SharedJoined(
            now=self._clock.now_ms(),
            snapshot=ready.kept.snapshot if ready.missed is None else None,
            missed=ready.missed or [],
            stock=ready.stock,
            viewers=self._viewers.count(ready.kept.owned.view.id),
        )

    async def look(self, stream: str) -> SharedRoom:
        ready = await self.ready(stream, None)
        return SharedRoom(
            snapshot=ready.kept.snapshot,
            stock=ready.stock,
            viewers=self._viewers.count(stream),
            now=self._clock.now_ms(),
        )


def _missed(event: dict[str, object]) -> msgspec.Raw:
    data = msgspec.Raw(str(event["data"]).encode())
    return msgspec.Raw(msgspec.json.encode({"event": event["event"], "data": data}))

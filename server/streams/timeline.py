"""A stream's timeline: ordered events, and the state that they lead to.

The state at `seq` and the events after it always give the same as a fresh snapshot, because the state is
computed by the very `reduce` functions that are applied to the events, and both are written in one step.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import msgspec

from server.core.clock import Clock
from server.core.ids import new_id
from server.streams.errors import TimelineBusy
from server.streams.messages import Moment, RoomEvent, RoomRow, StreamChanged, StreamView

TRIES = 20


class Section(msgspec.Struct, frozen=True):
    """One slice's part of what a room shows. `reduce(state, event)` answers the state after the event: the
    same object when the event does not concern it. `restore(stream)` answers what SQL knows of the state, for
    a room that Redis has lost."""

    type: Any
    empty: Any
    reduce: Callable[[Any, RoomEvent], Any]
    restore: Callable[[str], Awaitable[Any]]


class Room(msgspec.Struct, frozen=True):
    """What a room shows at a moment: `sections["pins"]`, and so on."""

    epoch: str
    seq: int
    stream: StreamView
    sections: dict[str, Any]

    def apply(self, event: RoomEvent, sections: Mapping[str, Section]) -> "Room":
        return Room(
            epoch=event.epoch,
            seq=event.seq,
            stream=event.view if isinstance(event, StreamChanged) else self.stream,
            sections={name: section.reduce(self.sections[name], event) for name, section in sections.items()},
        )


class Stamp(msgspec.Struct, frozen=True):
    """What every event of a timeline carries."""

    stream: str
    epoch: str
    seq: int
    at: int

    def fields(self) -> dict[str, Any]:
        return {"stream": self.stream, "epoch": self.epoch, "seq": self.seq, "at": self.at}


class Store(Protocol):
    async def room(self, shop: str, stream: str) -> RoomRow | None: ...
    async def open(self, shop: str, stream: str, row: RoomRow) -> RoomRow: ...
    async def append(
        self, shop: str, stream: str, before: Moment, seq: int, state: str, event: str, data: str, at: int
    ) -> bool: ...
    async def events(self, shop: str, stream: str, after: int) -> list[dict[str, Any]]: ...
    async def last_events(self, shop: str, stream: str, most: int) -> list[dict[str, Any]]: ...
    async def retire(self, shop: str, stream: str) -> None: ...


class Timeline:
    """`sections` is the composition root's: each slice that shows something in a room adds its own."""

    def __init__(self, store: Store, sections: Mapping[str, Section], clock: Clock) -> None:
        self._store = store
        self._sections = dict(sections)
        self._clock = clock

    async def room(self, shop: str, view: StreamView) -> Room:
        """The room as it is now; where Redis knows none, a new one of what SQL knows, in a new epoch."""
        row = await self._store.room(shop, view.id)
        if row is None:
            fresh = Room(
                epoch=new_id("epoch"),
                seq=0,
                stream=view,
                sections={
                    name: await self._restored(section, view) for name, section in self._sections.items()
                },
            )
            row = await self._store.open(shop, view.id, self._row(fresh))
        return self._room(row)

    @staticmethod
    async def _restored(section: Section, view: StreamView) -> Any:
        return section.empty if view.state == "ended" else await section.restore(view.id)

    async def append(
        self, shop: str, view: StreamView, build: Callable[[Room, Stamp], RoomEvent | None]
    ) -> Room:
        """Adds the event that `build` makes of the room as it is; nothing when it makes none.

        `build` may be called more than once, and may raise. Raises `TimelineBusy` when others kept writing.
        """
        for _ in range(TRIES):
            room = await self.room(shop, view)
            stamp = Stamp(stream=view.id, epoch=room.epoch, seq=room.seq + 1, at=self._clock.now_ms())
            event = build(room, stamp)
            if event is None:
                return room
            after = room.apply(event, self._sections)
            written = await self._store.append(
                shop,
                view.id,
                Moment(epoch=room.epoch, seq=room.seq),
                after.seq,
                self._row(after).state,
                event.name,
                msgspec.json.encode(event).decode(),
                event.at,
            )
            if written:
                return after
        raise TimelineBusy("Too many changes at once on this stream. Try again.")

    async def missed(self, shop: str, stream: str, since: Moment, room: Room) -> list[dict[str, Any]] | None:
        """The events after `since`, without a gap; None when they can't be had and a snapshot is needed."""
        if since.epoch != room.epoch or since.seq > room.seq:
            return None
        events = [e for e in await self._store.events(shop, stream, since.seq) if e["seq"] <= room.seq]
        if [event["seq"] for event in events] != list(range(since.seq + 1, room.seq + 1)):
            return None
        return events

    async def since(self, shop: str, stream: str, since: Moment) -> list[dict[str, Any]]:
        """The events after `since`, without a gap; none when they can't be had."""
        found: list[dict[str, Any]] = []
        for event in await self._store.events(shop, stream, since.seq):
            if (
                event["seq"] != since.seq + len(found) + 1
                or msgspec.json.decode(event["data"])["epoch"] != since.epoch
            ):
                return []
            found.append(event)
        return found

    async def recent(self, shop: str, stream: str, most: int) -> list[dict[str, Any]]:
        """The last events, oldest first."""
        return await self._store.last_events(shop, stream, most)

    async def all_events(self, shop: str, stream: str) -> list[dict[str, Any]]:
        return await self._store.events(shop, stream, 0)

    async def retire(self, shop: str, stream: str) -> None:
        await self._store.retire(shop, stream)

    def _row(self, room: Room) -> RoomRow:
        state = msgspec.json.encode({"stream": room.stream, "sections": room.sections}).decode()
        return RoomRow(epoch=room.epoch, seq=room.seq, state=state)

    def _room(self, row: RoomRow) -> Room:
        state = msgspec.json.decode(row.state)
        return Room(
            epoch=row.epoch,
            seq=row.seq,
            stream=msgspec.convert(state["stream"], StreamView),
            sections={
                # A section that came with a newer server than the one that wrote the room starts empty.
                name: msgspec.convert(state["sections"].get(name, section.empty), section.type)
                for name, section in self._sections.items()
            },
        )

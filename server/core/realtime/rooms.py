"""Who is in which room, and what is on its way to it.

A frame for a room is the same bytes for everybody. The frames that one turn of the event loop makes for one
room leave as one write per viewer. What a viewer is sent arrives in the order in which it was said, whether
to a room or to the viewer alone: whatever else is sent, or changes who is in a room, flushes first.
"""

import asyncio
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from server.core.metrics import Histogram
from server.core.realtime.sending import Members, native

if TYPE_CHECKING:
    from server.core.realtime.connection import Connection


class Rooms:
    """`most_queued`: bytes that may wait for one viewer. `dropped`: how many fell further behind. `fan_out`:
    how long it took from the first frame of a write in hand to the last viewer written to. `send_many`: see
    `sending`."""

    def __init__(self, most_queued: int) -> None:
        self._most_queued = most_queued
        self._rooms: dict[str, Members] = {}
        self._waiting: list[bytes] = []
        self._waiting_for = ""
        self._since = 0.0
        self.fan_out = Histogram()
        self.dropped = 0
        self.frames_sent = 0
        self.send_many = native()

    def __len__(self) -> int:
        return len(self._rooms)

    def __contains__(self, name: str) -> bool:
        return name in self._rooms

    def sizes(self) -> Iterator[tuple[str, int]]:
        """How many are in each room."""
        return ((name, len(members)) for name, members in self._rooms.items())

    def members(self, name: str) -> list["Connection"]:
        room = self._rooms.get(name)
        return room.all() if room is not None else []

    def enter(self, connection: "Connection", name: str) -> None:
        """Hears what is said from now on. A connection that is ending enters nothing."""
        self.flush()  # which may end the connection
        if not connection.open or name in connection.rooms:
            return
        self._rooms.setdefault(name, Members()).add(connection)
        connection.rooms += (name,)

    def leave(self, connection: "Connection", name: str) -> None:
        if name not in connection.rooms:
            return
        self.flush()
        connection.rooms = tuple(each for each in connection.rooms if each != name)
        self._take_out(connection, name)

    def leave_all(self, connection: "Connection") -> None:
        if connection.rooms:
            self.flush()
            for name in connection.rooms:
                self._take_out(connection, name)
            connection.rooms = ()

    def send(self, name: str, frame: bytes) -> None:
        """At the end of this turn of the loop, or before."""
        if self._waiting and self._waiting_for != name:
            self.flush()  # a viewer of both rooms hears them in this order
        if name not in self._rooms:
            return
        if not self._waiting:
            self._since = time.perf_counter()
            asyncio.get_running_loop().call_soon(self.flush)
        self._waiting_for = name
        self._waiting.append(frame)

    def flush(self) -> None:
        if not self._waiting:
            return
        frames, self._waiting = self._waiting, []
        data = frames[0] if len(frames) == 1 else b"".join(frames)
        room = self._rooms.get(self._waiting_for)
        if room is None:
            return
        self.frames_sent += len(frames) * len(room)
        # Nothing in there changes who is in the room.
        behind = room.write(data, self._most_queued, self.send_many)
        self.fan_out.observe(time.perf_counter() - self._since)
        for connection in behind:
            connection.drop()

    def _take_out(self, connection: "Connection", name: str) -> None:
        room = self._rooms.get(name)
        if room is not None:
            room.discard(connection)
            if not room:
                del self._rooms[name]

"""One client's WebSocket, and Engine.IO on it: a protocol object, no task, no queue."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from server.core.addresses import UNKNOWN
from server.core.realtime.frames import (
    CLOSE,
    NORMAL,
    PING,
    POLICY,
    PONG,
    TEXT,
    TOO_SLOW,
    Message,
    close_frame,
    frame,
)
from server.core.realtime.limits import Limits
from server.core.realtime.reader import Reader
from server.core.realtime.rooms import Rooms

OPENED, JOINING, JOINED, LEAVING = range(4)
"""How far Socket.IO has come: nothing yet, CONNECT is being decided, in, DISCONNECT is under way."""

_THEIR_DOING = ("client disconnect", "transport close")
"""python-socketio's words for an end that the client made."""


class Owner(Protocol):
    """What a connection wants of its engine."""

    limits: Limits
    rooms: Rooms
    ended: Counter[int]
    """How many connections we ended, by close code."""

    def received(self, connection: "Connection", packet: str) -> None:
        """A Socket.IO packet. Sets `busy` on the connection where the next has to wait."""

    def closing(self, connection: "Connection", reason: str) -> None:
        """Nothing more is sent or handled; the line may last a little longer. Called once."""

    def lost(self, connection: "Connection") -> None:
        """The line is gone."""


class Connection(asyncio.Protocol):
    """`open`: it may send and be heard. `busy`: the next packets have to wait for the one that is handled.
    `asked`: commands that are not answered yet.
    `socket`: its number, for writing past the transport; -1 where that must not be done."""

    __slots__ = (
        "_farewell", "_later", "_owner", "_reader", "address", "asked", "bucket", "busy", "on_lost", "open",
        "ponged", "rooms", "sid", "socket", "state", "transport",
    )  # fmt: skip

    def __init__(self, owner: Owner, transport: asyncio.Transport, sid: str) -> None:
        self.transport = transport
        self.socket = _number(transport)
        self.sid = sid
        self.address = UNKNOWN
        self.rooms: tuple[str, ...] = ()
        self.state = OPENED
        self.open = True
        self.busy = False
        self.asked = 0
        self.ponged = True
        self.bucket = 0
        self.on_lost: Callable[[], None] | None = None
        self._owner = owner
        self._reader = Reader(owner.limits.message)
        self._later: list[Message] | None = None
        self._farewell: tuple[int, str] | None = None

    # What comes in

    def data_received(self, data: bytes) -> None:
        if not self.open:
            return
        messages = self._reader.feed(data)
        if self._later is not None:
            self._later += messages
        else:
            self._handle(messages)

    def _handle(self, messages: list[Message]) -> None:
        """Each in its turn; others get theirs when there are many, or one has to be waited for."""
        turn = self._owner.limits.turn
        for done, message in enumerate(messages):
            if not self.open or self._farewell is not None:
                return
            if self.busy or done == turn:
                self._later = messages[done:]
                self._pause()
                if not self.busy:
                    self.wake()
                return
            self._message(message)
        if self.open and self._reader.violation is not None:
            if self.busy:
                self._later = []
            else:
                self.close(*self._reader.violation)

    def wake(self) -> None:
        """Has `go_on` called soon, where something waits."""
        if self._later is not None:
            asyncio.get_running_loop().call_soon(self.go_on)

    def go_on(self) -> None:
        """With what waited."""
        messages, self._later = self._later, None
        if messages is None or not self.open:
            return
        if not self.transport.is_closing():
            self.transport.resume_reading()
        self._handle(messages)

    def _pause(self) -> None:
        if not self.transport.is_closing():
            self.transport.pause_reading()

    def _message(self, message: Message) -> None:
        kind, data, code = message
        if kind == TEXT:
            self._packet(str(data))
        elif kind == PING and isinstance(data, bytes):
            self.write(frame(data, PONG))
        elif kind == CLOSE:
            self.close(code, said="client disconnect" if code == NORMAL else "transport close")

    def _packet(self, packet: str) -> None:
        """Engine.IO: message, pong and close are all that a client sends over a WebSocket."""
        if packet[:1] == "4":
            self._owner.received(self, packet)
        elif packet == "3":
            self.ponged = True
        elif packet == "1":
            self.close(NORMAL, said="client disconnect")
        else:
            self.close(POLICY, "no Engine.IO packet")

    # What goes out

    def write(self, data: bytes) -> None:
        """Frames for this viewer alone. Never raises; what can't be sent any more is not."""
        self._owner.rooms.flush()
        if not self.open or self.transport.is_closing():
            return
        if self.transport.get_write_buffer_size() > self._owner.limits.queued:
            self.drop()
        else:
            self.transport.write(data)

    def send(self, packet: bytes) -> None:
        """A Socket.IO packet, encoded."""
        self.write(frame(b"4" + packet))

    def drop(self) -> None:
        if self.open:
            self._owner.rooms.dropped += 1
        self.close(TOO_SLOW, "too slow, connect again")

    def close(self, code: int, reason: str = "", *, said: str = "server disconnect") -> None:
        """After what was sent before. `said`: python-socketio's word for it. The line ends when the other
        side hangs up, or when the engine has waited for that long enough."""
        if self.open:
            self._owner.rooms.flush()
        if not self.open:  # before, or because it could not take what was flushed
            return
        if said not in _THEIR_DOING:
            self._owner.ended[code] += 1
        self._end(said)
        transport = self.transport
        if transport.is_closing():
            return
        transport.resume_reading()  # or we would not see the other side hang up
        transport.write(close_frame(code, reason))
        if transport.can_write_eof():
            # To close for good with bytes unread would reset the line, and the close frame might be lost.
            transport.write_eof()
        else:
            transport.close()

    def finish(self, code: int, reason: str) -> None:
        """Hears nothing more, and closes when what is under way is answered."""
        self._farewell = (code, reason)
        self.settle()

    def settle(self) -> None:
        """To be called when something that was under way is done."""
        if self._farewell is not None and not self.busy and not self.asked:
            self.close(*self._farewell)

    def abort(self) -> None:
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.open:
            self._end("transport close" if exc is None else "transport error")
        self._owner.lost(self)
        if self.on_lost is not None:
            self.on_lost()

    def _end(self, said: str) -> None:
        self.open = False
        self._later = None
        self._owner.rooms.leave_all(self)
        self._owner.closing(self, said)

    # For a connection that came by way of aiohttp, to which this is a parser of what follows the handshake.

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        self.data_received(data)
        return False, b""

    def feed_eof(self) -> None:
        self.connection_lost(None)

    def set_exception(self, error: Any, *_cause: Any) -> None:
        """Part of what aiohttp may call on a parser; `feed_eof` follows."""


def _number(transport: asyncio.Transport) -> int:
    plain = transport.get_extra_info("sslcontext") is None
    socket = transport.get_extra_info("socket") if plain else None
    return -1 if socket is None else int(socket.fileno())

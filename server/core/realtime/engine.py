"""Engine.IO protocol 4 over WebSocket alone, as python-socketio wants its engine: one node's connections."""

import asyncio
import base64
import contextlib
import functools
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import msgspec

from server.core.log import logger
from server.core.realtime.admission import PULSE_S
from server.core.realtime.connection import JOINED, Connection
from server.core.realtime.door import Door
from server.core.realtime.drain import drain
from server.core.realtime.eager import Eager
from server.core.realtime.frames import GOING_AWAY, INTERNAL, NO_PONG, NOT_CONNECTED, POLICY, frame
from server.core.realtime.front import Front
from server.core.realtime.heartbeat import Buckets, Deadlines, Ticker
from server.core.realtime.limits import Limits
from server.core.realtime.rooms import Rooms

_log = logger("realtime")
_PING = frame(b"2")


@functools.lru_cache(1024)
def _environ(origin: str) -> dict[str, str]:
    """What python-socketio hands to the connect handler; one for all who come from the same page."""
    return {"HTTP_ORIGIN": origin}


InPlace = Callable[[Connection, str], bool]
"""Handles a packet at once, or answers False: then it goes the ordinary way."""


class Engine:
    """The packets of one connection are handled one after the other; but a command whose handler has to wait
    goes on beside those that follow it.

    Counters, for whoever watches: `opened_total`, `ended`, `no_pongs`, `not_connected`, `rooms.dropped`,
    `rooms.frames_sent`, `rooms.fan_out`; and as of now `connections`, `bytes_queued()`.
    """

    async_mode = "proofcast"

    def __init__(self, limits: Limits, in_place: InPlace) -> None:
        self.limits = limits
        self.rooms = Rooms(limits.queued)
        self.sockets: dict[str, Connection] = {}
        self.eager = Eager()
        self.door = Door(limits, self.sockets)
        self.opened_total = 0
        self.ended: Counter[int] = Counter()
        self.no_pongs = 0
        self.not_connected = 0
        self._in_place = in_place
        self._handlers: dict[str, Callable[..., Awaitable[Any]]] = {}
        self._buckets: Buckets[Connection] = Buckets(max(1, round(limits.ping_s / limits.tick_s)))
        self._fronts: Deadlines[Front] = Deadlines(limits.head_s)
        self._unconnected: Deadlines[Connection] = Deadlines(limits.connect_s)
        self._closing: Deadlines[Connection] = Deadlines(limits.close_s)
        self._ended_while_busy: dict[Connection, str] = {}
        self._ticker = Ticker(limits.tick_s, self._tick)
        self._pulse = Ticker(PULSE_S, self.door.admission.beat)
        self._stopped = False
        self._all_gone = asyncio.Event()

    @property
    def connections(self) -> int:
        return len(self.sockets)

    @property
    def asking(self) -> int:
        """Connections that have not said yet what they want."""
        return len(self._fronts)

    def bytes_queued(self) -> int:
        """What waits for viewers who read more slowly than we write. Looks at every connection."""
        return sum(each.transport.get_write_buffer_size() for each in self.sockets.values() if each.open)

    # From the front

    def front(self, http: Callable[[], asyncio.Protocol]) -> Front:
        return Front(self, http)

    def waits(self, front: Front) -> None:
        now = asyncio.get_running_loop().time()
        self._start()
        self._fronts.add(front, now)
        if not self.door.callers.came(front.address, now):
            front.abort()

    def decided(self, front: Front) -> None:
        if self._fronts.discard(front):
            self.door.callers.spoke(front.address)

    def opened(self, transport: asyncio.Transport, answer: bytes, origin: str, address: str) -> Connection:
        """`answer`: the HTTP response, to be sent before the first frame."""
        connection = Connection(self, transport, self.generate_id())
        connection.address = address
        self.sockets[connection.sid] = connection
        self.opened_total += 1
        connection.bucket = self._buckets.add(connection)
        self._stranger(connection)
        self._start()
        hello = {
            "sid": connection.sid, "upgrades": [], "pingTimeout": round(self.limits.ping_s * 1000),
            "pingInterval": round(self.limits.ping_s * 1000), "maxPayload": self.limits.message,
        }  # fmt: skip
        transport.write(answer + frame(b"0" + msgspec.json.encode(hello)))
        connection.busy = True  # within aiohttp's task this runs later, and a packet may come before
        self._run(self._working(connection, self._handlers["connect"], _environ(origin)), connection)
        if self._stopped:
            connection.close(GOING_AWAY, "the server stops")
        return connection

    # From connections

    def received(self, connection: Connection, packet: str) -> None:
        if connection.state == JOINED and self._in_place(connection, packet):
            return
        connection.busy = True
        self._run(self._working(connection, self._handlers["message"], packet[1:]), connection)

    async def _working(
        self, connection: Connection, handler: Callable[..., Awaitable[Any]], given: object
    ) -> None:
        try:
            await handler(connection.sid, given)
        finally:
            connection.busy = False
            if said := self._ended_while_busy.pop(connection, None):
                await self._leave(connection, said)
            else:
                connection.wake()
                connection.settle()

    def closing(self, connection: Connection, reason: str) -> None:
        self._buckets.discard(connection, connection.bucket)
        self._known(connection)
        if not connection.transport.is_closing():
            self._closing.add(connection, asyncio.get_running_loop().time())
        if connection.busy:
            self._ended_while_busy[connection] = reason
        else:
            self._run(self._leave(connection, reason), connection)

    async def _leave(self, connection: Connection, reason: str) -> None:
        try:
            await self._handlers["disconnect"](connection.sid, reason)
        finally:
            self.sockets.pop(connection.sid, None)

    def lost(self, connection: Connection) -> None:
        self.door.callers.gone(connection.address)
        self._closing.discard(connection)
        if self._stopped and not len(self._closing):
            self._all_gone.set()

    def _run(self, coroutine: Any, connection: Connection) -> None:
        async def watched() -> None:
            try:
                await coroutine
            except Exception as error:
                _log.error("connection failed", exc_info=error)
                connection.close(INTERNAL, "something went wrong on our side")

        self.eager.start(watched(), name="realtime")

    # From python-socketio's manager

    def joined(self, connection: Connection) -> None:
        self._known(connection)

    def left(self, connection: Connection) -> None:
        self.rooms.leave_all(connection)
        if connection.open:
            self._stranger(connection)

    def _stranger(self, connection: Connection) -> None:
        """Nobody has shown a pass for it."""
        self._unconnected.add(connection, asyncio.get_running_loop().time())
        self.door.callers.stranger(connection.address, 1)

    def _known(self, connection: Connection) -> None:
        if self._unconnected.discard(connection):
            self.door.callers.stranger(connection.address, -1)

    # Time

    def _start(self) -> None:
        self._ticker.start()
        self._pulse.start()

    def _tick(self, now: float) -> None:
        for connection in self._buckets.next():
            if connection.ponged:
                connection.ponged = False
                connection.write(_PING)
            else:
                self.no_pongs += 1
                connection.close(NO_PONG, "no pong", said="ping timeout")
        for front in self._fronts.overdue(now):
            self.door.callers.spoke(front.address)
            front.late()
        for connection in self._unconnected.overdue(now):
            self.door.callers.stranger(connection.address, -1)
            self.not_connected += 1
            connection.close(NOT_CONNECTED, "no CONNECT in time")
        for connection in self._closing.overdue(now):
            connection.abort()
        self.door.callers.sweep(now)

    async def drain(self, window_s: float, hurry: asyncio.Event) -> None:
        """Takes nobody in any more, and sends all away, spread over the window. `close` comes next."""
        self.door.draining = True
        for front in self._fronts:
            front.abort()
        await drain(list(self.sockets.values()), window_s, hurry)

    async def close(self) -> None:
        """Tells all to connect again, elsewhere or later; waits a moment for them to hang up, then does."""
        self._stopped = True
        for front in self._fronts:
            front.abort()
        for connection in list(self.sockets.values()):
            connection.close(GOING_AWAY, "the server stops")
        await self.eager.finish(min(1.0, self.limits.close_s))
        if len(self._closing):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(1.0, self.limits.close_s)):
                    await self._all_gone.wait()
        for connection in self._closing:
            connection.abort()
        await self.eager.close()
        self._ticker.stop()
        self._pulse.stop()

    # What python-socketio calls on its engine

    def on(self, event: str, handler: Callable[..., Awaitable[Any]]) -> None:
        self._handlers[event] = handler

    async def send(self, sid: str, data: str) -> None:
        if connection := self.sockets.get(sid):
            connection.send(data.encode())

    async def send_packet(self, sid: str, packet: Any) -> None:
        if connection := self.sockets.get(sid):
            connection.write(frame(packet.encode().encode()))

    async def disconnect(self, sid: str) -> None:
        if connection := self.sockets.get(sid):
            connection.close(POLICY, "no Socket.IO packet of ours")

    def generate_id(self) -> str:
        return base64.urlsafe_b64encode(secrets.token_bytes(15)).decode()

    def start_background_task(
        self, target: Callable[..., Coroutine[Any, Any, Any]], *arguments: Any, **named: Any
    ) -> asyncio.Task[Any]:
        return self.eager.spawn(target(*arguments, **named), name="realtime")

    async def sleep(self, seconds: float = 0) -> None:
        await asyncio.sleep(seconds)

    def create_event(self) -> asyncio.Event:
        return asyncio.Event()

    async def shutdown(self) -> None:
        await self.close()

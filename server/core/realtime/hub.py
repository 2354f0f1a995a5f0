"""Commands in, events out, rooms in between.

A message announces a fact; it is never the only copy of one. Every command is acknowledged, with
`{"ok": true, "data": …}` or `{"ok": false, "error": …}`, and the error is the same as over HTTP.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from server.core import ids
from server.core.addresses import UNKNOWN
from server.core.auth import Grant
from server.core.clock import Clock
from server.core.errors import BadRequest, Internal, ProofcastError, TooMany
from server.core.http import as_error, as_text, convert, error_response
from server.core.log import logger
from server.core.messages import Command, Empty, Event
from server.core.realtime import handshake, library
from server.core.realtime.connection import Connection
from server.core.realtime.counts import Counts
from server.core.realtime.engine import Engine
from server.core.realtime.frames import FLOOD, frame
from server.core.realtime.limits import Limits
from server.core.realtime.peer import PER_SECOND, Peer
from server.core.realtime.server import Server, encode
from server.core.requests import UPGRADED
from server.core.tracing import OFF, Tracing

C = TypeVar("C", bound=Command)

_log = logger("realtime")

Authenticate = Callable[[object, str], Awaitable[Grant]]
"""The `token` of the connection's `auth`, and its `Origin`, to who that is. Raises a `ProofcastError`."""

# A command as clients write it. What is written another way is decoded by python-socketio.
_COMMAND = re.compile(r'42(0|[1-9][0-9]{0,15})\["([a-z_.]{1,64})",')


class _Known(msgspec.Struct, frozen=True):
    message: type[Any]
    decode: Callable[[str], Any]
    handler: Callable[[Peer, Any], Awaitable[Any]]


class Realtime:
    """The real-time server of one node."""

    def __init__(
        self,
        authenticate: Authenticate,
        clock: Clock,
        limits: Limits | None = None,
        tracing: Tracing = OFF,
    ) -> None:
        self._authenticate = authenticate
        self._clock = clock
        self._tracing = tracing
        self.counts = Counts()
        self._commands: dict[str, _Known] = {}
        self._left: list[Callable[[Peer], Awaitable[None]]] = []
        self._arrived: list[Callable[[Peer], Awaitable[None]]] = []
        self.peers: dict[str, Peer] = {}
        self.engine = Engine(limits or Limits(), self._in_place)
        self._sio = Server(self.engine)
        self._sio.on("connect", self._connect)
        self._sio.on("disconnect", self._disconnect)
        self._sio.on("*", self._command)

    def attach(self, app: web.Application) -> None:
        """Who serves `app` with `app[REALTIME].engine.front` in front spares aiohttp the handshakes. Without
        it they are answered all the same."""
        app[REALTIME] = self
        app.on_response_prepare.append(self._last_answer)
        app.router.add_get(handshake.PATH, self._open)

        async def stop(_app: web.Application) -> None:
            await self.close()

        app.on_shutdown.append(stop)

    def command(self, message: type[C], handler: Callable[[Peer, C], Awaitable[Any]]) -> None:
        """`handler` answers a `message.answer`, or raises a `ProofcastError`. A handler that does not have to
        wait is answered before the next packet is read."""
        if message.name in self._commands:
            raise ValueError(f"two handlers for {message.name}")
        handler = self._tracing.around(message.name, handler)
        self._commands[message.name] = _Known(message, msgspec.json.Decoder(message).decode, handler)

    def commands(self) -> list[type[Command]]:
        return [known.message for known in self._commands.values()]

    def on_arrive(self, handler: Callable[[Peer], Awaitable[None]]) -> None:
        self._arrived.append(handler)

    def on_leave(self, handler: Callable[[Peer], Awaitable[None]]) -> None:
        """Called once per peer that went away; `peer.shows` still holds its streams."""
        self._left.append(handler)

    def tell(self, room: str, event: Event) -> None:
        """To everybody in `room` on this node."""
        self.tell_raw(room, event.name, event)

    def tell_raw(self, room: str, name: str, payload: object) -> None:
        """As `tell`, for an event that is encoded already (`msgspec.Raw`) or that comes from another node.
        Encoded once, framed once. Kept apart from python-socketio, which would do so for each viewer."""
        if room in self.engine.rooms:
            self.counts.events[name] += 1
            self.engine.rooms.send(room, frame(b"42" + encode([name, payload])))

    def anybody_in(self, room: str) -> bool:
        """On this node."""
        return room in self.engine.rooms

    async def enter(self, peer: Peer, room: str) -> None:
        """Raises `BadRequest` when the peer has gone meanwhile."""
        connection = self.engine.sockets.get(peer.sid)
        if peer.sid not in self.peers or connection is None:
            raise BadRequest("The connection is not open.")
        self.engine.rooms.enter(connection, room)

    @property
    def draining(self) -> bool:
        """The node takes nobody in any more."""
        return self.engine.door.draining

    async def drain(self, window_s: float, hurry: asyncio.Event) -> None:
        """Sends the clients elsewhere, spread over the window. Afterwards `close`."""
        await self.engine.drain(window_s, hurry)

    async def _last_answer(self, _request: web.Request, response: web.StreamResponse) -> None:
        if self.draining and response.status != 101:
            response.headers["Connection"] = "close"  # HTTP clients, too, go elsewhere for the next
            response.force_close()

    def leave(self, peer: Peer, room: str) -> None:
        connection = self.engine.sockets.get(peer.sid)
        if connection is not None:
            self.engine.rooms.leave(connection, room)

    async def close(self) -> None:
        """Tells every client to connect again, and waits until they are gone."""
        await self.engine.close()

    async def _open(self, request: web.Request) -> web.StreamResponse:
        """A handshake on a connection that aiohttp has: no good, or not the connection's first request."""
        try:
            accepted = handshake.accept(request.method, request.path_qs, request.version, request.headers)
        except BadRequest as error:
            response = error_response(error)
            if error.details["at"] == handshake.VERSION:
                response.set_status(426)
                response.headers.update({handshake.VERSION: "13", "Upgrade": "websocket"})
            return response
        gone = asyncio.get_running_loop().create_future()
        transport = request.transport
        if transport is not None:
            try:
                address = self.engine.door.handshake(transport, request.headers, counted=False)
            except ProofcastError as error:
                return error_response(error)
            origin = handshake.origin(request.headers)
            request[UPGRADED] = True
            connection = self.engine.opened(transport, accepted, origin, address)
            connection.on_lost = lambda: None if gone.done() else gone.set_result(None)
            library.follow(request, connection)
            await asyncio.wait([gone])
        return web.Response()  # to nobody

    async def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            grant = await self._authenticate(token, as_text(environ.get("HTTP_ORIGIN", "")))
            self.engine.door.viewer(grant, len(self.peers))
        except Exception as error:
            failure = self._failure(error, "connect")
            self.counts.connects[failure.code] += 1
            raise library.ConnectionRefused(failure.message, msgspec.to_builtins(failure.body())) from None
        self.counts.connects["ok"] += 1
        address = connection.address if (connection := self.engine.sockets.get(sid)) else UNKNOWN
        peer = self.peers[sid] = Peer(sid, grant, self._clock.now_ms(), address)
        for handler in self._arrived:
            await handler(peer)

    async def _disconnect(self, sid: str, _reason: object = None) -> None:
        peer = self.peers.pop(sid, None)  # python-socketio may call this twice
        if peer is None:
            return
        for handler in self._left:
            try:
                await handler(peer)
            except Exception as error:
                self._failure(error, "disconnect")

    def _in_place(self, connection: Connection, packet: str) -> bool:
        """Answers a well-formed, known command; False leaves the packet to `_command`, and whatever is to be
        said of it."""
        found = _COMMAND.match(packet)
        if found is None:
            return False
        known = self._commands.get(found[2])
        if known is None or connection.sid not in self.peers:
            return False
        try:
            message = known.decode(packet[found.end() : -1])  # what is left of it is one value, or no JSON
        except (msgspec.DecodeError, ValueError, RecursionError):
            return False
        if packet[-1] != "]":
            return False
        work = self._acknowledge(connection, found[1], known, message)
        self.engine.eager.start(work, name=known.message.name)
        return True

    async def _acknowledge(self, connection: Connection, number: str, known: _Known, message: Any) -> None:
        answer = await self._carry_out(connection, known, message)
        connection.send(b"3%b%b" % (number.encode(), encode([answer])))
        connection.settle()

    async def _command(self, name: object, sid: str, *arguments: object) -> dict[str, Any]:
        """The ordinary way, for what does not go the short one."""
        connection = self.engine.sockets.get(sid)
        known = self._commands.get(name) if isinstance(name, str) else None
        try:
            return await self._carry_out(connection, known, None, arguments)
        finally:
            if connection is not None:  # python-socketio sends the answer first
                asyncio.get_running_loop().call_soon(connection.settle)

    async def _carry_out(
        self,
        connection: Connection | None,
        known: _Known | None,
        message: Any,
        arguments: Sequence[object] = (),
    ) -> dict[str, Any]:
        """`arguments`: of a command whose `message` is not made yet."""
        # A name that is no command's is what somebody typed: it goes into no log.
        name, outcome, began = known.message.name if known else "unknown", "ok", time.perf_counter()
        if connection is not None:
            connection.asked += 1
        try:
            peer = self.peers.get(connection.sid) if connection is not None else None
            if peer is None or connection is None:
                raise BadRequest("The connection is not open.")
            self._spend(peer, connection)
            if known is None:
                raise BadRequest("There is no such command.", known=sorted(self._commands))
            if message is None:
                if len(arguments) != 1:
                    raise BadRequest("A command takes one object.", at="$")
                message = convert(arguments[0], known.message)
            data = await known.handler(peer, message)
            answer = {"ok": True, "data": data if data is not None else Empty()}
        except Exception as error:
            failure = self._failure(error, name)
            outcome, answer = failure.code, {"ok": False, "error": failure.body()}
            _log.debug("command failed", command=name, code=outcome)
        finally:
            if connection is not None:
                connection.asked -= 1
        self.counts.asked(name, outcome, time.perf_counter() - began)
        return answer

    def _spend(self, peer: Peer, connection: Connection) -> None:
        if not peer.spend(self._clock.now_ms()):
            if peer.floods:
                connection.close(FLOOD, "far more commands than are allowed")
            raise TooMany("Too many messages at once. Wait a second.", per_second=PER_SECOND)

    @staticmethod
    def _failure(error: Exception, command: str) -> ProofcastError:
        failure = as_error(error)
        if isinstance(failure, Internal):
            incident = ids.new_id("inc")
            _log.error("unexpected error", command=command, incident=incident, exc_info=error)
            failure = Internal(failure.message, incident=incident)
        return failure


REALTIME = web.AppKey("realtime", Realtime)

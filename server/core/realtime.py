"""Socket.IO. The only module that knows python-socketio: what is inside may change, its callers don't.

A message announces a fact; it is never the only copy of one. Every command is acknowledged, with
`{"ok": true, "data": …}` or `{"ok": false, "error": …}`, and the error is the same as over HTTP.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
import socketio
from aiohttp import web
from engineio.async_drivers.aiohttp import WebSocket

from server.core import ids
from server.core.auth import Grant
from server.core.clock import Clock
from server.core.errors import BadRequest, Internal, ProofcastError, TooMany
from server.core.http import as_error, as_text, convert
from server.core.log import logger
from server.core.messages import Command, Empty, Event

C = TypeVar("C", bound=Command)

_log = logger("realtime")

MAX_MESSAGE = 64 * 1024
BURST = 60
PER_SECOND = 20


class _Json:
    """msgspec as the json module that python-socketio asks for: structs go out as they are."""

    @staticmethod
    def dumps(value: Any, **_options: Any) -> str:
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_options: Any) -> Any:
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise ValueError(str(error)) from None
        except RecursionError:
            raise ValueError("nested too deeply") from None


class _Connection(WebSocket):  # type: ignore[misc]
    """Ends the connection at what is no packet of a client of ours, before python-engineio stumbles on it."""

    async def wait(self) -> str:
        data: object = await super().wait()
        if not isinstance(data, str) or data[:1] not in ("1", "3", "4") or self.handler.__self__.closed:
            raise OSError  # python-engineio's word for a connection that is over
        return data


class _Server(socketio.AsyncServer):  # type: ignore[misc]
    """Speaks what we use of Socket.IO: connect, disconnect, and events that ask for an acknowledgement."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.eio._async = {**self.eio._async, "websocket": _Connection}

    async def _handle_eio_message(self, eio_sid: str, data: object) -> None:
        try:
            packet = self.packet_class(encoded_packet=data)
        except ValueError:
            await self.eio.disconnect(eio_sid)
            return
        match packet.packet_type, packet.data:
            case socketio.packet.CONNECT, auth:
                await self._handle_connect(eio_sid, packet.namespace, auth)
            case socketio.packet.DISCONNECT, _:
                await self._handle_disconnect(eio_sid, packet.namespace, self.reason.CLIENT_DISCONNECT)
            case socketio.packet.EVENT, [str(name), *_] if name not in self.reserved_events:
                if packet.id is not None:  # nobody would learn what became of it
                    await self._handle_event(eio_sid, packet.namespace, packet.id, packet.data)
            case _:
                await self.eio.disconnect(eio_sid)


class Peer:
    """One connected client. `shows`: the streams whose rooms it has joined."""

    __slots__ = ("_allowance", "_seen_ms", "grant", "shows", "sid")

    def __init__(self, sid: str, grant: Grant, now_ms: int) -> None:
        self.sid = sid
        self.grant = grant
        self.shows: set[str] = set()
        self._allowance = float(BURST)
        self._seen_ms = now_ms

    def spend(self, now_ms: int) -> bool:
        """Takes one command from the peer's allowance; False when there is none left."""
        self._allowance = min(BURST, self._allowance + (now_ms - self._seen_ms) * PER_SECOND / 1000)
        self._seen_ms = now_ms
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True


Authenticate = Callable[[object, str], Awaitable[Grant]]
"""The `token` of the connection's `auth`, and its `Origin`, to who that is. Raises a `ProofcastError`."""


class Realtime:
    """Commands in, events out, rooms in between."""

    def __init__(self, authenticate: Authenticate, clock: Clock) -> None:
        self._authenticate = authenticate
        self._clock = clock
        self._commands: dict[str, tuple[type[Any], Callable[[Peer, Any], Awaitable[Any]]]] = {}
        self._left: list[Callable[[Peer], Awaitable[None]]] = []
        self._arrived: list[Callable[[Peer], Awaitable[None]]] = []
        self.peers: dict[str, Peer] = {}
        self._sio = _Server(
            async_mode="aiohttp",
            transports=["websocket"],
            # Who may connect is decided by the pass, which is bound to an origin, not by this list.
            cors_allowed_origins="*",
            json=_Json,
            max_http_buffer_size=MAX_MESSAGE,
            ping_interval=20,
            ping_timeout=20,
            http_compression=False,
            logger=False,
            engineio_logger=False,
        )
        self._sio.on("connect", self._connect)
        self._sio.on("disconnect", self._disconnect)
        self._sio.on("*", self._command)

    def attach(self, app: web.Application) -> None:
        app.router.add_get("/socket.io/", self._open)

    def command(self, message: type[C], handler: Callable[[Peer, C], Awaitable[Any]]) -> None:
        """`handler` answers a `message.answer`, or raises a `ProofcastError`."""
        if message.name in self._commands:
            raise ValueError(f"two handlers for {message.name}")
        self._commands[message.name] = (message, handler)

    def commands(self) -> list[type[Command]]:
        return [message for message, _ in self._commands.values()]

    def on_arrive(self, handler: Callable[[Peer], Awaitable[None]]) -> None:
        self._arrived.append(handler)

    def on_leave(self, handler: Callable[[Peer], Awaitable[None]]) -> None:
        """Called once per peer that went away; `peer.shows` still holds its streams."""
        self._left.append(handler)

    async def emit(self, room: str, event: Event) -> None:
        """To everybody in `room` on this node."""
        await self._sio.emit(event.name, event, room=room)

    async def emit_raw(self, room: str, name: str, payload: object) -> None:
        """As `emit`, for an event that is encoded already (`msgspec.Raw`) or that comes from another node."""
        await self._sio.emit(name, payload, room=room)

    async def enter(self, peer: Peer, room: str) -> None:
        """Raises `BadRequest` when the peer has gone meanwhile."""
        if peer.sid not in self.peers:
            raise BadRequest("The connection is not open.")
        await self._sio.enter_room(peer.sid, room)

    async def close(self) -> None:
        for sid in list(self.peers):
            await self._sio.disconnect(sid)
        await self._sio.shutdown()

    async def _open(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        if request.headers.get("Upgrade", "").lower() != "websocket" or query.get("transport") != "websocket":
            raise BadRequest("Connect by WebSocket alone: transports: ['websocket'].", at="transport")
        if query.get("EIO") != "4" or "sid" in query:
            raise BadRequest("Connect as socket.io-client 3 and newer do: EIO=4, no sid.", at="EIO")
        response: web.StreamResponse = await self._sio.handle_request(request)
        return response

    async def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            grant = await self._authenticate(token, as_text(environ.get("HTTP_ORIGIN", "")))
        except Exception as error:
            failure = self._failure(error, "connect")
            raise socketio.exceptions.ConnectionRefusedError(
                failure.message, msgspec.to_builtins(failure.body())
            ) from None
        peer = self.peers[sid] = Peer(sid, grant, self._clock.now_ms())
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

    async def _command(self, name: object, sid: str, *arguments: object) -> dict[str, Any]:
        try:
            peer = self.peers.get(sid)
            if peer is None:
                raise BadRequest("The connection is not open.")
            if not peer.spend(self._clock.now_ms()):
                raise TooMany("Too many messages at once. Wait a second.", per_second=PER_SECOND)
            found = self._commands.get(name) if isinstance(name, str) else None
            if found is None:
                raise BadRequest("There is no such command.", known=sorted(self._commands))
            if len(arguments) != 1:
                raise BadRequest("A command takes one object.", at="$")
            message, handler = found
            data = await handler(peer, convert(arguments[0], message))
        except Exception as error:
            return {"ok": False, "error": self._failure(error, str(name)[:64]).body()}
        return {"ok": True, "data": data if data is not None else Empty()}

    @staticmethod
    def _failure(error: Exception, command: str) -> ProofcastError:
        failure = as_error(error)
        if isinstance(failure, Internal):
            incident = ids.new_id("inc")
            _log.error("unexpected error", command=command, incident=incident, exc_info=error)
            failure = Internal(failure.message, incident=incident)
        return failure

"""python-socketio on our engine: the Socket.IO protocol, and its book of who is connected."""

from collections.abc import Callable
from typing import Any

import msgspec

from server.core.realtime import library
from server.core.realtime.connection import JOINED, JOINING, LEAVING, OPENED
from server.core.realtime.engine import Engine
from server.core.realtime.library import AsyncManager, AsyncServer, Packet

encode = msgspec.json.Encoder().encode


class Json:
    """msgspec as the json module that python-socketio asks for: structs go out as they are."""

    @staticmethod
    def dumps(value: Any, **_options: Any) -> str:
        return encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_options: Any) -> Any:
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise ValueError(str(error)) from None
        except RecursionError:
            raise ValueError("nested too deeply") from None


class _Packet(Packet):  # type: ignore[misc]
    """A class of our own: python-socketio writes the json module into it, and clients use the other one."""

    uses_binary_events = False


class Manager(AsyncManager):  # type: ignore[misc]
    """python-socketio's book of who is connected, kept on the connections themselves. There is one namespace.
    A client's Socket.IO id is its connection's: without polling there is no session to steal with it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    async def pre_connect(self, eio_sid: str, namespace: str) -> str | None:
        connection = self._engine.sockets.get(eio_sid)
        if connection is None or connection.state != OPENED:
            return None
        connection.state = JOINING
        return eio_sid

    async def connect(self, sid: str, namespace: str) -> str:
        connection = self._engine.sockets.get(sid)
        if connection is not None and connection.state == JOINING:
            connection.state = JOINED
            self._engine.joined(connection)
        return sid

    def is_connected(self, sid: str, namespace: str) -> bool:
        connection = self._engine.sockets.get(sid)
        return namespace == "/" and connection is not None and connection.state == JOINED

    async def can_disconnect(self, sid: str, namespace: str) -> bool:
        return self.is_connected(sid, namespace)

    def pre_disconnect(self, sid: str, namespace: str) -> str:
        self._engine.sockets[sid].state = LEAVING
        return sid

    async def disconnect(self, sid: str, namespace: str, **_options: Any) -> None:
        connection = self._engine.sockets.get(sid)
        if connection is not None:
            connection.state = OPENED
            self._engine.left(connection)

    def sid_from_eio_sid(self, eio_sid: str, namespace: str) -> str | None:
        connection = self._engine.sockets.get(eio_sid)
        return eio_sid if namespace == "/" and connection and connection.state != OPENED else None

    def eio_sid_from_sid(self, sid: str, namespace: str) -> str | None:
        return sid if sid in self._engine.sockets else None

    def get_namespaces(self) -> list[str]:
        return ["/"]

    def get_participants(self, namespace: str, room: str) -> list[tuple[str, str]]:
        return [(each.sid, each.sid) for each in self._engine.rooms.members(room)]

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        connection = self._engine.sockets.get(sid)
        return list(connection.rooms) if connection is not None else []

    def is_sid_room(self, namespace: str, room: str) -> bool:
        return False

    def basic_enter_room(self, sid: str, namespace: str, room: str, eio_sid: str | None = None) -> None:
        connection = self._engine.sockets.get(sid)
        if connection is None:
            raise ValueError("sid is not connected")
        self._engine.rooms.enter(connection, room)

    def basic_leave_room(self, sid: str, namespace: str, room: str) -> None:
        connection = self._engine.sockets.get(sid)
        if connection is not None:
            self._engine.rooms.leave(connection, room)


class Server(AsyncServer):  # type: ignore[misc]
    """Speaks what we use of Socket.IO: connect, disconnect, and events that ask for an acknowledgement."""

    def __init__(self, engine: Engine) -> None:
        library.require()
        self._engine = engine
        super().__init__(client_manager=Manager(engine), serializer=_Packet, json=Json, logger=False)

    def _engineio_server_class(self) -> Callable[..., Engine]:
        return lambda **_options: self._engine

    async def _handle_eio_message(self, eio_sid: str, data: str) -> None:
        try:
            packet = self.packet_class(encoded_packet=data)
        except ValueError:
            await self.eio.disconnect(eio_sid)
            return
        match packet.packet_type, packet.data:
            case library.CONNECT, auth:
                await self._handle_connect(eio_sid, packet.namespace, auth)
            case library.DISCONNECT, _:
                await self._handle_disconnect(eio_sid, packet.namespace, self.reason.CLIENT_DISCONNECT)
            case library.EVENT, [str(name), *_] if name not in self.reserved_events:
                if packet.id is not None:  # nobody would learn what became of it
                    await self._handle_event(eio_sid, packet.namespace, packet.id, packet.data)
            case _:
                await self.eio.disconnect(eio_sid)

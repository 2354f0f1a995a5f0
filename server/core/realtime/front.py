"""What meets a new connection first: sockets stay with us, everything else goes on to aiohttp."""

import asyncio
from collections.abc import Callable
from typing import Protocol, cast

from server.core.addresses import UNKNOWN, client_address
from server.core.errors import BadRequest, ProofcastError
from server.core.realtime import handshake
from server.core.realtime.callers import Callers
from server.core.realtime.connection import Connection
from server.core.realtime.door import Door
from server.core.realtime.library import NoHead, read_head
from server.core.realtime.limits import Limits

_OURS = b"GET /socket.io/?"
_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Owner(Protocol):
    """What the front wants of the engine."""

    limits: Limits

    door: Door

    def waits(self, front: "Front") -> None:
        """Call `late` when the time for a head is up, unless `decided` comes first; `abort` at once where
        it is one too many."""

    def decided(self, front: "Front") -> None: ...

    def opened(
        self, transport: asyncio.Transport, answer: bytes, origin: str, address: str
    ) -> Connection: ...


class Front(asyncio.Protocol):
    """Reads until it knows whose a connection is, and no further: aiohttp gets all bytes, from the first on,
    also those of a handshake that is no good, and refuses it in the words of the API."""

    __slots__ = ("_data", "_http", "_owner", "_transport", "address")

    def __init__(self, owner: Owner, http: Callable[[], asyncio.Protocol]) -> None:
        self._owner = owner
        self._http = http
        self._data = b""
        self._transport: asyncio.Transport | None = None
        self.address = UNKNOWN
        """Who is at the other end, where that is no proxy of ours."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if self._owner.limits.proxies == 0:
            self.address = client_address(transport.get_extra_info("peername"), (), 0)
        self._owner.waits(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._owner.decided(self)
        self._owner.door.callers.gone(self.address)

    def data_received(self, data: bytes) -> None:
        transport = self._transport
        if transport is None:
            return None
        data = self._data = self._data + data if self._data else data
        if data[: len(_OURS)] != _OURS[: len(data)]:
            return self._hand_on(transport)
        end = data.find(b"\r\n\r\n") + 4
        if end < 4:
            if len(data) > self._owner.limits.head:
                self._hand_on(transport)
            return None
        try:
            method, path, version, headers = read_head(data[:end])
            answer = handshake.accept(method, path, version, headers)
            address = self._owner.door.handshake(transport, headers, counted=self.address != UNKNOWN)
        except (NoHead, BadRequest):
            return self._hand_on(transport)
        except ProofcastError as error:
            return self._refuse(transport, error)
        self._owner.decided(self)
        connection = self._owner.opened(transport, answer, handshake.origin(headers), address)
        transport.set_protocol(connection)
        if end < len(data):
            connection.data_received(data[end:])
        return None

    def late(self) -> None:
        """Who has asked for nothing gets no answer."""
        if self._transport is not None and not self._transport.is_closing():
            if self._data:
                self._transport.write(_LATE)
            self._transport.close()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _refuse(self, transport: asyncio.Transport, error: ProofcastError) -> None:
        self._owner.decided(self)
        transport.write(handshake.refusal(error))
        transport.close()

    def _hand_on(self, transport: asyncio.Transport) -> None:
        self._owner.decided(self)
        http = self._http()
        if self.address != UNKNOWN:
            callers, now = self._owner.door.callers, asyncio.get_running_loop().time()
            try:
                callers.require_room(self.address, now, counted=True)
            except ProofcastError as error:
                return self._refuse(transport, error)
            http = _Counted(http, callers, self.address)
        transport.set_protocol(http)
        http.connection_made(transport)
        http.data_received(self._data)
        self._data = b""
        return None


class _Counted(asyncio.Protocol):
    """aiohttp's protocol, on a line that counts until it ends."""

    __slots__ = ("_address", "_callers", "_http")

    def __init__(self, http: asyncio.Protocol, callers: Callers, address: str) -> None:
        self._http = http
        self._callers = callers
        self._address = address

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._http.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._http.data_received(data)

    def eof_received(self) -> bool | None:
        return self._http.eof_received()

    def pause_writing(self) -> None:
        self._http.pause_writing()

    def resume_writing(self) -> None:
        self._http.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._callers.gone(self._address)
        self._http.connection_lost(exc)

"""The same bytes to many connections.

The transports can do it alone. Where the package was built with a C compiler at hand, a loop of `send()` in C
does it for connections that have nothing queued and no TLS, which spares each the way through its transport.
"""

import importlib
from array import array
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.core.realtime.connection import Connection

SendMany = Callable[["array[int]", bytes], list[tuple[int, int]] | None]
"""See `_send.c`."""


def native() -> SendMany | None:
    """The loop in C; None where it was not built."""
    try:
        send_many: SendMany = importlib.import_module("server.core.realtime._send").send_many
    except ImportError:
        return None
    return send_many


class Members:
    """Connections that are sent the same, in the order in which they came."""

    __slots__ = ("_connections", "_sockets")

    def __init__(self) -> None:
        self._connections: dict[Connection, None] = {}
        self._sockets: array[int] | None = None  # of all of them, until somebody comes or goes

    def __len__(self) -> int:
        return len(self._connections)

    def all(self) -> list["Connection"]:
        return list(self._connections)

    def add(self, connection: "Connection") -> None:
        self._connections[connection] = None
        self._sockets = None

    def discard(self, connection: "Connection") -> None:
        self._connections.pop(connection, None)
        self._sockets = None

    def write(self, data: bytes, most_queued: int, send_many: SendMany | None) -> list["Connection"]:
        """Answers those for whom more than `most_queued` bytes wait: they were sent nothing."""
        if send_many is None:
            return _by_transports(self._connections, data, most_queued)
        # Where something waits, what is new must go behind it; and a closing one's number may be another's.
        odd = [
            each
            for each in self._connections
            if each.transport.get_write_buffer_size() or each.transport.is_closing() or each.socket < 0
        ]
        if odd:
            apart = set(odd)
            direct = [each for each in self._connections if each not in apart]
            sockets = array("i", [each.socket for each in direct])
        else:
            direct = []  # all; they are listed only when one of them needs more
            if self._sockets is None:
                self._sockets = array("i", [each.socket for each in self._connections])
            sockets = self._sockets
        for index, sent in send_many(sockets, data) or ():
            direct = direct or self.all()
            if sent >= 0:
                _write(direct[index], data[sent:])
            else:
                direct[index].transport.abort()
        return _by_transports(odd, data, most_queued)


def _by_transports(connections: Iterable["Connection"], data: bytes, most_queued: int) -> list["Connection"]:
    behind = []
    for connection in connections:
        transport = connection.transport
        if transport.is_closing():
            continue
        if transport.get_write_buffer_size() > most_queued:
            behind.append(connection)
        else:
            _write(connection, data)
    return behind


def _write(connection: "Connection", data: bytes) -> None:
    try:
        connection.transport.write(data)
    except Exception:  # one viewer's broken line is no other viewer's business
        connection.transport.abort()

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


def write_all(
    connections: Iterable["Connection"], data: bytes, most_queued: int, send_many: SendMany | None
) -> list["Connection"]:
    """Answers those for whom more than `most_queued` bytes wait: they were sent nothing."""
    behind: list[Connection] = []
    direct: list[Connection] = []
    sockets = array("i")
    for connection in connections:
        transport = connection.transport
        if transport.is_closing():
            continue
        queued = transport.get_write_buffer_size()
        if queued > most_queued:
            behind.append(connection)
        elif send_many is not None and queued == 0 and connection.socket >= 0:
            direct.append(connection)
            sockets.append(connection.socket)
        else:
            _write(connection, data)
    if send_many is not None and direct:
        for index, sent in send_many(sockets, data) or ():
            if sent >= 0:
                _write(direct[index], data[sent:])
            else:
                direct[index].transport.abort()
    return behind


def _write(connection: "Connection", data: bytes) -> None:
    try:
        connection.transport.write(data)
    except Exception:  # one viewer's broken line is no other viewer's business
        connection.transport.abort()

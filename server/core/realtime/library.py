"""All that we use of python-socketio, python-engineio and aiohttp beyond what they document, in one place.

`require` looks at each such name before anything is built on it. requirements/base.in pins the versions.
"""

import inspect
from typing import Any

import engineio
import socketio
from aiohttp import HttpVersion, web
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.http_parser import HttpRequestParser
from aiohttp.web_protocol import RequestHandler
from multidict import CIMultiDictProxy

AsyncServer = socketio.AsyncServer
AsyncManager = socketio.AsyncManager
Packet = socketio.packet.Packet
ConnectionRefused = socketio.exceptions.ConnectionRefusedError
CONNECT, DISCONNECT, EVENT = socketio.packet.CONNECT, socketio.packet.DISCONNECT, socketio.packet.EVENT


class NoHead(ValueError):
    """These bytes are not the head of one request."""


class LibraryMismatch(RuntimeError):
    """A library is not the one that the engine was written for."""


_RELIED_ON: list[tuple[Any, str, list[str] | None]] = [
    (AsyncServer, "_engineio_server_class", ["self"]),
    (AsyncServer, "_handle_eio_connect", ["self", "eio_sid", "environ"]),
    (AsyncServer, "_handle_eio_message", ["self", "eio_sid", "data"]),
    (AsyncServer, "_handle_eio_disconnect", ["self", "eio_sid", "reason"]),
    (AsyncServer, "_handle_connect", ["self", "eio_sid", "namespace", "data"]),
    (AsyncServer, "_handle_disconnect", ["self", "eio_sid", "namespace", "reason"]),
    (AsyncServer, "_handle_event", ["self", "eio_sid", "namespace", "id", "data"]),
    (AsyncServer, "_send_packet", ["self", "eio_sid", "pkt"]),
    (AsyncServer, "reserved_events", None),
    (Packet, "uses_binary_events", None),
    *(
        (AsyncManager, name, parameters)
        for name, parameters in (
            ("pre_connect", ["self", "eio_sid", "namespace"]),
            ("connect", ["self", "sid", "namespace"]),
            ("is_connected", ["self", "sid", "namespace"]),
            ("can_disconnect", ["self", "sid", "namespace"]),
            ("pre_disconnect", ["self", "sid", "namespace"]),
            ("disconnect", ["self", "sid", "namespace", "kwargs"]),
            ("sid_from_eio_sid", ["self", "eio_sid", "namespace"]),
            ("eio_sid_from_sid", ["self", "sid", "namespace"]),
            ("get_namespaces", ["self"]),
            ("get_participants", ["self", "namespace", "room"]),
            ("get_rooms", ["self", "sid", "namespace"]),
            ("is_sid_room", ["self", "namespace", "room"]),
            ("basic_enter_room", ["self", "sid", "namespace", "room", "eio_sid"]),
            ("basic_leave_room", ["self", "sid", "namespace", "room"]),
        )
    ),
    (engineio.AsyncServer, "reason", None),
    (RequestHandler, "set_parser", ["self", "parser", "data_received_cb"]),
    (HttpRequestParser, "feed_data", None),
]


def require(relied_on: list[tuple[Any, str, list[str] | None]] | None = None) -> None:
    """Raises `LibraryMismatch`, which says what is missing."""
    for owner, name, parameters in relied_on or _RELIED_ON:
        found = getattr(owner, name, None)
        if found is None or (parameters and list(inspect.signature(found).parameters) != parameters):
            raise LibraryMismatch(
                f"{owner.__module__}.{owner.__name__} has no {name}({', '.join(parameters or ())}), on which "
                "the real-time engine is built: install the versions in requirements/base.txt"
            )


def read_head(head: bytes) -> tuple[str, str, HttpVersion, CIMultiDictProxy[str]]:
    """Method, path, version and headers, by aiohttp's own strict parser. Raises `NoHead`."""
    # Neither a protocol nor a loop is needed where there is no body to deliver.
    parser = HttpRequestParser(None, None, 1)
    try:
        messages, _, _ = parser.feed_data(head)
    except BadHttpMessage as error:
        raise NoHead(error.message) from None
    if len(messages) != 1:
        raise NoHead("no whole request")
    message = messages[0][0]
    return message.method, message.path, message.version, message.headers


def follow(request: web.Request, parser: Any) -> None:
    """From now on `parser.feed_data` gets what comes on this request's connection, and `feed_eof` its end."""
    request.protocol.set_parser(parser)

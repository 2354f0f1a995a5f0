"""WebSocket frames (RFC 6455), as bytes: no socket, no clock.

What the server sends is not masked, so one frame's bytes are the same for every viewer.
"""

from typing import NamedTuple

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FIN = 0x80

NORMAL = 1000
GOING_AWAY = 1001
"""The server stops. Connect again."""
PROTOCOL_ERROR = 1002
UNSUPPORTED = 1003
"""A binary message."""
NOT_UTF8 = 1007
POLICY = 1008
"""A message that is no packet of Engine.IO or Socket.IO as we speak it."""
TOO_BIG = 1009
INTERNAL = 1011
RESTART = 1012
"""The server restarts, its viewers one after the other. Connect again at once."""
NO_PONG = 4001
FLOOD = 4029
"""Far more commands than are allowed."""
NOT_CONNECTED = 4002
"""No Socket.IO CONNECT in time."""
TOO_SLOW = 4008
"""The viewer read too slowly to keep up. Connect again, and join with `since`."""

NO_CODE = 1005  # only ever meant, never sent


class Message(NamedTuple):
    """`kind` is TEXT, CLOSE, PING or PONG. `data` is text for TEXT and CLOSE (its reason), else bytes."""

    kind: int
    data: str | bytes
    code: int = NO_CODE


class Violation(NamedTuple):
    """Why a connection has to end."""

    code: int
    reason: str


def frame(payload: bytes, kind: int = TEXT) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((FIN | kind, size)) + payload
    if size < 65536:
        return bytes((FIN | kind, 126)) + size.to_bytes(2, "big") + payload
    return bytes((FIN | kind, 127)) + size.to_bytes(8, "big") + payload


def close_frame(code: int, reason: str = "") -> bytes:
    if code == NO_CODE:
        return frame(b"", CLOSE)
    return frame(code.to_bytes(2, "big") + reason.encode()[:123], CLOSE)


def may_be_sent(code: int) -> bool:
    """Whether a close frame may hold this code."""
    return code in {1000, 1001, 1002, 1003, *range(1007, 1015)} or 3000 <= code <= 4999


def unmask(payload: bytes, key: bytes) -> bytes:
    if not payload or key == b"\0\0\0\0":
        return payload
    size = len(payload)
    keys = (key * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(keys, "little")).to_bytes(size, "little")

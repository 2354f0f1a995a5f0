"""What arrives on a WebSocket, from bytes in any pieces to whole messages."""

from server.core.realtime.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    FIN,
    NO_CODE,
    NOT_UTF8,
    PING,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    TOO_BIG,
    UNSUPPORTED,
    Message,
    Violation,
    may_be_sent,
    unmask,
)

RESERVED = 0x70
MOST_CONTROL = 125


class Reader:
    """Keeps at most one message and one frame, neither larger than `limit` bytes.

    After a violation nothing more is read: what follows can't be told from noise.
    """

    __slots__ = ("_limit", "_parts", "_rest", "violation")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest = b""
        self._parts: bytearray | None = None
        self.violation: Violation | None = None

    def feed(self, data: bytes) -> list[Message]:
        """What is whole now, in order. Afterwards `violation` says whether the rest was refused."""
        found: list[Message] = []
        if self.violation is not None:
            return found
        if self._rest:
            data = self._rest + data
            self._rest = b""
        at, end = 0, len(data)
        while end - at >= 2:
            first, second = data[at], data[at + 1]
            size, body = second & 0x7F, at + 2
            if problem := self._head(first, second):
                self.violation = problem
                return found
            if size >= 126:
                width = 2 if size == 126 else 8
                body += width
                if body > end:
                    break
                size = int.from_bytes(data[at + 2 : body], "big")
                if size < (126 if width == 2 else 65536):
                    self.violation = Violation(PROTOCOL_ERROR, "a length that is longer than need be")
                    return found
            if size + (len(self._parts) if self._parts is not None and not first & 8 else 0) > self._limit:
                self.violation = Violation(TOO_BIG, f"more than {self._limit} bytes")
                return found
            start = body + 4
            if start + size > end:
                break
            at = start + size
            message = self._frame(first, unmask(data[start:at], data[body:start]))
            if message is not None:
                found.append(message)
            if self._refused():
                return found
        self._rest = data[at:] if at < end else b""
        return found

    def _refused(self) -> bool:
        return self.violation is not None

    def _head(self, first: int, second: int) -> Violation | None:
        """What the first two bytes alone give away."""
        kind = first & 0x0F
        if first & RESERVED:
            return Violation(PROTOCOL_ERROR, "a reserved bit is set")
        if not second & 0x80:
            return Violation(PROTOCOL_ERROR, "a frame that is not masked")
        if kind & 8:
            if kind > PONG:
                return Violation(PROTOCOL_ERROR, "an unknown kind of frame")
            if not first & FIN or second & 0x7F > MOST_CONTROL:
                return Violation(PROTOCOL_ERROR, "a control frame that is long or in parts")
        elif kind == BINARY:
            return Violation(UNSUPPORTED, "a binary message")
        elif kind > TEXT:
            return Violation(PROTOCOL_ERROR, "an unknown kind of frame")
        elif (kind == CONTINUATION) != (self._parts is not None):
            return Violation(PROTOCOL_ERROR, "a part that does not continue what came before")
        return None

    def _frame(self, first: int, payload: bytes) -> Message | None:
        kind = first & 0x0F
        if kind in (PING, PONG):
            return Message(kind, payload)
        if kind == CLOSE:
            return self._close(payload)
        if self._parts is not None:
            self._parts += payload
            if not first & FIN:
                return None
            payload, self._parts = bytes(self._parts), None
        elif not first & FIN:
            self._parts = bytearray(payload)
            return None
        try:
            return Message(TEXT, payload.decode())
        except UnicodeDecodeError:
            self.violation = Violation(NOT_UTF8, "text that is not UTF-8")
            return None

    def _close(self, payload: bytes) -> Message | None:
        if not payload:
            return Message(CLOSE, "", NO_CODE)
        code = int.from_bytes(payload[:2], "big")
        if len(payload) == 1 or not may_be_sent(code):
            self.violation = Violation(PROTOCOL_ERROR, "a close code that may not be sent")
            return None
        try:
            return Message(CLOSE, payload[2:].decode(), code)
        except UnicodeDecodeError:
            self.violation = Violation(NOT_UTF8, "a reason that is not UTF-8")
            return None

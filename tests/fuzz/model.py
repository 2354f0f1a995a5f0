"""A WebSocket reader as simple as RFC 6455 allows, and as slow: what the real one is compared with.

It has the whole stream from the start, takes one thing after the other out of it, and shares nothing with
the real one but the constants that stand in the RFC.
"""

from collections.abc import Iterator

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
CLOSE_CODES = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014}


class Short(Exception):
    """The stream ends within a frame: the rest is still to come."""


class Refused(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Stream:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        if len(self._data) - self._at < count:
            raise Short
        self._at += count
        return self._data[self._at - count : self._at]


def read(data: bytes, limit: int) -> tuple[list[tuple[int, str | bytes, int]], int]:
    """Messages as (kind, data, code of a CLOSE or 1005), and the code of the violation, 0 without one."""
    found: list[tuple[int, str | bytes, int]] = []
    try:
        for message in _messages(Stream(data), limit):
            found.append(message)  # noqa: PERF402  (what was found before it ends is wanted)
    except Short:
        return found, 0
    except Refused as refused:
        return found, refused.code
    raise AssertionError("a stream has no other end")


def _messages(stream: Stream, limit: int) -> Iterator[tuple[int, str | bytes, int]]:
    text: bytes | None = None  # of a message that came in parts so far
    while True:
        first, second = stream.take(2)
        final, reserved, kind = first >= 128, first & 0b0111_0000, first & 0b1111
        control = kind >= 8
        if reserved or second < 128:
            raise Refused(1002)
        if control and (kind > PONG or not final or second - 128 > 125):
            raise Refused(1002)
        if not control:
            if kind == BINARY:
                raise Refused(1003)
            if kind > BINARY or (kind == TEXT and text is not None) or (kind == 0 and text is None):
                raise Refused(1002)
        size = second - 128
        if size == 126:
            size = int.from_bytes(stream.take(2), "big")
            if size < 126:
                raise Refused(1002)
        elif size == 127:
            size = int.from_bytes(stream.take(8), "big")
            if size < 65536:
                raise Refused(1002)
        if size + (len(text or b"") if not control else 0) > limit:
            raise Refused(1009)
        key = stream.take(4)
        payload = bytes(byte ^ key[place % 4] for place, byte in enumerate(stream.take(size)))
        if kind in (PING, PONG):
            yield kind, payload, 1005
        elif kind == CLOSE:
            yield _close(payload)
        else:
            text = (text or b"") + payload
            if final:
                yield TEXT, _decoded(text), 1005
                text = None


def _close(payload: bytes) -> tuple[int, str | bytes, int]:
    if not payload:
        return CLOSE, "", 1005
    code = int.from_bytes(payload[:2], "big")
    if len(payload) == 1 or not (code in CLOSE_CODES or 3000 <= code <= 4999):
        raise Refused(1002)
    return CLOSE, _decoded(payload[2:]), code


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8", errors="strict")
    except UnicodeDecodeError:
        raise Refused(1007) from None

"""What is fuzzed. A target takes bytes and raises when something is wrong with what we do with them.

Bytes come as `<how> <data>`: the first byte decides how the rest is cut into pieces, as a network would.
"""

import asyncio
import contextlib
import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import structlog.testing

from server.core.auth import Grant
from server.core.clock import Clock
from server.core.errors import BadRequest
from server.core.messages import Command, Id, Message, Quantity, Text
from server.core.realtime import Limits, Peer, Realtime, handshake, peer
from server.core.realtime.connection import Connection
from server.core.realtime.front import Front
from server.core.realtime.library import NoHead, read_head
from server.core.realtime.reader import Reader
from tests.core.realtime.wire import HEAD, text
from tests.fuzz import model

LIMIT = 300


def pieces(data: bytes) -> Iterator[bytes]:
    """At most 32 pieces; which, `data` itself says."""
    how, rest = (data[0], data[1:]) if data else (0, b"")
    size = max(1, len(rest) // 32, how)
    for at in range(0, len(rest), size):
        yield rest[at : at + size]


def frames(data: bytes) -> None:
    """The reader finds what the slow model finds, however the bytes are cut."""
    reader = Reader(LIMIT)
    found = [tuple(message) for piece in pieces(data) for message in reader.feed(piece)]
    code = reader.violation.code if reader.violation else 0
    expected = model.read(data[1:], LIMIT)
    assert (found, code) == expected, f"{(found, code)} but {expected}"


def head(data: bytes) -> None:
    """A handshake's head is accepted, or refused in words of ours."""
    try:
        method, path, version, headers = read_head(data + b"\r\n\r\n")
        handshake.origin(headers)
        answer = handshake.accept(method, path, version, headers)
    except (NoHead, BadRequest):
        return
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert answer.endswith(b"\r\n\r\n")
    assert answer.count(b"\r\n") == 5
    lower = data.lower()
    assert b"upgrade" in lower
    assert b"websocket" in lower


class Transport(asyncio.Transport):
    """A line without a network, from an address of its own. What is written to it is kept."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.sent = b""
        self.protocol: Any = None
        self.closed = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return (self._address, 1) if name == "peername" else default

    def write(self, data: Any) -> None:
        assert not self.closed
        self.sent += bytes(data)

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self.closed

    def can_write_eof(self) -> bool:
        return False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        found: asyncio.BaseProtocol = self.protocol
        return found

    def pause_reading(self) -> None:
        assert not self.closed

    def resume_reading(self) -> None:
        assert not self.closed

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    abort = close


class Http(asyncio.Protocol):
    """In aiohttp's place: hears what the front hands on."""

    def __init__(self) -> None:
        self.heard = b""

    def data_received(self, data: bytes) -> None:
        self.heard += data


class Hold(Command, frozen=True):
    name: ClassVar[str] = "fuzz.hold"
    answer: ClassVar[type[Any]] = Message
    key: Id
    units: Quantity
    note: Text = ""


class Live:
    """A real-time server with a transport of ours on each connection."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.realtime = Realtime(self._grant, Clock(), Limits(message=LIMIT * 4))
        self.held: list[Hold] = []
        self._numbers = itertools.count()
        self.realtime.command(Hold, self._hold)
        peer.BURST = peer.PER_SECOND = 1_000_000_000

    def close(self) -> None:
        self.loop.run_until_complete(self.realtime.close())
        self.loop.close()

    @staticmethod
    async def _grant(_token: object, _origin: str) -> Grant:
        return Grant(kind="viewer", shop="shop_a", viewer="ada", expires_at=0)

    async def _hold(self, _peer: Peer, message: Hold) -> None:
        self.held.append(message)
        if message.note == "wait":
            await asyncio.sleep(0)

    def run(self, work: Callable[[], Any]) -> None:
        async def turns() -> None:
            with structlog.testing.capture_logs() as logs:
                work()
                for _ in range(6):
                    await asyncio.sleep(0)
            bad = [entry for entry in logs if entry["log_level"] in ("error", "critical")]
            assert not bad, bad

        self.loop.run_until_complete(turns())

    def line(self, data: bytes) -> None:
        """Any bytes on a fresh connection: ours, aiohttp's, or still undecided; never a crash."""
        transport, http = Transport(next(self._numbers)), Http()
        front: list[Front] = []

        def work() -> None:
            front.append(self.realtime.engine.front(lambda: http))
            transport.protocol = front[0]
            front[0].connection_made(transport)
            for piece in pieces(data):
                if not transport.closed:
                    transport.protocol.data_received(piece)

        self.run(work)
        if transport.protocol is http:
            assert http.heard == b"".join(pieces(data))
        elif isinstance(transport.protocol, Connection):
            assert transport.sent.startswith(b"HTTP/1.1 101 ")
        self.run(transport.close)
        assert not self.realtime.engine.sockets
        assert not self.realtime.peers

    def packets(self, data: bytes) -> None:
        """Any packets on a connection that has joined: each command with a number is acknowledged once, or
        the connection ends; what reaches a handler fits its message."""
        transport = Transport(next(self._numbers))
        told = [packet for packet in data[1:].split(b"\n") if packet][:40]
        wire = b"".join(text(packet.decode(errors="replace")) for packet in told)

        def work() -> None:
            front = self.realtime.engine.front(Http)
            transport.protocol = front
            front.connection_made(transport)
            front.data_received(HEAD)
            transport.protocol.data_received(text('40{"token":"x"}'))

        def say() -> None:
            for piece in pieces(data[:1] + wire):
                if not transport.closed:
                    transport.protocol.data_received(piece)

        self.held.clear()
        self.run(work)
        transport.sent = b""
        self.run(say)
        self.run(lambda: None)
        if not transport.closed:
            self._answered(told, transport.sent)
        assert len(self.held) <= sum(1 for packet in told if packet.endswith(b"]"))
        for message in self.held:
            assert 1 <= message.units <= 100
            assert 1 <= len(message.key) <= 64
        self.run(transport.close)
        assert not self.realtime.engine.sockets
        assert not self.realtime.peers

    @staticmethod
    def _answered(told: list[bytes], sent: bytes) -> None:
        answers = re.findall(rb"43([0-9]+)(\[\{.*?\}\])(?=[\x80-\x8f]|\Z)", sent, re.DOTALL)
        for _, body in answers:
            answer = json.loads(body)[0]
            assert answer["ok"] is True or set(answer["error"]) == {"code", "message", "retryable", "details"}
            assert answer["ok"] or answer["error"]["code"] != "internal", answer
        asked = sum(1 for packet in told if re.match(rb"42[0-9]", packet))
        assert len(answers) <= asked


@contextlib.contextmanager
def targets() -> Iterator[dict[str, Callable[[bytes], None]]]:
    with contextlib.closing(Live()) as live:
        yield {"frames": frames, "head": head, "line": live.line, "packets": live.packets}


SEEDS: dict[str, list[bytes]] = {
    "frames": [
        b"\x05" + text("4hello") + text("2"),
        b"\x01" + text("é" * 100),
        b"\x00\x01\x82abcd\x00\x00\x80\x82abcd\x00\x00",
        b"\x07\x88\x82abcd\x62\x8a",
        b"\x03\x89\x80abcd\x8a\x80abcd",
        b"\x02\x81\xfe\x00\x7eabcd" + b"x" * 126,
        b"\x02\x81\xff\x00\x00\x00\x00\x00\x01\x00\x00abcd",
    ],
    "head": [
        HEAD.rstrip(),
        HEAD.replace(b"Host: x", b"Host: x\r\nOrigin: http://a").rstrip(),
        b"GET / HTTP/1.1",
    ],
    "line": [
        b"\x04" + HEAD + text('40{"token":"x"}'),
        b"\x10GET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x01G",
    ],
    "packets": [
        b'\x0942 ["fuzz.hold",{}]\n420["fuzz.hold",{"key":"k","units":1}]\n3',
        b'\x00421["fuzz.hold",{"key":"k","units":1,"note":"wait"}]\n422["nope",{}]\n423["fuzz.hold",1,2]',
        b'\x21430[{}]\n41\n40{}\n45-["x"]\n44{}\n46',
        b'\x00424["fuzz.hold",{"key":"k","units":1e3}]\n425["fuzz.hold",{"key":"k","units":100}]]',
        b'\x00427["fuzz.hold",{"key":"k","units":1}}',
        b'\x0042/other,1["fuzz.hold",{}]\n42999999999999999999["fuzz.hold",{}]',
    ],
}

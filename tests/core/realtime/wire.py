"""Clients' frames by hand, and a real-time server of its own to send them to."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from aiohttp import web

from server.core.auth import Grant
from server.core.clock import Clock
from server.core.errors import Conflict
from server.core.messages import Command, Message
from server.core.realtime import Limits, Peer, Realtime
from server.core.realtime.frames import CLOSE, FIN, TEXT
from server.web import Listening, listen

HEAD = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def masked(payload: bytes, kind: int = TEXT, *, first: int | None = None, key: bytes | None = None) -> bytes:
    """A client's frame. `first`: its first byte, where it is not that of a whole message."""
    key = os.urandom(4) if key is None else key
    size = len(payload)
    head = bytes((FIN | kind if first is None else first,))
    if size < 126:
        head += bytes((0x80 | size,))
    elif size < 65536:
        head += bytes((0x80 | 126,)) + size.to_bytes(2, "big")
    else:
        head += bytes((0x80 | 127,)) + size.to_bytes(8, "big")
    return head + key + bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))


def text(payload: str) -> bytes:
    return masked(payload.encode())


class Gone(Exception):
    """The server ended the connection, with this code; 0 when without one."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Wire:
    """One TCP connection. A test that waits too long fails."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def write(self, data: bytes) -> None:
        self.writer.write(data)

    def say(self, *packets: str) -> None:
        self.write(b"".join(text(packet) for packet in packets))

    async def frame(self) -> tuple[int, bytes]:
        """The next frame. Raises `Gone`."""
        async with asyncio.timeout(20):
            try:
                first, second = await self.reader.readexactly(2)
                size = second & 0x7F
                if size >= 126:
                    size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
                payload = await self.reader.readexactly(size)
            except (asyncio.IncompleteReadError, ConnectionError):
                raise Gone(0) from None
        if first & 0x0F == CLOSE:
            raise Gone(int.from_bytes(payload[:2], "big"))
        return first & 0x0F, payload

    async def hear(self) -> str:
        return (await self.frame())[1].decode()

    async def gone(self) -> int:
        """What the server still says is passed over, up to its close code."""
        try:
            while True:
                await self.frame()
        except Gone as gone:
            return gone.code

    async def handshake(self, pieces: int = 1 << 20, *, head: bytes = HEAD) -> Self:
        for at in range(0, len(head), pieces):
            self.write(head[at : at + pieces])
            await asyncio.sleep(0)
        async with asyncio.timeout(20):
            answer = await self.reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 101 "), answer
        assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in answer  # the example of RFC 6455
        hello = await self.hear()
        assert hello.startswith("0")
        assert json.loads(hello[1:])["upgrades"] == []
        return self

    async def join(self, name: str = "ada") -> Self:
        await self.handshake()
        self.say("40" + json.dumps({"token": name}))
        assert (await self.hear()).startswith("40")
        return self

    async def answer(self) -> str:
        """An HTTP response whose body ends with the connection."""
        async with asyncio.timeout(20):
            return (await self.reader.read()).decode()

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


class Echo(Command, frozen=True):
    """Says `text` back; after a pause where `wait` says so, and to `room` where one is named."""

    name: ClassVar[str] = "echo"
    answer: ClassVar[type[Any]] = Message
    text: str
    wait: bool = False
    room: str = ""
    many: int = 1


class Said(Message, frozen=True):
    text: str


@dataclass
class Server:
    """`go`: what commands that wait are waiting for. `log`: who came, said and went."""

    realtime: Realtime
    listening: Listening
    go: asyncio.Event
    log: list[str]
    wires: list[Wire] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listening.port}"

    async def wire(self) -> Wire:
        wire = Wire(*await asyncio.open_connection("127.0.0.1", self.listening.port))
        self.wires.append(wire)
        return wire

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not true():
                await asyncio.sleep(0.005)


async def authenticate(token: object, origin: str) -> Grant:
    """Everybody with a name may come in; "slow" after a while, "broken" never."""
    if token == "slow":
        await asyncio.sleep(0.05)
    if token == "broken":
        raise KeyError(token)
    if not isinstance(token, str) or origin == "http://elsewhere":
        raise Conflict("Who are you?")
    return Grant(kind="viewer", shop="shop_a", viewer=token, expires_at=0)


@contextlib.asynccontextmanager
async def serving(
    limits: Limits | None = None, *, port: int = 0, shared: bool = False
) -> AsyncIterator[Server]:
    realtime = Realtime(authenticate, Clock(), limits)
    go, log = asyncio.Event(), list[str]()

    async def echo(peer: Peer, message: Echo) -> Said | None:
        log.append(f"{peer.grant.viewer} says {message.text[:10]}")
        if message.wait:
            async with asyncio.timeout(20):
                await go.wait()
        if message.text == "conflict":
            raise Conflict("No.", at="text")
        if message.text == "bug":
            raise KeyError("secret")
        for number in range(message.many if message.room else 0):
            realtime.tell_raw(message.room, "said", {"text": message.text, "number": number})
        return Said(text=message.text) if message.text != "nothing" else None

    async def arrive(peer: Peer) -> None:
        log.append(f"{peer.grant.viewer} comes")
        await realtime.enter(peer, "all")

    async def leave(peer: Peer) -> None:
        log.append(f"{peer.grant.viewer} goes")

    async def hello(request: web.Request) -> web.Response:
        return web.Response(text=f"{request.method} {request.path} {(await request.text())[:100]}")

    realtime.command(Echo, echo)
    realtime.on_arrive(arrive)
    realtime.on_leave(leave)
    app = web.Application()
    app.router.add_route("*", "/hello", hello)
    realtime.attach(app)
    server = Server(
        realtime, await listen(app, "127.0.0.1", port, shared=shared, shutdown_timeout=1), go, log
    )
    try:
        yield server
    finally:
        for wire in server.wires:
            await wire.close()
        await server.listening.close()
        assert realtime.engine.connections == 0
        assert len(realtime.engine.rooms) == 0
        assert realtime.peers == {}

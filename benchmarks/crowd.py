"""Thousands of viewers in one process, each a bare protocol. What one of them hears is the same bytes for
all, and is read once. What they do together is in `benchmarks/soaking.py`."""

import asyncio
import itertools
import os
import socket
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

HEAD = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
STORY = frozenset(
    ("stream.changed", "pin.shown", "pin.hidden", "pins.ordered", "poll.opened", "poll.closed", "poll.hidden")
)
KEPT = 512
SMALL = 4096

Answer = Callable[[dict[str, Any]], None]


class Ears:
    """What was heard, by all together. `poll`: the one that is open."""

    def __init__(self) -> None:
        self._read: dict[bytes, tuple[str, dict[str, Any]]] = {}
        self.heard: Counter[str] = Counter()
        self.delays: Counter[int] = Counter()
        self.gaps: list[str] = []
        self.poll = ""

    def read(self, packet: bytes) -> tuple[str, dict[str, Any]]:
        found = self._read.get(packet)
        if found is None:
            if len(self._read) >= KEPT:
                self._read.clear()
            name, data = msgspec.json.decode(packet[2:])
            found = self._read[packet] = (name, data)
        return found


class Line(asyncio.Protocol):
    """`seq` and `talk`: up to where the story and the chat are known. `story`: events of it since it joined
    at `began`. `code`: how the server ended it; 0 for a line that was cut, or `leaves` by itself. `deaf`: it
    paused once, and its delays say nothing."""

    __slots__ = (
        "_answers", "_ears", "_numbers", "_rest", "_token", "began", "closed", "code", "deaf", "epoch",
        "leaves", "open", "seq", "shaken", "story", "talk", "talk_epoch", "transport",
    )  # fmt: skip

    def __init__(self, ears: Ears, token: str) -> None:
        loop = asyncio.get_running_loop()
        self._ears, self._token = ears, token
        self._rest = b""
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count(1)
        self.open: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self.shaken = self.deaf = self.leaves = False
        self.epoch = self.talk_epoch = ""
        self.transport: Any = None
        self.began = self.seq = self.talk = -1
        self.story = 0
        self.code = 0

    async def connect(self, port: int, *, small: bool = False) -> None:
        """`small`: little room for what was not read yet."""
        made = socket.socket()
        made.setblocking(False)
        if small:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(made, ("127.0.0.1", port))
        await loop.create_connection(lambda: self, sock=made)
        async with asyncio.timeout(60):
            await self.open

    async def ask(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer as it came. Raises `ConnectionError`, `TimeoutError`."""
        if self.closed.done():
            raise ConnectionError
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self.say(f"42{number}".encode() + msgspec.json.encode([name, body]))
        try:
            async with asyncio.timeout(30):
                found: dict[str, Any] = await answer
                return found
        finally:
            self._answers.pop(number, None)

    async def join(self, stream: str) -> None:
        answer = await self.ask("room.join", {"stream": stream})
        if not answer["ok"]:
            raise ConnectionError(str(answer["error"]))

    async def listen_to_chat(self, stream: str) -> None:
        answer = await self.ask("chat.open", {"stream": stream})
        if not answer["ok"]:
            raise ConnectionError(str(answer["error"]))

    def leave(self) -> None:
        self.leaves = True
        if self.transport is not None:
            self.transport.abort()

    def say(self, packet: bytes) -> None:
        size = len(packet)
        head = bytes((0x80 | size,)) if size < 126 else bytes((0xFE, size >> 8, size & 255))
        self.transport.write(b"\x81" + head + b"\0\0\0\0" + packet)

    def pause(self) -> None:
        self.deaf = True
        self.transport.pause_reading()

    def resume(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()

    # asyncio's side

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(HEAD)

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        if not self.shaken:
            at = data.find(b"\r\n\r\n")
            if at < 0:
                self._rest = data
                return
            if data[9:12] != b"101":
                self.transport.abort()
                return
            self.shaken, data = True, data[at + 4 :]
        at, end = 0, len(data)
        while end - at >= 2:
            size, body = data[at + 1] & 127, at + 2
            if size >= 126:
                width = 2 if size == 126 else 8
                body += width
                if body > end:
                    break
                size = int.from_bytes(data[at + 2 : body], "big")
            if body + size > end:
                break
            if data[at] & 15 == 8:
                self.code = int.from_bytes(data[body : body + 2], "big")
            else:
                self._packet(data[body : body + size])
            at = body + size
        self._rest = data[at:]

    def eof_received(self) -> None:
        """The transport closes."""

    def connection_lost(self, _error: Exception | None) -> None:
        waiting: list[asyncio.Future[Any]] = [*self._answers.values(), self.open]
        for answer in waiting:
            if not answer.done():
                answer.set_exception(ConnectionError())
                answer.exception()  # maybe nobody waits for it
        if not self.closed.done():
            self.closed.set_result(None)

    def _packet(self, packet: bytes) -> None:
        if packet[:3] == b"42[":
            self._event(*self._ears.read(packet))
        elif packet[:2] == b"43":
            start = packet.index(b"[")
            answer = msgspec.json.decode(packet[start:])[0]
            self._take(answer)
            future = self._answers.get(int(packet[2:start]))
            if future is not None and not future.done():
                future.set_result(answer)
        elif packet == b"2":
            self.say(b"3")
        elif packet[:1] == b"0":
            self.say(b"40" + msgspec.json.encode({"token": self._token}))
        elif packet[:2] == b"40":
            self.open.set_result(None)
        elif packet[:2] == b"44":
            self.open.set_exception(ConnectionError(packet.decode()))

    def _take(self, answer: dict[str, Any]) -> None:
        """At once: the next packet may be an event that follows the answer."""
        data = answer.get("data") or {}
        if (snapshot := data.get("snapshot")) is not None and self.began < 0:
            self.epoch, self.seq, self.began = snapshot["epoch"], snapshot["seq"], snapshot["seq"]
        if (log := data.get("log")) is not None and self.talk < 0:
            self.talk_epoch, self.talk = log["epoch"], log["seq"]

    def _event(self, name: str, data: dict[str, Any]) -> None:
        ears = self._ears
        ears.heard[name] += 1
        if name in STORY and self.began >= 0:
            if data["epoch"] != self.epoch or data["seq"] != self.seq + 1:
                ears.gaps.append(f"{name}: {data['seq']} after {self.seq}")
            self.seq = data["seq"]
            self.story += 1
            if not self.deaf:
                ears.delays[int(time.time() * 1000 - data["at"])] += 1
            if name == "poll.opened":
                ears.poll = data["poll"]["id"]
            elif name == "poll.closed":
                ears.poll = ""
        elif name == "chat.said" and self.talk >= 0:
            if data["epoch"] != self.talk_epoch or data["after"] > self.talk:
                ears.gaps.append(f"{name}: {data['after']} after {self.talk}")
            self.talk = max(self.talk, data["seq"])


def nonce() -> str:
    return os.urandom(8).hex()

"""One process of simulated buyers: each with a WebSocket of its own, speaking Engine.IO 4 and Socket.IO 5.

Driven by its standard input and output: a line of JSON (`Orders`) in; `ready` out, when all are in the room;
`go <seconds since the epoch>` in; one line of JSON out, a list of `Tap`. Other visitors are driven likewise.
"""

import asyncio
import gc
import itertools
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import aiohttp
import msgspec


class Visit(msgspec.Struct):
    """`number` visitors of a stream, the first of them called `first`."""

    url: str
    stream: str
    first: int
    number: int


class Orders(Visit):
    pin: str
    variant: str


class Tap(msgspec.Struct):
    """`answer`: `held`, or the code of the error. Times are seconds since the epoch."""

    buyer: int
    sent: float
    answered: float
    answer: str
    token: str
    hold: str | None = None


AT_ONCE = 64
"""Connections that are being opened at a time: the rush is in the taps, not in the coming."""


class CouldNotJoin(Exception):
    pass


class Visitor:
    def __init__(self, visit: Visit, number: int) -> None:
        self._visit = visit
        self._number = number
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._ids = itertools.count(1)
        self.token = ""

    async def arrive(self, session: aiohttp.ClientSession, listeners: set["asyncio.Task[None]"]) -> None:
        """Gets a pass, connects, and joins the room, as the widget does. Who was here before comes back with
        the pass of then."""
        visit = self._visit
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if not self.token:
            async with session.post(f"{visit.url}/api/v1/streams/{visit.stream}/pass", json={}) as response:
                self.token = (await response.json())["token"]
        address = f"{visit.url}/socket.io/?EIO=4&transport=websocket"
        self._socket = await session.ws_connect(address, compress=0, max_msg_size=0)
        listeners.add(asyncio.create_task(self._listen()))
        await self._opened
        answer = await self._ask("room.join", {"stream": visit.stream})
        if not answer["ok"]:
            raise CouldNotJoin(f"could not join: {answer['error']}")

    async def leave(self) -> None:
        await self._socket.close()

    async def _ask(self, name: str, body: dict[str, Any]) -> Any:
        number = next(self._ids)
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_str(f"42{number}" + msgspec.json.encode([name, body]).decode())
        return await answer

    async def _listen(self) -> None:
        async for message in self._socket:
            text: str = message.data
            if text == "2":  # Engine.IO's ping
                await self._socket.send_str("3")
            elif text.startswith("0{"):
                await self._socket.send_str("40" + msgspec.json.encode({"token": self.token}).decode())
            elif text.startswith("40"):
                self._opened.set_result(None)
            elif text.startswith("43"):
                start = text.index("[")
                asked = self._asked.pop(int(text[2:start]))
                if not asked.done():  # else nobody waits for it any more
                    asked.set_result(msgspec.json.decode(text[start:])[0])
            elif text.startswith("44"):
                self._opened.set_exception(CouldNotJoin(text))
        for waiting in (self._opened, *self._asked.values()):
            if not waiting.done():
                waiting.set_exception(ConnectionError("the server hung up"))
        self._asked.clear()


class Buyer(Visitor):
    def __init__(self, orders: Orders, number: int) -> None:
        super().__init__(orders, number)
        self._body = {
            "key": f"drop-{number:08d}",
            "stream": orders.stream,
            "pin": orders.pin,
            "variant": orders.variant,
            "quantity": 1,
        }

    async def act(self, at: float) -> Tap:
        await asyncio.sleep(at - time.time())
        sent = time.time()
        answer = await self._ask("hold.create", self._body)
        answered = time.time()
        if answer["ok"]:
            return Tap(self._number, sent, answered, "held", self.token, answer["data"]["hold"]["id"])
        return Tap(self._number, sent, answered, answer["error"]["code"], self.token)


class Loner(Visitor):
    """Nobody else is about: takes a unit and gives it back, again and again."""

    def __init__(self, orders: Orders, number: int) -> None:
        super().__init__(orders, number)
        self._orders = orders

    async def taps(self, number: int) -> list[float]:
        """How long each hold took, in seconds."""
        waits = []
        for n in range(number):
            body = {"key": f"alone-{self._number}-{n:06d}", "stream": self._orders.stream, "quantity": 1}
            body |= {"pin": self._orders.pin, "variant": self._orders.variant}
            began = time.perf_counter()
            answer = await self._ask("hold.create", body)
            waits.append(time.perf_counter() - began)
            if not answer["ok"]:
                raise RuntimeError(f"not held: {answer['error']}")
            await self._ask("hold.release", {"hold": answer["data"]["hold"]["id"]})
        return waits


class Acting(Protocol):
    async def arrive(self, session: aiohttp.ClientSession, listeners: set["asyncio.Task[None]"]) -> None: ...
    async def act(self, at: float) -> Any: ...
    async def leave(self) -> None: ...


V = TypeVar("V", bound=Visit)


async def main(kind: type[V], visitor: Callable[[V, int], Acting]) -> None:
    gc.disable()  # a pause of ours would count as one of the server's
    orders = msgspec.json.decode(await asyncio.to_thread(sys.stdin.readline), type=kind)
    listeners: set[asyncio.Task[None]] = set()
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        visitors = [visitor(orders, orders.first + number) for number in range(orders.number)]
        places = asyncio.Semaphore(AT_ONCE)

        async def arrive(one: Acting) -> None:
            async with places:
                await one.arrive(session, listeners)

        await asyncio.gather(*(arrive(one) for one in visitors))
        print("ready", flush=True)
        at = float((await asyncio.to_thread(sys.stdin.readline)).removeprefix("go "))
        done = await asyncio.gather(*(one.act(at) for one in visitors))
        sys.stdout.buffer.write(msgspec.json.encode(done) + b"\n")
        sys.stdout.flush()
        await asyncio.gather(*(one.leave() for one in visitors))


def run(kind: type[V], visitor: Callable[[V, int], Acting]) -> None:
    try:
        import uvloop

        uvloop.run(main(kind, visitor))
    except ImportError:
        asyncio.run(main(kind, visitor))


if __name__ == "__main__":
    run(Orders, Buyer)

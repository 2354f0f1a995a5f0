"""One process of simulated buyers: each with a WebSocket of its own, speaking Engine.IO 4 and Socket.IO 5.

Driven by its standard input and output: a line of JSON (`Orders`) in; `ready` out, when all are in the room;
`go <seconds since the epoch>` in; one line of JSON out, a list of `Tap`.
"""

import asyncio
import gc
import itertools
import sys
import time
from typing import Any

import aiohttp
import msgspec


class Orders(msgspec.Struct):
    """`number` buyers, the first of them called `first`."""

    url: str
    stream: str
    pin: str
    variant: str
    first: int
    number: int


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


class Buyer:
    def __init__(self, orders: Orders, number: int) -> None:
        self._orders = orders
        self._number = number
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._ids = itertools.count(1)
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.token = ""

    async def arrive(self, session: aiohttp.ClientSession, listeners: set["asyncio.Task[None]"]) -> None:
        """Gets a pass, connects, and joins the room, as the widget does."""
        orders = self._orders
        async with session.post(f"{orders.url}/api/v1/streams/{orders.stream}/pass", json={}) as response:
            self.token = (await response.json())["token"]
        address = f"{orders.url}/socket.io/?EIO=4&transport=websocket"
        self._socket = await session.ws_connect(address, compress=0, max_msg_size=0)
        listeners.add(asyncio.create_task(self._listen()))
        await self._opened
        answer = await self._ask("room.join", {"stream": orders.stream})
        if not answer["ok"]:
            raise RuntimeError(f"could not join: {answer['error']}")

    async def tap(self, at: float) -> Tap:
        orders = self._orders
        body = {
            "key": f"drop-{self._number:08d}",
            "stream": orders.stream,
            "pin": orders.pin,
            "variant": orders.variant,
            "quantity": 1,
        }
        await asyncio.sleep(at - time.time())
        sent = time.time()
        answer = await self._ask("hold.create", body)
        answered = time.time()
        if answer["ok"]:
            return Tap(self._number, sent, answered, "held", self.token, answer["data"]["hold"]["id"])
        return Tap(self._number, sent, answered, answer["error"]["code"], self.token)

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
                self._asked.pop(int(text[2:start])).set_result(msgspec.json.decode(text[start:])[0])
            elif text.startswith("44"):
                self._opened.set_exception(RuntimeError(text))


async def main() -> None:
    gc.disable()  # a pause of ours would count as one of the server's
    orders = msgspec.json.decode(await asyncio.to_thread(sys.stdin.readline), type=Orders)
    listeners: set[asyncio.Task[None]] = set()
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        buyers = [Buyer(orders, orders.first + number) for number in range(orders.number)]
        places = asyncio.Semaphore(AT_ONCE)

        async def arrive(buyer: Buyer) -> None:
            async with places:
                await buyer.arrive(session, listeners)

        await asyncio.gather(*(arrive(buyer) for buyer in buyers))
        print("ready", flush=True)
        at = float((await asyncio.to_thread(sys.stdin.readline)).removeprefix("go "))
        taps = await asyncio.gather(*(buyer.tap(at) for buyer in buyers))
        sys.stdout.buffer.write(msgspec.json.encode(taps) + b"\n")
        sys.stdout.flush()
        await asyncio.gather(*(buyer.leave() for buyer in buyers))


if __name__ == "__main__":
    try:
        import uvloop

        uvloop.run(main())
    except ImportError:
        asyncio.run(main())

"""A client written from docs/protocol.md alone: a WebSocket, text frames, JSON. No Socket.IO library."""

import asyncio
import json
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.docs.document import Document

Json = dict[str, Any]


class Refused(Exception):
    """A coded error, over HTTP (with its status) or over the socket."""

    def __init__(self, body: Json, status: int = 0) -> None:
        super().__init__(body)
        self.code: str = body["code"]
        self.status = status


class Outsider:
    """One connection. Everything that it hears is held against the document."""

    def __init__(self, url: str, document: Document) -> None:
        self._url = url
        self._document = document
        self._http = aiohttp.ClientSession()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[Json]] = {}
        self._events: list[tuple[str, Json]] = []
        self._heard = asyncio.Event()
        self.token = ""
        self.handshake: Json = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()
        await self._http.close()

    async def http(self, method: str, path: str, body: Json | None = None) -> Any:
        """Raises `Refused`."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self._http.request(method, self._url + path, json=body, headers=headers) as response:
            answer = await response.json()
            if response.status >= 400:
                self._document.check(self._document.kind("ErrorBody"), answer["error"])
                raise Refused(answer["error"], response.status)
            return answer

    async def connect(self, token: str) -> None:
        """Raises `Refused`."""
        self._socket = await self._http.ws_connect(f"{self._url}/socket.io/?EIO=4&transport=websocket")
        opened = await self._socket.receive_str()
        assert opened[0] == "0"
        self.handshake = json.loads(opened[1:])
        await self._socket.send_str("40" + json.dumps({"token": token}))
        answer = await self._socket.receive_str()
        if answer.startswith("44"):
            raise Refused(json.loads(answer[2:])["data"])
        assert answer.startswith("40{")
        self._reader = asyncio.create_task(self._read(self._socket))

    async def ask(self, name: str, body: Any) -> Any:
        """The answer's data, as the document describes it. Raises `Refused`."""
        number = len(self._answers) + 1
        future = self._answers[number] = asyncio.get_running_loop().create_future()
        await self.send(f"42{number}" + json.dumps([name, body]))
        async with asyncio.timeout(10):
            envelope = await future
        if not envelope["ok"]:
            assert set(envelope) == {"ok", "error"}
            self._document.check(self._document.kind("ErrorBody"), envelope["error"])
            raise Refused(envelope["error"])
        assert set(envelope) == {"ok", "data"}
        text = self._document.parts["Commands"][name].text
        answer = text.partition("Answer: [")[2].partition("]")[0]
        self._document.check(self._document.kind(answer), envelope["data"])
        return envelope["data"]

    async def send(self, frame: str) -> None:
        assert self._socket is not None
        await self._socket.send_str(frame)

    async def told(self, name: str) -> Json:
        """The next event of that name that was not asked for before."""
        async with asyncio.timeout(10):
            while True:
                for n, (event, data) in enumerate(self._events):
                    if event == name:
                        del self._events[n]
                        return data
                self._heard.clear()
                await self._heard.wait()

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            frame: str = message.data
            if frame == "2":
                await socket.send_str("3")
            elif frame.startswith("43"):
                number, _, rest = frame[2:].partition("[")
                (envelope,) = json.loads("[" + rest)
                self._answers[int(number)].set_result(envelope)
            elif frame.startswith("42"):
                name, data = json.loads(frame[2:])
                section = self._document.parts["Events"][name]
                self._document.check_fields(self._document.fields(section), data, name)
                self._events.append((name, data))
                self._heard.set()


def apply(state: Json, name: str, data: Json) -> Json:
    """The room after a story event, by the table of the document."""
    stream, pins, poll = state["stream"], list(state["pins"]), state["poll"]
    match name:
        case "stream.changed":
            stream = data["view"]
            pins, poll = ([], None) if stream["state"] == "ended" else (pins, poll)
        case "pin.shown":
            pins = [pin for pin in pins if pin["id"] != data["pin"]["id"]]
            pins.insert(data["place"], data["pin"])
        case "pin.hidden":
            pins = [pin for pin in pins if pin["id"] != data["pin"]]
        case "pins.ordered":
            order = data["pins"]
            pins.sort(key=lambda pin: order.index(pin["id"]) if pin["id"] in order else len(order))
        case "poll.opened":
            poll = data["poll"]
        case "poll.closed" if poll is not None and poll["id"] == data["poll"]["id"]:
            poll = data["poll"]
        case "poll.hidden" if poll is not None and poll["id"] == data["poll"]:
            poll = None
    return {"epoch": data["epoch"], "seq": data["seq"], "stream": stream, "pins": pins, "poll": poll}

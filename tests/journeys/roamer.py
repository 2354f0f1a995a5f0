"""A viewer whose line may break at any moment: connects again, joins for what it missed, asks again what was
not answered, with the same key. Written from docs/protocol.md."""

import asyncio
import contextlib
import itertools
import json
import random
from typing import Any

import aiohttp

from tests.rooms.outsider import Client

Json = dict[str, Any]
ACK_S = 8.0
STORY = frozenset(
    ("stream.changed", "pin.shown", "pin.hidden", "pins.ordered", "poll.opened", "poll.closed", "poll.hidden")
)


class Roamer:
    """`closed`: the close codes that it saw. `port`: of its own end of the line. `url`: the node that it is
    at; `others`: those that it tries in turn where one is away."""

    def __init__(self, url: str, token: str, stream: str, *others: str) -> None:
        self._urls = itertools.cycle((url, *others))
        self._token, self._stream = token, stream
        self._http = aiohttp.ClientSession()
        self._line: aiohttp.ClientWebSocketResponse | None = None
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Json]] = {}
        self._task: asyncio.Task[None] | None = None
        self.room = Client()
        self.joined = asyncio.Event()
        self.closed: list[int] = []
        self.refused: list[Json] = []
        self.port = 0
        self.url = ""

    async def begin(self) -> None:
        self._task = asyncio.create_task(self._live())
        await self.inside()

    async def inside(self) -> None:
        async with asyncio.timeout(30):
            await self.joined.wait()

    async def ask(self, name: str, body: Json) -> Json:
        """The answer's data, however often the line breaks meanwhile."""
        while True:
            await self.inside()
            with contextlib.suppress(ConnectionError, TimeoutError):
                answer = await self._ask(name, body)
                if answer["ok"]:
                    data: Json = answer["data"]
                    return data
                assert answer["error"]["retryable"], answer
            await asyncio.sleep(0.05)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._http.close()

    async def _ask(self, name: str, body: Json) -> Json:
        number = next(self._numbers)
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._answers[number] = future
        line = self._line
        if line is None:
            raise ConnectionError
        try:
            await line.send_str(f"42{number}" + json.dumps([name, body], separators=(",", ":")))
            async with asyncio.timeout(ACK_S):
                return await future
        finally:
            self._answers.pop(number, None)

    async def _live(self) -> None:
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError):
                self.url = next(self._urls)
                async with self._http.ws_connect(f"{self.url}/socket.io/?EIO=4&transport=websocket") as line:
                    self.port = line.get_extra_info("sockname")[1]
                    await self._hear(line)
                    self.closed.append(line.close_code or 0)
            self.joined.clear()
            self._line = None
            for future in self._answers.values():
                if not future.done():
                    future.set_exception(ConnectionError())
            await asyncio.sleep(0.05 + random.random() * 0.1)

    async def _hear(self, line: aiohttp.ClientWebSocketResponse) -> None:
        joining: asyncio.Task[None] | None = None
        try:
            async for message in line:
                text: str = message.data
                if text.startswith("0"):
                    await line.send_str("40" + json.dumps({"token": self._token}))
                elif text == "2":
                    await line.send_str("3")
                elif text.startswith("40"):
                    self._line = line
                    joining = asyncio.create_task(self._join())
                elif text.startswith("44"):
                    self.refused.append(json.loads(text[2:])["data"])
                    return
                elif text.startswith("43"):
                    number, _, rest = text[2:].partition("[")
                    if (future := self._answers.get(int(number))) is not None and not future.done():
                        future.set_result(json.loads("[" + rest)[0])
                elif text.startswith("42"):
                    event, data = json.loads(text[2:])
                    self._told(event, data)
        finally:
            if joining is not None:
                joining.cancel()
                await asyncio.gather(joining, return_exceptions=True)

    def _told(self, event: str, data: Json) -> None:
        if event in STORY:
            self.room.hear(event, data)

    async def _join(self) -> None:
        since = self.room.since()
        answer = await self._ask("room.join", {"stream": self._stream, **({"since": since} if since else {})})
        assert answer["ok"], answer
        self.room.join(answer["data"])
        self.joined.set()

"""A WebSocket, written and read frame by frame: what no client library would send."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from json import dumps, loads
from typing import Any

import aiohttp

PATH = "/socket.io/?EIO=4&transport=websocket"


class Frames:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, *frames: str | bytes) -> None:
        """What the server has hung up on is not sent."""
        with contextlib.suppress(ConnectionError):
            for frame in frames:
                if isinstance(frame, str):
                    await self.socket.send_str(frame)
                else:
                    await self.socket.send_bytes(frame)

    async def connect(self, token: object) -> None:
        await self.send("40" + dumps({"token": token}))
        assert (await self.next("40", "44")).startswith("40")

    async def next(self, *kinds: str) -> str:
        """The next frame that begins so. Fails when the server hangs up."""
        async with asyncio.timeout(20):
            while True:
                message = await self.socket.receive()
                assert message.type is aiohttp.WSMsgType.TEXT, message
                text: str = message.data
                if text.startswith(kinds):
                    return text

    async def ask(self, name: str, *body: Any) -> Any:
        """The acknowledgement, whole."""
        await self.send("427" + dumps([name, *body]))
        return loads((await self.next("437"))[3:])[0]

    async def hung_up(self) -> list[str]:
        """What the server said until it ended the connection, as it does at once."""
        said = []
        async with asyncio.timeout(20):
            async for message in self.socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    break
                said.append(message.data)
        return said


@contextlib.asynccontextmanager
async def opened(url: str, **headers: str) -> AsyncIterator[Frames]:
    """Engine.IO is open, Socket.IO is not."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(url + PATH, headers=headers, autoping=False) as socket,
    ):
        frames = Frames(socket)
        await frames.next("0")
        yield frames

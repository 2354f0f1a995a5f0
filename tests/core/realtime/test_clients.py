"""Unmodified Socket.IO clients: python-socketio's, and the one from npm in Node."""

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import socketio

from server.core.realtime import Limits
from server.core.realtime.frames import TOO_SLOW
from tests.core.realtime.wire import Server, serving

ROOT = Path(__file__).parents[3]


async def test_python_client(server: Server) -> None:
    refused: list[Any] = []
    stranger = socketio.AsyncClient(reconnection=False)
    stranger.on("connect_error", refused.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await stranger.connect(server.url, transports=["websocket"], auth={"token": 7})
    await stranger.disconnect()
    assert refused[0]["data"]["code"] == "conflict"

    client = socketio.AsyncClient(reconnection_delay=0.05, reconnection_delay_max=0.1)
    heard: list[int] = []
    client.on("said", lambda data: heard.append(data["number"]))
    await client.connect(server.url, transports=["websocket"], auth={"token": "ada"})
    try:
        assert await client.call("echo", {"text": "é"}) == {"ok": True, "data": {"text": "é"}}
        assert (await client.call("echo", {"text": "x" * 60_000}))["data"]["text"] == "x" * 60_000
        assert (await client.call("no such", {}))["error"]["code"] == "request.invalid"
        await client.call("echo", {"text": "x", "room": "all", "many": 200})
        await server.until(lambda: len(heard) == 200)
        assert heard == list(range(200))
        for connection in list(server.realtime.engine.sockets.values()):
            connection.close(TOO_SLOW)
        await server.until(lambda: server.log.count("ada comes") == 2 and client.connected)
        assert (await client.call("echo", {"text": "again"}))["ok"]
    finally:
        await client.disconnect()
    await server.until(lambda: server.log.count("ada goes") == 2)


async def test_npm_client() -> None:
    node = shutil.which("node", path=f"{ROOT / '.venv' / 'node'}{os.pathsep}{os.environ['PATH']}")
    modules = ROOT / "widgets" / "package.json"
    if node is None or not (modules.parent / "node_modules" / "socket.io-client").is_dir():
        pytest.fail("no Node, or the widgets' packages are not installed: run `make widgets`")
    async with serving(Limits(ping_s=0.2, tick_s=0.02)) as server:
        process = await asyncio.create_subprocess_exec(
            node,
            str(Path(__file__).parent / "client.mjs"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            await drive(server, process, modules)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def drive(server: Server, process: asyncio.subprocess.Process, modules: Path) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    output = process.stdout

    async def step(name: str) -> dict[str, Any]:
        async with asyncio.timeout(30):
            said: dict[str, Any] = json.loads(await output.readline() or b'{"step": "ended"}')
        assert said["step"] == name, said
        return said

    process.stdin.write(json.dumps({"url": server.url, "modules": str(modules)}).encode() + b"\n")
    assert (await step("polling"))["type"] == "TransportError"
    assert (await step("refused"))["data"]["code"] == "conflict"
    assert (await step("connected"))["answer"] == {"ok": True, "data": {"text": "é"}}
    assert (await step("large"))["same"] is True
    assert (await step("many"))["texts"] == [str(number) for number in range(50)]
    await asyncio.sleep(0.3)  # the allowance of commands comes back
    process.stdin.write(b"{}\n")
    assert (await step("events"))["numbers"] == list(range(200))
    assert (await step("pings"))["connected"] is True
    closed = await step("closed")
    assert (closed["from"], closed["reason"]) == ("client", "forced close")
    assert (await step("back"))["answer"]["data"]["text"] == "client"
    await step("close me")
    for connection in list(server.realtime.engine.sockets.values()):
        connection.close(TOO_SLOW)
    closed = await step("closed")
    assert (closed["from"], closed["reason"]) == ("server", "transport close")
    assert (await step("back"))["answer"]["data"]["text"] == "server"
    assert await process.wait() == 0
    await server.until(lambda: server.log.count("ada goes") == 3)

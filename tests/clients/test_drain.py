"""A node drains, or has no room yet: Socket.IO clients go elsewhere, or come again when they were told."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from server.core.realtime import Limits
from tests.clients.test_npm_client import WIDGETS, node
from tests.core.realtime.wire import serving


async def started() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        node(),
        str(Path(__file__).parent / "drain.mjs"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


def begin(process: asyncio.subprocess.Process, url: str, *, widget: bool) -> None:
    assert process.stdin is not None
    scene = {
        "url": url, "modules": str(WIDGETS / "package.json"), "token": "ada",
        "source": str(WIDGETS / "src" / "wire" / "client.ts") if widget else None,
    }  # fmt: skip
    process.stdin.write(json.dumps(scene).encode() + b"\n")


async def step(process: asyncio.subprocess.Process, name: str) -> dict[str, Any]:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        said: dict[str, Any] = json.loads(await process.stdout.readline() or b'{"step": "ended"}')
    assert said["step"] == name, said
    return said


@pytest.mark.parametrize("widget", [False, True])
async def test_clients_go_elsewhere_by_themselves(widget: bool) -> None:
    async with serving(shared=True) as first, serving(shared=True, port=first.listening.port) as second:
        servers = (first, second)
        process = await started()
        try:
            begin(process, first.url, widget=widget)
            await step(process, "connected")
            [old] = [server for server in servers if "ada comes" in server.log]
            [new] = [server for server in servers if server is not old]
            draining = asyncio.create_task(old.listening.drain(0, asyncio.Event()))
            lost = await step(process, "lost")
            back = await step(process, "back")
            if widget:
                assert back["first"] < 100, "it waits as long as for a server that is away"
            else:
                assert (lost["reason"], lost["code"]) == ("transport close", 1012)
            await draining
            assert "ada comes" in new.log
            assert await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        await new.until(lambda: new.log[-1] == "ada goes")


async def test_the_widget_comes_again_when_it_was_told() -> None:
    """The node is full: it says for how long to stay away, 3 s at least. The widget's own first pause would
    be none, its second less than a second."""
    async with serving(Limits(viewers=1)) as server:
        inside = await (await server.wire()).join("inside")
        process = await started()
        try:
            begin(process, server.url, widget=True)
            await step(process, "lost")
            await step(process, "lost")
            await inside.close()
            assert (await step(process, "connected"))["first"] >= 3000
        finally:
            process.kill()
            await process.wait()
        await server.until(lambda: server.log[-1] == "ada goes")

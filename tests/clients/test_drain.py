"""A node drains: Socket.IO clients go to the other one on its port by themselves."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.test_npm_client import WIDGETS, node
from tests.core.realtime.wire import serving


@pytest.mark.parametrize("widget", [False, True])
async def test_clients_go_elsewhere_by_themselves(widget: bool) -> None:
    async with serving(shared=True) as first, serving(shared=True, port=first.listening.port) as second:
        servers = (first, second)
        process = await asyncio.create_subprocess_exec(
            node(),
            str(Path(__file__).parent / "drain.mjs"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        output = process.stdout

        async def step(name: str) -> dict[str, Any]:
            async with asyncio.timeout(30):
                said: dict[str, Any] = json.loads(await output.readline() or b'{"step": "ended"}')
            assert said["step"] == name, said
            return said

        try:
            scene = {
                "url": first.url, "modules": str(WIDGETS / "package.json"), "token": "ada",
                "source": str(WIDGETS / "src" / "wire" / "client.ts") if widget else None,
            }  # fmt: skip
            process.stdin.write(json.dumps(scene).encode() + b"\n")
            await step("connected")
            [old] = [server for server in servers if "ada comes" in server.log]
            [new] = [server for server in servers if server is not old]
            draining = asyncio.create_task(old.listening.drain(0, asyncio.Event()))
            lost = await step("lost")
            back = await step("back")
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

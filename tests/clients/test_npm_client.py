"""The unmodified `socket.io-client` from npm, in Node."""

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.infra.show import Show

WIDGETS = Path(__file__).parents[2] / "widgets"


def node() -> str:
    """Node as `make` found it, else as the path has it."""
    found = shutil.which(
        "node", path=f"{Path(__file__).parents[2] / '.venv' / 'node'}{os.pathsep}{os.environ['PATH']}"
    )
    if found is None or not (WIDGETS / "node_modules" / "socket.io-client").is_dir():
        pytest.fail("no Node, or the widgets' packages are not installed: run `make widgets`")
    return found


async def test_the_npm_client_joins_holds_and_recovers(show: Show) -> None:
    first, second = await show.product(stock=3), await show.product(name="Wet Slate")
    stream = await show.stream()
    pin = await show.pin(stream, first)
    issued = await show.get_pass(stream)
    process = await asyncio.create_subprocess_exec(
        node(),
        str(Path(__file__).parent / "npm.mjs"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    scene = {
        "url": show.url,
        "modules": str(WIDGETS / "package.json"),
        "token": issued["token"],
        "stream": stream.id,
        "pin": pin.id,
        "variant": first.variants[0].id,
    }
    output = process.stdout

    async def step(name: str) -> dict[str, Any]:
        async with asyncio.timeout(20):
            said: dict[str, Any] = json.loads(await output.readline() or b'{"step": "ended"}')
        assert said["step"] == name, said
        return said

    try:
        process.stdin.write(json.dumps(scene).encode() + b"\n")
        assert (await step("refused"))["data"]["code"] == "auth.required"
        assert (await step("joined"))["ok"] is True
        assert (await step("held"))["answer"]["data"]["hold"]["state"] == "held"
        assert (await step("again"))["same"] is True
        wrong = (await step("wrong"))["answer"]
        assert (wrong["ok"], wrong["error"]["code"]) == (False, "request.invalid")
        await step("cut")
        await show.pin(stream, second)
        process.stdin.write(b"{}\n")
        back = await step("back")
        assert back["snapshot"] is None
        assert back["missed"] == ["pin.shown"]
        assert "stock.changed" in (await step("heard"))["events"]
        assert await process.wait() == 0
        assert await show.counts(first) == (3, 0, 0)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

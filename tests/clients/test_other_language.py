"""A client in a language that nothing of ours is written in, from docs/protocol.md alone."""

import asyncio
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.infra.show import Show


def perl() -> str:
    found = shutil.which("perl")
    if found is None or subprocess.run([found, "-MJSON::PP", "-e1"], check=False).returncode != 0:
        if os.environ.get("PROOFCAST_REQUIRE_ALL") == "1":
            pytest.fail("no Perl with its own modules")
        pytest.skip("no Perl with its own modules")
    return found


async def test_a_client_in_perl_joins_hears_votes_talks_and_holds(show: Show) -> None:
    program = await asyncio.to_thread(perl)
    stream, product = await show.stream(), await show.product(stock=5)
    await show.pin(stream, product)
    process = await asyncio.create_subprocess_exec(
        program, str(Path(__file__).parent / "outsider.pl"), show.url, stream.id,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    output, errors = process.stdout, process.stderr

    async def step(name: str) -> dict[str, Any]:
        async with asyncio.timeout(60):
            line = await output.readline()
            assert line, (await errors.read()).decode()
        said: dict[str, Any] = json.loads(line)
        assert said.pop("step") == name
        return said

    try:
        joined = await step("joined")
        assert (joined["pins"], joined["viewer"].startswith("viewer_")) == (1, True)
        assert await step("wrong") == {"code": "request.invalid"}
        await show.poll(stream)
        voted = await step("voted")
        assert (voted["gap"], voted["ballot"]) == (0, [voted["option"]])
        assert voted["counts"][voted["option"]] == 1
        assert await step("talked") == {"name": "Perle", "same": True, "text": "Grüße ❤"}
        assert await step("held") == {
            "same": True, "left": 3, "released": True, "ended": True, "reason": "released",
        }  # fmt: skip
        assert await process.wait() == 0
        assert await show.counts(product) == (5, 0, 0)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

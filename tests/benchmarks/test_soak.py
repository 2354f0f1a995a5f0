"""The soak, short: who reads is told everything, and a slow one is nobody else's business. Memory is for the
long run to judge: what is still filling its caches grows."""

import asyncio
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


async def test_nobody_misses_anything() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "benchmarks/soak.py", "--viewers", "200", "--seconds", "15", "--deaf", "5"),
        *("--story", "4", "--growth", "50"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    assert process.returncode == 0, f"{errors.decode()}{out.decode()}"
    result = json.loads(out.splitlines()[-1])
    assert result["ok"]
    assert result["story_received"] == result["story_expected"] > 200
    assert (result["missed"], result["gaps"], result["lost"]) == (0, [], {})
    assert sum(result["slow_ends"].values()) >= 20
    assert result["left"] > 0
    assert set(result["acts"]) >= {"poll.vote", "chat.say", "chat.react", "hold.create"}

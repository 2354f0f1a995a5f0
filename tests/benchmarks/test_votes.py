"""The benchmark of votes, small: every vote is answered, and every voter counted once."""

import asyncio
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


async def test_every_voter_is_counted_once() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "benchmarks/votes.py", "--voters", "30", "--votes", "4"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    result = json.loads(out.splitlines()[-1])
    assert (result["voters"], result["votes"], result["counted"]) == (30, 120, 30)
    assert result.keys() >= {"votes_per_s", "p50_ms", "p99_ms"}

"""The benchmark of the fan-out runs: a small one, without the servers that need Node."""

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(
    os.environ.get("PROOFCAST_REQUIRE_ALL") != "1"
    and not (sys.platform == "linux" and shutil.which("cc") and shutil.which("c++")),
    reason="it needs Linux and compilers for C and C++",
)
async def test_everybody_hears_everything() -> None:
    options = "--viewers 20 --rounds 1 --messages 400 --paced 2 --seconds 0.2 --servers ours floor".split()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "benchmarks" / "fanout.py"),
        *options,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    async with asyncio.timeout(120):
        output, _ = await process.communicate()
    assert process.returncode == 0
    *lines, last = output.decode().splitlines()
    assert not any("arrived" in line for line in lines), output.decode()
    figures = json.loads(last)
    assert figures["viewers"] == 20
    assert figures["ratio_to_floor"] > 0
    assert figures["kb_per_viewer"] is not None
    assert figures["node_kb_per_viewer"] is None

"""The drop, small: exactly the units that there are, whatever the machine's speed."""

import asyncio
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEYS = {"oversold", "undersold", "holds_per_s", "ratio_to_raw", "p50_ms", "p99_ms"}


async def drop(*options: str) -> tuple[int, dict[str, object]]:
    """How it ended, and its last line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "benchmarks/drop.py",
        "--raw-requests",
        "500",
        *options,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    assert process.returncode is not None
    assert out, errors.decode()
    result: dict[str, object] = json.loads(out.splitlines()[-1])
    return process.returncode, result


async def test_exactly_the_units_that_there_are() -> None:
    status, result = await drop("--buyers", "200", "--stock", "20", "--pay", "3")
    assert status == 0
    assert result.keys() >= KEYS
    assert (result["buyers"], result["held"], result["paid"]) == (200, 20, 3)
    assert (result["oversold"], result["undersold"]) == (0, 0)
    assert "other_answers" not in result


async def test_more_units_than_buyers() -> None:
    status, result = await drop("--buyers", "30", "--stock", "50")
    assert status == 0
    assert (result["held"], result["oversold"], result["undersold"]) == (30, 0, 0)

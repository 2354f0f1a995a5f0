"""The benchmark of the chat, small: every message is answered, and stands in the chat once."""

import asyncio
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


async def test_every_message_stands_in_the_chat_once() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "benchmarks/chat.py", "--talkers", "20", "--messages", "3"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    result = json.loads(out.splitlines()[-1])
    assert (result["talkers"], result["messages"], result["in_the_chat"]) == (20, 60, 60)
    assert result.keys() >= {"messages_per_s", "p50_ms", "p99_ms"}

"""`proofcast serve` as real processes, and which of them has which line."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from server.core.settings import Settings


class Serving:
    """The parent, or the one process there is. What it says goes to `log`, as JSON lines."""

    def __init__(self, settings: Settings, workers: int, log: Path, **environ: str) -> None:
        given = {name.upper(): str(value) for name, value in msgspec.structs.asdict(settings).items()}
        self._environ = {**os.environ, **given, "PORT": "0", "LOG_FORMAT": "json", **environ}
        self._workers = workers
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self.port = 0

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "server", "serve", "--workers", str(self._workers),
                env=self._environ, stdout=log, stderr=log,
            )  # fmt: skip
        said = "web is ready" if self._workers == 1 else "all web processes are ready"
        await self.until(lambda: any(line["event"] == said for line in self.lines()))
        self.port = next(line["port"] for line in self.lines() if line["event"] == said)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def lines(self) -> list[dict[str, Any]]:
        text = self._log.read_text()
        return [json.loads(line) for line in text.splitlines() if line.startswith("{") and line.endswith("}")]

    def said(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["event"] == event]

    def pids(self) -> list[int]:
        """Of those that were started and live."""
        return [line["pid"] for line in self.said("web is ready") if alive(line["pid"])]

    def owner(self, port: int) -> int:
        """Which of them has the line whose other end is at `port`."""
        wanted = _inode(self.port, port)
        for pid in self.pids():
            for entry in Path(f"/proc/{pid}/fd").iterdir():
                try:
                    if os.readlink(entry) == f"socket:[{wanted}]":
                        return pid
                except OSError:
                    continue
        raise AssertionError(f"nobody has the line to {port}")

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)

    async def ended(self) -> int:
        assert self._process is not None
        async with asyncio.timeout(60):
            return await self._process.wait()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not true():
                if self._process is not None and self._process.returncode is not None:
                    raise AssertionError(f"it ended: {self._log.read_text()[-2000:]}")
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """However far a test came: nothing is left behind."""
        pids = self.pids()
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        for pid in pids:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)


async def stamp(settings: Settings) -> None:
    """The tables were made by the test: this is how the processes know that they are today's."""
    program = (
        "import sys; from alembic import command; from server.migrations import _config; "
        "command.stamp(_config(sys.argv[1]), 'head')"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, settings.database_url)
    assert await process.wait() == 0


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _inode(ours: int, other: int) -> str:
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if (int(fields[1].split(":")[1], 16), int(fields[2].split(":")[1], 16)) == (ours, other):
            return fields[9]
    raise AssertionError(f"no line between {ours} and {other}")

"""The worker as a process of its own, which a test may kill at any moment."""

import asyncio
import os
import sys
from pathlib import Path

import msgspec

from server.core.settings import Settings


class WorkerProcess:
    def __init__(self, settings: Settings, log: Path) -> None:
        given = {name.upper(): str(value) for name, value in msgspec.structs.asdict(settings).items()}
        self._environ = {**os.environ, **given}
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Does not wait until it works: who kills it early finds it while it starts."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "server", "worker", env=self._environ, stdout=log, stderr=log
            )

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def ended(self) -> int:
        """Its status, when it has ended by itself."""
        assert self._process is not None
        async with asyncio.timeout(20):
            return await self._process.wait()

    async def kill(self) -> None:
        """As a power cut does. Does nothing when it does not run."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

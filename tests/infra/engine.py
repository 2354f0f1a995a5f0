"""A Redis with its data on disk, as the demo starts it: to be killed, and started again."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from server.core.redis_server import RedisServer
from tests.infra.redis import redis_binaries


@dataclass
class Engine:
    """The Redis of one show: a process that a test may stop, kill, and start again on its data."""

    folder: Path
    server: RedisServer

    @property
    def pid(self) -> int:
        assert self.server.pid is not None
        return self.server.pid

    async def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        await self.server.stop()

    async def start(self, folder: Path | None = None) -> None:
        """On the same port, with the data that it had, or on another folder with none."""
        self.server = RedisServer(
            folder or self.folder, port=self.server.port, password=self.server.password, binary=binary()
        )
        await self.server.start()


def binary() -> Path:
    return next(iter(redis_binaries().values()))

"""A Redis that writes an append-only file, dies, and comes back without the last of what it answered.

It writes at once, so that a test knows where in the file it stands; what the disk did not get is cut off.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import RedisError

from server.core.processes import die_with_parent
from tests.infra.redis import free_port, redis_binaries


@dataclass
class CutRedis:
    binary: Path
    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def ask(self, *command: str) -> Any:
        with contextlib.closing(Redis(port=self.port, decode_responses=True)) as client:
            return client.execute_command(*command)  # type: ignore[no-untyped-call]

    def start(self) -> None:
        command = [
            str(self.binary),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(self.folder),
        ]
        command += ["--save", "", "--appendonly", "yes", "--appendfsync", "always"]
        self.process = subprocess.Popen(
            [*command, "--aof-use-rdb-preamble", "no"],
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  (nothing runs there but two calls of C)
        )
        for _ in range(1000):
            with contextlib.suppress(RedisError):
                if self.ask("PING"):
                    return
            time.sleep(0.01)
        raise RuntimeError("Redis did not start")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def written(self) -> int:
        """How long the file is: what is acknowledged later is behind that."""
        return self._file().stat().st_size

    def come_back_without(self, what_came_after: int) -> None:
        """`kill -9`, and the disk never got what was behind that place. A start within the second of the one
        before is not known as another one by Redis's clock of saves: see ADR 26."""
        began = self.ask("LASTSAVE")
        self.kill()
        began = int(began.timestamp()) if hasattr(began, "timestamp") else int(began)
        while int(time.time()) <= began:
            time.sleep(0.02)
        with self._file().open("rb+") as file:
            file.truncate(what_came_after)
        self.start()

    def _file(self) -> Path:
        (found,) = self.folder.glob("appendonlydir/*.incr.aof")
        return found


@contextlib.contextmanager
def cut_redis(binary: Path | None = None) -> Iterator[CutRedis]:
    with tempfile.TemporaryDirectory() as folder:
        server = CutRedis(binary or next(iter(redis_binaries().values())), Path(folder), free_port())
        server.start()
        try:
            yield server
        finally:
            server.kill()


@pytest.fixture
def crashing() -> Iterator[CutRedis]:
    with cut_redis() as server:
        yield server

"""A Redis of our own, for one machine: found, started on loopback with its data on disk, stopped.

Only where no `REDIS_URL` is given. The server is a process; no module is loaded into it.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import secrets
import socket
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from server.core.processes import die_with_parent
from server.core.redis_binary import RedisServerError, find_server

__all__ = ["RedisServer", "RedisServerError", "find_server"]

_PORT_TRIES = 5


class RedisServer:
    """One server on one data folder, on loopback, behind a password. `async with`, or `start` and `stop`.

    What was acknowledged a second ago is on disk (`appendfsync everysec`), and a tail that a crash cut
    short is dropped at the next start. The folder is locked for as long as the server itself lives.
    When this process dies, Linux stops the server; on macOS it stays, and the next start names its pid.
    Start it from the thread that lives longest: Linux counts the death of that thread as ours.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        binary: Path | None = None,
        port: int = 0,
        password: str | None = None,
        start_timeout: float = 60.0,
    ) -> None:
        """`port` 0 takes a free one, `binary` None is `find_server()`, `start_timeout` is in seconds."""
        self.data_dir = data_dir.absolute()
        self.password = password or secrets.token_urlsafe(24)
        self.port = port
        self._binary = binary
        self._any_port = port == 0
        self._start_timeout = start_timeout
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Holds the password: not for a log."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Returns when the data is loaded and the server answers. Raises `RedisServerError`."""
        binary = await asyncio.to_thread(find_server) if self._binary is None else self._binary
        lock = await asyncio.to_thread(_lock, self.data_dir)
        try:
            for attempt in range(1, _PORT_TRIES + 1):
                if self._any_port:
                    self.port = _free_port()
                await self._spawn(binary, lock)
                if await self._answers():
                    break
                reason = await asyncio.to_thread(_last_words, self.data_dir / "redis.log")
                # Between our look and its bind, somebody else may have taken a free port.
                if not (self._any_port and "Failed listening" in reason and attempt < _PORT_TRIES):
                    raise RedisServerError(f"{binary} did not start on {self.data_dir}: {reason}")
        except BaseException:
            await self.stop()
            raise
        finally:
            lock.close()  # the server holds the same lock by its own descriptor

    async def stop(self, timeout: float = 10.0) -> None:
        """Ends the server after it has written everything; after `timeout` seconds, at once. Idempotent."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(timeout):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _spawn(self, binary: Path, lock: IO[str]) -> None:
        self._process = await asyncio.create_subprocess_exec(
            str(binary),
            "-",  # the settings come in by stdin, so that the password shows in no list of processes
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=[lock.fileno()],
            start_new_session=True,  # Ctrl-C in the terminal is for us: the server goes last
            preexec_fn=die_with_parent(os.getpid()),
        )
        await asyncio.to_thread(_write_owner, lock, self._process.pid, self.port)
        assert self._process.stdin is not None  # noqa: S101  (for the type checker: a pipe was asked for)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it is gone: `_answers` sees that
            self._process.stdin.write(self._settings().encode())
            await self._process.stdin.drain()
            self._process.stdin.close()

    def _settings(self) -> str:
        lines = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": self.password,
            "dir": str(self.data_dir),
            "logfile": str(self.data_dir / "redis.log"),
            "daemonize": "no",
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "aof-load-truncated": "yes",
            # Plain commands in place of a snapshot: any Redis or Valkey reads what another one wrote.
            "aof-use-rdb-preamble": "no",
        }
        return "".join(f"{name} {_quoted(value)}\n" for name, value in lines.items())

    async def _answers(self) -> bool:
        """Waits until it does. False when the process ended first."""
        assert self._process is not None  # noqa: S101  (for the type checker: called after `_spawn`)
        # Without `driver_info` each connection looks the driver's version up on disk.
        client = Redis.from_url(self.url, socket_timeout=2, driver_info=None)
        try:
            async with asyncio.timeout(self._start_timeout):
                while self._process.returncode is None:
                    try:
                        await client.ping()
                    except (RedisConnectionError, RedisTimeoutError, BusyLoadingError):
                        await asyncio.sleep(0.02)
                    else:
                        return True
        except TimeoutError:
            raise RedisServerError(
                f"The Redis server on {self.data_dir} did not answer in {self._start_timeout:.0f} s."
            ) from None
        finally:
            await client.aclose()
        return False


def _lock(data_dir: Path) -> IO[str]:
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (data_dir / "redis.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read().strip() or "a server that is starting"
        lock.close()
        raise RedisServerError(
            f"The data folder {data_dir} is in use by {owner}: stop that first, or choose another folder."
        ) from None
    return lock


def _write_owner(lock: IO[str], pid: int, port: int) -> None:
    lock.truncate(0)
    lock.write(f"the Redis server with pid {pid} on port {port}\n")
    lock.flush()


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    warnings = [line.partition(" # ")[2] for line in lines[-20:] if " # " in line]
    return warnings[-1] if warnings else "it said nothing"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _quoted(value: str) -> str:
    # JSON's escapes are a subset of what the settings file of Redis reads, once the text is ASCII-safe.
    return json.dumps(value, ensure_ascii=False)

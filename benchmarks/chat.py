"""A chat: many viewers talk at once, over real sockets, against the real application in one web process.

Everybody has a name and the chat open, and hears what is told of it meanwhile. It prints how many messages a
second were answered and how long one took. The last line is JSON. Ends with 1 unless every message was
answered and stands in the chat once.
"""

import argparse
import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # `python benchmarks/chat.py` knows this folder only

import msgspec

from benchmarks.drop import at_once, shares
from benchmarks.stack import Stack, running
from benchmarks.talkers import Talking, Words
from server.chat.records import Seen
from server.chat.store import MOST


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--talkers", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=4, help="of each talker")
    parser.add_argument("--clients", type=int, default=2, help="processes of simulated talkers")
    options = parser.parse_args()
    if not 0 < options.messages <= MOST:
        parser.error(f"a viewer may say {MOST} things at once")
    return options


async def main(options: argparse.Namespace) -> int:
    async with running(1) as stack:
        return await measure(options, stack)


async def measure(options: argparse.Namespace, stack: Stack) -> int:
    visits = [
        Talking(url=stack.url, stream=stack.stream, first=first, number=number, messages=options.messages)
        for first, number in shares(options.talkers, options.clients)
    ]
    found = [
        words
        for text in await at_once("benchmarks.talkers", visits)
        for words in msgspec.json.decode(text, type=list[Words])
    ]
    stands = (await stack.services.chat.read(stack.shop.id, stack.stream, Seen(), most=1)).seq
    waits = sorted(wait * 1000 for words in found for wait in words.waits)
    took = max(words.ended for words in found) - min(words.began for words in found)
    odd = Counter(code for words in found for code in words.odd)
    result: dict[str, object] = {
        "talkers": options.talkers,
        "messages": len(waits),
        "in_the_chat": stands,
        "messages_per_s": round(len(waits) / took),
        "p50_ms": round(waits[len(waits) // 2], 1),
        "p99_ms": round(waits[int(len(waits) * 0.99)], 1),
    }
    if odd:
        result["other_answers"] = odd
    print(f"\nA chat on {os.cpu_count()} cores, which server, Redis and simulated talkers share\n")
    for name, value in result.items():
        print(f"  {name:<20}{value!s:>16}")
    print()
    print(json.dumps(result))
    return 0 if stands == len(waits) == options.talkers * options.messages and not odd else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(arguments())))

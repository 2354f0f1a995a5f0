"""A poll: many viewers vote at once, over real sockets, against the real application in one web process.

Everybody is in the stream's room, changes his vote as often as is asked, and hears the tallies meanwhile. It
prints how many votes a second were answered and how long a vote took. The last line is JSON. Ends with 1
unless every vote was answered and every viewer is counted once.
"""

import argparse
import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # `python benchmarks/votes.py` knows this folder only

import msgspec

from benchmarks.drop import at_once, shares
from benchmarks.stack import Stack, running
from benchmarks.voters import Votes, Voting
from server.core.realtime import BURST
from server.polls.messages import OptionDraft, PollDraft


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--voters", type=int, default=1000)
    parser.add_argument("--votes", type=int, default=20, help="of each voter")
    parser.add_argument("--clients", type=int, default=2, help="processes of simulated voters")
    options = parser.parse_args()
    if not 0 < options.votes < BURST:
        parser.error(f"a connection may send {BURST} commands at once, and joining is one")
    return options


async def main(options: argparse.Namespace) -> int:
    async with running(1) as stack:
        return await measure(options, stack)


async def measure(options: argparse.Namespace, stack: Stack) -> int:
    polls, shop, stream = stack.services.polls, stack.shop, stack.stream
    choices = [OptionDraft(text="Pale Root"), OptionDraft(text="Wet Slate")]
    draft = PollDraft(question="Which next?", options=choices, changeable=True)
    poll = (await polls.create(shop, stream, draft)).poll.id
    await polls.open(shop, stream, poll)
    visits = [
        Voting(url=stack.url, stream=stream, first=first, number=number, poll=poll, votes=options.votes)
        for first, number in shares(options.voters, options.clients)
    ]
    found = [
        votes
        for text in await at_once("benchmarks.voters", visits)
        for votes in msgspec.json.decode(text, type=list[Votes])
    ]
    final = (await polls.close(shop, stream, poll)).tally
    waits = sorted(wait * 1000 for votes in found for wait in votes.waits)
    took = max(votes.ended for votes in found) - min(votes.began for votes in found)
    odd = Counter(code for votes in found for code in votes.odd)
    right = final.voters == sum(final.counts.values()) == options.voters and not odd
    result: dict[str, object] = {
        "voters": options.voters,
        "votes": len(waits),
        "counted": final.voters,
        "votes_per_s": round(len(waits) / took),
        "p50_ms": round(waits[len(waits) // 2], 1),
        "p99_ms": round(waits[int(len(waits) * 0.99)], 1),
    }
    if odd:
        result["other_answers"] = odd
    print(f"\nA poll on {os.cpu_count()} cores, which server, Redis and simulated voters share\n")
    for name, value in result.items():
        print(f"  {name:<20}{value!s:>16}")
    print()
    print(json.dumps(result))
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(arguments())))

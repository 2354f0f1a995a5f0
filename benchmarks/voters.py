"""One process of simulated viewers who vote, each again and again. Driven as benchmarks/buyers.py is; what
comes out is a list of `Votes`."""

import asyncio
import time

import msgspec

from benchmarks.buyers import Visit, Visitor, run


class Voting(Visit):
    """Each visitor votes `votes` times, for one option and the other by turns."""

    poll: str
    votes: int


class Votes(msgspec.Struct):
    """`waits`: of each vote, in s. Times are seconds since the epoch; `odd`: codes of errors."""

    began: float
    ended: float
    waits: list[float]
    odd: list[str]


class Voter(Visitor):
    def __init__(self, voting: Voting, number: int) -> None:
        super().__init__(voting, number)
        self._votes = voting.votes
        self._bodies = [
            {"stream": voting.stream, "poll": voting.poll, "options": [option]} for option in ("o1", "o2")
        ]

    async def act(self, at: float) -> Votes:
        """The next vote is cast when the last one was answered."""
        await asyncio.sleep(at - time.time())
        seen = Votes(time.time(), 0.0, [], [])
        for turn in range(self._votes):
            sent = time.perf_counter()
            answer = await self._ask("poll.vote", self._bodies[(self._number + turn) % 2])
            seen.waits.append(time.perf_counter() - sent)
            if not answer["ok"]:
                seen.odd.append(answer["error"]["code"])
        seen.ended = time.time()
        return seen


if __name__ == "__main__":
    run(Voting, Voter)

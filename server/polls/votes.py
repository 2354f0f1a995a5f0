"""Votes in Redis. Every method is one atomic step: a script in `lua/`."""

from collections.abc import Sequence
from importlib import resources
from typing import Any

import msgspec

from server.core.redis import RedisClient, news_channel, shop_key
from server.polls.messages import Tally

VERBS = ("open", "vote", "close", "tell")
GAP_MS = 250
"""Tallies are told at most four times a second: faster than that nobody reads them."""
KEEP_CLOSED_MS = 24 * 3600 * 1000
"""Who comes back within a day of the end still learns how he voted."""


class Terms(msgspec.Struct, frozen=True):
    """What a vote is measured by. `closes_at`: ms, None when it does not close by itself."""

    stream: str
    one: bool
    changeable: bool
    results: str
    closes_at: int | None
    options: tuple[str, ...]


class Vote(msgspec.Struct, frozen=True):
    """Without options it only asks how the viewer voted."""

    stream: str
    poll: str
    viewer: str
    options: tuple[str, ...] = ()


class Counted(msgspec.Struct, frozen=True):
    """`code`: `ok`, `unknown`, `one`, `closed` or `voted`. `options`: the viewer's vote as it stands; of
    `unknown` the one that there is not. `wait_ms`: until what is untold may be told; 0 when nothing is."""

    code: str
    options: list[str]
    state: str
    results: str
    tally: Tally
    wait_ms: int


def script_text(verb: str) -> str:
    """The whole script of a verb: the part that all share, then its own."""
    folder = resources.files("server.polls").joinpath("lua")
    return "\n".join(folder.joinpath(f"{name}.lua").read_text("utf-8") for name in ("poll", verb))


class VoteStore:
    def __init__(self, redis: RedisClient, *, gap_ms: int = GAP_MS) -> None:
        self._redis = redis
        self._gap_ms = gap_ms
        self._scripts = {verb: redis.script(f"polls.{verb}", script_text(verb)) for verb in VERBS}

    async def open(self, shop: str, poll: str, terms: Terms) -> bool:
        """Begins to count, from nothing. False, and nothing changed, where the poll is known."""
        arguments: list[str | int] = [
            terms.stream, int(terms.one), int(terms.changeable), terms.results,
            terms.closes_at or 0, ",".join(terms.options),
        ]  # fmt: skip
        return bool(await self._run("open", shop, poll, arguments) == 1)

    async def vote(self, shop: str, poll: str, votes: Sequence[Vote]) -> list[Counted] | None:
        """One answer per vote, in their order; None when Redis does not know the poll. All are of one stream.
        At most 256."""
        arguments = [votes[0].stream]
        for vote in votes:
            arguments += (vote.viewer, ",".join(vote.options))
        answer = await self._run("vote", shop, poll, arguments)
        if answer is None:
            return None
        state, results, wait_ms, flat, answers = answer
        tally = _tally(flat)
        return [
            Counted(code, options.split(",") if options else [], state, results, tally, wait_ms)
            for code, options in zip(answers[::2], answers[1::2], strict=True)
        ]

    async def close(self, shop: str, poll: str) -> Tally | None:
        """No vote counts after this. The final tally; None when Redis does not know the poll."""
        flat = await self._run("close", shop, poll, [KEEP_CLOSED_MS])
        return None if flat is None else _tally(flat)

    async def tell(self, shop: str, poll: str) -> int:
        """Announces what is untold. The pause to keep before, in ms; 0 when all is said."""
        return int(await self._run("tell", shop, poll, []))

    async def tallies(self, shop: str, polls: Sequence[str]) -> dict[str, Tally]:
        """How the votes stand, of those that Redis knows."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            for poll in polls:
                pipeline.hgetall(shop_key(shop, "poll", poll))
            found: list[dict[str, str]] = await pipeline.execute()
        return {
            poll: Tally(
                version=int(row["version"]),
                voters=int(row["voters"]),
                counts={option: int(row[f"n:{option}"]) for option in row["options"].split(",")},
            )
            for poll, row in zip(polls, found, strict=True)
            if row
        }

    async def _run(self, verb: str, shop: str, poll: str, arguments: Sequence[str | int]) -> Any:
        keys = [shop_key(shop, "poll", poll), shop_key(shop, "votes", poll)]
        return await self._scripts[verb](keys=keys, args=[news_channel(shop), poll, self._gap_ms, *arguments])


def _tally(flat: list[Any]) -> Tally:
    version, voters, *counts = flat
    return Tally(
        version=int(version),
        voters=int(voters),
        counts={option: int(count) for option, count in zip(counts[::2], counts[1::2], strict=True)},
    )

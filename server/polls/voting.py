"""Votes coming in, and how they stand going out."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Protocol

from server.core.auth import Grant
from server.core.batching import Batchers
from server.core.cache import Fresh
from server.core.errors import BadRequest, Forbidden
from server.core.tasks import TaskSet
from server.polls.errors import (
    NoSuchOption,
    NoSuchPoll,
    OneOptionOnly,
    PollIsClosed,
    PreviewDoesNotVote,
    VotedAlready,
)
from server.polls.messages import AskBallot, Ballot, PollTallied, Results, Tally
from server.polls.messages import Vote as VoteMessage
from server.polls.views import final_tally, no_votes, terms
from server.polls.votes import Counted, Terms, Vote
from server.streams.service import Owned, StreamService

FRESH_S = 1.0
"""How long a rush may go by what one of its votes read of the stream. The poll itself is never cached."""
BATCH = 128
"""Votes that travel as one script call: a millisecond or so of Redis's time."""


class Store(Protocol):
    async def get(self, poll: str) -> dict[str, Any] | None: ...
    async def open_ones(self, shop: str) -> list[dict[str, Any]]: ...


class Votes(Protocol):
    async def open(self, shop: str, poll: str, terms: Terms) -> bool: ...
    async def vote(self, shop: str, poll: str, votes: Sequence[Vote]) -> list[Counted] | None: ...
    async def tell(self, shop: str, poll: str) -> int: ...
    async def tallies(self, shop: str, polls: Sequence[str]) -> dict[str, Tally]: ...


class VotingService:
    def __init__(self, store: Store, votes: Votes, streams: StreamService) -> None:
        self._store = store
        self._votes = votes
        self._owned: Fresh[str, Owned] = Fresh(streams.get, FRESH_S)
        self._counting: Batchers[str, Vote, Counted | None] = Batchers(self._count, size=BATCH)
        self._tasks = TaskSet()
        self._telling: set[tuple[str, str]] = set()
        self._untold: set[tuple[str, str]] = set()

    async def vote(self, grant: Grant, message: VoteMessage) -> Ballot:
        """The same vote again is answered as it was, also when the poll has closed.

        Raises `NoSuchPoll`, `PollIsClosed`, `NoSuchOption`, `OneOptionOnly`, `VotedAlready`.
        """
        if grant.kind != "viewer":
            raise Forbidden("This takes a viewer's pass.")
        if grant.preview:
            raise PreviewDoesNotVote("A preview does not vote.")
        if len(set(message.options)) != len(message.options):
            raise BadRequest("An option stands twice in this vote.", at="$.options")
        counted = await self._ask(grant, message.stream, message.poll, tuple(message.options))
        match counted.code:
            case "closed":
                raise PollIsClosed("This poll takes no more votes.", poll=message.poll)
            case "unknown":
                raise NoSuchOption("This poll has no such option.", option=counted.options[0])
            case "one":
                raise OneOptionOnly("This poll takes one option.", poll=message.poll)
            case "voted":
                raise VotedAlready("A vote in this poll stays as it is.", options=counted.options)
        return _ballot(grant, message.poll, counted)

    async def ballot(self, grant: Grant, message: AskBallot) -> Ballot:
        """Raises `NoSuchPoll`."""
        return _ballot(grant, message.poll, await self._ask(grant, message.stream, message.poll, ()))

    async def standing(self, shop: str) -> list[tuple[PollTallied, Results]]:
        """How the votes stand in every open poll of the shop."""
        rows = await self._store.open_ones(shop)
        tallies = await self._votes.tallies(shop, [row["id"] for row in rows]) if rows else {}
        return [
            (PollTallied(stream=row["stream"], poll=row["id"], tally=tallies[row["id"]]), row["results"])
            for row in rows
            if row["id"] in tallies
        ]

    async def close(self) -> None:
        """Answers those who wait, and takes no more."""
        await self._counting.close()
        await self._tasks.close()

    async def _ask(self, grant: Grant, stream: str, poll: str, options: tuple[str, ...]) -> Counted:
        owned = await self._owned(stream)
        if owned.shop.id != grant.shop:
            raise Forbidden("This pass is for another shop.")
        vote = Vote(stream=stream, poll=poll, viewer=grant.viewer, options=options)
        counted = await self._counting.ask(grant.shop, vote)
        if counted is not None:
            return counted
        # Redis does not know it: there is no such poll, or it is closed long since, or Redis was wiped.
        row = await self._store.get(poll)
        if row is None or row["stream"] != stream or row["state"] == "draft":
            raise NoSuchPoll("This stream has no such poll.", poll=poll)
        if row["state"] == "open":
            await self._votes.open(grant.shop, poll, terms(row))
            counted = await self._counting.ask(grant.shop, vote)
        return counted or Counted(
            code="closed" if options else "ok",
            options=[],
            state=row["state"],
            results=row["results"],
            tally=final_tally(row) or no_votes(row),
            wait_ms=0,
        )

    async def _count(self, shop: str, votes: Sequence[Vote]) -> Sequence[Counted | None]:
        """One script call per poll: nearly always one."""
        places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for place, vote in enumerate(votes):
            places[vote.stream, vote.poll].append(place)
        answers: list[Counted | None] = [None] * len(votes)
        for (_, poll), own in places.items():
            counted = await self._votes.vote(shop, poll, [votes[place] for place in own])
            for place, answer in zip(own, counted or (), strict=False):
                answers[place] = answer
            if counted and counted[0].wait_ms > 0:
                self._tell_later(shop, poll, counted[0].wait_ms)
        return answers

    def _tell_later(self, shop: str, poll: str, wait_ms: int) -> None:
        self._untold.add((shop, poll))
        if (shop, poll) not in self._telling:
            self._telling.add((shop, poll))
            self._tasks.spawn(self._tell(shop, poll, wait_ms), name="tally")

    async def _tell(self, shop: str, poll: str, wait_ms: int) -> None:
        """The last tally of a rush, which no vote after it tells. If this fails, the worker tells it."""
        try:
            while wait_ms > 0 or (shop, poll) in self._untold:
                await asyncio.sleep(wait_ms / 1000)
                self._untold.discard((shop, poll))
                wait_ms = await self._votes.tell(shop, poll)
        finally:
            self._telling.discard((shop, poll))
            self._untold.discard((shop, poll))


def _ballot(grant: Grant, poll: str, counted: Counted) -> Ballot:
    visible = counted.results == "live" or counted.state == "closed" or grant.kind == "staff"
    return Ballot(poll=poll, options=counted.options, tally=counted.tally if visible else None)

"""What follows from a poll's state in SQL: in Redis, which counts, and in the room, which shows it."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from server.core.clock import Clock
from server.core.errors import ProofcastError
from server.polls.messages import PollClosed, PollHidden, PollOpened, PollView, Tally
from server.polls.views import no_votes, terms, view
from server.polls.votes import Terms
from server.streams.messages import RoomEvent
from server.streams.service import Owned, StreamService
from server.streams.timeline import Room, Stamp, Timeline

LOOK_MS = 5_000
"""How often the worker looks at an open poll: whether its stream is over, and Redis still counts."""


class Store(Protocol):
    async def get(self, poll: str) -> dict[str, Any] | None: ...
    async def close(self, stream: str, now: int, poll: str | None = None) -> list[str]: ...
    async def freeze(self, poll: str, tally: str, now: int) -> None: ...
    async def settled(self, poll: str, revision: int, check_at: int | None) -> bool: ...
    async def due(self, now: int, most: int) -> list[str]: ...


class Votes(Protocol):
    async def open(self, shop: str, poll: str, terms: Terms) -> bool: ...
    async def close(self, shop: str, poll: str) -> Tally | None: ...
    async def tell(self, shop: str, poll: str) -> int: ...
    async def tallies(self, shop: str, polls: Sequence[str]) -> dict[str, Tally]: ...


class PollSettlement:
    """Each step may be repeated, be done by two at once, and be taken up by a worker where a process died."""

    def __init__(
        self, store: Store, votes: Votes, streams: StreamService, timeline: Timeline, clock: Clock
    ) -> None:
        self._store = store
        self._votes = votes
        self._streams = streams
        self._timeline = timeline
        self._clock = clock

    async def settle_due(self, most: int) -> int:
        """Polls whose time is up, whose stream is over, and what was left half done. Answers how many were
        looked at. One that fails keeps no other from its turn."""
        failure: ProofcastError | None = None
        polls = await self._store.due(self._clock.now_ms(), most)
        for poll in polls:
            try:
                await self.settle(poll)
            except ProofcastError as error:
                failure = error
        if failure is not None:
            raise failure
        return len(polls)

    async def settle(self, poll: str) -> None:
        """Until nothing more follows from what SQL says."""
        while (row := await self._store.get(poll)) is not None and row["state"] != "draft":
            owned, now = await self._streams.get(row["stream"]), self._clock.now_ms()
            check_at: int | None = None
            if row["state"] == "open":
                closes_at = row["closes_at"] or now + LOOK_MS
                if closes_at <= now or not await self._open(owned, row):
                    await self._store.close(row["stream"], now, poll)
                    continue
                check_at = min(closes_at, now + LOOK_MS)
            else:
                tally = await self._votes.close(owned.shop.id, poll)
                if row["state"] == "closing":
                    final = tally or no_votes(row, version=now * 1000)  # Redis was wiped
                    await self._store.freeze(poll, msgspec.json.encode(final).decode(), now)
                    continue
                await self._show_end(owned, row)
            if await self._store.settled(poll, row["revision"], check_at):
                return

    async def _open(self, owned: Owned, row: dict[str, Any]) -> bool:
        """Redis counts, and the room shows it. False when the stream is over."""
        if owned.view.state == "ended":
            return False
        await self._votes.open(owned.shop.id, row["id"], terms(row))
        await self._votes.tell(owned.shop.id, row["id"])

        def opened(room: Room, stamp: Stamp) -> RoomEvent | None:
            if room.stream.state == "ended" or _is_shown(room, row["id"]):
                return None
            return PollOpened(poll=view(row), **stamp.fields())

        room = await self._timeline.append(owned.shop.id, owned.view, opened)
        return room.stream.state != "ended"

    async def _show_end(self, owned: Owned, row: dict[str, Any]) -> None:
        """The room shows the result, or nothing any more; a room that shows another poll stays as it is."""
        poll = row["id"]

        def closed(room: Room, stamp: Stamp) -> RoomEvent | None:
            shown = _is_shown(room, poll)
            if shown is None or shown.state == "closed":
                return None
            return PollClosed(poll=view(row), **stamp.fields())

        def hidden(room: Room, stamp: Stamp) -> RoomEvent | None:
            return PollHidden(poll=poll, **stamp.fields()) if _is_shown(room, poll) else None

        if owned.view.state == "ended":
            return
        await self._timeline.append(owned.shop.id, owned.view, closed)
        if row["hidden_at"] is not None:
            await self._timeline.append(owned.shop.id, owned.view, hidden)


def _is_shown(room: Room, poll: str) -> PollView | None:
    shown: PollView | None = room.sections["poll"]
    return shown if shown is not None and shown.id == poll else None

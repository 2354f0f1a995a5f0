"""A poll as its host runs it: drafts, what is opened, closed and taken off."""

from typing import Any, Protocol

import msgspec

from server.accounts.messages import ShopView
from server.core.clock import Clock
from server.core.errors import BadRequest
from server.core.ids import keyed_id, new_id
from server.polls.errors import NoSuchPoll, PollIsClosed, PollNotOpened, PollWasOpened, TooManyPolls
from server.polls.messages import HostPoll, PollDraft
from server.polls.settlement import PollSettlement, Votes
from server.polls.settlement import Store as SettledStore
from server.polls.views import Choice, host_view, on_screen
from server.streams.errors import NotLive, StreamOver
from server.streams.service import StreamService

MOST_POLLS = 50
"""Of one stream; a show of an hour has time for some twenty."""


class Store(SettledStore, Protocol):
    async def add(self, row: dict[str, Any], most: int) -> dict[str, Any] | None: ...
    async def of_stream(self, stream: str) -> list[dict[str, Any]]: ...
    async def change_draft(self, poll: str, changes: dict[str, Any]) -> bool: ...
    async def remove_draft(self, poll: str) -> bool: ...
    async def open(self, stream: str, poll: str, now: int) -> None: ...
    async def hide(self, poll: str, now: int) -> None: ...


class PollService:
    """Raises `NoSuchStream` and `NoSuchPoll` for what this very shop does not have."""

    def __init__(
        self, store: Store, votes: Votes, settlement: PollSettlement, streams: StreamService, clock: Clock
    ) -> None:
        self._store = store
        self._votes = votes
        self._settlement = settlement
        self._streams = streams
        self._clock = clock

    async def of_stream(self, shop: ShopView, stream: str) -> list[HostPoll]:
        """Oldest first, with the tallies as they stand."""
        view = await self._streams.of(shop, stream)
        rows = await self._store.of_stream(stream)
        counted = [row["id"] for row in rows if row["state"] in ("open", "closing")]
        tallies = await self._votes.tallies(shop.id, counted) if counted else {}
        shown = None if view.state == "ended" else on_screen(rows)
        return [host_view(row, tallies.get(row["id"]), on_screen=row is shown) for row in rows]

    async def create(self, shop: ShopView, stream: str, body: PollDraft) -> HostPoll:
        """Raises `BadRequest`, `StreamOver`, `TooManyPolls`."""
        view = await self._streams.of(shop, stream)
        if view.state == "ended":
            raise StreamOver("The stream has ended; it takes no new poll.")
        row = {
            "id": keyed_id("poll", stream, body.key) if body.key else new_id("poll"),
            "shop": shop.id,
            "stream": stream,
            **_columns(body),
            **dict.fromkeys(("opened_at", "closes_at", "closed_at", "hidden_at", "tally", "check_at")),
            "state": "draft",
            "revision": 0,
        }
        made = await self._store.add(row, MOST_POLLS)
        if made is None:
            raise TooManyPolls(f"A stream has {MOST_POLLS} polls at most.", most=MOST_POLLS)
        return await self._one(shop, stream, made["id"])

    async def change(self, shop: ShopView, stream: str, poll: str, body: PollDraft) -> HostPoll:
        """Raises `BadRequest`, `PollWasOpened`."""
        await self._row(shop, stream, poll)
        if not await self._store.change_draft(poll, _columns(body)):
            raise PollWasOpened("This poll was opened; only a draft can be changed.", poll=poll)
        return await self._one(shop, stream, poll)

    async def remove(self, shop: ShopView, stream: str, poll: str) -> None:
        """Raises `PollWasOpened`."""
        await self._row(shop, stream, poll)
        if not await self._store.remove_draft(poll) and await self._store.get(poll) is not None:
            raise PollWasOpened("This poll was opened; only a draft can be removed.", poll=poll)

    async def open(self, shop: ShopView, stream: str, poll: str) -> HostPoll:
        """Puts it on the screen, and closes the one that is open. Opening an open poll changes nothing.

        Raises `NotLive`, `PollIsClosed`.
        """
        view = await self._streams.of(shop, stream)
        row = await self._row(shop, stream, poll)
        if row["state"] in ("closing", "closed"):
            raise PollIsClosed("A closed poll can't be opened again. Make a new one of it.", poll=poll)
        if row["state"] == "draft":
            if view.state != "live":
                raise NotLive("Polls are opened while the stream is live.", state=view.state)
            await self._store.open(stream, poll, self._clock.now_ms())
        for other in await self._store.of_stream(stream):
            if other["state"] == "closing":
                await self._settlement.settle(other["id"])
        await self._settlement.settle(poll)
        return await self._one(shop, stream, poll)

    async def close(self, shop: ShopView, stream: str, poll: str) -> HostPoll:
        """Takes no more votes; the result stays on the screen. Raises `PollNotOpened` for a draft."""
        row = await self._row(shop, stream, poll)
        if row["state"] == "draft":
            raise PollNotOpened("This poll was not opened yet.", poll=poll)
        await self._store.close(stream, self._clock.now_ms(), poll)
        await self._settlement.settle(poll)
        return await self._one(shop, stream, poll)

    async def hide(self, shop: ShopView, stream: str, poll: str) -> HostPoll:
        """Takes it off the screen; one that is open closes. What is not on the screen stays off it."""
        row = await self._row(shop, stream, poll)
        if row["state"] != "draft":
            now = self._clock.now_ms()
            await self._store.close(stream, now, poll)
            await self._store.hide(poll, now)
            await self._settlement.settle(poll)
        return await self._one(shop, stream, poll)

    async def stream_ending(self, stream: str) -> None:
        """Closes what is open, so that its result is part of the timeline."""
        for poll in await self._store.close(stream, self._clock.now_ms()):
            await self._settlement.settle(poll)

    async def _row(self, shop: ShopView, stream: str, poll: str) -> dict[str, Any]:
        await self._streams.of(shop, stream)
        row = await self._store.get(poll)
        if row is None or row["stream"] != stream:
            raise NoSuchPoll("This stream has no such poll.", poll=poll[:64])
        return row

    async def _one(self, shop: ShopView, stream: str, poll: str) -> HostPoll:
        for found in await self.of_stream(shop, stream):
            if found.poll.id == poll:
                return found
        raise NoSuchPoll("This stream has no such poll.", poll=poll[:64])  # removed at this very moment


def _columns(body: PollDraft) -> dict[str, Any]:
    """Raises `BadRequest` with the place of what does not fit."""
    texts = [option.text for option in body.options]
    for n, text in enumerate(texts):
        if text in texts[:n]:
            raise BadRequest("Two options say the same.", at=f"$.options[{n}].text")
    right = [n for n, option in enumerate(body.options) if option.right]
    if body.kind != "quiz" and right:
        raise BadRequest("Only a quiz has a right option.", at=f"$.options[{right[0]}].right")
    if body.kind == "quiz" and len(right) != 1:
        place = f"$.options[{right[1]}].right" if right else "$.options"
        raise BadRequest("A quiz has exactly one right option.", at=place)
    options = [
        Choice(id=f"o{n}", text=option.text, right=option.right)
        for n, option in enumerate(body.options, start=1)
    ]
    return {
        "kind": body.kind,
        "question": body.question,
        "options": msgspec.json.encode(options).decode(),
        "results": body.results,
        "changeable": body.changeable,
        "seconds": body.seconds,
    }

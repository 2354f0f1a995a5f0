"""A stream's life: scheduled, live, ended. An ended stream stays ended."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from server.accounts.messages import ShopView
from server.accounts.service import AccountService
from server.core.clock import Clock
from server.core.errors import BadRequest
from server.core.ids import keyed_id, new_id
from server.streams.errors import NoSuchStream, NotLive, StreamOver
from server.streams.messages import ChangeStream, CreateStream, StreamChanged, StreamView
from server.streams.timeline import Room, Stamp, Timeline


class Store(Protocol):
    async def add(self, row: dict[str, Any]) -> dict[str, Any]: ...
    async def get(self, stream: str) -> dict[str, Any] | None: ...
    async def of_shop(self, shop: str) -> list[dict[str, Any]]: ...
    async def change(self, stream: str, changes: dict[str, Any]) -> None: ...
    async def move(self, stream: str, *, from_state: str, changes: dict[str, Any]) -> bool: ...
    async def line_up(self, stream: str) -> list[str]: ...
    async def set_line_up(self, stream: str, products: Sequence[str]) -> None: ...
    async def keep_timeline(self, stream: str, rows: Sequence[dict[str, Any]]) -> None: ...


class Owned(msgspec.Struct, frozen=True):
    """A stream with the shop that owns it."""

    shop: ShopView
    view: StreamView


class StreamService:
    def __init__(self, store: Store, accounts: AccountService, timeline: Timeline, clock: Clock) -> None:
        self._store = store
        self._accounts = accounts
        self._timeline = timeline
        self._clock = clock

    async def create(self, shop: ShopView, body: CreateStream) -> StreamView:
        row = {
            "id": keyed_id("stream", shop.id, body.key) if body.key else new_id("stream"),
            "shop": shop.id,
            "title": body.title,
            "disclosure": body.disclosure,
            "state": "scheduled",
            "source_url": body.source_url,
            "source_kind": body.source_kind,
            "poster_url": body.poster_url,
            "starts_at": body.starts_at,
            "started_at": None,
            "ended_at": None,
            "created_at": self._clock.now_ms(),
        }
        return _view(await self._store.add(row), shop)

    async def get(self, stream: str) -> Owned:
        """Raises `NoSuchStream`."""
        row = await self._store.get(stream)
        if row is None:
            raise NoSuchStream("There is no such stream.", stream=stream[:64])
        shop = await self._accounts.shop(row["shop"])
        return Owned(shop=shop, view=_view(row, shop))

    async def of(self, shop: ShopView, stream: str) -> StreamView:
        """A stream of this very shop; another shop's is as unknown as one that never was."""
        row = await self._store.get(stream)
        if row is None or row["shop"] != shop.id:
            raise NoSuchStream("There is no such stream.", stream=stream[:64])
        return _view(row, shop)

    async def of_shop(self, shop: ShopView) -> list[StreamView]:
        return [_view(row, shop) for row in await self._store.of_shop(shop.id)]

    async def change(self, shop: ShopView, stream: str, body: ChangeStream) -> StreamView:
        view = await self.of(shop, stream)
        names = ("title", "disclosure", "source_url", "source_kind")
        changes = {name: value for name in names if (value := getattr(body, name)) is not None}
        for name in ("poster_url", "starts_at"):
            if (value := getattr(body, name)) is not msgspec.UNSET:
                changes[name] = value
        if changes:
            if view.state == "ended" and set(changes) - {"title", "disclosure", "poster_url"}:
                raise StreamOver("The stream has ended: its title, disclosure and poster can be changed.")
            await self._store.change(stream, changes)
        return await self._announce(shop, stream)

    async def start(self, shop: ShopView, stream: str) -> StreamView:
        """Goes live. Starting a live stream changes nothing. Raises `StreamOver`."""
        view = await self.of(shop, stream)
        if view.state == "ended":
            raise StreamOver("The stream has ended. Create a new one.")
        changes = {"state": "live", "started_at": self._clock.now_ms()}
        await self._store.move(stream, from_state="scheduled", changes=changes)
        return await self._announce(shop, stream)

    async def end(self, shop: ShopView, stream: str) -> StreamView:
        """Ends the show and keeps its timeline in SQL. Ending an ended stream changes nothing."""
        view = await self.of(shop, stream)
        if view.state == "scheduled":
            raise NotLive("The stream has not started yet.")
        changes = {"state": "ended", "ended_at": self._clock.now_ms()}
        await self._store.move(stream, from_state="live", changes=changes)
        view = await self._announce(shop, stream)
        room = await self._timeline.room(shop.id, view)
        events = await self._timeline.all_events(shop.id, stream)
        await self._store.keep_timeline(stream, [{**event, "epoch": room.epoch} for event in events])
        await self._timeline.retire(shop.id, stream)
        return view

    async def _announce(self, shop: ShopView, stream: str) -> StreamView:
        """Tells the room what SQL says of the stream, unless the room knows it."""
        view = await self.of(shop, stream)

        def changed(room: Room, stamp: Stamp) -> StreamChanged | None:
            return None if room.stream == view else StreamChanged(view=view, **stamp.fields())

        while True:
            await self._timeline.append(shop.id, view, changed)
            # Somebody may have changed SQL and told the room since we read: then ours was the older word.
            before, view = view, await self.of(shop, stream)
            if view == before:
                return view

    async def room(self, owned: Owned) -> Room:
        return await self._timeline.room(owned.shop.id, owned.view)

    async def line_up(self, stream: str) -> list[str]:
        return await self._store.line_up(stream)

    async def set_line_up(self, stream: str, products: Sequence[str]) -> list[str]:
        if len(set(products)) != len(products):
            raise BadRequest("A product stands twice in the run of show.", at="$.products")
        await self._store.set_line_up(stream, products)
        return list(products)


def _view(row: dict[str, Any], shop: ShopView) -> StreamView:
    return StreamView(
        id=row["id"],
        title=row["title"],
        maker=shop.name,
        disclosure=row["disclosure"],
        state=row["state"],
        currency=shop.currency,
        source_url=row["source_url"],
        source_kind=row["source_kind"],
        poster_url=row["poster_url"],
        starts_at=row["starts_at"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )

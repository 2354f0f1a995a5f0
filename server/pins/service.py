"""Showing products on a stream."""

from typing import Any, Protocol

import msgspec

from server.accounts.messages import ShopView
from server.catalog.service import CatalogService
from server.core.clock import Clock
from server.core.ids import keyed_id
from server.pins.errors import NotShown, OtherPins
from server.pins.messages import MOST_PINS, PinHidden, PinShown, PinsOrdered, PinView, ShowPin
from server.streams.errors import StreamOver
from server.streams.messages import RoomEvent, StreamChanged, StreamView
from server.streams.service import StreamService
from server.streams.timeline import Room, Section, Stamp, Timeline

GRACE_MS = 60_000
"""A viewer whose picture is late still sees a pin that is down already, and may buy from it."""


class Store(Protocol):
    async def add(self, row: dict[str, Any]) -> dict[str, Any]: ...
    async def get(self, stream: str, pin: str) -> dict[str, Any] | None: ...
    async def of_stream(self, stream: str) -> list[dict[str, Any]]: ...
    async def hide(self, stream: str, at: int, pin: str | None = None) -> None: ...


def reduce(pins: list[PinView], event: RoomEvent) -> list[PinView]:
    """What a room shows after an event. Clients do the same."""
    match event:
        case PinShown(pin=pin, place=place):
            others = [shown for shown in pins if shown.id != pin.id]
            return [*others[:place], pin, *others[place:]]
        case PinHidden(pin=gone):
            return [pin for pin in pins if pin.id != gone]
        case PinsOrdered(pins=order):
            return sorted(pins, key=lambda pin: order.index(pin.id) if pin.id in order else len(order))
        case StreamChanged(view=view) if view.state == "ended":
            return []
    return pins


def section(store: Store) -> Section:
    """The pins of a room."""

    async def restore(stream: str) -> list[PinView]:
        shown: dict[str, PinView] = {}
        for row in reversed(await store.of_stream(stream)):  # the newest in front, a product once
            if row["hidden_at"] is None:
                shown.setdefault(row["product"], msgspec.json.decode(row["view"], type=PinView))
        return list(shown.values())[:MOST_PINS]

    return Section(type=list[PinView], empty=[], reduce=reduce, restore=restore)


class PinService:
    def __init__(
        self,
        store: Store,
        streams: StreamService,
        catalog: CatalogService,
        timeline: Timeline,
        clock: Clock,
    ) -> None:
        self._store = store
        self._streams = streams
        self._catalog = catalog
        self._timeline = timeline
        self._clock = clock

    async def shown(self, shop: ShopView, stream: str) -> list[PinView]:
        view = await self._streams.of(shop, stream)
        return _pins(await self._timeline.room(shop.id, view))

    async def show(self, shop: ShopView, stream: str, body: ShowPin) -> list[PinView]:
        """Pins a product; one that is pinned already moves to `place`. A fourth takes the last one's place.

        The same key again changes nothing.
        """
        view = await self._open_stream(shop, stream)
        new_id = keyed_id("pin", stream, body.key)
        room = await self._timeline.room(shop.id, view)
        if any(pin.id == new_id for pin in _pins(room)):
            return _pins(room)
        known = await self._store.get(stream, new_id)
        if known is not None and known["hidden_at"] is not None:
            return _pins(room)
        product = await self._catalog.product(shop.id, shop.currency, body.product)
        new = PinView(id=new_id, at=self._clock.now_ms(), product=product)
        for pin in _pins(room):
            if pin.product.id == product.id:
                pins = await self._move(shop, view, pin.id, body.place)
                await self._store.add(_row(stream, new, hidden_at=new.at))  # for who asks with this key again
                return pins
        row = await self._store.add(_row(stream, new, hidden_at=None))
        if row["hidden_at"] is not None:
            return await self.shown(shop, stream)

        def shown(room: Room, stamp: Stamp) -> PinShown | None:
            if room.stream.state == "ended":
                raise StreamOver("The stream has ended; nothing can be pinned to it.")
            if any(pin.id == new.id or pin.product.id == product.id for pin in _pins(room)):
                return None
            return PinShown(pin=new, place=min(body.place, len(_pins(room))), **stamp.fields())

        try:
            room = await self._timeline.append(shop.id, view, shown)
        except StreamOver:  # while this was under way
            await self._store.hide(stream, new.at, new.id)
            raise
        for extra in _pins(room)[MOST_PINS:]:
            room = await self._hide(shop, view, extra.id)
        return _pins(room)

    async def hide(self, shop: ShopView, stream: str, pin: str) -> list[PinView]:
        """Takes a pin down. One that is down already stays down."""
        view = await self._streams.of(shop, stream)
        if await self._store.get(stream, pin) is None:
            raise NotShown("This stream has no such pin.", pin=pin)
        return _pins(await self._hide(shop, view, pin))

    async def order(self, shop: ShopView, stream: str, pins: list[str]) -> list[PinView]:
        """Raises `OtherPins` unless `pins` names exactly those that are shown."""
        view = await self._open_stream(shop, stream)

        def ordered(room: Room, stamp: Stamp) -> PinsOrdered | None:
            shown = [pin.id for pin in _pins(room)]
            if sorted(shown) != sorted(pins):
                raise OtherPins("Other pins are shown by now.", shown=shown)
            return None if shown == pins else PinsOrdered(pins=pins, **stamp.fields())

        return _pins(await self._timeline.append(shop.id, view, ordered))

    async def stream_ended(self, stream: str) -> None:
        await self._store.hide(stream, self._clock.now_ms())

    async def history(self, stream: str) -> list[dict[str, Any]]:
        """Every pin of the stream, oldest first: `id`, `product`, `view`, `shown_at`, `hidden_at`."""
        return await self._store.of_stream(stream)

    async def on_sale(self, stream: str, pin: str) -> PinView:
        """The pin, if it is shown or was within the last minute. Raises `NotShown`."""
        row = await self._store.get(stream, pin)
        down = row["hidden_at"] if row else 0
        if row is None or (down is not None and down < self._clock.now_ms() - GRACE_MS):
            raise NotShown("This product is not shown any more.", pin=pin)
        return msgspec.json.decode(row["view"], type=PinView)

    async def pin(self, stream: str, pin: str) -> PinView:
        """A pin as it was shown, its prices among it, however long ago. Raises `NotShown`."""
        row = await self._store.get(stream, pin)
        if row is None:
            raise NotShown("This stream has no such pin.", pin=pin)
        return msgspec.json.decode(row["view"], type=PinView)

    async def _open_stream(self, shop: ShopView, stream: str) -> StreamView:
        view = await self._streams.of(shop, stream)
        if view.state == "ended":
            raise StreamOver("The stream has ended; nothing can be pinned to it.")
        return view

    async def _move(self, shop: ShopView, view: StreamView, pin: str, place: int) -> list[PinView]:
        def moved(room: Room, stamp: Stamp) -> PinsOrdered | None:
            order = [shown.id for shown in _pins(room)]
            after = [other for other in order if other != pin]
            after.insert(place, pin)
            return None if pin not in order or after == order else PinsOrdered(pins=after, **stamp.fields())

        return _pins(await self._timeline.append(shop.id, view, moved))

    async def _hide(self, shop: ShopView, view: StreamView, pin: str) -> Room:
        def hidden(room: Room, stamp: Stamp) -> PinHidden | None:
            shown = any(shown.id == pin for shown in _pins(room))
            return PinHidden(pin=pin, **stamp.fields()) if shown else None

        room = await self._timeline.append(shop.id, view, hidden)
        await self._store.hide(view.id, self._clock.now_ms(), pin)
        return room


def _pins(room: Room) -> list[PinView]:
    pins: list[PinView] = room.sections["pins"]
    return pins


def _row(stream: str, pin: PinView, *, hidden_at: int | None) -> dict[str, Any]:
    return {
        "id": pin.id,
        "stream": stream,
        "product": pin.product.id,
        "view": msgspec.json.encode(pin).decode(),
        "shown_at": pin.at,
        "hidden_at": hidden_at,
    }

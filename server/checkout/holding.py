"""From a tap to a hold, and from one hold to another."""

import contextlib
from typing import Any, Protocol

import msgspec

from server.checkout.errors import NoLine, PreviewBuysNothing, TakenAtPayment
from server.checkout.offers import Shelf, origin, together, wants
from server.checkout.orders import Announcer, Origin
from server.conversions.service import ConversionService
from server.core.auth import Grant
from server.core.clock import Clock
from server.core.errors import Conflict, Forbidden
from server.pins.errors import NotShown
from server.stock.errors import HoldIsOver, StockNotLoaded
from server.stock.line import LineService
from server.stock.messages import (
    ChangeHold,
    CreateHold,
    ExtendHold,
    HoldAnswer,
    HoldChanged,
    HoldList,
    LeaveLine,
    MyHolds,
    Pick,
    ReleaseHold,
    WaitAnswer,
    WaitForUnits,
)
from server.stock.records import HoldRecord, hold_id
from server.stock.service import StockService
from server.streams.errors import NotLive
from server.streams.service import Owned

_TRIES = 5
"""A buyer's taps in several tabs may overtake each other; more than so many at once are no person's."""


class Orders(Protocol):
    async def has_order(self, shop: str, hold: str) -> bool: ...
    async def open_order(self, shop: str, hold: str) -> dict[str, Any] | None: ...
    async def close_soon(self, row: dict[str, Any]) -> None: ...


class HoldingService:
    def __init__(
        self,
        stock: StockService,
        line: LineService,
        shelf: Shelf,
        orders: Orders,
        conversions: ConversionService,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self._stock = stock
        self._line = line
        self._shelf = shelf
        self._orders = orders
        self._conversions = conversions
        self._announcer = announcer
        self._clock = clock

    async def create(self, grant: Grant, message: CreateHold) -> HoldAnswer:
        """Sets picks aside, all or none. The same key again answers the same hold.

        Raises `NotLive`, `NotShown`, `TakenAtPayment`, and what `StockService.reserve` raises.
        """
        _buyer(grant)
        first = Pick(pin=message.pin, variant=message.variant, quantity=message.quantity)
        picks = together([first, *message.more])
        try:
            owned, offers = await self._shelf.on_sale(grant, message.stream, picks)
        except (NotLive, NotShown):
            # What is held stays held when its pin is down or the show over: a reloaded page finds it.
            known = await self._stock.known(grant.shop, grant.viewer, message.key)
            if known is None:
                raise
            return known
        if any(offer.product.policy == "first_paid" for offer in offers):
            raise TakenAtPayment("Who pays first has it: it is not held.")
        answer = await self._into_basket(grant, message, picks) if message.basket else None
        if answer is None:
            answer = await self._stock.reserve(
                owned.shop.id,
                grant.viewer,
                message.key,
                wants(offers),
                ttl_ms=owned.shop.hold_seconds * 1000,
                context=origin(message.stream, offers).encode(),
            )
        await self._conversions.held(
            grant,
            owned,
            hold=answer.hold.id,
            pin=message.pin,
            product=offers[0].product.id,
            channel="live",
        )
        return answer

    async def _into_basket(self, grant: Grant, message: CreateHold, picks: list[Pick]) -> HoldAnswer | None:
        """Adds to what this viewer holds on the stream already; None when that is nothing."""
        shop, own = grant.shop, hold_id(grant.shop, grant.viewer, message.key)
        for _ in range(_TRIES):
            basket = await self._basket(grant, message.stream)
            if basket is None:
                return None
            if basket.id == own:
                return await self._stock.known(shop, grant.viewer, message.key)
            before = Origin.decode(basket.context).picks(basket.lines)
            try:
                return await self._replace(grant, basket, message.key, together([*before, *picks]))
            except HoldIsOver as error:
                if error.details["hold"] != basket.id:
                    raise  # it is the hold of this key that has ended
        raise Conflict("Your basket is changing. Try again.")

    async def _basket(self, grant: Grant, stream: str) -> HoldRecord | None:
        """The newest living hold on the stream for which no checkout was opened."""
        for record in reversed(await self._living(grant, stream)):
            if not await self._orders.has_order(grant.shop, record.id):
                return record
        return None

    async def _living(self, grant: Grant, stream: str) -> list[HoldRecord]:
        now = self._clock.now_ms()
        return [
            record
            for record in await self._stock.holds_of(grant.shop, grant.viewer)
            if record.deadline > now and Origin.decode(record.context).stream == stream
        ]

    async def _replace(self, grant: Grant, old: HoldRecord, key: str, picks: list[Pick]) -> HoldAnswer:
        """Another hold of other picks in the place of `old`, told to all tabs of the viewer."""
        stream = Origin.decode(old.context).stream
        if picks:
            offers = await self._shelf.as_shown(stream, picks)
            lines, context = wants(offers), origin(stream, offers).encode()
        else:
            lines, context = [], ""
        answer = await self._stock.change(grant.shop, old.id, grant.viewer, key, lines, context=context)
        if picks:
            event = HoldChanged(was=old.id, hold=answer.hold)
            news = {"event": event.name, "data": msgspec.to_builtins(event)}
            await self._announcer.announce(grant.shop, {"kind": "viewer", "viewer": grant.viewer, **news})
        return answer

    async def change(self, grant: Grant, message: ChangeHold) -> HoldAnswer:
        """Raises `OrderClosed` when the hold's order is paid or being paid, and what `create` raises."""
        _buyer(grant)
        old = await self._stock.hold(grant.shop, message.hold, grant.viewer)
        before = Origin.decode(old.context)
        picks, pins = together(message.picks), {pick.pin for pick in before.picks(old.lines)}
        new = [pick for pick in picks if pick.pin not in pins]
        if new:  # what is in the basket already may stay there after its pin is down
            _, offers = await self._shelf.on_sale(grant, before.stream, new)
            if any(offer.product.policy == "first_paid" for offer in offers):
                raise TakenAtPayment("Who pays first has it: it is not held.")
        order = await self._orders.open_order(grant.shop, old.id)
        answer = await self._replace(grant, old, message.key, picks)
        if order is not None:
            await self._orders.close_soon(order)
        return answer

    async def mine(self, grant: Grant, message: MyHolds) -> HoldList:
        _buyer(grant)
        await self._of_this_shop(grant, message.stream)
        living = await self._living(grant, message.stream)
        places = await self._line.places_of(grant.shop, grant.viewer)
        return HoldList(holds=[self._stock.told(record) for record in living], places=places)

    async def wait(self, grant: Grant, message: WaitForUnits) -> WaitAnswer:
        """A place in line, or a hold. Raises `NoLine`, and what `create` raises."""
        _buyer(grant)
        pick = Pick(pin=message.pin, variant=message.variant, quantity=message.quantity)
        owned, offers = await self._shelf.on_sale(grant, message.stream, [pick])
        if offers[0].variant.parts or offers[0].product.policy == "first_paid":
            raise NoLine("One can't wait in line for this.")
        (want,) = wants(offers)
        ttl_ms, context = owned.shop.offer_seconds * 1000, origin(message.stream, offers).encode()
        return await self._line.wait(
            grant.shop, grant.viewer, message.key, want, ttl_ms=ttl_ms, context=context
        )

    async def leave_line(self, grant: Grant, message: LeaveLine) -> None:
        _buyer(grant)
        await self._line.leave(grant.shop, [(grant.viewer, message.variant)])

    async def stream_ended(self, stream: str) -> None:
        """Who waits in line there waits for nothing any more. What is offered or held stays."""
        shop = (await self._shelf.stream(stream)).shop.id
        with contextlib.suppress(StockNotLoaded):  # then nobody waits
            places = [
                (place.buyer, place.variant)
                for place in await self._line.places(shop)
                if Origin.decode(place.context).stream == stream
            ]
            await self._line.leave(shop, places, "stream_ended")

    async def _of_this_shop(self, grant: Grant, stream: str) -> Owned:
        owned = await self._shelf.stream(stream)
        if owned.shop.id != grant.shop:
            raise Forbidden("This pass is for another shop.")
        return owned

    async def extend(self, grant: Grant, message: ExtendHold) -> HoldAnswer:
        record = await self._stock.hold(grant.shop, message.hold, grant.viewer)
        owned = await self._shelf.stream(Origin.decode(record.context).stream)
        return await self._stock.extend(
            grant.shop, message.hold, grant.viewer, message.key, ttl_ms=owned.shop.hold_seconds * 1000
        )

    async def release(self, grant: Grant, message: ReleaseHold) -> None:
        await self._stock.release(grant.shop, message.hold, grant.viewer)


def _buyer(grant: Grant) -> None:
    if grant.kind != "viewer":
        raise Forbidden("This takes a viewer's pass.")
    if grant.preview:
        raise PreviewBuysNothing("A preview buys nothing.")

"""From a tap to a hold."""

from server.catalog.messages import VariantView
from server.checkout.errors import PreviewBuysNothing
from server.checkout.orders import Origin
from server.conversions.service import ConversionService
from server.core.auth import Grant
from server.core.cache import Fresh
from server.core.errors import Forbidden
from server.pins.errors import NotShown
from server.pins.messages import PinView
from server.pins.service import PinService
from server.stock.errors import UnknownVariant
from server.stock.messages import CreateHold, ExtendHold, HoldAnswer, ReleaseHold
from server.stock.records import Want
from server.stock.service import StockService
from server.streams.errors import NotLive
from server.streams.service import Owned, StreamService

FRESH_S = 1.0
"""How long a rush may go by what one of its taps read of stream and pin. The stock itself is never cached."""


HOUR_MS = 3_600_000


class HoldingService:
    def __init__(
        self,
        stock: StockService,
        streams: StreamService,
        pins: PinService,
        conversions: ConversionService,
    ) -> None:
        self._stock = stock
        self._conversions = conversions
        self._owned: Fresh[str, Owned] = Fresh(streams.get, FRESH_S)
        self._pin: Fresh[tuple[str, str], PinView] = Fresh(lambda key: pins.on_sale(*key), FRESH_S)

    async def create(self, grant: Grant, message: CreateHold) -> HoldAnswer:
        """Sets one variant of a pin aside. The same key again answers the same hold.

        Raises `NotLive`, `NotShown`, and what `StockService.reserve` raises.
        """
        if grant.kind != "viewer":
            raise Forbidden("This takes a viewer's pass.")
        if grant.preview:
            raise PreviewBuysNothing("A preview buys nothing.")
        try:
            owned, pin, variant = await self._on_sale(grant, message)
        except (NotLive, NotShown):
            # What is held stays held when its pin is down or the show over: a reloaded page finds it.
            known = await self._stock.known(grant.shop, grant.viewer, message.key)
            if known is None:
                raise
            return known
        answer = await self._stock.reserve(
            owned.shop.id,
            grant.viewer,
            message.key,
            [_want(variant, message.quantity)],
            ttl_ms=owned.shop.hold_seconds * 1000,
            context=Origin(stream=message.stream, pin=message.pin, channel="live").encode(),
        )
        await self._conversions.held(
            grant, owned, hold=answer.hold.id, pin=pin.id, product=pin.product.id, channel="live"
        )
        return answer

    async def _on_sale(self, grant: Grant, message: CreateHold) -> tuple[Owned, PinView, VariantView]:
        owned = await self._owned(message.stream)
        if owned.shop.id != grant.shop:
            raise Forbidden("This pass is for another shop.")
        if owned.view.state != "live":
            raise NotLive("This stream is not live.", state=owned.view.state)
        pin = await self._pin((message.stream, message.pin))
        return owned, pin, _variant(pin, message.variant)

    async def extend(self, grant: Grant, message: ExtendHold) -> HoldAnswer:
        record = await self._stock.hold(grant.shop, message.hold, grant.viewer)
        owned = await self._owned(Origin.decode(record.context).stream)
        return await self._stock.extend(
            grant.shop, message.hold, grant.viewer, message.key, ttl_ms=owned.shop.hold_seconds * 1000
        )

    async def release(self, grant: Grant, message: ReleaseHold) -> None:
        await self._stock.release(grant.shop, message.hold, grant.viewer)


def _want(variant: VariantView, quantity: int) -> Want:
    hours = variant.limit_hours
    return Want(variant.id, quantity, variant.limit, None if hours is None else hours * HOUR_MS)


def _variant(pin: PinView, variant: str) -> VariantView:
    for known in pin.product.variants:
        if known.id == variant:
            return known
    raise UnknownVariant("This product has no such variant.", variant=variant)

"""What pins offer, and what a buyer's picks of them come to: stock to take, and lines of an order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from server.catalog.messages import ProductView, VariantView
from server.checkout.orders import Item, Origin
from server.core.auth import Grant
from server.core.cache import Fresh
from server.core.errors import BadRequest, Forbidden
from server.pins.messages import PinView
from server.pins.service import PinService
from server.stock.errors import LimitReached, UnknownVariant
from server.stock.messages import Pick
from server.stock.records import MAX_LINES, Want
from server.streams.errors import NotLive
from server.streams.service import Owned, StreamService

FRESH_S = 1.0
"""How long a rush may go by what one of its taps read of stream and pin. The stock itself is never cached."""
MOST_PICKS = 10
MOST_UNITS = 100
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A pick, and what the pin says of it."""

    pick: Pick
    product: ProductView
    variant: VariantView


class Shelf:
    """What the pins of the streams offer."""

    def __init__(self, streams: StreamService, pins: PinService) -> None:
        self.stream: Fresh[str, Owned] = Fresh(streams.get, FRESH_S)
        self._on_sale: Fresh[tuple[str, str], PinView] = Fresh(lambda key: pins.on_sale(*key), FRESH_S)
        self._shown: Fresh[tuple[str, str], PinView] = Fresh(lambda key: pins.pin(*key), FRESH_S)

    async def on_sale(self, grant: Grant, stream: str, picks: Sequence[Pick]) -> tuple[Owned, list[Offer]]:
        """Raises `NotLive`, `NotShown`, `UnknownVariant`."""
        owned = await self.stream(stream)
        if owned.shop.id != grant.shop:
            raise Forbidden("This pass is for another shop.")
        if owned.view.state != "live":
            raise NotLive("This stream is not live.", state=owned.view.state)
        return owned, [_offer(await self._on_sale((stream, pick.pin)), pick) for pick in picks]

    async def as_shown(self, stream: str, picks: Sequence[Pick]) -> list[Offer]:
        """However long ago. Raises `NotShown`, `UnknownVariant`."""
        return [_offer(await self._shown((stream, pick.pin)), pick) for pick in picks]


def _offer(pin: PinView, pick: Pick) -> Offer:
    for known in pin.product.variants:
        if known.id == pick.variant:
            return Offer(pick, pin.product, known)
    raise UnknownVariant("This product has no such variant.", variant=pick.variant)


def together(picks: Iterable[Pick]) -> list[Pick]:
    """Each variant of each pin once, the quantities added up. Raises `BadRequest` for more than fits."""
    units: dict[tuple[str, str], int] = {}
    for pick in picks:
        units[pick.pin, pick.variant] = units.get((pick.pin, pick.variant), 0) + pick.quantity
    if len(units) > MOST_PICKS or max(units.values(), default=0) > MOST_UNITS:
        raise BadRequest("A basket holds ten things, of each a hundred.", at="$")
    return [Pick(pin=pin, variant=variant, quantity=n) for (pin, variant), n in units.items()]


def wants(offers: Sequence[Offer]) -> list[Want]:
    """The stock that offers take, with the limits that count. Raises `LimitReached` for too many bundles in
    one hold: over time it is their parts that are counted. Raises `BadRequest` for too many parts."""
    found: dict[str, Want] = {}
    for offer in offers:
        variant, quantity = offer.variant, offer.pick.quantity
        if variant.parts and quantity > variant.limit:
            raise LimitReached(
                f"One buyer may have {variant.limit} of it.",
                variant=variant.id,
                limit=variant.limit,
                taken=0,
            )
        for name, units, limit, hours in [
            (part.variant, part.units, part.limit, part.limit_hours) for part in variant.parts
        ] or [(variant.id, 1, variant.limit, variant.limit_hours)]:
            before = found[name].quantity if name in found else 0
            window = None if hours is None else hours * HOUR_MS
            found[name] = Want(name, before + units * quantity, limit, window)
    if len(found) > MAX_LINES:
        raise BadRequest("That is too much for one basket.", at="$")
    return list(found.values())


def origin(stream: str, offers: Sequence[Offer]) -> Origin:
    """What goes with a hold. The picks are left out where its lines say the same."""
    first = offers[0].pick.pin
    plain = all(offer.pick.pin == first and not offer.variant.parts for offer in offers)
    items = [Item(offer.pick.pin, offer.pick.variant, offer.pick.quantity) for offer in offers]
    return Origin(stream=stream, pin=first, channel="live", items=[] if plain else items)


def order_lines(offers: Sequence[Offer]) -> list[dict[str, Any]]:
    return [
        {
            "line": number,
            "pin": offer.pick.pin,
            "product": offer.product.id,
            "variant": offer.variant.id,
            "sku": offer.variant.sku,
            "name": offer.product.name,
            "variant_name": offer.variant.name,
            "image_url": offer.product.image_url,
            "quantity": offer.pick.quantity,
            "unit_price": offer.variant.price,
        }
        for number, offer in enumerate(offers)
    ]

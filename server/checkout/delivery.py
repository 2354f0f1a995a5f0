"""Where a shop delivers to, for how much, and the tax there."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from server.checkout.countries import COUNTRIES
from server.checkout.errors import NoSuchRate, NotDelivered
from server.checkout.messages import DeliveryOptions, DeliveryRate, DeliveryZone, RateView, ShopDelivery
from server.checkout.totals import Totals, total_of
from server.core.cache import Fresh
from server.core.errors import BadRequest

FRESH_S = 1.0
"""How long a rush may go by settings that were read once."""


class Store(Protocol):
    async def of(self, shop: str) -> ShopDelivery | None: ...
    async def keep(self, shop: str, delivery: ShopDelivery) -> None: ...


class DeliveryService:
    """A shop that has set nothing delivers nowhere: then no address is asked for, and there is no tax."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.of: Fresh[str, ShopDelivery] = Fresh(self.read, FRESH_S)

    async def read(self, shop: str) -> ShopDelivery:
        return await self._store.of(shop) or ShopDelivery()

    async def change(self, shop: str, delivery: ShopDelivery) -> ShopDelivery:
        """Raises `BadRequest` for settings that contradict themselves."""
        require_sound(delivery)
        await self._store.keep(shop, delivery)
        self.of.forget(shop)
        return delivery


def require_sound(delivery: ShopDelivery) -> None:
    """Raises `BadRequest`."""
    zones = delivery.zones
    rates = [rate for zone in zones for rate in zone.rates]
    countries = [country for zone in zones for country in zone.countries]
    taxed = [tax.country for tax in delivery.taxes]
    known = [*countries, *taxed, *([delivery.home] if delivery.home else [])]
    _refuse(any(code not in COUNTRIES for code in known), "There is no such country.", "$")
    _refuse(_twice(countries), "A country belongs to one zone.", "$.zones")
    _refuse(sum(zone.elsewhere for zone in zones) > 1, "One zone is everywhere else.", "$.zones")
    _refuse(_twice(taxed), "A country has one rate of tax.", "$.taxes")
    _refuse(_twice(rate.id for rate in rates), "Two rates have the same id.", "$.zones")
    _refuse(any(rate.min_days > rate.max_days for rate in rates), "From more days to fewer.", "$.zones")
    for zone in zones:
        _refuse(not zone.countries and not zone.elsewhere, "A zone needs a country.", "$.zones")


def _refuse(wrong: bool, why: str, at: str) -> None:
    if wrong:
        raise BadRequest(why, at=at)


def _twice(values: Iterable[str]) -> bool:
    found = list(values)
    return len(set(found)) != len(found)


def ships(delivery: ShopDelivery, digital: Iterable[bool]) -> bool:
    """Whether an order of such products needs an address."""
    return bool(delivery.zones) and not all(digital)


def options(delivery: ShopDelivery) -> DeliveryOptions:
    named = {country for zone in delivery.zones for country in zone.countries}
    everywhere = any(zone.elsewhere for zone in delivery.zones)
    return DeliveryOptions(countries=sorted(COUNTRIES if everywhere else named), home=delivery.home)


def zone_of(delivery: ShopDelivery, country: str) -> DeliveryZone:
    """Raises `NotDelivered`."""
    for zone in delivery.zones:
        if country in zone.countries:
            return zone
    for zone in delivery.zones:
        if zone.elsewhere and country in COUNTRIES:
            return zone
    raise NotDelivered("This shop does not deliver there.", country=country)


def rates_for(zone: DeliveryZone, subtotal: int) -> list[RateView]:
    """With what an order of that subtotal pays for each."""
    return [
        RateView(
            id=rate.id,
            label=rate.label,
            price=_price(rate, subtotal),
            min_days=rate.min_days,
            max_days=rate.max_days,
        )
        for rate in zone.rates
    ]


def _price(rate: DeliveryRate, subtotal: int) -> int:
    return 0 if rate.free_from is not None and subtotal >= rate.free_from else rate.price


def chosen(rates: Sequence[RateView], name: str | None) -> RateView:
    """The one that is named; the first when none is. Raises `NoSuchRate`."""
    for rate in rates:
        if name in (None, rate.id):
            return rate
    raise NoSuchRate("This shop has no such delivery there.", rate=name)


def subtotal_of(lines: Iterable[dict[str, Any]]) -> int:
    return sum(line["quantity"] * line["unit_price"] for line in lines)


def totals(
    delivery: ShopDelivery, lines: Iterable[dict[str, Any]], shipping: int, country: str | None
) -> Totals:
    """Of an order's lines. Without a country it is taxed as at home."""
    where = country or delivery.home
    rate = next((tax.rate for tax in delivery.taxes if tax.country == where), 0)
    amounts = [line["quantity"] * line["unit_price"] for line in lines]
    return total_of(amounts, shipping, rate, inclusive=delivery.tax_inclusive)

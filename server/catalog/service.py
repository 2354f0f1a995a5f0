"""What a shop sells."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from server.catalog.errors import NoStockOfItsOwn, NoSuchProduct, NoSuchVariant, PriceTooLow
from server.catalog.messages import CreateProduct, CreateVariant, Part, ProductView, VariantView
from server.core.clock import Clock
from server.core.errors import BadRequest
from server.core.ids import keyed_id, new_id
from server.core.money import MINIMUM, format_money


class Store(Protocol):
    async def add_product(self, product: dict[str, Any], rows: Sequence[dict[str, Any]]) -> None: ...
    async def products(self, shop: str, only: Sequence[str] | None = None) -> list[dict[str, Any]]: ...
    async def variants(self, shop: str, some: Sequence[str]) -> dict[str, dict[str, Any]]: ...


class CatalogService:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def create(self, shop: str, currency: str, body: CreateProduct) -> ProductView:
        """The product and its variants. The caller sets their stock. Raises `SkuTaken`, `PriceTooLow`, and
        `NoSuchVariant` for a bundle's part."""
        skus = [variant.sku for variant in body.variants]
        if len(set(skus)) != len(skus):
            raise BadRequest("Two variants have the same SKU.", at="$.variants")
        least = MINIMUM.get(currency, 1)
        if any(variant.price < least for variant in body.variants):
            smallest = format_money(least, currency)
            raise PriceTooLow(f"No price can be below {smallest}.", minimum=least, currency=currency)
        product: dict[str, Any] = {
            "id": keyed_id("prod", shop, body.key) if body.key else new_id("prod"),
            "shop": shop,
            "name": body.name,
            "description": body.description,
            "image_url": body.image_url,
            "created_at": self._clock.now_ms(),
            "policy": body.policy,
            "digital": body.digital,
        }
        parts = await self._parts(shop, body.variants)
        rows = [
            {
                "id": keyed_id("var", product["id"], variant.sku),
                "shop": shop,
                "product": product["id"],
                "sku": variant.sku,
                "name": variant.name,
                "price": variant.price,
                "was_price": variant.was_price,
                "buyer_limit": variant.limit,
                "limit_hours": variant.limit_hours,
                "parts": msgspec.json.encode(parts[position]).decode() if parts[position] else None,
                "position": position,
            }
            for position, variant in enumerate(body.variants)
        ]
        await self._store.add_product(product, rows)
        return await self.product(shop, currency, product["id"])

    async def _parts(self, shop: str, made: Sequence[CreateVariant]) -> list[list[Part]]:
        """Of each variant to be made."""
        known = await self._store.variants(shop, [part.variant for new in made for part in new.parts])
        for number, new in enumerate(made):
            named = [part.variant for part in new.parts]
            if len(set(named)) != len(named) or any(known.get(name, {}).get("parts") for name in named):
                raise BadRequest("A part is no bundle, and named once.", at=f"$.variants[{number}].parts")
            if named and new.stocked:
                raise BadRequest("A bundle has no stock of its own.", at=f"$.variants[{number}].stocked")
            for name in named:
                if name not in known:
                    raise NoSuchVariant("This shop has no such variant.", variant=name)
        return [
            [
                Part(
                    variant=part.variant,
                    name=known[part.variant]["name"],
                    units=part.units,
                    limit=known[part.variant]["buyer_limit"],
                    limit_hours=known[part.variant]["limit_hours"],
                )
                for part in new.parts
            ]
            for new in made
        ]

    async def products(self, shop: str, currency: str) -> list[ProductView]:
        return [_view(row, currency) for row in await self._store.products(shop)]

    async def product(self, shop: str, currency: str, product: str) -> ProductView:
        found = await self._store.products(shop, [product])
        if not found:
            raise NoSuchProduct("This shop has no such product.", product=product)
        return _view(found[0], currency)

    async def require_products(self, shop: str, products: Sequence[str]) -> None:
        known = {row["id"] for row in await self._store.products(shop, products)}
        for product in products:
            if product not in known:
                raise NoSuchProduct("This shop has no such product.", product=product)

    async def require_stock(self, shop: str, variant: str) -> None:
        """Raises `NoSuchVariant`, and `NoStockOfItsOwn` for a bundle."""
        known = (await self._store.variants(shop, [variant])).get(variant)
        if known is None:
            raise NoSuchVariant("This shop has no such variant.", variant=variant)
        if known["parts"]:
            raise NoStockOfItsOwn("Set the stock of its parts.", variant=variant)


def _view(row: dict[str, Any], currency: str) -> ProductView:
    return ProductView(
        id=row["id"],
        name=row["name"],
        description=row["description"],
        image_url=row["image_url"],
        currency=currency,
        variants=[
            VariantView(
                id=variant["id"],
                sku=variant["sku"],
                name=variant["name"],
                price=variant["price"],
                was_price=variant["was_price"],
                limit=variant["buyer_limit"],
                limit_hours=variant["limit_hours"],
                parts=msgspec.json.decode(variant["parts"] or "[]", type=list[Part]),
            )
            for variant in row["variants"]
        ],
        policy=row["policy"],
        digital=row["digital"],
    )

"""What a shop sells."""

from collections.abc import Sequence
from typing import Any, Protocol

from server.catalog.errors import NoSuchProduct, NoSuchVariant
from server.catalog.messages import CreateProduct, ProductView, VariantView
from server.core.clock import Clock
from server.core.errors import BadRequest
from server.core.ids import keyed_id, new_id


class Store(Protocol):
    async def add_product(self, product: dict[str, Any], rows: Sequence[dict[str, Any]]) -> None: ...
    async def products(self, shop: str, only: Sequence[str] | None = None) -> list[dict[str, Any]]: ...
    async def has_variant(self, shop: str, variant: str) -> bool: ...


class CatalogService:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def create(self, shop: str, currency: str, body: CreateProduct) -> ProductView:
        """The product and its variants. The caller sets their stock. Raises `SkuTaken`."""
        skus = [variant.sku for variant in body.variants]
        if len(set(skus)) != len(skus):
            raise BadRequest("Two variants have the same SKU.", at="$.variants")
        product: dict[str, Any] = {
            "id": keyed_id("prod", shop, body.key) if body.key else new_id("prod"),
            "shop": shop,
            "name": body.name,
            "description": body.description,
            "image_url": body.image_url,
            "created_at": self._clock.now_ms(),
        }
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
                "position": position,
            }
            for position, variant in enumerate(body.variants)
        ]
        await self._store.add_product(product, rows)
        return await self.product(shop, currency, product["id"])

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

    async def require_variant(self, shop: str, variant: str) -> None:
        if not await self._store.has_variant(shop, variant):
            raise NoSuchVariant("This shop has no such variant.", variant=variant)


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
            )
            for variant in row["variants"]
        ],
    )

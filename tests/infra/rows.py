"""Rows that other rows refer to: a shop, its streams and products, straight in SQL."""

from typing import Any

from server.accounts.store import AccountStore
from server.catalog.store import CatalogStore
from server.core.db import Database
from server.streams.store import StreamStore


def shop_row(shop: str = "shop_a", **changed: Any) -> dict[str, Any]:
    return {
        "id": shop,
        "slug": shop,
        "name": "Atelier",
        "currency": "eur",
        "allowed_origins": ["https://blog.example"],
        "hold_seconds": 300,
        "offer_seconds": 120,
        "created_at": 1,
        **changed,
    }


def staff_row(shop: str = "shop_a", **changed: Any) -> dict[str, Any]:
    return {
        "id": f"staff_{shop}",
        "shop": shop,
        "email": f"{shop}@example.com",
        "name": "Host",
        "password": "hashed",
        "created_at": 1,
        **changed,
    }


def stream_row(stream: str = "stream_a", shop: str = "shop_a", **changed: Any) -> dict[str, Any]:
    return {
        "id": stream,
        "shop": shop,
        "title": "Three vetivers",
        "disclosure": "",
        "state": "scheduled",
        "source_url": "/media/clip.mp4",
        "source_kind": "file",
        "poster_url": None,
        "starts_at": None,
        "started_at": None,
        "ended_at": None,
        "created_at": 1,
        **changed,
    }


def product_row(product: str = "prod_a", shop: str = "shop_a", **changed: Any) -> dict[str, Any]:
    return {
        "id": product,
        "shop": shop,
        "name": "Pale Root",
        "description": "",
        "image_url": None,
        "created_at": 1,
        **changed,
    }


def variant_row(
    variant: str = "var_a", product: str = "prod_a", shop: str = "shop_a", **changed: Any
) -> dict[str, Any]:
    return {
        "id": variant,
        "shop": shop,
        "product": product,
        "sku": variant,
        "name": "30 ml",
        "price": 4800,
        "was_price": None,
        "buyer_limit": 5,
        "position": 0,
        **changed,
    }


async def scene(database: Database, *shops: str) -> None:
    """Each shop with a member of staff, a stream and a product, named after it: `stream_a` of `shop_a`."""
    for shop in shops or ("shop_a",):
        tag = shop.removeprefix("shop_")
        await AccountStore(database).add_shop(shop_row(shop))
        await AccountStore(database).add_staff(staff_row(shop))
        await StreamStore(database).add(stream_row(f"stream_{tag}", shop))
        await CatalogStore(database).add_product(
            product_row(f"prod_{tag}", shop), [variant_row(f"var_{tag}", f"prod_{tag}", shop)]
        )

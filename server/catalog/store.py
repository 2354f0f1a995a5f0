"""Products and their variants. How many there are is the stock slice's to know."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    select,
)
from sqlalchemy.exc import IntegrityError

from server.catalog.errors import SkuTaken
from server.core.db import AsyncConnection, Database, insert_ignore, metadata

products = Table(
    "products",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("shop", String(64), ForeignKey("shops.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("image_url", String(1000)),
    Column("position", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("policy", String(16), nullable=False, server_default="hold"),
    Column("digital", Boolean, nullable=False, server_default=false()),
)

variants = Table(
    "variants",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("shop", String(64), ForeignKey("shops.id"), nullable=False),
    Column("product", String(64), ForeignKey("products.id"), nullable=False, index=True),
    Column("sku", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("was_price", BigInteger),
    Column("buyer_limit", Integer, nullable=False),
    Column("limit_hours", Integer),
    Column("parts", Text),  # of a bundle: a list of Part, in JSON
    Column("position", Integer, nullable=False),
    UniqueConstraint("shop", "sku"),
)


class CatalogStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add_product(self, product: dict[str, Any], rows: Sequence[dict[str, Any]]) -> None:
        """The product with its variants, or nothing. One with that id stays as it is. Raises `SkuTaken`."""
        try:
            async with self._db.begin() as connection:
                last = select(func.coalesce(func.max(products.c.position), -1)).where(
                    products.c.shop == product["shop"]
                )
                position = (await connection.execute(last)).scalar_one() + 1
                if await insert_ignore(connection, products, [{**product, "position": position}]):
                    await connection.execute(variants.insert(), list(rows))
        except IntegrityError:
            raise SkuTaken("A variant of this shop has that SKU already.") from None

    async def products(self, shop: str, only: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """In the shop's order, each with its `variants`, in two queries however many there are."""
        query = select(products).where(products.c.shop == shop).order_by(products.c.position)
        if only is not None:
            query = query.where(products.c.id.in_(list(only)))
        async with self._db.read() as connection:
            found = [dict(row) for row in (await connection.execute(query)).mappings()]
            await self._with_variants(connection, found)
        return found

    async def _with_variants(self, connection: AsyncConnection, found: list[dict[str, Any]]) -> None:
        by_id = {row["id"]: row for row in found}
        for row in found:
            row["variants"] = []
        query = select(variants).where(variants.c.product.in_(list(by_id))).order_by(variants.c.position)
        for variant in (await connection.execute(query)).mappings():
            by_id[variant["product"]]["variants"].append(dict(variant))

    async def variants(self, shop: str, some: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Those of `some` that this shop has, by their id."""
        query = select(variants).where(variants.c.shop == shop, variants.c.id.in_(list(some)))
        async with self._db.read() as connection:
            return {row["id"]: dict(row) for row in (await connection.execute(query)).mappings()}

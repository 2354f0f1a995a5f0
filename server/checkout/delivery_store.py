"""A shop's settings of delivery and tax: one document, read and written whole."""

import msgspec
from sqlalchemy import Column, ForeignKey, String, Table, Text, select, update

from server.checkout.messages import ShopDelivery
from server.core.db import Database, insert_ignore, metadata

shop_delivery = Table(
    "shop_delivery",
    metadata,
    Column("shop", String(64), ForeignKey("shops.id"), primary_key=True),
    Column("settings", Text, nullable=False),
)


class DeliveryStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def of(self, shop: str) -> ShopDelivery | None:
        query = select(shop_delivery.c.settings).where(shop_delivery.c.shop == shop)
        async with self._db.read() as connection:
            text = (await connection.execute(query)).scalar_one_or_none()
        return None if text is None else msgspec.json.decode(text, type=ShopDelivery)

    async def keep(self, shop: str, delivery: ShopDelivery) -> None:
        text = msgspec.json.encode(delivery).decode()
        async with self._db.begin() as connection:
            if not await insert_ignore(connection, shop_delivery, [{"shop": shop, "settings": text}]):
                await connection.execute(
                    update(shop_delivery).where(shop_delivery.c.shop == shop).values(settings=text)
                )

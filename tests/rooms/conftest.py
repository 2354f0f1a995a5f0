from collections.abc import AsyncIterator

import pytest

from server.catalog.messages import CreateProduct, CreateVariant
from server.composition import Services
from server.core.db import metadata
from server.core.settings import Settings
from server.streams.messages import CreateStream
from tests.rooms.scene import Scene


@pytest.fixture
async def scene(settings: Settings) -> AsyncIterator[Scene]:
    services = Services(settings)
    async with services.db.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    shop = await services.accounts.found_shop(slug="a", name="A", currency="eur", allowed_origins=[])
    products = []
    for name in "abc":
        variant = CreateVariant(sku=name, name="x", price=100, stocked=9)
        product = await services.catalog.create(shop.id, "eur", CreateProduct(name=name, variants=[variant]))
        await services.stock.set_stock(shop.id, {product.variants[0].id: 9})
        products.append(product)
    stream = await services.streams.create(shop, CreateStream(title="T", source_url="/x.mp4"))
    await services.streams.start(shop, stream.id)
    yield Scene(services, settings, shop, stream.id, products)
    await services.close()

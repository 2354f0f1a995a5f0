import asyncio

import pytest

from server.catalog.errors import SkuTaken
from server.catalog.store import CatalogStore
from server.core.db import Database
from tests.infra.rows import product_row, scene, variant_row


@pytest.fixture
async def store(database: Database) -> CatalogStore:
    await scene(database, "shop_a", "shop_b")
    return CatalogStore(database)


async def test_products_come_in_the_shops_order_with_their_variants(store: CatalogStore) -> None:
    await store.add_product(
        product_row("prod_2"),
        [variant_row("var_3", "prod_2", position=1), variant_row("var_2", "prod_2", position=0)],
    )
    found = await store.products("shop_a")
    assert [row["id"] for row in found] == ["prod_a", "prod_2"]
    assert [variant["id"] for variant in found[1]["variants"]] == ["var_2", "var_3"]
    assert [row["id"] for row in await store.products("shop_a", ["prod_2", "prod_b"])] == ["prod_2"]
    assert await store.products("shop_a", []) == []


async def test_a_taken_sku_leaves_nothing_behind(store: CatalogStore) -> None:
    with pytest.raises(SkuTaken):
        await store.add_product(
            product_row("prod_2"),
            [variant_row("var_2", "prod_2"), variant_row("var_3", "prod_2", sku="var_a")],
        )
    assert [row["id"] for row in await store.products("shop_a")] == ["prod_a"]
    assert await store.variants("shop_a", ["var_2"]) == {}


async def test_another_shop_may_have_the_same_sku(store: CatalogStore) -> None:
    await store.add_product(
        product_row("prod_2", "shop_b"), [variant_row("var_2", "prod_2", "shop_b", sku="var_a")]
    )
    assert set(await store.variants("shop_b", ["var_2"])) == {"var_2"}


async def test_a_variant_is_its_shops_alone(store: CatalogStore) -> None:
    assert set(await store.variants("shop_a", ["var_a"])) == {"var_a"}
    assert await store.variants("shop_b", ["var_a"]) == {}


async def test_of_two_products_with_one_sku_at_once_one_is_made(store: CatalogStore) -> None:
    async def add(number: int) -> bool:
        try:
            await store.add_product(
                product_row(f"prod_{number}"), [variant_row(f"var_{number}", f"prod_{number}", sku="same")]
            )
        except SkuTaken:
            return False
        return True

    assert sorted(await asyncio.gather(*(add(number) for number in range(4)))) == [False] * 3 + [True]
